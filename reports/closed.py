"""Which minutes of a local day the hours close, to see how much use fell into bedtime."""

from collections.abc import Iterable
from datetime import date

from rules.calendar import calendar_of, day_number
from rules.dated import hours_of
from rules.hours import DAY, Turning, Wall
from rules.minutes import Bitmap
from rules.policy import Policy
from rules.scope import EVERYTHING


def closing_hours(policies: Iterable[Policy]) -> tuple[Turning, ...]:
    """Return the hours that close everything, of all policies together, with their dates."""
    return tuple(
        hours_of(hours, calendar_of(policy.exceptions))
        for policy in policies
        for hours in policy.hours
        if hours.scope == EVERYTHING
    )


def closed_minutes(hours: Iterable[Turning], day: date) -> Bitmap:
    """Return the minutes of a day that any of the hours closes."""
    closed = 0
    for turning in hours:
        closed |= sum(1 << minute for minute in range(DAY) if turning.shut(_wall(day, minute)))
    return closed


def _wall(day: date, minute: int) -> Wall:
    """Show a minute on a wall without clock changes: a day’s bitmap has none either."""
    local = day_number(day) * DAY + minute
    return Wall(stamp=local, minute=day.weekday() * DAY + minute, steady=local + 1, local=local)
