"""When rules hold: windows of the week, days that are different, and where a layer applies."""

from datetime import date
from enum import StrEnum
from typing import Annotated, Self

from pydantic import Field, field_validator, model_validator

from rules.mistakes import Mistake
from rules.scope import EVERYTHING, Scope
from rules.values import Frozen, Slug

DAYS = (0, 1, 2, 3, 4, 5, 6)

START = r"^([01]\d|2[0-3]):[0-5]\d$"
END = r"^(([01]\d|2[0-3]):[0-5]\d|24:00)$"

type Start = Annotated[str, Field(pattern=START)]
type End = Annotated[str, Field(pattern=END)]


class Span(Frozen):
    """A stretch of wall-clock time; where `end` is not after `start` it ends on the next day."""

    start: Start
    end: End


class Window(Span):
    """A stretch of wall-clock time on some days of the week.

    `days` are the days on which it begins (0 = Monday). Where `end` is not after `start`
    it ends on the next day; 24:00 is the end of the day.
    """

    days: Annotated[tuple[int, ...], Field(min_length=1, max_length=7)] = DAYS

    @field_validator("days")
    @classmethod
    def _sort_days(cls, days: tuple[int, ...]) -> tuple[int, ...]:
        if any(day not in DAYS for day in days):
            raise Mistake("A day is a number from 0 (Monday) to 6 (Sunday).")
        return tuple(sorted(set(days)))


type Spans = Annotated[tuple[Span, ...], Field(max_length=12)]


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
    holiday: Spans | None = None
    """Windows of a day that is like a holiday; None: those of a Saturday."""
    exam: Spans | None = None
    """Windows of a day before or with an exam; None: those of that day of the week."""


class Like(StrEnum):
    """What a different day is like."""

    MONDAY = "monday"
    TUESDAY = "tuesday"
    WEDNESDAY = "wednesday"
    THURSDAY = "thursday"
    FRIDAY = "friday"
    SATURDAY = "saturday"
    SUNDAY = "sunday"
    HOLIDAY = "holiday"
    EXAM = "exam"
    OFF = "off"
    """The hours close nothing on that day."""


LONGEST_YEARLY = 365
LONGEST_UID = 255


class DateException(Frozen):
    """One date, or several in a row, that are not like the rest of the week.

    It concerns the windows that begin on these dates: a night that began the day before stays.
    """

    name: Annotated[str, Field(min_length=1, max_length=80)]
    first: date
    last: date | None = None
    """The last of the dates; None: only the first."""
    yearly: bool = False
    """Comes again on the same dates of every year; 29 February only in leap years."""
    like: Like | None = None
    windows: Spans | None = None
    """Windows of these dates alone, in place of `like`."""
    hours: tuple[str, ...] = ()
    """Names of the hours it concerns; empty: all hours, and the minutes of the day."""
    uid: Annotated[str, Field(max_length=LONGEST_UID)] = ""
    """The event of a calendar that it came from; the same event replaces it."""

    @property
    def end(self) -> date:
        """Return the last of the dates."""
        return self.last or self.first

    @model_validator(mode="after")
    def _makes_sense(self) -> Self:
        if (self.like is None) == (self.windows is None):
            raise Mistake("Say what the day is like, or give it windows of its own, not both.")
        if self.end < self.first:
            raise Mistake("The last day lies before the first.")
        if self.yearly and (self.end - self.first).days >= LONGEST_YEARLY:
            raise Mistake("What comes every year lasts less than a year.")
        return self


class Applies(Frozen):
    """When and where a layer holds; what is left empty does not restrict."""

    windows: Annotated[tuple[Window, ...], Field(max_length=42)] = ()
    dates: Annotated[tuple[tuple[date, date], ...], Field(max_length=100)] = ()
    """First and last dates of the stretches in which it holds: the terms of a school year."""
    networks: Annotated[tuple[Slug, ...], Field(max_length=20)] = ()
    """Tags of networks in one of which the device must be."""

    @field_validator("dates")
    @classmethod
    def _in_order(cls, dates: tuple[tuple[date, date], ...]) -> tuple[tuple[date, date], ...]:
        if any(last < first for first, last in dates):
            raise Mistake("The last day lies before the first.")
        return tuple(sorted(dates))
