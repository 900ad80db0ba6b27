"""Policies to begin with, by age."""

from rules.policy import Policy


def preset_for(age: int) -> tuple[str, Policy]:
    """Return the name (`little` 0-6, `child` 7-11, `teen` 12-15, `youth` 16-17) and the policy for an age."""
    raise NotImplementedError
