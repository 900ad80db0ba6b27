"""Minutes added to a day's allowance, and what learning is exchanged for."""

from collections import defaultdict
from collections.abc import Collection
from datetime import date, datetime, timedelta
from uuid import UUID

import sqlalchemy as sa
from sqlalchemy.ext.asyncio import AsyncConnection

from rules.earn import Credit, Exchange
from rules.scope import EVERYTHING
from store.change import Change
from store.columns import one_of
from store.errors import NotFound
from store.ids import new_id
from store.tables import credits_, exchanges

AROUND = timedelta(days=1)
"""A local day may already be tomorrow, or still yesterday, somewhere."""


async def credit(
    tx: Change, child_id: UUID, *, day: date, minutes: int, scope: str = EVERYTHING, why: str = ""
) -> Credit:
    """Add minutes to a child's allowance on a local day."""
    given = Credit(
        id=new_id(),
        child_id=child_id,
        day=day,
        scope=scope,
        minutes=minutes,
        by=tx.by.name,
        why=why,
    )
    await tx.connection.execute(sa.insert(credits_).values(given.model_dump()))
    return given


async def take(tx: Change, child_id: UUID, credit_id: UUID) -> None:
    """Take added minutes away again; those used already stay used."""
    which = sa.and_(credits_.c.id == credit_id, credits_.c.child_id == child_id)
    await tx.connection.execute(sa.delete(credits_).where(which))


async def credits_near(connection: AsyncConnection, *, now: datetime) -> dict[UUID, list[Credit]]:
    """Return the credits that may count at a moment, wherever a child lives."""
    today = now.date()
    near = credits_.c.day.between(today - AROUND, today + AROUND)
    return await _by_child(connection, near)


async def credits_of(
    connection: AsyncConnection, child_id: UUID, *, first: date, last: date
) -> list[Credit]:
    """Return a child's credits, both days included."""
    which = sa.and_(credits_.c.child_id == child_id, credits_.c.day.between(first, last))
    return (await _by_child(connection, which)).get(child_id, [])


async def set_exchange(
    tx: Change, child_id: UUID, *, source: str, target: str, give: int, get: int, most: int
) -> Exchange:
    """Say what learning earns; one exchange for each pair of scopes, so the same pair replaces."""
    made = Exchange(
        id=new_id(),
        child_id=child_id,
        source=source,
        target=target,
        give=give,
        get=get,
        most=most,
    )
    same = sa.and_(
        exchanges.c.child_id == child_id,
        exchanges.c.source == source,
        exchanges.c.target == target,
    )
    await tx.connection.execute(sa.delete(exchanges).where(same))
    await tx.connection.execute(sa.insert(exchanges).values(made.model_dump()))
    return made


async def end_exchange(tx: Change, child_id: UUID, exchange_id: UUID) -> None:
    """End an exchange. Raises NotFound."""
    which = sa.and_(exchanges.c.id == exchange_id, exchanges.c.child_id == child_id)
    if (await tx.connection.execute(sa.delete(exchanges).where(which))).rowcount == 0:
        raise NotFound


async def all_exchanges(
    connection: AsyncConnection, child_ids: Collection[UUID] | None = None
) -> dict[UUID, list[Exchange]]:
    """Return every child's exchanges, or those of some."""
    found: dict[UUID, list[Exchange]] = defaultdict(list)
    mine = sa.select(exchanges).where(one_of(exchanges.c.child_id, child_ids))
    rows = await connection.execute(mine.order_by(exchanges.c.id))
    for row in rows.mappings():
        found[row["child_id"]].append(Exchange(**row))
    return found


async def _by_child(
    connection: AsyncConnection, which: sa.ColumnElement[bool]
) -> dict[UUID, list[Credit]]:
    found: dict[UUID, list[Credit]] = defaultdict(list)
    rows = await connection.execute(sa.select(credits_).where(which).order_by(credits_.c.id))
    for row in rows.mappings():
        found[row["child_id"]].append(Credit(**row))
    return found
