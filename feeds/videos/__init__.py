"""What stands in YouTube's pages and their data, and how something is taken out of it; no I/O."""
