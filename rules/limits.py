"""Minutes: how many a day and a week, for what, and what nobody narrower may lift."""

from typing import Annotated, Self

from pydantic import Field, field_validator, model_validator

from rules.mistakes import Mistake
from rules.scope import EVERYTHING, Scope, ScopeKind, split
from rules.values import Frozen

MINUTES_A_DAY = 24 * 60
MINUTES_A_WEEK = 7 * MINUTES_A_DAY
WARNINGS = (15, 5, 1)


class Allowance(Frozen):
    """Minutes for a scope, pooled over all devices of the child; learning never counts.

    `minutes` are those of a day, Monday to Sunday; without them only the week is limited.
    """

    scope: Scope = EVERYTHING
    minutes: Annotated[tuple[int, ...], Field(min_length=7, max_length=7)] = (MINUTES_A_DAY,) * 7
    week: Annotated[int, Field(ge=0, le=MINUTES_A_WEEK)] | None = None
    """Minutes from Monday to Sunday together."""
    carry: Annotated[int, Field(ge=0, le=MINUTES_A_DAY)] = 0
    """The most minutes that earlier days of the week may leave to a day."""
    per_service: bool = False
    """Each service of the category has these minutes for itself."""
    warn: Annotated[tuple[int, ...], Field(max_length=5)] = WARNINGS
    """Minutes before the end at which the child is told."""
    every: Annotated[int, Field(ge=0, le=MINUTES_A_DAY)] = 0
    """The child is told after every so many minutes of use; 0: never."""

    @field_validator("minutes")
    @classmethod
    def _within_a_day(cls, minutes: tuple[int, ...]) -> tuple[int, ...]:
        if any(not 0 <= value <= MINUTES_A_DAY for value in minutes):
            raise Mistake("Minutes a day lie between 0 and 1440.")
        return minutes

    @field_validator("warn")
    @classmethod
    def _warns_in_order(cls, warn: tuple[int, ...]) -> tuple[int, ...]:
        if any(not 0 < value <= MINUTES_A_DAY for value in warn):
            raise Mistake("A warning comes some minutes before the end.")
        return tuple(sorted(set(warn), reverse=True))

    @model_validator(mode="after")
    def _each_of_a_category(self) -> Self:
        if self.per_service and split(self.scope)[0] is not ScopeKind.CATEGORY:
            raise Mistake("Only a category has services that can have minutes each.")
        if self.per_service and (self.week is not None or self.carry):
            raise Mistake("Minutes for each service are minutes a day.")
        return self


class Floor(Frozen):
    """What no grant of a narrower layer opens, or opens no longer than so many minutes a day."""

    scope: Scope
    minutes: Annotated[int, Field(ge=0, le=MINUTES_A_DAY)] = 0
    """Minutes a day up to which narrower layers may still grant it."""
