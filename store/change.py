"""One change by one author: rows, a ledger line and a new revision in one transaction, then a hint to the doors."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from uuid import UUID

from sqlalchemy.ext.asyncio import AsyncConnection

from store.database import Database


class ActorKind(StrEnum):
    ADULT = "adult"
    CHILD = "child"
    SYSTEM = "system"


@dataclass(frozen=True, slots=True)
class Actor:
    """Who changes or looks: an adult, a child, or the system itself."""

    kind: ActorKind
    name: str
    id: UUID | None = None


SYSTEM = Actor(ActorKind.SYSTEM, "Hải Đăng")


@dataclass(slots=True)
class Change:
    """A change under way. Every writing function of the store takes it as its first argument."""

    connection: AsyncConnection
    by: Actor
    now: datetime
    revision: int
    """The revision this change will bring."""


@asynccontextmanager
async def change(db: Database, *, by: Actor, what: str, now: datetime, values: dict[str, str] | None = None, child_id: UUID | None = None) -> AsyncIterator[Change]:
    """Make one change: everything inside the block, a ledger line and revision + 1, or nothing at all.

    `what` is a stable message in English with {placeholders} filled from `values`
    (“paused {child}”), so that the ledger can be shown in the reader's language.
    The doors get a hint after the commit.
    """
    raise NotImplementedError
    yield
