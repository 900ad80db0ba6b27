"""Bedtime: which minutes fell into it, and on how many days it was kept."""

from collections.abc import Iterable
from datetime import date, datetime, timedelta

from reports import minutes
from reports.closed import closed_minutes, closing_hours
from reports.family.value import Nights
from reports.weeks import Week, local_day, midnight, minute_of_day
from rules.family import Grant
from rules.minutes import MINUTES, Bitmap, count
from rules.policy import Policy

MORNING, EVENING = 7 * 60, 19 * 60
NIGHT: Bitmap = ((1 << MORNING) - 1) | (((1 << MINUTES) - 1) ^ ((1 << EVENING) - 1))
"""Hours that close everything in the daytime are study time, not bedtime."""
A_MOMENT = 5
"""So many minutes are putting the phone away."""


def nights_of(
    policies: Iterable[Policy],
    bitmaps: minutes.Bitmaps,
    grants: Iterable[Grant],
    week: Week,
    now: datetime,
) -> Nights | None:
    """Sum up bedtime of the days that are over; None where there is none in the week."""
    hours, given = closing_hours(policies), list(grants)
    late, free, closed_days = [], 0, 0
    kept = 0
    for day in week.days:
        closed = closed_minutes(hours, day) & NIGHT if _is_over(day, week, now) else 0
        used = closed and minutes.total(bitmaps, day) & closed
        open_then = given_minutes(given, day, week.zone)
        late.append(count(used & ~open_then))
        free += count(used & open_then)
        closed_days += bool(closed)
        kept += bool(closed) and late[-1] <= A_MOMENT
    return (
        Nights(days=closed_days, kept=kept, late=tuple(late), given=free) if closed_days else None
    )


def given_minutes(grants: Iterable[Grant], day: date, zone: str) -> Bitmap:
    """Return the minutes of a local day in which some grant ran."""
    begin, end = midnight(day, zone), midnight(day + timedelta(days=1), zone)
    given = 0
    for grant in grants:
        since, until = max(grant.since, begin), min(grant.until, end)
        if since >= until:
            continue
        first = minute_of_day(since, zone)
        last = MINUTES if until == end else minute_of_day(until, zone)
        given |= (1 << max(last, first)) - (1 << first)
    return given


def _is_over(day: date, week: Week, now: datetime) -> bool:
    return day < local_day(now, week.zone)
