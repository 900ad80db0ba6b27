"""The demonstration: a sample family whose children really browse, through the real door."""
