"""The school letter: a class's or school's week in numbers, never a list or ranking of children."""
