"""The conductor on a real database: once for each week, again only where rows came late."""

import datetime as dt
from collections.abc import AsyncIterator
from dataclasses import dataclass
from pathlib import Path

import pytest

from feeds.catalogue import Catalogue, load
from reports.family.value import opened
from reports.values import WeekSummary
from reports.weekly import run_due, summarise_week
from rules.policy import Hours, Policy, Privacy, Window
from store import change, children, devices, grants, groups, letters
from store.change import SYSTEM
from store.children import Child
from store.database import Database
from store.devices import Device
from tests.kit.agreed import agree
from tests.kit.databases import SEAL, fresh_sqlite
from tests.kit.panel import Diary

ZONE = "Asia/Ho_Chi_Minh"
WEEK = dt.date(2026, 11, 16)
WEDNESDAY = dt.datetime(2026, 11, 18, 12, 0, tzinfo=dt.UTC)
MONDAY_MORNING = dt.datetime(2026, 11, 23, 0, 30, tzinfo=dt.UTC)


@dataclass
class Home:
    db: Database
    catalogue: Catalogue
    child: Child
    device: Device

    async def played(self, since: dt.datetime, minutes: int) -> None:
        diary = Diary(self.db, self.catalogue)
        diary.used(self.child, self.device, "www.roblox.com", since=since, minutes=minutes)
        await diary.save(since)

    async def kept(self, week: dt.date = WEEK) -> WeekSummary | None:
        async with self.db.read() as store:
            text = await letters.find(store, self.child.id, week)
        return opened(text).week if text else None


@pytest.fixture(scope="module")
def template(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return tmp_path_factory.mktemp("weekly") / "template.db"


@pytest.fixture(scope="module")
def catalogue() -> Catalogue:
    return load()


@pytest.fixture
async def home(tmp_path: Path, template: Path, catalogue: Catalogue) -> AsyncIterator[Home]:
    db = await Database.open(await fresh_sqlite(tmp_path / "home.db", template), SEAL)
    bedtime = Hours(name="bedtime", windows=(Window(start="19:10", end="06:00"),))
    async with change.change(db, by=SYSTEM, what="began", now=WEDNESDAY) as tx:
        family = await groups.add(tx, name="Nhà Trần", zone=ZONE, language="vi")
        child = await children.add(
            tx,
            group_id=family.id,
            name="Minh",
            birth_year=2014,
            language="vi",
            policy=Policy(hours=(bedtime,), privacy=Privacy.SITES),
        )
        await agree(tx, child.id)
        device = await devices.add(
            tx, name="phone", kind="phone", system="ios", child_ids=[child.id], first_port=8101
        )
    yield Home(db, catalogue, child, device)
    await db.close()


async def test_a_week_is_read_from_what_the_doors_wrote_down(home: Home):
    await home.played(WEDNESDAY, 30)
    await home.played(WEDNESDAY - dt.timedelta(days=7), 12)
    async with change.change(home.db, by=SYSTEM, what="gave", now=WEDNESDAY) as tx:
        until = WEDNESDAY + dt.timedelta(minutes=15)
        await grants.give(tx, home.child.id, until=until)
    week = await summarise_week(home.db, home.child, WEEK, now=MONDAY_MORNING)

    assert (week.minutes, week.minutes_before, week.closed_minutes) == (30, 12, 20)
    assert [use.id for use in week.services] == ["roblox"]
    assert [use.site for use in week.sites] == ["www.roblox.com"]
    assert week.new_sites == ()
    assert [given.minutes for given in week.given] == [15]
    assert week.days[2].minutes == 30


async def test_the_last_full_week_is_written_once(home: Home):
    await home.played(WEDNESDAY, 30)

    assert await run_due(home.db, now=MONDAY_MORNING) == 1
    assert await run_due(home.db, now=MONDAY_MORNING + dt.timedelta(hours=1)) == 0
    kept = await home.kept()
    assert kept is not None
    assert (kept.minutes, kept.so_far) == (30, False)


async def test_the_running_week_is_never_written(home: Home):
    await home.played(WEDNESDAY, 30)
    await run_due(home.db, now=WEDNESDAY + dt.timedelta(hours=2))

    assert await home.kept() is None


async def test_rows_that_come_late_are_taken_in(home: Home):
    await home.played(WEDNESDAY, 30)
    await run_due(home.db, now=MONDAY_MORNING)
    await home.played(WEDNESDAY + dt.timedelta(hours=1), 10)

    assert await run_due(home.db, now=MONDAY_MORNING + dt.timedelta(hours=3)) == 1
    kept = await home.kept()
    assert kept is not None
    assert kept.minutes == 40


async def test_a_week_long_over_stays_as_it_was_sent(home: Home):
    await home.played(WEDNESDAY, 30)
    await run_due(home.db, now=MONDAY_MORNING)
    await home.played(WEDNESDAY + dt.timedelta(hours=1), 10)

    assert await run_due(home.db, now=MONDAY_MORNING + dt.timedelta(days=4)) == 0


async def test_a_week_whose_making_broke_off_is_made_by_a_later_ring(home: Home):
    async with home.db.write() as store:
        assert await letters.claim(store, home.child.id, WEEK, now=MONDAY_MORNING)

    assert await run_due(home.db, now=MONDAY_MORNING + dt.timedelta(minutes=5)) == 0
    assert await run_due(home.db, now=MONDAY_MORNING + dt.timedelta(hours=2)) == 1
    assert await home.kept() is not None


async def test_the_last_letter_is_that_of_the_week_in_which_a_child_comes_of_age(home: Home):
    async with change.change(home.db, by=SYSTEM, what="born", now=WEDNESDAY) as tx:
        about = {"name": "An", "birth_year": 2007, "language": "vi", "colour": "blue"}
        await children.alter(tx, home.child.id, **about)
    end = dt.datetime(2025, 12, 31, 17, 0, tzinfo=dt.UTC)
    written = [await run_due(home.db, now=end + dt.timedelta(days=day)) for day in range(30)]
    assert sum(written) == 2
    assert await home.kept(dt.date(2025, 12, 22))
    assert await home.kept(dt.date(2025, 12, 29))
    assert await home.kept(dt.date(2026, 1, 5)) is None
