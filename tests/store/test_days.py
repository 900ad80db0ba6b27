"""Days of children, classes and schools equal what is counted one note after the other."""

from collections import Counter
from datetime import UTC, date, datetime, timedelta
from pathlib import Path

import pytest
import sqlalchemy as sa

from rules.calendar import calendar_of
from rules.lessons import Timetable, breaks_on, lessons_on
from rules.minutes import count
from store import erasing, retention, sums, timetables
from store import group_days as group_days_of_store
from store.change import SYSTEM, change
from store.database import Database
from store.groups import Group
from store.tables import belonged, child_days, group_days, group_minutes, group_presence, rollups
from tests.store.crowd import LESSONS, MOVED_IN, Crowd, move, school_of

MONDAY = date(2026, 11, 16)
type Days = dict[tuple[date, str, str], int]


async def days_of(crowd: Crowd, group: Group) -> Days:
    """Read the visits of a group's days as they were summed."""
    mine = group_days.c.group_id == group.id
    found: Counter[tuple[date, str, str]] = Counter()
    async with crowd.db.read() as store:
        for row in await store.execute(sa.select(group_days).where(mine)):
            found[row.day, row.category, row.action] += row.visits
    return found


async def minutes_of(crowd: Crowd, group: Group, day: date) -> tuple[int, int, int]:
    """Read a group's minutes of a day: all, in lessons, in breaks."""
    mine = sa.and_(
        group_minutes.c.group_id == group.id,
        group_minutes.c.day == day,
        group_minutes.c.category == "",
    )
    async with crowd.db.read() as store:
        row = (await store.execute(sa.select(group_minutes).where(mine))).one_or_none()
    return (row.minutes, row.lessons, row.breaks) if row else (0, 0, 0)


@pytest.fixture
async def crowd(db: Database, tmp_path: Path) -> Crowd:
    founded = await school_of(db, tmp_path / "spool")
    founded.live(MONDAY, 5, seed=11)
    return founded


@pytest.mark.parametrize("zone", ["Asia/Ho_Chi_Minh", "Asia/Kathmandu", "Europe/Berlin"])
async def test_days_equal_what_is_counted_note_by_note(
    db: Database, tmp_path: Path, zone: str
) -> None:
    crowd = await school_of(db, tmp_path / "spool", zone=zone)
    # The clocks of Berlin went back on the last Sunday of October.
    crowd.live(date(2026, 10, 24), 3, seed=5)
    await crowd.write()
    await sums.run(db, now=MOVED_IN)
    for group in (crowd.school, *crowd.classes):
        assert await days_of(crowd, group) == crowd.visits_of(group)
        for number in range(3):
            day = date(2026, 10, 24) + timedelta(days=number)
            lessons = [*range(420, 465), *range(480, 525)] if day.weekday() < 5 else []
            breaks = range(465, 480) if day.weekday() < 5 else range(0)
            assert await minutes_of(crowd, group, day) == (
                crowd.minutes_of(group, day),
                sum(crowd.minutes_of(group, day, within=range(m, m + 1)) for m in lessons),
                crowd.minutes_of(group, day, within=breaks),
            )


async def test_days_stay_when_their_hours_are_forgotten_also_when_something_comes_late(
    crowd: Crowd,
) -> None:
    await crowd.write()
    await sums.run(crowd.db, now=MOVED_IN)
    before = await days_of(crowd, crowd.school)
    thirteen_months_later = datetime(2027, 12, 30, 3, tzinfo=UTC)
    await retention.forget_older(crowd.db, thirteen_months_later, 90, 30)
    async with crowd.db.read() as store:
        assert await store.scalar(sa.select(sa.func.count()).select_from(rollups)) == 0
    crowd.live(MONDAY, 1, seed=12)
    await crowd.write()
    await sums.run(crowd.db, now=thirteen_months_later)
    assert await days_of(crowd, crowd.school) == before


async def test_the_running_week_follows_changed_lessons_and_the_weeks_before_do_not(
    crowd: Crowd,
) -> None:
    crowd.live(MONDAY + timedelta(days=7), 5, seed=3)
    await crowd.write()
    await sums.run(crowd.db, now=MOVED_IN)
    weekdays = [MONDAY + timedelta(days=number) for number in (*range(5), *range(7, 12))]
    lived = {day: (await minutes_of(crowd, crowd.school, day))[1] for day in weekdays}
    first, *_, last = [day for day in weekdays if lived[day]]
    assert first < last
    async with change(crowd.db, by=SYSTEM, what="entered", now=MOVED_IN) as tx:
        await timetables.save(tx, crowd.school.id, Timetable())
        await group_days_of_store.redo(tx.connection, crowd.school.id, last)
    assert (await sums.run(crowd.db, now=MOVED_IN)).group_days
    for day in weekdays:
        expected = lived[day] if day < last else 0
        assert (await minutes_of(crowd, crowd.school, day))[1] == expected
    for group in crowd.classes:
        assert (await minutes_of(crowd, group, last))[1] == 0


async def test_what_comes_late_is_summed_and_nothing_else_is(crowd: Crowd) -> None:
    await crowd.write(until=len(crowd.notes) // 2)
    await sums.run(crowd.db, now=MOVED_IN)
    await crowd.write(since=len(crowd.notes) // 2)
    again = await sums.run(crowd.db, now=MOVED_IN)
    assert again.days > 0
    assert await days_of(crowd, crowd.school) == crowd.visits_of(crowd.school)
    nothing = await sums.run(crowd.db, now=MOVED_IN)
    assert (nothing.hours, nothing.days, nothing.group_days) == (0, 0, 0)


async def test_a_child_that_moves_takes_no_past_along(crowd: Crowd) -> None:
    first, second = crowd.classes
    await crowd.write()
    await sums.run(crowd.db, now=MOVED_IN)
    before = await days_of(crowd, second)
    pupil = next(iter(crowd.members(first)))
    await move(crowd, pupil, second, MOVED_IN)
    # Everything once more: a late row of each day.
    await crowd.write()
    await sums.run(crowd.db, now=MOVED_IN)
    after = await days_of(crowd, second)
    assert set(after) == set(before)
    assert after == {key: 2 * visits for key, visits in before.items()}


async def test_who_is_there_is_counted_among_the_pupils_of_that_day(crowd: Crowd) -> None:
    await crowd.write()
    await sums.run(crowd.db, now=MOVED_IN)
    async with crowd.db.read() as store:
        rows = (await store.execute(sa.select(group_presence))).all()
    seen = {(row.group_id, row.day): (row.seen, row.pupils) for row in rows}
    for group in (crowd.school, *crowd.classes):
        mine = crowd.members(group)
        for number in range(5):
            day = MONDAY + timedelta(days=number)
            there = {
                note.child_id
                for note in crowd.notes
                if note.child_id in mine and crowd.local(note) == day
            }
            assert seen[group.id, day] == (len(there), len(mine))


async def test_only_learning_sites_are_named_and_a_removed_child_leaves_no_day(
    crowd: Crowd,
) -> None:
    await crowd.write()
    await sums.run(crowd.db, now=MOVED_IN)
    pupil = next(iter(crowd.pupils))
    async with crowd.db.read() as store:
        hosts = set(await store.scalars(sa.select(child_days.c.host).distinct()))
    assert hosts == {"", "olm.vn", "vioedu.vn"}
    async with change(crowd.db, by=SYSTEM, what="removed", now=MOVED_IN) as tx:
        await erasing.erase(tx, pupil)
    await sums.run(crowd.db, now=MOVED_IN)
    async with crowd.db.read() as store:
        for table in (child_days, belonged):
            left = set(await store.scalars(sa.select(table.c.child_id)))
            assert pupil not in left
            assert len(left) == len(crowd.pupils) - 1


def test_breaks_lie_between_the_first_lesson_and_the_last() -> None:
    none = calendar_of(())
    lessons = lessons_on(LESSONS, MONDAY, none)
    assert count(lessons) == 90
    assert breaks_on(lessons) == (1 << 480) - (1 << 465)
    assert lessons_on(LESSONS, MONDAY + timedelta(days=6), none) == 0
    assert breaks_on(0) == 0
