"""The conductor of school letters: reads what was summed, composes, keeps what is over."""

from collections import defaultdict
from collections.abc import Mapping, Sequence
from datetime import date, datetime, timedelta
from uuid import UUID

from reports.reach import LETTERED
from reports.school.compose import Around, Subject, Sums, compose
from reports.school.value import SchoolLetter
from reports.sites import SiteOf
from reports.weekly import LATE, as_it_is
from reports.weeks import Week, last_full_week
from rules.lessons import Timetable
from rules.radar import coverage
from rules.verdict import Layer
from store import group_letters, group_record, groups, memberships, timetables
from store.database import Connection, Database
from store.groups import Group

TERM = 18
"""Weeks of a term, holidays among them."""


async def letter_for(
    db: Database, group: Group, first: date, *, now: datetime, site_of: SiteOf = as_it_is
) -> SchoolLetter:
    """Return a group's letter: the one that was kept, or one written now of what was summed."""
    async with db.read() as connection:
        kept = await group_letters.find(connection, group.id, first)
        if kept:
            return SchoolLetter.model_validate_json(kept)
        return await _written(connection, group, Week(first, group.zone), now, site_of)


async def run_due(db: Database, *, now: datetime, site_of: SiteOf = as_it_is) -> int:
    """Write the last full week of every class and school; return how many were written."""
    async with db.read() as connection:
        everyone = [each for each in await groups.list_all(connection) if each.kind in LETTERED]
    written = 0
    for group in everyone:
        written += await _make(db, group, last_full_week(now, group.zone), now, site_of)
    return written


async def _make(db: Database, group: Group, week: Week, now: datetime, site_of: SiteOf) -> bool:
    """Write a week that has no letter yet, or whose late rows change it; twice is once."""
    async with db.read() as connection:
        kept = await group_letters.find(connection, group.id, week.first)
        if kept and now > week.until + LATE:
            return False
        letter = await _written(connection, group, week, now, site_of)
    if letter.is_empty:
        return False
    if kept:
        before = SchoolLetter.model_validate_json(kept)
        if before.model_copy(update={"made": letter.made}) == letter:
            return False
    async with db.write() as connection:
        text = letter.model_dump_json()
        await group_letters.keep(connection, group.id, week.first, summary=text, now=now)
    return True


async def _written(
    connection: Connection, group: Group, week: Week, now: datetime, site_of: SiteOf
) -> SchoolLetter:
    known = {each.id: each for each in await groups.list_all(connection)}
    pupils = await _pupils(connection, known)
    below = _classes_of(known, group)
    subject = Subject(
        group,
        pupils[group.id],
        _has_lessons(await timetables.all_of(connection), known, group),
        now,
        [(each, pupils[each.id]) for each in below],
    )
    begin = week.first - timedelta(weeks=TERM - 1)
    term = await _sums(connection, [group.id], begin, week.last)
    around = await _around(connection, group, week, [each.id for each in below])
    return compose(subject, week, term[group.id], around, site_of)


async def _around(
    connection: Connection, group: Group, week: Week, below: Sequence[UUID]
) -> Around:
    days, moments = (week.first, week.last), (week.since, week.until)
    return Around(
        learning=await group_record.learning(connection, group.id, *days),
        alerts=await group_record.alerted(connection, group.id, days, *moments),
        coverage=coverage(await group_record.looks(connection, group.id, days, *moments)),
        of_classes=await _sums(connection, below, *days) if below else {},
    )


async def _sums(
    connection: Connection, group_ids: Sequence[UUID], first: date, last: date
) -> Mapping[UUID, Sums]:
    found: dict[UUID, Sums] = defaultdict(lambda: Sums([], [], []))
    for group_id in group_ids:
        found[group_id] = Sums([], [], [])
    for spent in await group_record.minutes(connection, group_ids, first, last):
        found[spent.group_id].minutes.append(spent)
    for stop in await group_record.stopped(connection, group_ids, first, last):
        found[stop.group_id].stopped.append(stop)
    for there in await group_record.present(connection, group_ids, first, last):
        found[there.group_id].present.append(there)
    return found


async def _pupils(connection: Connection, known: Mapping[UUID, Group]) -> Mapping[UUID, int]:
    counted: dict[UUID, int] = defaultdict(int)
    for joined in (await memberships.all_of(connection)).values():
        for group in memberships.chain(dict(known), joined):
            counted[group.id] += 1
    return counted


def _classes_of(known: Mapping[UUID, Group], school: Group) -> list[Group]:
    below = [each for each in known.values() if each.parent_id == school.id and not each.closed]
    return sorted((each for each in below if each.kind == Layer.CLASS), key=_by_name)


def _by_name(group: Group) -> tuple[int, str]:
    """Sort 6A2 before 6A10: shorter names first."""
    return len(group.name), group.name


def _has_lessons(
    tables: Mapping[UUID, Timetable], known: Mapping[UUID, Group], group: Group
) -> bool:
    above = memberships.chain(dict(known), [group.id])
    return any(each.id in tables and tables[each.id].lessons for each in above)
