"""Growing up: control and recording end by themselves at 18, and everyone is told before.

Only the birth year is known, so they end with the year in which the child turns 18.
"""

from datetime import datetime
from zoneinfo import ZoneInfo

GROWN_UP = 18
LITTLE = 11
"""Up to this age a child is spoken to in short words."""
NOTICE_DAYS = (90, 30, 7, 1)
"""Days before the end at which child and adults are told."""


def ends(birth_year: int, zone: str) -> datetime:
    """Return the moment at which control and recording end: New Year after the 18th birthday."""
    return datetime(birth_year + GROWN_UP + 1, 1, 1, tzinfo=ZoneInfo(zone))


def is_of_age(birth_year: int, zone: str, now: datetime) -> bool:
    """Tell whether control and recording have ended."""
    return now >= ends(birth_year, zone)


def stage(birth_year: int, zone: str, now: datetime) -> int | None:
    """Return the nearest stage that is reached: 90, 30, 7 or 1 days before the end; 0: it ended."""
    left = days_left(birth_year, zone, now)
    return min((days for days in (*NOTICE_DAYS, 0) if left <= days), default=None)


def days_left(birth_year: int, zone: str, now: datetime) -> int:
    """Count the local dates until the end."""
    end = ends(birth_year, zone)
    return (end.date() - now.astimezone(end.tzinfo).date()).days


def is_little(birth_year: int | None, now: datetime) -> bool:
    """Tell whether short words and large pictures are better."""
    return birth_year is not None and now.year - birth_year <= LITTLE
