"""A list of a whole school: in a few statements however long it is, and taken back as it was."""

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import datetime, timedelta

import pytest
import sqlalchemy as sa

from rules.roster import Altered, Plan, Pupil, plan
from store import enrolling, erasing, groups, retention, rosters
from store.change import SYSTEM, change
from store.database import Database
from store.groups import Group
from store.tables import children, ledger, policies, pupil_numbers

CLASSES = ("6A", "6B", "6C")


def listed(count: int, *, year: int = 2014, shift: int = 0) -> list[Pupil]:
    """Write a list: every third name stands there twice, told apart by its number."""
    return [
        Pupil(row, f"An {row // 3}", year, CLASSES[(row + shift) % 3], f"HS{row}")
        for row in range(count)
    ]


async def school_of(db: Database, name: str, now: datetime) -> Group:
    async with change(db, by=SYSTEM, what="began", now=now) as tx:
        return await groups.add(
            tx, name=name, zone="Asia/Ho_Chi_Minh", language="vi", kind="school"
        )


async def planned(db: Database, school: Group, pupils: list[Pupil]) -> Plan:
    async with db.read() as store:
        known = await rosters.enrolled(store, school)
        classes = [each.name for each in await rosters.classes_of(store, school)]
    return plan(pupils, known, classes)


async def bring(db: Database, school: Group, pupils: list[Pupil], now: datetime) -> None:
    wanted = await planned(db, school, pupils)
    leavers = [each.child_id for each in wanted.missing]
    async with change(db, by=SYSTEM, what="brought a list", now=now) as tx:
        await enrolling.bring_in(tx, school, wanted, leavers=leavers)


async def take_back(db: Database, school: Group, now: datetime) -> None:
    async with db.read() as store:
        last = next(each for each in await rosters.history(store, school.id) if each.stands)
    async with change(db, by=SYSTEM, what="took a list back", now=now) as tx:
        await enrolling.undo(tx, last)


async def known_of(db: Database, school: Group) -> set[tuple[str, int, str, str]]:
    async with db.read() as store:
        return {
            (each.name, each.birth_year, each.class_name, each.number)
            for each in await rosters.enrolled(store, school)
        }


@contextmanager
def counted(db: Database) -> Iterator[list[str]]:
    said: list[str] = []

    def listen(*heard: object) -> None:
        said.append(str(heard[2]))

    sa.event.listen(db._writer.sync_engine, "before_cursor_execute", listen)
    yield said
    sa.event.remove(db._writer.sync_engine, "before_cursor_execute", listen)


async def test_a_list_of_three_times_as_many_takes_no_more_statements(
    db: Database, now: datetime
) -> None:
    took = []
    for count in (30, 90):
        school = await school_of(db, f"THCS {count}", now)
        with counted(db) as said:
            await bring(db, school, listed(count), now)
            await bring(db, school, listed(count, year=2013, shift=1), now)
            await take_back(db, school, now)
            await take_back(db, school, now)
        took.append(len(said))
        assert await known_of(db, school) == set()
    assert took[1] <= took[0] + 2


async def test_the_zones_of_the_world_are_looked_for_once_and_not_for_each_class(
    db: Database, now: datetime, monkeypatch: pytest.MonkeyPatch
) -> None:
    school, looked = await school_of(db, "THCS", now), []
    monkeypatch.setattr(groups, "available_timezones", lambda: looked.append(1) or {school.zone})
    groups.all_zones.cache_clear()
    await bring(db, school, listed(9), now)
    groups.all_zones.cache_clear()
    assert len(looked) == 1


async def test_each_list_is_taken_back_to_how_it_was_the_last_first(
    db: Database, now: datetime
) -> None:
    school = await school_of(db, "THCS", now)
    lists = (
        listed(12),
        listed(12, year=2013, shift=1),
        # Who is left out leaves; with the next list they come back, the same children.
        listed(4, shift=2),
        listed(12, shift=2),
    )
    before = []
    for each in lists:
        before.append(await known_of(db, school))
        await bring(db, school, each, now)
    assert len(await known_of(db, school)) == 12
    async with db.read() as store:
        assert await store.scalar(sa.select(sa.func.count()).select_from(children)) == 12
        assert await store.scalar(sa.select(sa.func.count()).select_from(policies)) == 12
    for was in reversed(before):
        await take_back(db, school, now)
        assert await known_of(db, school) == was
    async with db.read() as store:
        for table in (children, pupil_numbers, policies):
            assert await store.scalar(sa.select(sa.func.count()).select_from(table)) == 0
        [receipt] = await erasing.receipts(store, [school.id])
        assert receipt.tables["children"] == 12


async def test_children_who_change_places_and_names_stay_told_apart(
    db: Database, now: datetime
) -> None:
    school = await school_of(db, "THCS", now)
    one, two = Pupil(1, "Lê An", 2014, "6A", "1"), Pupil(2, "Vũ Bình", 2014, "6B", "2")
    await bring(db, school, [one, two], now)
    await bring(
        db, school, [Pupil(1, "Vũ Bình", 2014, "6B", "1"), Pupil(2, "Lê An", 2014, "6A", "2")], now
    )
    # When the first moves, the second is still there under that name.
    assert await known_of(db, school) == {
        ("Vũ Bình (1)", 2014, "6B", "1"),
        ("Lê An", 2014, "6A", "2"),
    }
    await take_back(db, school, now)
    assert await known_of(db, school) == {
        ("Lê An", 2014, "6A", "1"),
        ("Vũ Bình", 2014, "6B", "2"),
    }


async def test_numbers_may_be_swapped(db: Database, now: datetime) -> None:
    school = await school_of(db, "THCS", now)
    await bring(
        db, school, [Pupil(1, "Lê An", 2014, "6A", "1"), Pupil(2, "Vũ Bình", 2014, "6A", "2")], now
    )
    async with db.read() as store:
        known = {each.name: each for each in await rosters.enrolled(store, school)}
    swapped = Plan(
        altered=(
            Altered(known["Lê An"], Pupil(1, "Lê An", 2014, "6A", "2"), ("number",)),
            Altered(known["Vũ Bình"], Pupil(2, "Vũ Bình", 2014, "6A", "1"), ("number",)),
        )
    )
    async with change(db, by=SYSTEM, what="swapped", now=now) as tx:
        await enrolling.bring_in(tx, school, swapped)
    assert {(name, number) for name, _, _, number in await known_of(db, school)} == {
        ("Lê An", "2"),
        ("Vũ Bình", "1"),
    }
    await take_back(db, school, now)
    assert {(name, number) for name, _, _, number in await known_of(db, school)} == {
        ("Lê An", "1"),
        ("Vũ Bình", "2"),
    }
    async with db.read() as store:
        assert await store.scalar(sa.select(sa.func.count()).select_from(ledger)) == 4


async def test_who_left_is_erased_as_long_after_as_visits_are_kept_and_nobody_else(
    db: Database, now: datetime
) -> None:
    school = await school_of(db, "THCS", now)
    await bring(db, school, listed(6), now)
    await bring(db, school, listed(2), now)
    stays = await known_of(db, school)
    day = timedelta(days=1)
    await retention.forget_older(db, now + 89 * day, visits_days=90, pages_days=30)
    await bring(db, school, listed(3), now + 89 * day)
    came_back = await known_of(db, school) - stays
    assert len(came_back) == 1
    await retention.forget_older(db, now + 91 * day, visits_days=90, pages_days=30)
    assert await known_of(db, school) == stays | came_back
    async with db.read() as store:
        classes = [each.id for each in await rosters.classes_of(store, school)]
        left = await store.scalars(sa.select(children.c.left))
        receipts = await erasing.receipts(store, classes)
        swept = [await erasing.swept_after(store, each.number) for each in receipts]
    assert set(swept) == {erasing.Swept(0, clean=True)}
    assert list(left) == [None, None, None]
    assert sum(each.tables["children"] for each in receipts) == 3
    # What is erased cannot come back with a list, and taking a list back is no trouble.
    await take_back(db, school, now + 91 * day)
    assert await known_of(db, school) == stays
    await take_back(db, school, now + 91 * day)
    assert await known_of(db, school) == stays | came_back
