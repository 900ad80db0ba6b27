"""A letter's numbers are those that a naive count of the raw visits gives, wherever one lives."""

import asyncio
import datetime as dt
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from feeds.catalogue import Catalogue, load
from reports.family.value import FamilyLetter
from reports.weekly import write_letter
from rules.policy import Hours, Policy, Window
from rules.verdict import Reason
from store import change, children, devices, groups
from store.change import SYSTEM
from store.database import Database
from tests.kit.agreed import agree
from tests.kit.databases import fresh_sqlite
from tests.kit.panel import OPEN, Diary, blocked
from tests.reports.naive import Counts, counted

HOSTS = ("www.roblox.com", "www.youtube.com", "vioedu.vn", "nobody-knows.example")
VERDICTS = (OPEN, OPEN, blocked(Reason.HOURS, "bedtime"), blocked(Reason.CATEGORY, "category:x"))
WEEKS = (
    ("Asia/Ho_Chi_Minh", dt.date(2026, 11, 16)),
    # The clock goes back on the Sunday: an hour comes twice.
    ("Europe/Berlin", dt.date(2026, 10, 19)),
    # It goes forward on the Sunday: an hour is missing.
    ("America/New_York", dt.date(2026, 3, 2)),
)
BEDTIME = Policy(hours=(Hours(name="bedtime", windows=(Window(start="21:00", end="06:00"),)),))
STRETCH = st.tuples(
    # Also before and after the week: those minutes must not be counted.
    st.integers(-900, 8 * 1440),
    st.integers(1, 45),
    st.sampled_from(HOSTS),
    st.sampled_from(VERDICTS),
)


@pytest.fixture(scope="module")
def catalogue() -> Catalogue:
    return load()


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return tmp_path_factory.mktemp("naive")


async def both(folder: Path, catalogue: Catalogue, place, stretches) -> tuple[FamilyLetter, Counts]:
    """Live some stretches, and return the letter and the naive count."""
    zone, monday = place
    db = await Database.open(await fresh_sqlite(folder / "home.db", folder / "template.db"))
    begin = dt.datetime(monday.year, monday.month, monday.day, tzinfo=dt.UTC)
    async with change.change(db, by=SYSTEM, what="began", now=begin) as tx:
        home = await groups.add(tx, name="Nhà", zone=zone, language="vi")
        about = {"name": "Minh", "birth_year": 2014, "language": "vi", "policy": BEDTIME}
        child = await children.add(tx, group_id=home.id, **about)
        await agree(tx, child.id)
        phone = await devices.add(
            tx, name="phone", kind="phone", system="ios", child_ids=[child.id], first_port=8101
        )
    diary = Diary(db, catalogue, zone)
    for offset, length, host, verdict in stretches:
        since = begin + dt.timedelta(minutes=offset)
        diary.used(child, phone, host, since=since, minutes=length, verdict=verdict)
    after = begin + dt.timedelta(days=9)
    await diary.save(after)
    letter = await write_letter(db, child, monday, now=after)
    naive = await counted(db, child.id, zone, monday)
    await db.close()
    return letter, naive


@pytest.mark.parametrize("place", WEEKS, ids=[zone for zone, _ in WEEKS])
@given(stretches=st.lists(STRETCH, min_size=1, max_size=12))
@settings(max_examples=4)
def test_a_letter_says_what_a_naive_count_of_the_visits_says(folder, catalogue, place, stretches):
    letter, naive = asyncio.run(both(folder, catalogue, place, stretches))
    week = letter.week

    assert {day.day: day.minutes for day in week.days} == naive.days
    assert week.minutes == sum(naive.days.values())
    assert {use.id: use.minutes for use in week.services} == naive.services
    assert {group.reason.value: group.times for group in week.stopped} == naive.stops
    assert week.stopped_times == naive.stops.total()
    assert {site.site: site.visits for site in week.sites} == naive.visits
    assert {site.site: site.minutes for site in week.sites} == naive.sites
    assert letter.nights is not None
    assert dict(zip(naive.late, letter.nights.late, strict=True)) == naive.late


def test_the_naive_count_would_notice_a_minute_more(folder, catalogue):
    stretches = [(600, 10, HOSTS[0], OPEN)]
    letter, naive = asyncio.run(both(folder, catalogue, WEEKS[0], stretches))
    more, _ = asyncio.run(
        both(folder, catalogue, WEEKS[0], [*stretches, (700, 1, *stretches[0][2:])])
    )

    assert letter.week.minutes == sum(naive.days.values()) == 10
    assert more.week.minutes == 11
