"""Days made from hours: a child's local days, marked where something changed and summed again.

Days are kept when hours and visits are gone, and are not summed again then. Whose class or school a
day belongs to is written down the first time there is a trace of the child on it, so that moving up
a class moves no past.
"""

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from collections.abc import Set as AbstractSet
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from itertools import batched
from uuid import UUID
from zoneinfo import ZoneInfo

import sqlalchemy as sa
from sqlalchemy.ext.asyncio import AsyncConnection

from rules.family import LEARNING
from rules.verdict import Action, Layer
from store import facts, groups, memberships
from store.database import Database, site_of
from store.insert import insert_into
from store.tables import belonged, child_days, children, dirty_days, rollups
from store.tables import groups as groups_table

AT_ONCE = 500
"""Children whose day is summed in one transaction."""
TOGETHER = frozenset({Layer.CLASS, Layer.SCHOOL})
"""Kinds of groups whose days are summed."""
A_DAY = timedelta(days=1)

SETTLED = "days_settled_before"
"""The fact that tells before when hours were forgotten: days begun earlier stay as they are."""

type Zones = Mapping[UUID, str]
"""Child -> the time zone of its home."""


@dataclass(frozen=True, slots=True)
class Book:
    """Who lives where and belongs to which classes and schools, as it is now."""

    zones: Zones
    groups: Mapping[UUID, tuple[UUID, ...]]


async def zones(connection: AsyncConnection) -> dict[UUID, str]:
    """Return for each child the time zone in which it has its days."""
    home = children.join(groups_table, groups_table.c.id == children.c.group_id)
    rows = await connection.execute(sa.select(children.c.id, groups_table.c.zone).select_from(home))
    return {row.id: row.zone for row in rows}


async def book(connection: AsyncConnection) -> Book:
    """Return who lives where and belongs to what."""
    known = {group.id: group for group in await groups.list_all(connection)}
    belongs = {
        child_id: tuple(
            group.id for group in memberships.chain(known, joined) if group.kind in TOGETHER
        )
        for child_id, joined in (await memberships.all_of(connection)).items()
    }
    return Book(await zones(connection), belongs)


async def mark_hour(
    connection: AsyncConnection, hour: datetime, child_ids: Sequence[UUID], zones: Zones
) -> None:
    """Mark the local days of children in which an hour lies."""
    local = {zone: hour.astimezone(ZoneInfo(zone)).date() for zone in set(zones.values())}
    known = [child_id for child_id in child_ids if child_id in zones]
    await mark(connection, {(child_id, local[zones[child_id]]) for child_id in known})


async def mark(
    connection: AsyncConnection, which: AbstractSet[tuple[UUID, date]], *, is_group: bool = False
) -> None:
    """Mark days that must be summed (again); the mark counts up so that it locks its row."""
    if not which:
        return
    marks = insert_into(connection, dirty_days)
    site_id = site_of(connection)
    rows = [
        {"site_id": site_id, "owner_id": owner, "day": day, "is_group": is_group, "marks": 1}
        for owner, day in sorted(which)
    ]
    await connection.execute(
        marks.on_conflict_do_update(
            index_elements=["site_id", "owner_id", "day"],
            set_={"marks": dirty_days.c.marks + 1},
        ),
        rows,
    )


async def marked(connection: AsyncConnection, *, is_group: bool) -> dict[date, list[UUID]]:
    """Return the days to be summed, the oldest first, and whose they are."""
    mine = sa.and_(dirty_days.c.site_id == site_of(connection), dirty_days.c.is_group == is_group)
    ordered = sa.select(dirty_days).where(mine).order_by(dirty_days.c.day, dirty_days.c.owner_id)
    found: dict[date, list[UUID]] = defaultdict(list)
    for row in await connection.execute(ordered):
        found[row.day].append(row.owner_id)
    return found


async def hold(connection: AsyncConnection, day: date, owners: Sequence[UUID]) -> list[UUID]:
    """Take the marks of a day away: who marks it meanwhile waits, and marks it anew."""
    mine = sa.and_(
        dirty_days.c.site_id == site_of(connection),
        dirty_days.c.day == day,
        dirty_days.c.owner_id.in_(owners),
    )
    marks = sa.select(dirty_days.c.owner_id).where(mine).order_by(dirty_days.c.owner_id)
    held = list(await connection.scalars(marks.with_for_update()))
    taken = sa.and_(mine, dirty_days.c.owner_id.in_(held))
    await connection.execute(sa.delete(dirty_days).where(taken))
    return held


async def settle(connection: AsyncConnection, before: datetime) -> None:
    """Let days that began before a moment stay as they are: their hours are about to go."""
    known = await settled_before(connection)
    if known is None or known < before:
        await facts.keep(connection, SETTLED, before.isoformat())


async def settled_before(connection: AsyncConnection) -> datetime | None:
    """Return the moment before which days are not summed again, if there is one."""
    kept = await facts.find(connection, SETTLED)
    return datetime.fromisoformat(kept) if kept else None


async def run(db: Database) -> int:
    """Sum every child's day that changed; return how many days were written."""
    async with db.read() as connection:
        found = await marked(connection, is_group=False)
        now = await book(connection)
    written = 0
    for day, owners in found.items():
        for some in batched(owners, AT_ONCE):
            async with db.write() as connection:
                written += await _sum(connection, day, some, now)
    return written


async def _sum(connection: AsyncConnection, day: date, owners: Sequence[UUID], now: Book) -> int:
    held = await hold(connection, day, owners)
    by_zone: dict[str, list[UUID]] = defaultdict(list)
    for child_id in held:
        if child_id in now.zones:
            by_zone[now.zones[child_id]].append(child_id)
    settled = await settled_before(connection)
    for zone, living in by_zone.items():
        if settled is None or _midnight(day, zone) >= settled:
            await _sum_day(connection, day, zone, living)
    present = [child_id for some in by_zone.values() for child_id in some]
    touched = await _belong(connection, day, present, now)
    await mark(connection, {(group_id, day) for group_id in touched}, is_group=True)
    return len(held)


async def _sum_day(
    connection: AsyncConnection, day: date, zone: str, living: Sequence[UUID]
) -> None:
    """Make days of hours; an hour that lies in two days belongs to the one in which it begins."""
    site_id = site_of(connection)
    begin, end = (_midnight(each, zone) for each in (day, day + A_DAY))
    mine = sa.and_(
        child_days.c.site_id == site_id,
        child_days.c.day == day,
        child_days.c.child_id.in_(living),
    )
    await connection.execute(sa.delete(child_days).where(mine))
    learning = sa.and_(rollups.c.category == LEARNING, rollups.c.action != Action.BLOCK.value)
    host = sa.case((learning, rollups.c.host), else_="").label("host")
    same = (rollups.c.category, rollups.c.action, rollups.c.reason)
    sums = (rollups.c.visits, rollups.c.minutes, rollups.c.bytes_down)
    summed = (
        sa.select(
            rollups.c.site_id,
            rollups.c.child_id,
            sa.literal(day, child_days.c.day.type),
            host,
            *same,
            *(sa.cast(sa.func.sum(each), sa.BigInteger) for each in sums),
        )
        .where(
            rollups.c.site_id == site_id,
            rollups.c.child_id.in_(living),
            rollups.c.hour >= begin,
            rollups.c.hour < end,
        )
        .group_by(rollups.c.site_id, rollups.c.child_id, sa.text("4"), *same)
    )
    names = [column.name for column in child_days.c]
    await connection.execute(sa.insert(child_days).from_select(names, summed))


async def _belong(
    connection: AsyncConnection, day: date, present: Sequence[UUID], now: Book
) -> set[UUID]:
    """Write down to which groups children belong on a day, unless it was; return those groups."""
    site_id = site_of(connection)
    mine = sa.and_(
        belonged.c.site_id == site_id, belonged.c.day == day, belonged.c.child_id.in_(present)
    )
    rows = (await connection.execute(sa.select(belonged).where(mine))).all()
    before = {row.child_id for row in rows}
    fresh = [
        {"site_id": site_id, "group_id": group_id, "day": day, "child_id": child_id}
        for child_id in present
        if child_id not in before
        for group_id in now.groups.get(child_id, ())
    ]
    if fresh:
        await connection.execute(sa.insert(belonged), fresh)
    return {row.group_id for row in rows} | {UUID(str(row["group_id"])) for row in fresh}


def _midnight(day: date, zone: str) -> datetime:
    return datetime(day.year, day.month, day.day, tzinfo=ZoneInfo(zone)).astimezone(UTC)


def between(first: date, last: date) -> Iterable[date]:
    """Return the days from the first to the last, both included."""
    return (first + timedelta(days=number) for number in range((last - first).days + 1))
