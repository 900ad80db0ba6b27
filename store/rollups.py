"""Hourly sums made from visits, kept longer than visits; safe to run twice, late rows included."""

from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from sqlalchemy.ext.asyncio import AsyncConnection

from rules.verdict import Action, Reason
from store.database import Database


@dataclass(frozen=True, slots=True)
class HourRow:
    """Sums of one child, UTC hour, host and answer."""

    child_id: UUID
    hour: datetime
    host: str
    category: str
    service: str
    action: Action
    reason: Reason
    rule: str
    visits: int
    minutes: int
    """Distinct minutes of the hour with a visit."""
    bytes_down: int


async def run(db: Database, *, now: datetime) -> int:
    """Sum every hour that got new rows since the last run; return how many hours were written."""
    raise NotImplementedError


async def load(
    connection: AsyncConnection, child_id: UUID, *, since: datetime, until: datetime
) -> list[HourRow]:
    """Return a child's hours in [since, until)."""
    raise NotImplementedError


async def known_before(
    connection: AsyncConnection, child_id: UUID, *, before: datetime
) -> set[str]:
    """Return the hosts a child had visited (not blocked) before a moment, to tell what is new."""
    raise NotImplementedError
