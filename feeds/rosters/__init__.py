"""Lists of pupils from outside: spreadsheets and OneRoster, as bytes, to pupils."""
