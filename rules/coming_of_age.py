"""Growing up: control and recording end by themselves at 18, and everyone is told before.

Only the birth year is known, so they end with the year in which the child turns 18.
"""

from datetime import datetime
from zoneinfo import ZoneInfo

from rules.sentences import Sentence

GROWN_UP = 18
NOTICE_DAYS = (90, 30, 7, 1)
"""Days before the end at which child and adults are told."""


def ends(birth_year: int, zone: str) -> datetime:
    """Return the moment at which control and recording end: New Year after the 18th birthday."""
    return datetime(birth_year + GROWN_UP + 1, 1, 1, tzinfo=ZoneInfo(zone))


def is_of_age(birth_year: int, zone: str, now: datetime) -> bool:
    """Tell whether control and recording have ended."""
    return now >= ends(birth_year, zone)


def due(birth_year: int, zone: str, since: datetime, now: datetime) -> int | None:
    """Return the days of the nearest notice that came due after `since`, up to now; 0: it ended.

    Asked once a day or once a month, it says each stage at most once and never an overtaken one.
    """
    end = ends(birth_year, zone)
    before, after = _days_left(end, since), _days_left(end, now)
    passed = [days for days in (*NOTICE_DAYS, 0) if after <= days < before]
    return min(passed, default=None)


def to_child(days: int) -> Sentence:
    """Say to the child what ends when."""
    if not days:
        return Sentence("You are grown up: Hải Đăng no longer steers or writes down anything.", {})
    return Sentence(
        "In {days} days you count as grown up: Hải Đăng will no longer steer or write down"
        " anything.",
        {"days": days},
    )


def to_parent(name: str, days: int) -> Sentence:
    """Say to an adult what ends when."""
    if not days:
        return Sentence(
            "{child} is grown up: rules and recording have ended by themselves.", {"child": name}
        )
    return Sentence(
        "{child} counts as grown up in {days} days: rules and recording will end by themselves.",
        {"child": name, "days": days},
    )


def _days_left(end: datetime, now: datetime) -> int:
    """Count the local dates until the end."""
    return (end.date() - now.astimezone(end.tzinfo).date()).days
