"""Knows schools and universities by the endings that registries give to them alone."""

from feeds.suffixes import registries

SCHOOLS = frozenset({"edu", "ac", "sch", "k12", "school"})
"""Labels of such endings: edu.vn, ac.uk, sch.id, k12.ca.us, school.nz."""


def is_school(host: str) -> bool:
    """Tell whether a name lies below an ending that only places of learning are given."""
    # Looked at first, because it is quick and mostly the answer.
    if SCHOOLS.isdisjoint(host.split(".")):
        return False
    ending = (registries().publicsuffix(host) or "").split(".")
    return not SCHOOLS.isdisjoint(ending[:-1]) or ending == ["edu"]
