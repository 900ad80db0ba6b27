"""Rules for what a child sends: private details to strangers' sites, homework to AI chats.

Both are the child's own matter, as what is heard and written down: the narrowest layer decides.
"""

from enum import StrEnum
from typing import TYPE_CHECKING, Annotated

from pydantic import Field

from rules.scope import Scope, ScopeKind, split
from rules.values import Frozen

if TYPE_CHECKING:
    from rules.book import Rulebook
    from rules.visit import Known

MOST_ANYWAY = 10
TRUSTED = frozenset({"learning", "health", "government", "system", "search", "finance"})
"""Categories that may receive private details: schools, health, authorities, what devices need to
run. A search for one's own school is no form either; banks are never opened anyway."""


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
    """Sites and services that may receive them besides those of `TRUSTED`."""


class Homework(Frozen):
    """What AI chats do about homework: explain it, yes; do it, only after the child tried."""

    on: bool = False
    told: Told = Told.COUNT
    anyway: Annotated[int, Field(ge=0, le=MOST_ANYWAY)] = 2
    """How often a day the child may send a request all the same."""


def is_trusted(sending: Sending, hosts: tuple[str, ...], known: "Known") -> bool:
    """Tell whether a site may receive private details; `hosts` are the host and its parents."""
    if known.never_open or known.never_block:
        return True
    if not TRUSTED.isdisjoint(known.categories):
        return True
    for scope in sending.trusted:
        kind, name = split(scope)
        if kind is ScopeKind.SITE and name in hosts:
            return True
        if kind is ScopeKind.SERVICE and name in known.services:
            return True
        if kind is ScopeKind.CATEGORY and name in known.categories:
            return True
    return False


def is_granted(book: "Rulebook", hosts: tuple[str, ...], at: float) -> bool:
    """Tell whether an adult said that private details may be sent to a site now."""
    return any(
        grant.runs(at) and split(grant.scope) in [(ScopeKind.SEND, host) for host in hosts]
        for layer in book.layers
        for grant in layer.grants
    )
