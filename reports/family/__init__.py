"""The family letter: one value about one child's week, from which every form is made."""
