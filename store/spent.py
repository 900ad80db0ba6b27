"""Attended minutes per child, local day and scope, as bitmaps that merge by OR."""

from collections.abc import Sequence
from datetime import date, datetime, timedelta
from itertools import batched
from uuid import UUID
from zoneinfo import ZoneInfo

import sqlalchemy as sa
from sqlalchemy.ext.asyncio import AsyncConnection

from rules.book import Rulebook
from rules.earn import earned
from rules.family import ChildRules
from rules.minutes import Bitmap, count, from_bytes, to_bytes
from rules.spent import Spent
from rules.week import spent_in_week
from store.database import site_of
from store.insert import insert_into
from store.tables import minutes

NONE = to_bytes(0)
AT_ONCE = 100
"""Bitmaps merged by one statement."""

type Key = tuple[UUID, date, str]
"""A child, a local day and a scope."""


async def load(
    connection: AsyncConnection, *, child_ids: list[UUID] | None = None, day: date
) -> dict[tuple[UUID, str], Bitmap]:
    """Return (child id, scope) -> bitmap of one local day."""
    mine = minutes.c.site_id == site_of(connection)
    wanted = sa.select(minutes).where(mine, minutes.c.day == day)
    if child_ids is not None:
        wanted = wanted.where(minutes.c.child_id.in_(child_ids))
    rows = await connection.execute(wanted)
    return {(row.child_id, row.scope): from_bytes(row.bits) for row in rows}


async def load_days(
    connection: AsyncConnection, child_id: UUID, *, first: date, last: date
) -> dict[tuple[date, str], Bitmap]:
    """Return (day, scope) -> bitmap for a child, both days included."""
    mine = sa.and_(minutes.c.site_id == site_of(connection), minutes.c.child_id == child_id)
    wanted = sa.select(minutes).where(mine, minutes.c.day.between(first, last))
    rows = await connection.execute(wanted)
    return {(row.day, row.scope): from_bytes(row.bits) for row in rows}


async def of_child(
    connection: AsyncConnection, rules: ChildRules, book: Rulebook, *, now: datetime
) -> Spent:
    """Return what a verdict at a moment needs: today, the week, what was left over and earned."""
    today = now.astimezone(ZoneInfo(rules.zone)).date()
    monday = today - timedelta(days=today.weekday())
    counts: list[dict[str, int]] = [{} for _ in range(today.weekday() + 1)]
    found = await load_days(connection, rules.id, first=monday, last=today)
    for (day, scope), bitmap in found.items():
        counts[(day - monday).days][scope] = count(bitmap)
    *earlier, used = counts
    added = earned(rules.credits, rules.exchanges, today, used)
    return spent_in_week(book, earlier, used, added=added, today_is=today)


async def merge(connection: AsyncConnection, bitmaps: dict[Key, Bitmap]) -> None:
    """Merge bitmaps into what is stored, by OR."""
    # In one order everywhere, so that two doors never wait for each other in a ring.
    for some in batched(sorted(bitmaps), AT_ONCE):
        stored = await _hold(connection, some)
        grown = [
            {"of_child": key[0], "of_day": key[1], "of_scope": key[2], "bits": to_bytes(merged)}
            for key in some
            if (merged := stored[key] | bitmaps[key]) != stored[key]
        ]
        if grown:
            await connection.execute(_growth(connection), grown)


async def _hold(connection: AsyncConnection, keys: Sequence[Key]) -> dict[Key, Bitmap]:
    """Make the rows that are missing, then lock all: else two doors could both find none."""
    site_id = site_of(connection)
    fresh = [
        {"site_id": site_id, "child_id": child_id, "day": day, "scope": scope, "bits": NONE}
        for child_id, day, scope in keys
    ]
    await connection.execute(insert_into(connection, minutes).on_conflict_do_nothing(), fresh)
    place = sa.tuple_(minutes.c.child_id, minutes.c.day, minutes.c.scope)
    mine = sa.select(minutes).where(minutes.c.site_id == site_id, place.in_(keys))
    rows = await connection.execute(mine.order_by(*place.clauses).with_for_update())
    return {(row.child_id, row.day, row.scope): from_bytes(row.bits) for row in rows}


def _growth(connection: AsyncConnection) -> sa.Update:
    return (
        sa.update(minutes)
        .where(
            minutes.c.site_id == site_of(connection),
            minutes.c.child_id == sa.bindparam("of_child"),
            minutes.c.day == sa.bindparam("of_day"),
            minutes.c.scope == sa.bindparam("of_scope"),
        )
        .values(bits=sa.bindparam("bits"))
    )
