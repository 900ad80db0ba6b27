"""Lists from outside, and the catalogue made of them; never touches the database."""
