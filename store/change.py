"""One change by one author: rows, a ledger line, a new revision, all or nothing; then a hint."""

from collections.abc import AsyncIterator, Mapping
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from datetime import datetime
from uuid import UUID

from sqlalchemy.ext.asyncio import AsyncConnection

from store import hints, ledger, revisions
from store.actor import SYSTEM, Actor, ActorKind
from store.database import Database

__all__ = ["SYSTEM", "Actor", "ActorKind", "Change", "change"]


@dataclass(slots=True)
class Change:
    """A change under way. Every writing function of the store takes it as its first argument."""

    connection: AsyncConnection
    by: Actor
    now: datetime
    revision: int
    """The revision this change will bring."""
    what: str = ""
    values: dict[str, str] = field(default_factory=dict)
    about: Mapping[UUID | None, dict[str, str]] = field(default_factory=dict)
    """Children each of whom gets a line of its own in the ledger, with these values."""


@asynccontextmanager
async def change(
    db: Database,
    *,
    by: Actor,
    what: str,
    now: datetime,
    values: dict[str, str] | None = None,
    child_id: UUID | None = None,
    group_id: UUID | None = None,
) -> AsyncIterator[Change]:
    """Make one change: the block, a ledger line and revision + 1, or nothing at all.

    `what` is a stable message in English with {placeholders} filled from `values`
    (“paused {child}”), so that the ledger can be shown in the reader's language.
    The doors get a hint after the commit.
    """
    async with db.write() as connection:
        revision = await revisions.move(connection)
        tx = Change(connection, by, now, revision, what, values or {})
        yield tx
        await ledger.append_each(
            connection,
            by=by,
            what=tx.what,
            told=tx.about or {child_id: tx.values},
            now=now,
            revision=revision,
            group_id=group_id,
        )
    await hints.send_quietly(db, revision)
