"""Attended minutes per child, local day and scope, as bitmaps that merge by OR."""

from datetime import date, datetime, timedelta
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


async def merge(connection: AsyncConnection, bitmaps: dict[tuple[UUID, date, str], Bitmap]) -> None:
    """Merge bitmaps into what is stored, by OR."""
    site_id = site_of(connection)
    # In one order everywhere, so that two doors never wait for each other in a ring.
    for (child_id, day, scope), bitmap in sorted(bitmaps.items()):
        key = {"site_id": site_id, "child_id": child_id, "day": day, "scope": scope}
        same = sa.and_(*(minutes.c[name] == value for name, value in key.items()))
        # First make the row, then lock it: otherwise two doors could both find none.
        fresh = insert_into(connection, minutes).values(**key, bits=NONE)
        await connection.execute(fresh.on_conflict_do_nothing())
        locked = sa.select(minutes.c.bits).where(same).with_for_update()
        stored = from_bytes((await connection.execute(locked)).scalar_one())
        if stored | bitmap != stored:
            merged = to_bytes(stored | bitmap)
            await connection.execute(sa.update(minutes).where(same).values(bits=merged))
