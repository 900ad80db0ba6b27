"""The house rules: values and pure functions that decide what a child's device may do."""
