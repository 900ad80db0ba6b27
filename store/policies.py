"""Policies: append-only history of documents, owned by a group or a child."""

from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from sqlalchemy.ext.asyncio import AsyncConnection

from rules.policy import Policy
from store.change import Change


@dataclass(frozen=True, slots=True)
class PolicyVersion:
    owner_id: UUID
    """A group or a child."""
    number: int
    policy: Policy
    at: datetime
    by: str
    what: str


async def current(connection: AsyncConnection, owner_id: UUID) -> PolicyVersion | None:
    """Return the policy in force for an owner, if there ever was one."""
    raise NotImplementedError


async def save(tx: Change, owner_id: UUID, policy: Policy, *, expected: int | None = None) -> PolicyVersion:
    """Append a version. Raises Conflict if `expected` is given and is not the current number."""
    raise NotImplementedError


async def history(connection: AsyncConnection, owner_id: UUID, *, limit: int = 50) -> list[PolicyVersion]:
    """Return the versions, newest first."""
    raise NotImplementedError


async def restore(tx: Change, owner_id: UUID, number: int) -> PolicyVersion:
    """Append a copy of an older version (this is how an undo works). Raises NotFound."""
    raise NotImplementedError
