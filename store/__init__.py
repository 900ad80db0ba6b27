"""The memory: the only room that speaks SQL, on SQLite or PostgreSQL."""

from store.spared import spare

# Before anything else here imports the library.
spare()
