"""Weekly letters: the database lets exactly one through for each child and week."""

from datetime import date, datetime
from uuid import UUID

from sqlalchemy.ext.asyncio import AsyncConnection


async def claim(connection: AsyncConnection, child_id: UUID, week: date, *, now: datetime) -> bool:
    """Claim a child's week (its first day); True for exactly one caller."""
    raise NotImplementedError


async def keep(connection: AsyncConnection, child_id: UUID, week: date, *, summary: str, now: datetime) -> None:
    """Keep the finished summary (JSON) of a claimed week, replacing an earlier one."""
    raise NotImplementedError


async def find(connection: AsyncConnection, child_id: UUID, week: date) -> str | None:
    """Return the summary kept for a week, if any."""
    raise NotImplementedError


async def weeks(connection: AsyncConnection, child_id: UUID) -> list[date]:
    """Return the weeks with a kept summary, newest first."""
    raise NotImplementedError
