"""Backups: how they are named, how often they are made, which of them are kept."""

import re
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from enum import StrEnum

NAME = re.compile(r"haidang-(\d{8}-\d{6})\.tar\.gz")
WRITTEN = "%Y%m%d-%H%M%S"
SLACK = timedelta(hours=2)
"""A night that rings a little earlier than the last one counts as a night."""


class Every(StrEnum):
    """How often a backup is made by itself."""

    NEVER = "never"
    DAY = "day"
    WEEK = "week"


LENGTHS = {Every.DAY: timedelta(days=1), Every.WEEK: timedelta(days=7)}


@dataclass(frozen=True, slots=True)
class Plan:
    """What an adult chose: how often, and how many of the newest are kept."""

    every: Every = Every.NEVER
    keep: int = 7


@dataclass(frozen=True, slots=True)
class Backup:
    """One file that holds everything."""

    name: str
    at: datetime
    size: int
    """Bytes."""


def moment_of(name: str) -> datetime | None:
    """Return when a backup was made, by its name; None for a file that is none."""
    found = NAME.fullmatch(name)
    try:
        return datetime.strptime(found[1], WRITTEN).replace(tzinfo=UTC) if found else None
    except ValueError:
        return None


def name_at(moment: datetime) -> str:
    """Name a backup that is made at a moment."""
    return f"haidang-{moment.astimezone(UTC):{WRITTEN}}.tar.gz"


def is_due(plan: Plan, newest: datetime | None, now: datetime) -> bool:
    """Tell whether a backup is to be made now."""
    if plan.every is Every.NEVER:
        return False
    return newest is None or now - newest >= LENGTHS[plan.every] - SLACK


def outlived(plan: Plan, there: Iterable[Backup]) -> list[Backup]:
    """Return the backups that go, the newest being kept; without a plan none does."""
    if plan.every is Every.NEVER:
        return []
    return sorted(there, key=lambda each: each.at, reverse=True)[plan.keep :]
