"""The policy language: one document of rules, owned by a group or a child.

These models are the database document, the REST schema and the panel's form at once.
They are valid by construction; a mistake raises pydantic.ValidationError with a sentence.
"""

from collections.abc import Iterable
from datetime import datetime
from enum import StrEnum
from typing import Annotated, Literal, Self

from pydantic import Field, field_validator, model_validator

from rules.lesson_sites import Lesson
from rules.limits import MINUTES_A_DAY, Allowance, Floor
from rules.mistakes import Mistake
from rules.scope import ScopeKind, split
from rules.sending import Homework, Sending
from rules.times import DAYS, Applies, DateException, Hours, HoursEffect, Span, Window
from rules.urls import UrlRule
from rules.values import Choice, Frozen, Host, Slug
from rules.videos import SHORTS, SHORTS_SCOPE, Videos

__all__ = [
    "DAYS",
    "MINUTES_A_DAY",
    "Allowance",
    "Applies",
    "Choice",
    "DateException",
    "Floor",
    "Frozen",
    "Host",
    "Hours",
    "HoursEffect",
    "Lesson",
    "Pause",
    "Policy",
    "Privacy",
    "Slug",
    "Span",
    "UrlRule",
    "Videos",
    "Window",
    "YouTube",
    "edits_youtube",
    "least",
]


class Privacy(StrEnum):
    """How much is written down about a child's visits, from least to most."""

    MINUTES = "minutes"
    """Only minutes, of everything and of what a limit counts."""
    COUNTS = "counts"
    """Minutes and counts by category; no site names."""
    SITES = "sites"
    """Also which sites."""
    PAGES = "pages"
    """Also which pages were opened (never their query strings); needs TLS opened."""

    @property
    def names_sites(self) -> bool:
        """Tell whether the names of sites are written down."""
        return self in (Privacy.SITES, Privacy.PAGES)


LEAST_FIRST = tuple(Privacy)


def least(levels: Iterable[Privacy]) -> Privacy:
    """Return the level at which the least is written down."""
    return min(levels, key=LEAST_FIRST.index)


class YouTube(StrEnum):
    OFF = "off"
    MODERATE = "moderate"
    STRICT = "strict"


class Pause(Frozen):
    """Everything stopped by an adult, until a moment or until resumed."""

    by: Annotated[str, Field(max_length=80)]
    until: datetime | None = None

    @field_validator("until")
    @classmethod
    def _aware(cls, until: datetime | None) -> datetime | None:
        if until is not None and until.tzinfo is None:
            raise Mistake("A moment needs its time zone.")
        return until


class Policy(Frozen):
    """One document of rules."""

    version: Literal[1] = 1
    categories: dict[Slug, Choice] = Field(default_factory=dict)
    services: dict[Slug, Choice] = Field(default_factory=dict)
    allow: tuple[Host, ...] = ()
    block: tuple[Host, ...] = ()
    hours: tuple[Hours, ...] = ()
    allowances: tuple[Allowance, ...] = ()
    unlisted: Choice = Choice.ALLOW
    """What happens to sites the catalogue does not know; BLOCK makes an allow-only policy."""
    unnamed: Choice = Choice.ALLOW
    """What happens to connections that go to an address and name no site. Games, calls and messages
    of ordinary apps do so, too."""
    safe_search: bool = False
    unsafe_search: Choice = Choice.BLOCK
    """Where safe search is on: what happens to search engines without a safe mode."""
    youtube: YouTube = YouTube.OFF
    videos: Videos = Videos()
    """What is taken out of YouTube’s pages."""
    read_pages: bool = False
    """Open sites the catalogue does not know, and tell from their pages what they are about."""
    searches: bool = False
    """Search and video sites and AI chats are opened, on devices that allow it, so that an adult
    hears of grave words; what was searched is kept only at privacy level PAGES."""
    homework: Homework = Homework()
    """What AI chats do about homework; they are opened for it, on devices that allow it."""
    sending: Sending = Sending()
    """Whether the child is asked before private details are sent to a site."""
    let_finish: Annotated[int, Field(ge=0, le=30)] = 0
    """Minutes for which a video that is running when its time ends may go on."""
    slow_lane: Annotated[int, Field(ge=0, le=15)] = 0
    """The last minutes before an end, in which everything that ends is slow."""
    privacy: Privacy = Privacy.SITES
    private_hours: Annotated[tuple[Window, ...], Field(max_length=42)] = ()
    """Windows in which nothing but minutes is written down, and no adult hears of words."""
    pause: Pause | None = None
    lesson: Lesson | None = None
    """Only chosen sites for some minutes; one that is over changes nothing."""
    lists: dict[Slug, Annotated[tuple[Host, ...], Field(max_length=2000)]] = Field(
        default_factory=dict
    )
    """Named lists of sites, for the scope `list:name` of this policy's hours and allowances."""
    exceptions: Annotated[tuple[DateException, ...], Field(max_length=400)] = ()
    """Dates that are different; of several for one date the last one holds."""
    urls: Annotated[tuple[UrlRule, ...], Field(max_length=200)] = ()
    floors: Annotated[tuple[Floor, ...], Field(max_length=60)] = ()
    applies: Applies = Applies()

    @model_validator(mode="after")
    def _one_allowance_a_scope(self) -> Self:
        limited = [(allowance.scope, allowance.per_service) for allowance in self.allowances]
        if len(limited) != len(set(limited)):
            raise Mistake("There are two allowances for the same thing: keep one.")
        return self

    @model_validator(mode="after")
    def _lists_exist(self) -> Self:
        scopes = [entry.scope for entry in self.hours]
        scopes += [entry.scope for entry in self.allowances]
        scopes += [entry.scope for entry in self.urls]
        scopes += [entry.scope for entry in self.floors]
        for kind, name in map(split, scopes):
            if kind is ScopeKind.LIST and name not in self.lists:
                raise Mistake("There is no list “{name}” in this policy.", name=name)
        return self


def edits_youtube(policy: Policy) -> bool:
    """Tell whether something is taken out of YouTube's pages, be it Shorts at some hours only."""
    if policy.videos != Videos() or policy.services.get(SHORTS) is Choice.BLOCK:
        return True
    scopes = (*(hours.scope for hours in policy.hours), *(one.scope for one in policy.allowances))
    return SHORTS_SCOPE in scopes
