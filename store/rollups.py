"""Hourly sums made from visits, kept for thirteen months; safe to run twice, late rows included.

All children of an hour are summed by one statement, which reads the hour's visits in the order in
which they lie: to look each child up by itself reads a school's whole hour once for every child.
`python -m bench.letters` measures it.
"""

import asyncio
from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass, fields
from datetime import datetime, timedelta
from itertools import batched
from uuid import UUID

import sqlalchemy as sa
from sqlalchemy.ext.asyncio import AsyncConnection

from rules.verdict import Action, Reason
from store import days, facts
from store.database import Database, site_of
from store.ids import NOBODY
from store.insert import insert_into
from store.tables import children as children_table
from store.tables import dirty_hours, rollups, visits

HOUR = timedelta(hours=1)
AT_ONCE = 2000
"""Children whose hour is summed in one transaction; a transaction more reads the hour once more."""
LANES = 2
"""Hours that a database server sums at once: on two cores in half the time."""
FORGOTTEN_AT_ONCE = 20
FORGOTTEN = "visits_forgotten_before"
"""The fact that tells until when visits were forgotten; older sums can only be added to."""
KEPT = timedelta(days=400)
"""How long hours are kept: thirteen months, so that a week can be compared with last year's."""
SAME = ("host", "category", "service", "action", "reason", "rule")
"""What, beside the child and the hour, makes visits one row."""


@dataclass(frozen=True, slots=True)
class HourRow:
    """Sums of one child, UTC hour, host and answer."""

    child_id: UUID
    hour: datetime
    host: str
    category: str
    service: str
    action: Action
    reason: Reason
    rule: str
    visits: int
    minutes: int
    """Distinct minutes of the hour with a visit."""
    bytes_down: int


async def run(db: Database, *, now: datetime) -> int:  # noqa: ARG001 - every bell gives the moment
    """Sum every hour that got new rows since the last run; return how many hours were written."""
    async with db.read() as connection:
        marked = await _marked(connection)
        zones = await days.zones(connection)
    waiting = (
        (hour, some) for hour, children in marked.items() for some in batched(children, AT_ONCE)
    )

    async def lane() -> int:
        written = 0
        for hour, some in waiting:
            async with db.write() as connection:
                written += await _sum(connection, hour, some, zones)
        return written

    # SQLite has one writer; a server sums two hours at once, each in a transaction of its own.
    try:
        async with asyncio.TaskGroup() as tasks:
            lanes = [tasks.create_task(lane()) for _ in range(1 if db.is_sqlite else LANES)]
    except ExceptionGroup as failed:
        raise failed.exceptions[0] from failed
    return sum(each.result() for each in lanes)


async def load(
    connection: AsyncConnection, child_id: UUID, *, since: datetime, until: datetime
) -> list[HourRow]:
    """Return a child's hours in [since, until)."""
    mine = sa.and_(rollups.c.site_id == site_of(connection), rollups.c.child_id == child_id)
    columns = [rollups.c[field.name] for field in fields(HourRow)]
    wanted = sa.select(*columns).where(mine, rollups.c.hour >= since, rollups.c.hour < until)
    rows = await connection.execute(wanted.order_by(rollups.c.hour, rollups.c.host))
    return [_hour_row(row) for row in rows]


async def known_before(
    connection: AsyncConnection, child_id: UUID, *, before: datetime
) -> set[str]:
    """Return the hosts a child had visited (not blocked) before a moment, to tell what is new."""
    begun = before.replace(minute=0, second=0, microsecond=0)
    whole = _hosts(connection, rollups, child_id, before=begun)
    # Where a day begins at half past (Kathmandu, Adelaide), part of an hour counts.
    part = _hosts(connection, visits, child_id, before=before).where(visits.c.minute >= begun)
    found = await connection.scalars(sa.union(whole, part))
    return {host for host in found if host}


async def forgotten_before(connection: AsyncConnection) -> datetime | None:
    """Return the moment before which visits were forgotten and only their sums are left."""
    kept = await facts.find(connection, FORGOTTEN)
    return datetime.fromisoformat(kept) if kept else None


async def forget_older(db: Database, before: datetime) -> int:
    """Forget hours before a moment, some children at a time; return how many rows went.

    Their days stay, and are not summed again: `days.SETTLED` says from when on.
    """
    async with db.write() as connection:
        await days.settle(connection, before)
        living = list(await connection.scalars(sa.select(children_table.c.id)))
    gone = 0
    for some in batched(living, FORGOTTEN_AT_ONCE):
        old = sa.and_(
            rollups.c.site_id == db.site_id,
            rollups.c.child_id.in_(some),
            rollups.c.hour < before,
        )
        async with db.write() as connection:
            gone += (await connection.execute(sa.delete(rollups).where(old))).rowcount
    return gone


def _hosts(
    connection: AsyncConnection, table: sa.Table, child_id: UUID, *, before: datetime
) -> sa.Select[str]:
    when = table.c.hour if table is rollups else table.c.minute
    return (
        sa.select(table.c.host)
        .distinct()
        .where(
            table.c.site_id == site_of(connection),
            table.c.child_id == child_id,
            table.c.action != Action.BLOCK.value,
            when < before,
        )
    )


async def _marked(connection: AsyncConnection) -> dict[datetime, list[UUID]]:
    """Return the hours with new rows, the oldest first, and whose rows those are."""
    mine = sa.select(dirty_hours).where(dirty_hours.c.site_id == site_of(connection))
    found: dict[datetime, list[UUID]] = defaultdict(list)
    for row in await connection.execute(mine.order_by(dirty_hours.c.hour, dirty_hours.c.child_id)):
        found[row.hour].append(row.child_id)
    return found


async def _sum(
    connection: AsyncConnection,
    hour: datetime,
    children: Sequence[UUID],
    zones: days.Zones,
) -> int:
    """Sum an hour of some children, unless another run was quicker; return of how many."""
    held = await _hold(connection, hour, children)
    if not held:
        return 0
    forgotten = await forgotten_before(connection)
    # Where visits are forgotten, what came late is added to the sum and forgotten in its turn.
    is_late = forgotten is not None and hour < forgotten
    if not is_late:
        await connection.execute(sa.delete(rollups).where(*_at(connection, rollups, hour, held)))
    await connection.execute(_add_sums(connection, hour, held))
    if is_late:
        within = _within(connection, hour, held)
        await connection.execute(sa.delete(visits).where(*within))
    await connection.execute(
        sa.delete(dirty_hours).where(*_at(connection, dirty_hours, hour, held))
    )
    await days.mark_hour(connection, hour, held, zones)
    return len(held)


async def _hold(
    connection: AsyncConnection, hour: datetime, children: Sequence[UUID]
) -> list[UUID]:
    """Lock the marks of an hour: who writes a visit of it now waits, and marks it anew."""
    marked = sa.select(dirty_hours.c.child_id).where(*_at(connection, dirty_hours, hour, children))
    # In the order in which the journal marks them, so that neither waits in a ring.
    ordered = marked.order_by(dirty_hours.c.child_id).with_for_update()
    return list(await connection.scalars(ordered))


def _at(
    connection: AsyncConnection, table: sa.Table, hour: datetime, children: Sequence[UUID]
) -> list[sa.ColumnElement[bool]]:
    return [
        table.c.site_id == site_of(connection),
        table.c.hour == hour,
        table.c.child_id.in_(children),
    ]


def _child() -> sa.ColumnElement[UUID]:
    """Write whose a visit is, not as the bare column.

    SQLite would walk the index of children then, the whole log of it, to have them in order;
    an hour is to be read in the order of its minutes.
    """
    kind = visits.c.child_id.type
    nobody = sa.func.coalesce(visits.c.child_id, sa.literal(NOBODY, kind))
    return sa.type_coerce(nobody, kind)


def _within(
    connection: AsyncConnection, hour: datetime, children: Sequence[UUID]
) -> list[sa.ColumnElement[bool]]:
    return [*_of_hour(connection, hour), _child().in_(children)]


def _of_hour(
    connection: AsyncConnection, hour: datetime, table: sa.FromClause = visits
) -> list[sa.ColumnElement[bool]]:
    return [
        table.c.site_id == site_of(connection),
        table.c.minute >= hour,
        table.c.minute < hour + HOUR,
    ]


def _add_sums(connection: AsyncConnection, hour: datetime, children: Sequence[UUID]) -> sa.Insert:
    added = insert_into(connection, rollups)
    key = ("site_id", "child_id", "hour", *SAME)
    added = added.from_select(
        [*key, "visits", "minutes", "bytes_down"], _sums(connection, hour, children)
    )
    minutes = rollups.c.minutes + added.excluded.minutes
    return added.on_conflict_do_update(
        index_elements=key,
        set_={
            "visits": rollups.c.visits + added.excluded.visits,
            "minutes": sa.case((minutes > 60, 60), else_=minutes),  # noqa: PLR2004 - of an hour
            "bytes_down": rollups.c.bytes_down + added.excluded.bytes_down,
        },
    )


def _sums(
    connection: AsyncConnection, hour: datetime, children: Sequence[UUID]
) -> sa.Select[tuple[object, ...]]:
    """Sum an hour by the rows' keys first, then what those keys stand for.

    To put sixteen bytes in order is half the work of putting seven texts in order, and few keys
    are left then: one of their rows tells what they stand for.
    """
    site = sa.literal(site_of(connection), rollups.c.site_id.type)
    by_key = _by_key(_within(connection, hour, children))
    same = [visits.c[name] for name in SAME]
    # A key has one row a minute. Where several make one sum (two devices, part of it opened),
    # their minutes may be the same ones.
    minutes = sa.case(
        (sa.func.count() == 1, sa.func.max(by_key.c.minutes)),
        else_=_minutes_together(connection, hour),
    )
    return (
        sa.select(
            site,
            _child(),
            sa.literal(hour, rollups.c.hour.type),
            *same,
            sa.cast(sa.func.sum(by_key.c.visits), sa.BigInteger),
            sa.cast(minutes, sa.Integer),
            sa.cast(sa.func.sum(by_key.c.bytes_down), sa.BigInteger),
        )
        .select_from(
            by_key.join(
                visits,
                sa.and_(
                    # Said of both sides: else PostgreSQL reads the whole log to join an hour of it.
                    *_of_hour(connection, hour),
                    visits.c.minute == by_key.c.minute,
                    visits.c.key == by_key.c.key,
                ),
            )
        )
        .group_by(sa.text("2"), visits.c.child_id, *same)
    )


def _by_key(within: Sequence[sa.ColumnElement[bool]]) -> sa.Subquery:
    return (
        sa.select(
            visits.c.key,
            sa.func.max(visits.c.minute).label("minute"),
            sa.func.count().label("minutes"),
            sa.func.sum(visits.c.visits).label("visits"),
            sa.func.sum(visits.c.bytes_down).label("bytes_down"),
        )
        .where(*within)
        .group_by(visits.c.key)
        .subquery("by_key")
    )


def _minutes_together(connection: AsyncConnection, hour: datetime) -> sa.ScalarSelect[int]:
    """Count the minutes of the hour in which there is any row of a sum's child and answer."""
    other = visits.alias("other")
    return (
        sa.select(sa.func.count(other.c.minute.distinct()))
        .where(
            *_of_hour(connection, hour, other),
            other.c.child_id == visits.c.child_id,
            *(other.c[name] == visits.c[name] for name in SAME),
        )
        .correlate(visits)
        .scalar_subquery()
    )


def _hour_row(row: sa.Row[tuple[object, ...]]) -> HourRow:
    return HourRow(
        child_id=row.child_id,
        hour=row.hour,
        host=row.host,
        category=row.category,
        service=row.service,
        action=Action(row.action),
        reason=Reason(row.reason),
        rule=row.rule,
        visits=row.visits,
        minutes=row.minutes,
        bytes_down=row.bytes_down,
    )
