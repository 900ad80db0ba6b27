"""What words tell: of an opened page, of a search, of what is typed into an AI chat."""
