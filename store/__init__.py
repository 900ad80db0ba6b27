"""The memory: the only room that speaks SQL, on SQLite or PostgreSQL."""
