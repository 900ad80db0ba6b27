"""Which minutes of a local day the hours close, to see how much use fell into bedtime."""

from collections.abc import Iterable
from datetime import date

from rules.hours import DAY, WeeklyHours, compile_hours
from rules.minutes import Bitmap
from rules.policy import Policy
from rules.scope import EVERYTHING


def closing_hours(policies: Iterable[Policy]) -> tuple[WeeklyHours, ...]:
    """Return the hours that close everything, of all policies together."""
    return tuple(
        compile_hours(hours)
        for policy in policies
        for hours in policy.hours
        if hours.scope == EVERYTHING
    )


def closed_minutes(hours: Iterable[WeeklyHours], day: date) -> Bitmap:
    """Return the minutes of a day that any of the hours closes."""
    begin = day.weekday() * DAY
    closed = 0
    for weekly in hours:
        closed |= sum(1 << minute for minute in range(DAY) if weekly.closed(begin + minute))
    return closed
