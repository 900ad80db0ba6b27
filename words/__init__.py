"""What a person reads: translations, dates, times and numbers in Vietnamese and English."""
