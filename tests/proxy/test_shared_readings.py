"""What one door reads the others know, whatever becomes of the database in between."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path

import pytest

from feeds.words.scan import Score
from proxy.memory import Memory
from rules.reading import Source, key_of
from rules.visit import UNLISTED
from store import readings
from store.change import SYSTEM, change
from store.database import Database
from store.errors import Away
from tests.lab.lab import Lab
from tests.proxy.house import NOON, House, running

pytestmark = pytest.mark.door
BETTING = Score("gambling", 60, ("nhà cái", "tài xỉu"))


@asynccontextmanager
async def two_doors(folder: Path, lab: Lab) -> AsyncIterator[tuple[Database, list[House]]]:
    url = f"sqlite+aiosqlite:///{folder}/haidang.db"
    db = await Database.open(url)
    try:
        async with running(folder / "one", lab) as one, running(folder / "two", lab) as two:
            for house in (one, two):
                house.memory = Memory(house.door, url, "test", Database.open)
            yield db, [one, two]
    finally:
        await db.close()


async def test_what_one_door_read_another_knows_until_an_adult_says_it_is_wrong(
    tmp_path: Path, lab: Lab
) -> None:
    async with two_doors(tmp_path, lab) as (db, (one, two)):
        one.door.readings.saw("bong.example", "/", BETTING, named=True)
        await one.memory._share_readings(db)
        await two.memory._share_readings(db)
        assert two.door.readings.known("www.bong.example", UNLISTED).categories == ("gambling",)
        assert two.door.readings.known("other.example", UNLISTED) == UNLISTED
        async with change(db, by=SYSTEM, what="x", now=NOON) as tx:
            await readings.put_right(tx, key_of("bong.example"))
        for house in (one, two):
            await house.memory._share_readings(db)
            assert not house.door.readings.known("bong.example", UNLISTED).categories
        # Whoever reads it again does not know better than the adult.
        one.door.readings.saw("bong.example", "/", BETTING, named=True)
        assert not one.door.readings.take_new()


async def test_what_could_not_be_kept_is_kept_later(
    tmp_path: Path, lab: Lab, monkeypatch: pytest.MonkeyPatch
) -> None:
    async def away(*_: object) -> None:
        raise Away

    async with two_doors(tmp_path, lab) as (db, (one, _)):
        one.door.readings.saw("bong.example", "/", BETTING, named=True)
        with monkeypatch.context() as broken:
            broken.setattr("store.readings.keep", away)
            with pytest.raises(Away):
                await one.memory._share_readings(db)
        assert one.door.readings.known("bong.example", UNLISTED).categories
        await one.memory._share_readings(db)
        async with db.read() as connection:
            (kept,) = await readings.named(connection)
        assert (kept.site, kept.source) == ("bong.example", Source.WORDS)


async def test_the_memory_of_a_door_is_bounded(
    tmp_path: Path, lab: Lab, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("proxy.readings.MOST_SITES", 50)
    monkeypatch.setattr("proxy.readings.MOST_PAGES", 50)
    async with running(tmp_path, lab) as house:
        known = house.door.readings
        for number in range(200):
            known.saw(f"h{number}.example", "/", BETTING, named=True)
        sizes = [len(part) for part in (known._sites, known._pages, known._evidence)]
        assert sizes == [50, 50, 50]
        assert known.known("h199.example", UNLISTED).categories
