"""Writing one batch of the journal, exactly once: visits, pages, minutes, notices, sightings."""

from collections.abc import Iterator
from datetime import datetime
from uuid import UUID

import sqlalchemy as sa
from sqlalchemy.ext.asyncio import AsyncConnection

from store import alerts, days, devices, hints, notices, revisions, spent
from store.batch import Batch
from store.database import Database, site_of
from store.engine import PATIENCE_MS
from store.ids import new_id
from store.insert import insert_into
from store.tables import dirty_hours, journal_batches, pages, removed_children, visits
from store.visits import VisitRow, key_of

CHUNK = 200
"""Rows handed over at once: preparing more would hold up the event loop for milliseconds."""

type Row = dict[str, object]


async def write(
    db: Database, batch: Batch, *, now: datetime, patience_ms: int = PATIENCE_MS
) -> None:
    """Write a batch, or nothing if it was written before. Raises Away."""
    async with db.write(patience_ms=patience_ms) as connection:
        if await _is_new(connection, batch.id, now):
            removed = await _removed(connection)
            await _write_visits(connection, batch, removed)
            await _write_pages(connection, batch, removed)
            await alerts.take(connection, batch.alarms, removed)
            marked = {
                (day.child_id, day.day, day.scope): day.bits
                for day in batch.minutes
                if day.child_id not in removed
            }
            await spent.merge(connection, marked)
            await days.mark(connection, {(child_id, day) for child_id, day, _ in marked})
            told = [each for each in batch.notices if each.child_id not in removed]
            await notices.add(connection, told)
    if batch.sightings:
        await _write_sightings(db, batch, patience_ms)


async def _is_new(connection: AsyncConnection, batch_id: UUID, now: datetime) -> bool:
    row = {"site_id": site_of(connection), "batch_id": batch_id, "at": now}
    fresh = insert_into(connection, journal_batches).values(row).on_conflict_do_nothing()
    written = await connection.execute(fresh.returning(journal_batches.c.batch_id))
    return written.one_or_none() is not None


async def _removed(connection: AsyncConnection) -> set[UUID]:
    """Return the children whose visits must not come back."""
    return set(await connection.scalars(sa.select(removed_children.c.child_id)))


async def _write_visits(connection: AsyncConnection, batch: Batch, removed: set[UUID]) -> None:
    rows = [row for row in batch.visits if row.child_id not in removed]
    if not rows:
        return
    site_id = site_of(connection)
    added = insert_into(connection, visits)
    later = sa.case((added.excluded.last > visits.c.last, added.excluded.last), else_=visits.c.last)
    sums = {
        name: visits.c[name] + added.excluded[name] for name in ("visits", "bytes_up", "bytes_down")
    }
    upsert = added.on_conflict_do_update(
        index_elements=["site_id", "minute", "key"], set_={"last": later, **sums}
    )
    for chunk in _chunks(sorted((_visit(site_id, row) for row in rows), key=_place)):
        await connection.execute(upsert, chunk)
    await _mark_dirty(connection, rows)


async def _mark_dirty(connection: AsyncConnection, rows: list[VisitRow]) -> None:
    """Mark the hours that must be summed (again).

    The mark counts up so that it always locks its row: a rollup that is just reading this hour
    then either sees our visits, or finds the hour marked again afterwards.
    """
    touched = {
        (row.child_id, row.minute.replace(minute=0)) for row in rows if row.child_id is not None
    }
    if not touched:
        return
    marks = insert_into(connection, dirty_hours)
    site_id = site_of(connection)
    await connection.execute(
        marks.on_conflict_do_update(
            index_elements=["site_id", "child_id", "hour"],
            set_={"marks": dirty_hours.c.marks + 1},
        ),
        [
            {"site_id": site_id, "child_id": child_id, "hour": hour, "marks": 1}
            for child_id, hour in sorted(touched)
        ],
    )


async def _write_pages(connection: AsyncConnection, batch: Batch, removed: set[UUID]) -> None:
    site_id = site_of(connection)
    rows: list[Row] = [
        {
            "site_id": site_id,
            "at": page.at,
            "id": new_id(),
            "device_id": page.device_id,
            "child_id": page.child_id,
            "host": page.host,
            "url": page.url,
            "title": page.title,
            "kind": page.kind,
            "name": page.name,
            "detail": page.detail,
        }
        for page in batch.pages
        if page.child_id not in removed
    ]
    for chunk in _chunks(rows):
        await connection.execute(sa.insert(pages), chunk)


async def _write_sightings(db: Database, batch: Batch, patience_ms: int) -> None:
    """Write sightings in a transaction of their own, and hint if they moved the revision.

    A change holds the revision and may wait for visits: to hold visits and wait for the revision
    would be a ring.
    """
    async with db.write(patience_ms=patience_ms) as connection:
        moved = await devices.record(connection, batch.sightings)
        revision = await revisions.current(connection) if moved else 0
    if moved:
        await hints.send_quietly(db, revision)


def _visit(site_id: UUID, row: VisitRow) -> Row:
    return {
        "site_id": site_id,
        "minute": row.minute,
        "key": key_of(row),
        "last": row.last,
        "device_id": row.device_id,
        "child_id": row.child_id,
        "host": row.host,
        "category": row.category,
        "service": row.service,
        "action": row.action.value,
        "reason": row.reason.value,
        "rule": row.rule,
        "layer": row.layer.value,
        "opened": row.opened,
        "visits": row.visits,
        "bytes_up": row.bytes_up,
        "bytes_down": row.bytes_down,
    }


def _place(row: Row) -> tuple[object, ...]:
    """Say where a row lies in the table: doors that write in one order never block each other."""
    return row["minute"], row["key"]


def _chunks(rows: list[Row]) -> Iterator[list[Row]]:
    for start in range(0, len(rows), CHUNK):
        yield rows[start : start + CHUNK]
