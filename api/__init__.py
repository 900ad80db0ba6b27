"""The parents' desk: the only room that speaks FastAPI."""
