"""Grants: exceptions that end by themselves."""

from collections.abc import Collection
from datetime import datetime
from uuid import UUID

import sqlalchemy as sa
from sqlalchemy.ext.asyncio import AsyncConnection

from rules.family import Grant
from rules.giving import no_effect
from rules.scope import EVERYTHING
from rules.verdict import Layer
from rules.visit import LookUp, unlisted
from store import memberships
from store.change import Change
from store.errors import Impossible, NotFound
from store.groups import Group
from store.ids import new_id
from store.tables import grants

KEPT = tuple(grants.c[name] for name in Grant.model_fields)


async def give(
    tx: Change,
    child_id: UUID,
    *,
    until: datetime,
    scope: str = EVERYTHING,
    reason: str = "",
    of: Group | None = None,
    since: datetime | None = None,
    look_up: LookUp = unlisted,
) -> Grant:
    """Give a grant until a moment, from now on or from a later one.

    It lifts the rules of a group, `of`; without one, those the giver speaks for by their role.
    Raises Impossible for what could have no effect, as far as `look_up` knows.
    """
    if (why := no_effect(scope, look_up)) is not None:
        raise Impossible(why)
    giver = of or await memberships.spoken_for(tx.connection, tx.by, child_id)
    grant = Grant(
        id=new_id(),
        child_id=child_id,
        scope=scope,
        since=since or tx.now,
        until=until,
        by=tx.by.name,
        layer=Layer(giver.kind) if giver else Layer.FAMILY,
        reason=reason,
        group_id=giver.id if giver else None,
    )
    await tx.connection.execute(sa.insert(grants).values(grant.model_dump()))
    return grant


async def end(tx: Change, grant_id: UUID) -> None:
    """End a grant now. Raises NotFound."""
    if await _end(tx, grants.c.id == grant_id) == 0:
        raise NotFound


async def end_all(tx: Change, child_ids: Collection[UUID], *, of: UUID | None = None) -> None:
    """End now whatever children were given, or what one group gave them."""
    given = sa.true() if of is None else grants.c.group_id == of
    await _end(tx, sa.and_(grants.c.child_id.in_(child_ids), given))


async def take_up(tx: Change, child_ids: Collection[UUID], ended: datetime) -> None:
    """Let what was ended at a moment go on, for as long as it was meant to."""
    theirs = sa.and_(grants.c.child_id.in_(child_ids), grants.c.until == ended)
    left = sa.update(grants).where(theirs, grants.c.meant_until > tx.now)
    await tx.connection.execute(left.values(until=grants.c.meant_until, meant_until=None))


async def _end(tx: Change, which: sa.ColumnElement[bool]) -> int:
    ended = sa.update(grants).where(which, grants.c.until > tx.now)
    now = ended.values(until=tx.now, meant_until=grants.c.until)
    return (await tx.connection.execute(now)).rowcount


async def running(
    connection: AsyncConnection, *, now: datetime, child_id: UUID | None = None
) -> list[Grant]:
    """Return the grants that have not ended."""
    wanted = sa.select(*KEPT).where(grants.c.until > now).order_by(grants.c.id)
    if child_id is not None:
        wanted = wanted.where(grants.c.child_id == child_id)
    return [Grant(**row) for row in (await connection.execute(wanted)).mappings()]


async def running_of(
    connection: AsyncConnection, child_ids: Collection[UUID], *, now: datetime
) -> list[Grant]:
    """Return the grants of some children that have not ended."""
    theirs = sa.and_(grants.c.until > now, grants.c.child_id.in_(child_ids))
    wanted = sa.select(*KEPT).where(theirs).order_by(grants.c.id)
    return [Grant(**row) for row in (await connection.execute(wanted)).mappings()]


async def of_group(
    connection: AsyncConnection, group_id: UUID, child_id: UUID, *, now: datetime
) -> list[Grant]:
    """Return the grants of a child that a group gave and that have not ended."""
    given = await running(connection, now=now, child_id=child_id)
    return [grant for grant in given if grant.group_id == group_id]


async def between(
    connection: AsyncConnection, child_id: UUID, since: datetime, until: datetime
) -> list[Grant]:
    """Return a child's grants that ran at some time between two moments."""
    ran = sa.and_(grants.c.child_id == child_id, grants.c.since < until, grants.c.until > since)
    wanted = sa.select(*KEPT).where(ran).order_by(grants.c.id)
    return [Grant(**row) for row in (await connection.execute(wanted)).mappings()]
