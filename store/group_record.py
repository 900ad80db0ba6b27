"""What was summed of a class or school, read for its letters; nothing here names a child."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime
from uuid import UUID

import sqlalchemy as sa
from sqlalchemy.ext.asyncio import AsyncConnection

from rules.alerts import Level
from rules.radar import Look
from rules.verdict import Action, Reason
from store.database import site_of
from store.tables import (
    alerts,
    belonged,
    child_days,
    device_children,
    group_days,
    group_minutes,
    group_presence,
    presence,
)


@dataclass(frozen=True, slots=True)
class MinutesRow:
    """Attended minutes of a group's day in a category, or (empty) in all together."""

    group_id: UUID
    day: date
    category: str
    children: int
    minutes: int
    lessons: int
    breaks: int


@dataclass(frozen=True, slots=True)
class StoppedRow:
    """What was stopped on a group's day for a reason."""

    group_id: UUID
    day: date
    category: str
    reason: Reason
    children: int
    times: int


@dataclass(frozen=True, slots=True)
class PresenceRow:
    """How many pupils a group had on a day, and of how many there was a trace."""

    group_id: UUID
    day: date
    pupils: int
    seen: int


@dataclass(frozen=True, slots=True)
class LearningRow:
    """A learning site in a stretch of days: by how many children, and how many minutes."""

    host: str
    children: int
    times: int


async def minutes(
    connection: AsyncConnection, group_ids: Sequence[UUID], first: date, last: date
) -> list[MinutesRow]:
    """Return attended minutes of groups, both days included."""
    wanted = _days(connection, group_minutes, group_ids, first, last)
    rows = (await connection.execute(wanted)).mappings()
    return [MinutesRow(**{k: v for k, v in row.items() if k != "site_id"}) for row in rows]


async def stopped(
    connection: AsyncConnection, group_ids: Sequence[UUID], first: date, last: date
) -> list[StoppedRow]:
    """Return what was stopped in groups, both days included."""
    wanted = _days(connection, group_days, group_ids, first, last)
    blocked = wanted.where(group_days.c.action == Action.BLOCK.value)
    return [
        StoppedRow(row.group_id, row.day, row.category, Reason(row.reason), row.children, row.times)
        for row in await connection.execute(blocked)
    ]


async def present(
    connection: AsyncConnection, group_ids: Sequence[UUID], first: date, last: date
) -> list[PresenceRow]:
    """Return how many of groups were there, both days included."""
    wanted = _days(connection, group_presence, group_ids, first, last)
    return [
        PresenceRow(row.group_id, row.day, row.pupils, row.seen)
        for row in await connection.execute(wanted)
    ]


async def learning(
    connection: AsyncConnection, group_id: UUID, first: date, last: date
) -> list[LearningRow]:
    """Return the learning sites of a group, those of most children first."""
    together = belonged.join(
        child_days,
        sa.and_(
            child_days.c.site_id == belonged.c.site_id,
            child_days.c.child_id == belonged.c.child_id,
            child_days.c.day == belonged.c.day,
        ),
    )
    children = sa.func.count(child_days.c.child_id.distinct()).label("children")
    times = sa.cast(sa.func.sum(child_days.c.times), sa.BigInteger).label("times")
    wanted = (
        sa.select(child_days.c.host, children, times)
        .select_from(together)
        .where(*_members(connection, group_id, first, last), child_days.c.host != "")
        .group_by(child_days.c.host)
        .order_by(children.desc(), times.desc(), child_days.c.host)
    )
    rows = await connection.execute(wanted)
    return [LearningRow(row.host, row.children, row.times) for row in rows]


async def alerted(
    connection: AsyncConnection,
    group_id: UUID,
    days: tuple[date, date],
    since: datetime,
    until: datetime,
) -> dict[tuple[Level, bool], int]:
    """Count the alerts about a group's children by level and whether somebody closed them."""
    mine = sa.select(belonged.c.child_id).where(*_members(connection, group_id, *days))
    closed = alerts.c.closed.is_not(None)
    wanted = (
        sa.select(alerts.c.level, closed.label("is_closed"), sa.func.count())
        .where(
            alerts.c.site_id == site_of(connection),
            alerts.c.child_id.in_(mine),
            alerts.c.last >= since,
            alerts.c.last < until,
        )
        .group_by(alerts.c.level, closed)
    )
    rows = await connection.execute(wanted)
    return {(Level(level), bool(is_closed)): number for level, is_closed, number in rows}


async def looks(
    connection: AsyncConnection,
    group_id: UUID,
    days: tuple[date, date],
    since: datetime,
    until: datetime,
) -> list[Look]:
    """Return what was seen of the devices of a group's children."""
    mine = sa.select(belonged.c.child_id).where(*_members(connection, group_id, *days))
    theirs = sa.select(device_children.c.device_id).where(device_children.c.child_id.in_(mine))
    wanted = sa.select(presence).where(
        presence.c.device_id.in_(theirs), presence.c.hour >= since, presence.c.hour < until
    )
    return [
        Look(row.device_id, row.hour, row.here, row.through, row.borrowed)
        for row in await connection.execute(wanted)
    ]


def _days(
    connection: AsyncConnection,
    table: sa.Table,
    group_ids: Sequence[UUID],
    first: date,
    last: date,
) -> sa.Select[tuple[object, ...]]:
    return (
        sa.select(table)
        .where(
            table.c.site_id == site_of(connection),
            table.c.group_id.in_(group_ids),
            table.c.day.between(first, last),
        )
        .order_by(table.c.group_id, table.c.day)
    )


def _members(
    connection: AsyncConnection, group_id: UUID, first: date, last: date
) -> tuple[sa.ColumnElement[bool], ...]:
    return (
        belonged.c.site_id == site_of(connection),
        belonged.c.group_id == group_id,
        belonged.c.day.between(first, last),
    )
