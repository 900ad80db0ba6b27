"""Attended minutes per child, local day and scope, as bitmaps that merge by OR."""

from datetime import date
from uuid import UUID

from sqlalchemy.ext.asyncio import AsyncConnection

from rules.minutes import Bitmap


async def load(connection: AsyncConnection, *, child_ids: list[UUID] | None = None, day: date) -> dict[tuple[UUID, str], Bitmap]:
    """Return (child id, scope) -> bitmap of one local day."""
    raise NotImplementedError


async def load_days(connection: AsyncConnection, child_id: UUID, *, first: date, last: date) -> dict[tuple[date, str], Bitmap]:
    """Return (day, scope) -> bitmap for a child, both days included."""
    raise NotImplementedError


async def merge(connection: AsyncConnection, bitmaps: dict[tuple[UUID, date, str], Bitmap]) -> None:
    """Merge bitmaps into what is stored, by OR."""
    raise NotImplementedError
