"""Policies: append-only history of documents, owned by a group or a child."""

from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import Any
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


async def current_of(
    connection: AsyncConnection, owners: Collection[UUID]
) -> dict[UUID, PolicyVersion]:
    """Return the version in force of those owners that have one."""
    rows = await connection.execute(_in_force(owners, *policies.c))
    return {row["owner_id"]: _version(row) for row in rows.mappings()}


async def numbered(connection: AsyncConnection, numbers: Mapping[UUID, int]) -> dict[UUID, Policy]:
    """Return for owners the policy that has a number of theirs; none where there is none."""
    which = sa.tuple_(policies.c.owner_id, policies.c.number).in_(list(numbers.items()))
    rows = await connection.execute(sa.select(policies).where(which))
    return {row.owner_id: Policy.model_validate(row.document) for row in rows}


async def all_current(
    connection: AsyncConnection, owners: Collection[UUID] | None = None
) -> dict[UUID, Policy]:
    """Return the policy in force of every owner, or of some."""
    wanted = _in_force(owners, policies.c.owner_id, policies.c.document)
    rows = await connection.execute(wanted)
    return {row.owner_id: Policy.model_validate(row.document) for row in rows}


def _in_force(owners: Collection[UUID] | None, *columns: sa.Column[Any]) -> sa.Select[Any]:
    """Select from the newest version of every owner, or of some."""
    newest = sa.select(policies.c.owner_id, sa.func.max(policies.c.number).label("number"))
    some = newest.where(one_of(policies.c.owner_id, owners))
    last = some.group_by(policies.c.owner_id).subquery()
    same = sa.and_(policies.c.owner_id == last.c.owner_id, policies.c.number == last.c.number)
    return sa.select(*columns).join(last, same)


async def save(
    tx: Change, owner_id: UUID, policy: Policy, *, expected: int | None = None
) -> PolicyVersion:
    """Append a version. Raises Conflict if `expected` is given and is not the current number."""
    before = await tx.connection.scalar(
        sa.select(sa.func.max(policies.c.number)).where(policies.c.owner_id == owner_id)
    )
    if expected is not None and expected != (before or 0):
        raise Conflict
    saved = _next(tx, owner_id, (before or 0) + 1, policy)
    await tx.connection.execute(sa.insert(policies), [_row(saved)])
    return saved


async def save_each(tx: Change, versions: Mapping[UUID, tuple[int, Policy]]) -> None:
    """Append a version for each of many owners, after the numbers they had in this change."""
    saved = [_next(tx, owner, after + 1, policy) for owner, (after, policy) in versions.items()]
    if saved:
        await tx.connection.execute(sa.insert(policies), [_row(each) for each in saved])


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


def _next(tx: Change, owner_id: UUID, number: int, policy: Policy) -> PolicyVersion:
    values = tx.about.get(owner_id, tx.values)
    at = tx.now.astimezone(UTC)
    return PolicyVersion(owner_id, number, policy, at, tx.by.name, tx.what, values)


def _row(saved: PolicyVersion) -> dict[str, object]:
    return {
        "owner_id": saved.owner_id,
        "number": saved.number,
        "document": saved.policy.model_dump(mode="json", exclude_defaults=True),
        "at": saved.at,
        "by": saved.by,
        "what": saved.what,
        "values": saved.values,
    }


def _version(row: sa.RowMapping) -> PolicyVersion:
    given = dict(row)
    return PolicyVersion(policy=Policy.model_validate(given.pop("document")), **given)
