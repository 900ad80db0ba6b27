"""A sample school that lives through a term: `make demo-school`."""
