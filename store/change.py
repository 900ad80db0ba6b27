"""One change by one author: rows, a ledger line and a new revision in one transaction, then a hint to the doors."""

import logging
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from datetime import datetime
from uuid import UUID

from sqlalchemy.exc import SQLAlchemyError
from sqlalchemy.ext.asyncio import AsyncConnection

from store import hints, ledger, revisions
from store.actor import SYSTEM, Actor, ActorKind
from store.database import Database
from store.errors import StoreError

__all__ = ["SYSTEM", "Actor", "ActorKind", "Change", "change"]

log = logging.getLogger(__name__)


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


@asynccontextmanager
async def change(
    db: Database,
    *,
    by: Actor,
    what: str,
    now: datetime,
    values: dict[str, str] | None = None,
    child_id: UUID | None = None,
) -> AsyncIterator[Change]:
    """Make one change: everything inside the block, a ledger line and revision + 1, or nothing at all.

    `what` is a stable message in English with {placeholders} filled from `values`
    (“paused {child}”), so that the ledger can be shown in the reader's language.
    The doors get a hint after the commit.
    """
    async with db.write() as connection:
        revision = await revisions.move(connection)
        tx = Change(connection, by, now, revision, what, values or {})
        yield tx
        await ledger.append(
            connection,
            by=by,
            what=what,
            values=tx.values,
            now=now,
            child_id=child_id,
            revision=revision,
        )
    await _hint(db, revision)


async def _hint(db: Database, revision: int) -> None:
    """Wake the doors; a hint that gets lost costs at most a second, so it never fails a change."""
    try:
        await hints.send(db, revision)
    except (OSError, SQLAlchemyError, StoreError):
        log.warning("a hint was lost", extra={"event": "hint_lost", "revision": revision})
