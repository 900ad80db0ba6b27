"""Invitations: a link that makes somebody an adult of a group, once, until a moment."""

import secrets
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from uuid import UUID

import sqlalchemy as sa
from sqlalchemy.ext.asyncio import AsyncConnection

from store.adults import Role
from store.change import Change
from store.errors import NotFound
from store.hashed import digest
from store.ids import new_id
from store.tables import children, invitations

KEPT = timedelta(days=30)
"""How long one that was taken or ran out is still shown."""


@dataclass(frozen=True, slots=True)
class Invitation:
    id: UUID
    group_id: UUID
    role: Role
    only: frozenset[UUID] | None
    """The children it is for; None: every child of the group."""
    name: str
    """Whom it is meant for, as its author wrote it."""
    by: str
    created: datetime
    until: datetime
    taken: datetime | None = None

    def is_open(self, now: datetime) -> bool:
        """Tell whether it can still be taken."""
        return self.taken is None and now < self.until


async def invite(
    tx: Change,
    group_id: UUID,
    role: Role,
    *,
    until: datetime,
    name: str = "",
    only: Iterable[UUID] | None = None,
) -> tuple[Invitation, str]:
    """Make an invitation; return it with its secret, which is never kept.

    Raises NotFound for a child that does not live in the group.
    """
    some = None if only is None else frozenset(only)
    if some is not None:
        await _check(tx.connection, group_id, some)
    token = secrets.token_urlsafe(24)
    made = Invitation(
        new_id(), group_id, role, some, name, tx.by.name, tx.now.astimezone(UTC), until
    )
    row = {
        "id": made.id,
        "token_hash": digest(token),
        "group_id": group_id,
        "role": role.value,
        "only": None if some is None else sorted(str(child_id) for child_id in some),
        "name": name,
        "by": made.by,
        "created": made.created,
        "until": until,
    }
    await _forget_older(tx.connection, tx.now)
    await tx.connection.execute(sa.insert(invitations).values(row))
    return made, token


async def find(connection: AsyncConnection, token: str, *, now: datetime) -> Invitation:
    """Return the open invitation of a secret. Raises NotFound for any other."""
    wanted = sa.select(invitations).where(invitations.c.token_hash == digest(token))
    row = (await connection.execute(wanted)).mappings().one_or_none()
    if row is None or not (found := _invitation(row)).is_open(now):
        raise NotFound
    return found


async def take(tx: Change, token: str) -> Invitation:
    """Use an invitation up. Raises NotFound where somebody was faster, or it ran out."""
    found = await find(tx.connection, token, now=tx.now)
    mine = sa.and_(invitations.c.id == found.id, invitations.c.taken.is_(None))
    taken = sa.update(invitations).where(mine).values(taken=tx.now)
    if (await tx.connection.execute(taken)).rowcount == 0:
        raise NotFound
    return found


async def of_group(connection: AsyncConnection, group_id: UUID) -> list[Invitation]:
    """Return a group's invitations, the newest first."""
    wanted = sa.select(invitations).where(invitations.c.group_id == group_id)
    rows = await connection.execute(wanted.order_by(invitations.c.id.desc()))
    return [_invitation(row) for row in rows.mappings()]


async def withdraw(tx: Change, group_id: UUID, invitation_id: UUID) -> Invitation:
    """Take an invitation back. Raises NotFound."""
    mine = sa.and_(invitations.c.id == invitation_id, invitations.c.group_id == group_id)
    row = (await tx.connection.execute(sa.select(invitations).where(mine))).mappings().one_or_none()
    if row is None:
        raise NotFound
    await tx.connection.execute(sa.delete(invitations).where(mine))
    return _invitation(row)


async def _check(connection: AsyncConnection, group_id: UUID, only: frozenset[UUID]) -> None:
    theirs = sa.and_(children.c.id.in_(only), children.c.group_id == group_id)
    if set(await connection.scalars(sa.select(children.c.id).where(theirs))) != only:
        raise NotFound


async def _forget_older(connection: AsyncConnection, now: datetime) -> None:
    await connection.execute(sa.delete(invitations).where(invitations.c.until < now - KEPT))


def _invitation(row: sa.RowMapping) -> Invitation:
    given = {name: value for name, value in row.items() if name != "token_hash"}
    given["role"] = Role(given["role"])
    if given["only"] is not None:
        given["only"] = frozenset(UUID(text) for text in given["only"])
    return Invitation(**given)
