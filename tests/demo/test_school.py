"""The sample school lives through a week of recorded traffic, by seed, and goes on after a stop."""

from datetime import date, timedelta
from pathlib import Path
from random import Random

import pytest
import sqlalchemy as sa

from reports.school import gather
from store import facts, groups
from store.change import SYSTEM, change
from store.database import Database
from store.tables import visits
from tests.demo.school import founding, people, term
from tests.demo.school.founding import KEPT, ZONE
from tests.demo.school.hands import midnight
from tests.demo.school.living import World, steps
from tests.demo.school.loads import loads
from tests.kit.databases import sqlite_url

MONDAY = date(2026, 11, 23)
needs_data = pytest.mark.skipif(
    not people.DATA.is_dir(), reason=f"the public data is not in {people.DATA}"
)


async def _live(db: Database, folder: Path) -> list[tuple[int, int]]:
    told: list[tuple[int, int]] = []
    advance = lambda done, total: told.append((done, total))  # noqa: E731 - one line says it
    await term.live(db, folder, count=8, weeks=1, seed=3, until=MONDAY, advance=advance)
    return told


async def _sums(db: Database) -> list[tuple[object, ...]]:
    wanted = sa.select(visits.c.category, visits.c.reason, sa.func.sum(visits.c.visits))
    async with db.read() as store:
        rows = await store.execute(wanted.group_by(visits.c.category, visits.c.reason))
        return sorted(map(tuple, rows))


@needs_data
async def test_a_week_is_lived_letters_are_written_and_a_stop_doubles_nothing(
    tmp_path: Path,
) -> None:
    db = await Database.open(sqlite_url(tmp_path / "haidang.db"))
    told = await _live(db, tmp_path)
    assert told[-1] == (56, 56)
    lived = await _sums(db)
    assert {reason for _, reason, _ in lived} >= {"default", "hours"}
    async with db.read() as store:
        school = next(each for each in await groups.list_all(store) if each.kind == "school")
    letter = await gather.letter_for(db, school, MONDAY - timedelta(days=7), now=midnight(MONDAY))
    assert letter.pupils == 8
    assert letter.minutes > letter.lessons > 0
    assert letter.learning
    assert letter.stopped_times > 0
    # The machine was switched off in the middle of Sunday, before it was written down as over.
    async with db.write() as store:
        await facts.keep(store, f"{KEPT}_day", (MONDAY - timedelta(days=2)).isoformat())
    await _live(db, tmp_path)
    assert await _sums(db) == lived
    await db.close()


@needs_data
def test_the_same_seed_makes_the_same_school() -> None:
    one, other = (people.pupils(70, 2026, Random(4)) for _ in range(2))
    assert one == other
    assert len({pupil.name for pupil in one}) == 70
    assert list(dict.fromkeys(each.form for each in one)) == ["6A1", "7A1", "8A1"]
    world = World(ZONE, loads(), 4)
    days = [list(steps(one[0].name, one[0].form, MONDAY, world)) for _ in range(2)]
    assert days[0] == days[1]


@needs_data
def test_page_loads_are_the_recorded_ones() -> None:
    known = loads()
    assert len(known) > 200
    assert max(len(load.fetches) for load in known) > 50
    assert all(fetch.requests and fetch.size for load in known for fetch in load.fetches)


@needs_data
async def test_a_school_that_was_only_half_founded_is_founded_to_its_end(tmp_path: Path) -> None:
    db = await Database.open(sqlite_url(tmp_path / "haidang.db"))
    teachers = people.full_names(4, Random(5))
    async with change(db, by=SYSTEM, what="founded the school", now=midnight(MONDAY)) as tx:
        await founding._found_school(tx, teachers, "")
    first = await founding.found(db, 40, 5, midnight(MONDAY))
    again = await founding.found(db, 40, 5, midnight(MONDAY))
    await db.close()
    assert len(first.enrolled) == 40
    assert first.classes == again.classes
    ids = [{(each.pupil.name, each.device_id) for each in one.enrolled} for one in (first, again)]
    assert ids[0] == ids[1]
