"""How much of what a child did was opened, and which sites: read from the log."""

from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

import sqlalchemy as sa
from sqlalchemy.ext.asyncio import AsyncConnection

from rules.verdict import Action, Reason
from store.database import site_of
from store.tables import visits


@dataclass(frozen=True, slots=True)
class Openness:
    """What passed in some time, and how much of it was looked into."""

    visits: int = 0
    opened_visits: int = 0
    bytes: int = 0
    opened_bytes: int = 0


@dataclass(frozen=True, slots=True)
class Site:
    """One host, as often as it was met."""

    host: str
    visits: int
    last: datetime


async def of_child(connection: AsyncConnection, child_id: UUID, *, since: datetime) -> Openness:
    """Sum what passed for a child, stopped visits left out, and what of it was opened."""
    moved = visits.c.bytes_up + visits.c.bytes_down
    opened = visits.c.opened.is_(True)
    sums = sa.select(
        sa.func.coalesce(sa.func.sum(visits.c.visits), 0).label("visits"),
        _sum_where(opened, visits.c.visits).label("opened_visits"),
        sa.func.coalesce(sa.func.sum(moved), 0).label("bytes"),
        _sum_where(opened, moved).label("opened_bytes"),
    ).where(_passed(connection, child_id, since))
    row = (await connection.execute(sums)).one()
    return Openness(*(int(value) for value in row))


async def opened_sites(
    connection: AsyncConnection, child_id: UUID, *, since: datetime, limit: int = 50
) -> list[Site]:
    """Return the hosts that were opened for a child, the most visited first."""
    return await _sites(connection, child_id, since, visits.c.opened.is_(True), limit)


async def pinned_sites(
    connection: AsyncConnection, child_id: UUID, *, since: datetime, limit: int = 50
) -> list[Site]:
    """Return the hosts of apps that trust only themselves, the most visited first."""
    return await _sites(connection, child_id, since, visits.c.reason == Reason.PINNED, limit)


async def _sites(
    connection: AsyncConnection,
    child_id: UUID,
    since: datetime,
    which: sa.ColumnElement[bool],
    limit: int,
) -> list[Site]:
    times = sa.func.sum(visits.c.visits).label("visits")
    wanted = (
        sa.select(visits.c.host, times, sa.func.max(visits.c.last).label("last"))
        .where(_passed(connection, child_id, since), which, visits.c.host != "")
        .group_by(visits.c.host)
        .order_by(times.desc(), visits.c.host)
        .limit(limit)
    )
    rows = await connection.execute(wanted)
    return [Site(row.host, int(row.visits), row.last) for row in rows]


def _passed(connection: AsyncConnection, child_id: UUID, since: datetime) -> sa.ColumnElement[bool]:
    return sa.and_(
        visits.c.site_id == site_of(connection),
        visits.c.child_id == child_id,
        visits.c.minute >= since,
        visits.c.action != Action.BLOCK,
    )


def _sum_where(which: sa.ColumnElement[bool], what: sa.ColumnElement[int]) -> sa.Function[int]:
    return sa.func.coalesce(sa.func.sum(sa.case((which, what), else_=0)), 0)
