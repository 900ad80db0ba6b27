"""Rules for what a child sends: private details to strangers' sites, homework to AI chats.

Both are the child's own matter, as what is heard and written down: the narrowest layer decides.
"""

from enum import StrEnum
from typing import Annotated

from pydantic import Field

from rules.scope import Scope
from rules.values import Frozen

MOST_ANYWAY = 10


class Decides(StrEnum):
    """Who may say that private details are sent all the same."""

    CHILD = "child"
    ADULT = "adult"


class Told(StrEnum):
    """How much adults hear of homework done by AI chats, from least to most."""

    NOTHING = "nothing"
    COUNT = "count"
    """How many questions, and how many were turned back."""
    TOPIC = "topic"
    """Also what they were about (maths, writing, health, ...); never the words."""


class Sending(Frozen):
    """Whether the child is asked before private details go to a site that is not trusted."""

    ask: bool = False
    decides: Decides = Decides.CHILD
    unknown: bool = False
    """Sites the catalogue does not know are opened for it, on devices that allow it."""
    trusted: Annotated[tuple[Scope, ...], Field(max_length=200)] = ()
    """Sites and services that may receive them besides those of `rules.trusting`."""


class Homework(Frozen):
    """What AI chats do about homework: explain it, yes; do it, only after the child tried."""

    on: bool = False
    told: Told = Told.COUNT
    anyway: Annotated[int, Field(ge=0, le=MOST_ANYWAY)] = 2
    """How often a day the child may send a request all the same."""
