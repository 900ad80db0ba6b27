"""Alerts from words: how grave one is, and what is still the same matter."""

from datetime import timedelta
from enum import StrEnum

SAME_MATTER = timedelta(hours=6)
"""What is heard again within this time of the last time is told as one matter."""


class Level(StrEnum):
    """How soon an adult hears of it: in the week, today, at once."""

    NOTICE = "notice"
    CONCERN = "concern"
    URGENT = "urgent"


class Place(StrEnum):
    """Where words were typed."""

    SEARCH = "search"
    CHAT = "chat"
    PAGE = "page"
    """Nowhere: it is about a page that could not be read."""
    FORM = "form"
    """About to be sent to a site."""
    MACHINE = "machine"
    """Nowhere: this machine noticed it in what it counts."""


NOTICED = frozenset({"bypass", "coverage", "letter"})
"""What is no word: it is told as a matter of its own kind, and kept as an alert to deal with."""

GRAVITY = {Level.NOTICE: 0, Level.CONCERN: 1, Level.URGENT: 2}


def graver(one: Level, other: Level) -> Level:
    """Return the graver of two levels."""
    return max(one, other, key=GRAVITY.__getitem__)


def needs_help(category: str, level: Level) -> bool:
    """Tell whether the child itself should be shown help before anything else.

    Only where the child may be the one in need: who looks for a weapon is no less worth a talk,
    but a talk is for people.
    """
    match category:
        case "selfharm":
            return level is not Level.NOTICE
        case "grooming":
            return level is Level.URGENT
        case _:
            return False
