"""The weekly letter: rollups become one value, and that value becomes a page."""
