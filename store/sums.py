"""All sums, each made from the one before: hours, days of children, days of classes and schools."""

from dataclasses import dataclass
from datetime import datetime

from store import days, group_days, rollups
from store.database import Database


@dataclass(frozen=True, slots=True)
class Summed:
    """How much was summed (again)."""

    hours: int
    days: int
    group_days: int


async def run(db: Database, *, now: datetime) -> Summed:
    """Bring every sum up to date: only what changed is summed, and twice changes nothing."""
    return Summed(
        await rollups.run(db, now=now),
        await days.run(db),
        await group_days.run(db),
    )
