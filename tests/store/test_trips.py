"""Statements on SQLite: one trip to the thread each, and every row of however long an answer."""

import pytest
import sqlalchemy as sa

from store.database import Database
from store.trips import AHEAD, Trips
from tests.kit.databases import sqlite_url

LONG = 3 * AHEAD + 7
NUMBERS = sa.text(
    "WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < :most)"
    " SELECT i FROM n"
)


@pytest.fixture
async def db(tmp_path):
    opened = await Database.open(sqlite_url(tmp_path / "haidang.db"))
    yield opened
    await opened.close()


@pytest.mark.parametrize("most", [1, AHEAD - 1, AHEAD, AHEAD + 1, LONG])
async def test_every_row_of_an_answer_comes_once_and_in_order(db: Database, most: int) -> None:
    wanted = list(range(1, most + 1))
    async with db.read() as connection:
        assert list(await connection.scalars(NUMBERS, {"most": most})) == wanted
        streamed = await connection.stream_scalars(NUMBERS, {"most": most})
        assert [number async for number in streamed] == wanted


async def test_a_small_statement_takes_one_trip_to_the_thread(
    db: Database, monkeypatch: pytest.MonkeyPatch
) -> None:
    trips = []
    there = Trips.there

    async def counted(self, work, *arguments):
        trips.append(work)
        return await there(self, work, *arguments)

    monkeypatch.setattr(Trips, "there", counted)
    async with db.read() as connection:
        await connection.execute(sa.text("SELECT 1"))
        trips.clear()
        assert (await connection.execute(NUMBERS, {"most": 3})).scalars().all() == [1, 2, 3]
    assert len(trips) == 1


async def test_a_long_answer_that_is_left_halfway_holds_up_no_writer(db: Database) -> None:
    async with db.write() as connection:
        await connection.execute(sa.text("CREATE TABLE drawer (i INTEGER)"))
        written = await connection.execute(
            sa.text("INSERT INTO drawer VALUES (:i)"), [{"i": i} for i in range(LONG)]
        )
        assert written.rowcount == LONG
    async with db.write() as connection:
        left = await connection.stream(sa.text("SELECT i FROM drawer"))
        assert (await left.fetchone()).i == 0
        await left.close()
        await connection.execute(sa.text("DROP TABLE drawer"))


async def test_what_a_writing_statement_returns_and_counts_is_told(db: Database) -> None:
    async with db.write() as connection:
        await connection.execute(sa.text("CREATE TABLE drawer (i INTEGER)"))
        back = sa.text("INSERT INTO drawer VALUES (1), (2) RETURNING i")
        assert (await connection.scalars(back)).all() == [1, 2]
        assert (await connection.execute(sa.text("UPDATE drawer SET i = 3"))).rowcount == 2


async def test_a_statement_that_fails_says_why_and_the_next_one_works(db: Database) -> None:
    async with db.read() as connection:
        with pytest.raises(sa.exc.OperationalError, match="no such table"):
            await connection.execute(sa.text("SELECT 1 FROM nowhere"))
        assert await connection.scalar(sa.text("SELECT 1")) == 1
