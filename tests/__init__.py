"""The tests, room by room, and the lab they run in."""
