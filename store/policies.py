"""Policies: append-only history of documents, owned by a group or a child."""

from collections.abc import Collection, Iterable
from dataclasses import dataclass, field
from datetime import UTC, datetime
from uuid import UUID

import sqlalchemy as sa
from sqlalchemy.ext.asyncio import AsyncConnection

from rules.policy import Policy
from store.change import Change
from store.columns import one_of
from store.errors import Conflict, NotFound
from store.tables import policies


@dataclass(frozen=True, slots=True)
class PolicyVersion:
    owner_id: UUID
    """A group or a child."""
    number: int
    policy: Policy
    at: datetime
    by: str
    what: str
    """The message of the change that brought it, with {placeholders} for `values`."""
    values: dict[str, str] = field(default_factory=dict)


async def current(connection: AsyncConnection, owner_id: UUID) -> PolicyVersion | None:
    """Return the policy in force for an owner, if there ever was one."""
    wanted = sa.select(policies).where(policies.c.owner_id == owner_id)
    newest = wanted.order_by(policies.c.number.desc()).limit(1)
    row = (await connection.execute(newest)).mappings().one_or_none()
    return _version(row) if row else None


async def all_current(
    connection: AsyncConnection, owners: Collection[UUID] | None = None
) -> dict[UUID, Policy]:
    """Return the policy in force of every owner, or of some."""
    newest = sa.select(policies.c.owner_id, sa.func.max(policies.c.number).label("number"))
    some = newest.where(one_of(policies.c.owner_id, owners))
    last = some.group_by(policies.c.owner_id).subquery()
    same = sa.and_(policies.c.owner_id == last.c.owner_id, policies.c.number == last.c.number)
    rows = await connection.execute(
        sa.select(policies.c.owner_id, policies.c.document).join(last, same)
    )
    return {row.owner_id: Policy.model_validate(row.document) for row in rows}


async def save(
    tx: Change, owner_id: UUID, policy: Policy, *, expected: int | None = None
) -> PolicyVersion:
    """Append a version. Raises Conflict if `expected` is given and is not the current number."""
    before = await tx.connection.scalar(
        sa.select(sa.func.max(policies.c.number)).where(policies.c.owner_id == owner_id)
    )
    if expected is not None and expected != (before or 0):
        raise Conflict
    saved = PolicyVersion(
        owner_id, (before or 0) + 1, policy, tx.now.astimezone(UTC), tx.by.name, tx.what, tx.values
    )
    row = {
        "owner_id": owner_id,
        "number": saved.number,
        "document": policy.model_dump(mode="json", exclude_defaults=True),
        "at": saved.at,
        "by": saved.by,
        "what": saved.what,
        "values": saved.values,
    }
    await tx.connection.execute(sa.insert(policies).values(row))
    return saved


async def begin(tx: Change, owner_ids: Iterable[UUID], policy: Policy) -> None:
    """Give new owners, who have none, their first version."""
    alike = {
        "number": 1,
        "document": policy.model_dump(mode="json", exclude_defaults=True),
        "at": tx.now.astimezone(UTC),
        "by": tx.by.name,
        "what": tx.what,
        "values": tx.values,
    }
    rows = [{"owner_id": owner_id, **alike} for owner_id in owner_ids]
    await tx.connection.execute(sa.insert(policies), rows)


async def history(
    connection: AsyncConnection, owner_id: UUID, *, limit: int = 50, before: int | None = None
) -> list[PolicyVersion]:
    """Return the versions, newest first; those before one."""
    wanted = sa.select(policies).where(policies.c.owner_id == owner_id)
    if before is not None:
        wanted = wanted.where(policies.c.number < before)
    newest = wanted.order_by(policies.c.number.desc()).limit(limit)
    return [_version(row) for row in (await connection.execute(newest)).mappings()]


async def version(connection: AsyncConnection, owner_id: UUID, number: int) -> PolicyVersion:
    """Return one version of an owner's policy. Raises NotFound."""
    which = sa.and_(policies.c.owner_id == owner_id, policies.c.number == number)
    row = (await connection.execute(sa.select(policies).where(which))).mappings().one_or_none()
    if row is None:
        raise NotFound
    return _version(row)


async def restore(
    tx: Change, owner_id: UUID, number: int, *, expected: int | None = None
) -> PolicyVersion:
    """Append a copy of an older version (this is how an undo works). Raises NotFound.

    Raises Conflict if `expected` is given and is not the current number.
    """
    old = await version(tx.connection, owner_id, number)
    return await save(tx, owner_id, old.policy, expected=expected)


def _version(row: sa.RowMapping) -> PolicyVersion:
    given = dict(row)
    return PolicyVersion(policy=Policy.model_validate(given.pop("document")), **given)
