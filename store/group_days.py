"""Days of a class or school: sums over the children that belonged to it, made where one changed."""

from collections import defaultdict
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field
from datetime import date
from uuid import UUID

import sqlalchemy as sa
from sqlalchemy.ext.asyncio import AsyncConnection

from rules.calendar import calendar_of
from rules.lessons import Timetable, breaks_on, lessons_on
from rules.minutes import Bitmap, count, from_bytes
from rules.policy import Policy
from rules.scope import ScopeKind, split
from store import days, groups, memberships, policies, timetables
from store.database import Database, site_of
from store.groups import Group
from store.insert import insert_into
from store.tables import belonged, child_days, group_days, group_minutes, group_presence, minutes

ALL = ""
"""The category under which all minutes stand together."""

type Masks = Callable[[UUID, date], tuple[Bitmap, Bitmap]]
"""Gives a group's minutes of lessons and of breaks on a day."""


@dataclass(slots=True)
class Sum:
    """Minutes of several children."""

    children: int = 0
    minutes: int = 0
    lessons: int = 0
    breaks: int = 0

    def add(self, bits: Bitmap, lessons: Bitmap, breaks: Bitmap) -> None:
        """Add one child's minutes."""
        self.children += 1
        self.minutes += count(bits)
        self.lessons += count(bits & lessons)
        self.breaks += count(bits & breaks)


@dataclass(frozen=True, slots=True)
class School:
    """What sums of groups need to know of them, as they are now."""

    groups: Mapping[UUID, Group]
    pupils: Mapping[UUID, int]
    timetables: Mapping[UUID, Timetable]
    policies: Mapping[UUID, Policy]
    _masks: dict[tuple[UUID, date], tuple[Bitmap, Bitmap]] = field(default_factory=dict)

    def masks(self, group_id: UUID, day: date) -> tuple[Bitmap, Bitmap]:
        """Return when a group has lessons and when breaks: the nearest timetable above holds."""
        found = self._masks.get((group_id, day))
        if found is None:
            found = self._masks[group_id, day] = self._find(group_id, day)
        return found

    def _find(self, group_id: UUID, day: date) -> tuple[Bitmap, Bitmap]:
        group = self.groups.get(group_id)
        while group is not None and group.id not in self.timetables:
            group = self.groups.get(group.parent_id) if group.parent_id else None
        if group is None:
            return 0, 0
        policy = self.policies.get(group.id)
        calendar = calendar_of(policy.exceptions if policy else ())
        lessons = lessons_on(self.timetables[group.id], day, calendar)
        return lessons, breaks_on(lessons)


async def run(db: Database) -> int:
    """Sum every day of a class or school that changed; return how many were written."""
    async with db.read() as connection:
        found = await days.marked(connection, is_group=True)
        around = await school(connection) if found else None
    written = 0
    for day, owners in found.items():
        async with db.write() as connection:
            held = await days.hold(connection, day, owners)
            if held and around is not None:
                await _sum(connection, day, held, around)
            written += len(held)
    return written


async def redo(connection: AsyncConnection, group_id: UUID, since: date) -> None:
    """Let the days of a group and those below it, from a day on, be summed again."""
    known = {group.id: group for group in await groups.list_all(connection)}
    below = {
        each.id
        for each in known.values()
        if group_id in {above.id for above in memberships.chain(known, [each.id])}
    }
    wanted = sa.select(belonged.c.group_id, belonged.c.day).distinct()
    mine = wanted.where(
        belonged.c.site_id == site_of(connection),
        belonged.c.group_id.in_(below),
        belonged.c.day >= since,
    )
    rows = await connection.execute(mine)
    await days.mark(connection, {(row.group_id, row.day) for row in rows}, is_group=True)


async def school(connection: AsyncConnection) -> School:
    """Return what sums of groups need to know."""
    known = {group.id: group for group in await groups.list_all(connection)}
    pupils: dict[UUID, int] = defaultdict(int)
    for joined in (await memberships.all_of(connection)).values():
        for group in memberships.chain(known, joined):
            pupils[group.id] += 1
    return School(
        known,
        pupils,
        await timetables.all_of(connection),
        await policies.all_current(connection),
    )


async def _sum(connection: AsyncConnection, day: date, owners: list[UUID], school: School) -> None:
    site_id = site_of(connection)
    for table in (group_days, group_minutes):
        mine = sa.and_(table.c.site_id == site_id, table.c.day == day, table.c.group_id.in_(owners))
        await connection.execute(sa.delete(table).where(mine))
    await _sum_days(connection, day, owners)
    members = await _members(connection, day, owners)
    await _sum_minutes(connection, day, members, school.masks)
    await _keep_presence(connection, day, members, school)


async def _sum_days(connection: AsyncConnection, day: date, owners: list[UUID]) -> None:
    same = (child_days.c.category, child_days.c.action, child_days.c.reason)
    sums = (child_days.c.visits, child_days.c.times, child_days.c.bytes_down)
    together = belonged.join(
        child_days,
        sa.and_(
            child_days.c.site_id == belonged.c.site_id,
            child_days.c.child_id == belonged.c.child_id,
            child_days.c.day == belonged.c.day,
        ),
    )
    key = (belonged.c.site_id, belonged.c.group_id, belonged.c.day, *same)
    summed = (
        sa.select(
            *key,
            sa.func.count(child_days.c.child_id.distinct()),
            *(sa.cast(sa.func.sum(each), sa.BigInteger) for each in sums),
        )
        .select_from(together)
        .where(*_of(connection, day, owners))
        .group_by(*key)
    )
    names = [column.name for column in group_days.c]
    await connection.execute(sa.insert(group_days).from_select(names, summed))


async def _members(
    connection: AsyncConnection, day: date, owners: list[UUID]
) -> dict[UUID, list[UUID]]:
    wanted = sa.select(belonged.c.group_id, belonged.c.child_id)
    rows = await connection.execute(wanted.where(*_of(connection, day, owners)))
    found: dict[UUID, list[UUID]] = {group_id: [] for group_id in owners}
    for row in rows:
        found[row.group_id].append(row.child_id)
    return found


async def _sum_minutes(
    connection: AsyncConnection, day: date, members: Mapping[UUID, list[UUID]], masks: Masks
) -> None:
    """Sum attended minutes: no database counts the bits of both kinds, so they are counted here."""
    found = await spent(connection, day, {child for some in members.values() for child in some})
    site_id = site_of(connection)
    rows = [
        {
            "site_id": site_id,
            "group_id": group_id,
            "day": day,
            "category": category,
            "children": total.children,
            "minutes": total.minutes,
            "lessons": total.lessons,
            "breaks": total.breaks,
        }
        for group_id, some in members.items()
        for category, total in _sums(
            (found[child] for child in some if child in found), *masks(group_id, day)
        ).items()
    ]
    if rows:
        await connection.execute(sa.insert(group_minutes), rows)


def _sums(
    children: Iterable[Mapping[str, Bitmap]], lessons: Bitmap, breaks: Bitmap
) -> dict[str, Sum]:
    sums: dict[str, Sum] = defaultdict(Sum)
    for child in children:
        for category, bits in child.items():
            sums[category].add(bits, lessons, breaks)
    return sums


async def spent(
    connection: AsyncConnection, day: date, children: set[UUID]
) -> dict[UUID, dict[str, Bitmap]]:
    """Return the minutes of a day by child and category, and of all scopes together."""
    mine = sa.and_(minutes.c.site_id == site_of(connection), minutes.c.day == day)
    wanted = sa.select(minutes.c.child_id, minutes.c.scope, minutes.c.bits).where(mine)
    found: dict[UUID, dict[str, Bitmap]] = {}
    for child_id, scope, bits in await connection.execute(wanted):
        if child_id not in children:
            continue
        bitmap, child = from_bytes(bits), found.setdefault(child_id, {ALL: 0})
        child[ALL] |= bitmap
        kind, name = split(scope)
        if kind is ScopeKind.CATEGORY and name:
            child[name] = bitmap
    return found


async def _keep_presence(
    connection: AsyncConnection, day: date, members: Mapping[UUID, list[UUID]], school: School
) -> None:
    """Keep how many pupils there were that day, and of how many there was a trace."""
    site_id = site_of(connection)
    for group_id, some in members.items():
        row = {
            "site_id": site_id,
            "group_id": group_id,
            "day": day,
            "pupils": max(school.pupils.get(group_id, 0), len(some)),
            "seen": len(some),
        }
        first = insert_into(connection, group_presence).values(row)
        # Pupils that come later were not there: the number of the day stays.
        await connection.execute(
            first.on_conflict_do_update(
                index_elements=["site_id", "group_id", "day"], set_={"seen": row["seen"]}
            )
        )


def _of(
    connection: AsyncConnection, day: date, owners: list[UUID]
) -> tuple[sa.ColumnElement[bool], ...]:
    return (
        belonged.c.site_id == site_of(connection),
        belonged.c.day == day,
        belonged.c.group_id.in_(owners),
    )
