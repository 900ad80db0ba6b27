"""Hourly sums made from visits, kept longer than visits; safe to run twice, late rows included."""

from dataclasses import dataclass, fields
from datetime import datetime, timedelta
from typing import Any
from uuid import UUID

import sqlalchemy as sa
from sqlalchemy.ext.asyncio import AsyncConnection

from rules.verdict import Action, Reason
from store import facts
from store.columns import Id, Moment
from store.database import Database, site_of
from store.insert import insert_into
from store.tables import dirty_hours, rollups, visits

HOUR = timedelta(hours=1)
AT_ONCE = 200
"""Hours summed in one transaction: short enough to let the journal in between."""
FORGOTTEN = "visits_forgotten_before"
"""The fact that tells until when visits were forgotten; older sums can only be added to."""
SAME = ("host", "category", "service", "action", "reason", "rule")
"""What, beside the child and the hour, makes visits one row."""

# The hour a statement is about; one statement runs for many hours at once.
SITE = sa.bindparam("of_site", type_=Id())
CHILD = sa.bindparam("of_child", type_=Id())
FROM = sa.bindparam("from_hour", type_=Moment())
TO = sa.bindparam("to_hour", type_=Moment())


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
        mine = dirty_hours.c.site_id == site_of(connection)
        marked = sa.select(dirty_hours.c.child_id, dirty_hours.c.hour).where(mine)
        hours = [(row.child_id, row.hour) for row in await connection.execute(marked)]
    written = 0
    for start in range(0, len(hours), AT_ONCE):
        async with db.write() as connection:
            written += await _sum(connection, hours[start : start + AT_ONCE])
    return written


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


async def _sum(connection: AsyncConnection, hours: list[tuple[UUID, datetime]]) -> int:
    """Sum some hours, unless another run was quicker; return how many were summed."""
    keys = await _hold(connection, hours)
    forgotten = await forgotten_before(connection)
    # Where visits are forgotten, what came late is added to the sum and forgotten in its turn.
    late = [key for key in keys if forgotten is not None and key["from_hour"] < forgotten]
    whole = [key for key in keys if key not in late]
    within = sa.and_(visits.c.minute >= FROM, visits.c.minute < TO)
    for statement, which in (
        (_delete(rollups, rollups.c.hour == FROM), whole),
        (_add_sums(connection, within), keys),
        (_delete(visits, within), late),
        (_delete(dirty_hours, dirty_hours.c.hour == FROM), keys),
    ):
        if which:
            await connection.execute(statement, which)
    return len(keys)


async def _hold(
    connection: AsyncConnection, hours: list[tuple[UUID, datetime]]
) -> list[dict[str, Any]]:
    """Lock the marks of some hours: who writes a visit of theirs now waits, and marks them anew."""
    place = sa.tuple_(dirty_hours.c.child_id, dirty_hours.c.hour)
    site_id = site_of(connection)
    marked = sa.select(dirty_hours).where(dirty_hours.c.site_id == site_id, place.in_(hours))
    # In the order in which the journal marks them, so that neither waits in a ring.
    ordered = marked.order_by(dirty_hours.c.child_id, dirty_hours.c.hour).with_for_update()
    return [
        {
            "of_site": site_id,
            "of_child": row.child_id,
            "from_hour": row.hour,
            "to_hour": row.hour + HOUR,
        }
        for row in await connection.execute(ordered)
    ]


def _delete(table: sa.Table, when: sa.ColumnElement[bool]) -> sa.Delete:
    return sa.delete(table).where(table.c.site_id == SITE, table.c.child_id == CHILD, when)


def _add_sums(connection: AsyncConnection, within: sa.ColumnElement[bool]) -> sa.Insert:
    same = [visits.c[name] for name in SAME]
    summed = (
        sa.select(
            visits.c.site_id,
            visits.c.child_id,
            FROM,
            *same,
            sa.cast(sa.func.sum(visits.c.visits), sa.BigInteger),
            sa.func.count(visits.c.minute.distinct()),
            sa.cast(sa.func.sum(visits.c.bytes_down), sa.BigInteger),
        )
        .where(visits.c.site_id == SITE, visits.c.child_id == CHILD, within)
        .group_by(visits.c.site_id, visits.c.child_id, *same)
    )
    key = ("site_id", "child_id", "hour", *SAME)
    added = insert_into(connection, rollups).from_select(
        [*key, "visits", "minutes", "bytes_down"], summed
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
