"""The policy language: one document of rules, owned by a group or a child.

These models are the database document, the REST schema and the panel's form at once.
They are valid by construction; a mistake raises pydantic.ValidationError with a sentence.
"""

from datetime import datetime
from enum import StrEnum
from typing import Annotated, Literal, Self

from pydantic import AfterValidator, BaseModel, ConfigDict, Field, field_validator, model_validator

from rules.hosts import normalise
from rules.scope import EVERYTHING, Scope

DAYS = (0, 1, 2, 3, 4, 5, 6)
MINUTES_A_DAY = 24 * 60

type Host = Annotated[str, AfterValidator(normalise)]
"""A site in a list: this host and everything below it."""

type Slug = Annotated[str, Field(pattern=r"^[a-z0-9][a-z0-9_-]{0,39}$")]


class Frozen(BaseModel):
    """A value that never changes and refuses fields it does not know."""

    model_config = ConfigDict(frozen=True, extra="forbid")


class Choice(StrEnum):
    ALLOW = "allow"
    BLOCK = "block"


class Privacy(StrEnum):
    """How much is written down about a child's visits, from least to most."""

    COUNTS = "counts"
    """Minutes and counts by category; no site names."""
    SITES = "sites"
    """Also which sites."""
    PAGES = "pages"
    """Also which pages were opened (never their query strings); needs TLS opened."""


class YouTube(StrEnum):
    OFF = "off"
    MODERATE = "moderate"
    STRICT = "strict"


class Window(Frozen):
    """A stretch of wall-clock time on some days of the week.

    `days` are the days on which it begins (0 = Monday). Where `end` is not after `start`
    it ends on the next day; 24:00 is the end of the day.
    """

    days: Annotated[tuple[int, ...], Field(min_length=1, max_length=7)] = DAYS
    start: Annotated[str, Field(pattern=r"^([01]\d|2[0-3]):[0-5]\d$")]
    end: Annotated[str, Field(pattern=r"^(([01]\d|2[0-3]):[0-5]\d|24:00)$")]

    @field_validator("days")
    @classmethod
    def _sort_days(cls, days: tuple[int, ...]) -> tuple[int, ...]:
        if any(day not in DAYS for day in days):
            msg = "a day is a number from 0 (Monday) to 6 (Sunday)"
            raise ValueError(msg)
        return tuple(sorted(set(days)))


class HoursEffect(StrEnum):
    CLOSED = "closed"
    """Stopped inside the windows (bedtime)."""
    ONLY = "only"
    """Stopped outside the windows (games only at weekends)."""


class Hours(Frozen):
    """Weekly windows that open or close a scope; `name` is bedtime, study, free or any word."""

    name: Annotated[str, Field(min_length=1, max_length=60)]
    scope: Scope = EVERYTHING
    effect: HoursEffect = HoursEffect.CLOSED
    windows: Annotated[tuple[Window, ...], Field(min_length=1, max_length=42)]


class Allowance(Frozen):
    """Minutes a day for a scope, Monday to Sunday, pooled over all devices of the child."""

    scope: Scope = EVERYTHING
    minutes: Annotated[tuple[int, ...], Field(min_length=7, max_length=7)]

    @field_validator("minutes")
    @classmethod
    def _within_a_day(cls, minutes: tuple[int, ...]) -> tuple[int, ...]:
        if any(not 0 <= value <= MINUTES_A_DAY for value in minutes):
            msg = "minutes a day lie between 0 and 1440"
            raise ValueError(msg)
        return minutes


class Pause(Frozen):
    """Everything stopped by an adult, until a moment or until resumed."""

    by: Annotated[str, Field(max_length=80)]
    until: datetime | None = None

    @field_validator("until")
    @classmethod
    def _aware(cls, until: datetime | None) -> datetime | None:
        if until is not None and until.tzinfo is None:
            msg = "a moment needs its time zone"
            raise ValueError(msg)
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
    safe_search: bool = False
    youtube: YouTube = YouTube.OFF
    privacy: Privacy = Privacy.SITES
    pause: Pause | None = None

    @model_validator(mode="after")
    def _one_allowance_a_scope(self) -> Self:
        scopes = [allowance.scope for allowance in self.allowances]
        if len(scopes) != len(set(scopes)):
            msg = "there are two allowances for the same thing: keep one"
            raise ValueError(msg)
        return self
