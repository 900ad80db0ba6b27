"""The ledger: who changed what, who looked at what; each line carries the hash of the one before."""

from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from sqlalchemy.ext.asyncio import AsyncConnection

from store.change import Actor


@dataclass(frozen=True, slots=True)
class LedgerLine:
    number: int
    at: datetime
    by: Actor
    what: str
    values: dict[str, str]
    child_id: UUID | None
    revision: int | None


async def looked(connection: AsyncConnection, *, by: Actor, what: str, now: datetime, values: dict[str, str] | None = None, child_id: UUID | None = None) -> None:
    """Write that somebody looked at something (no new revision)."""
    raise NotImplementedError


async def lines(connection: AsyncConnection, *, child_id: UUID | None = None, limit: int = 50, before: int | None = None) -> list[LedgerLine]:
    """Return lines, newest first."""
    raise NotImplementedError


async def first_broken(connection: AsyncConnection) -> int | None:
    """Walk the chain; return the number of the first line that was altered, or None."""
    raise NotImplementedError
