"""A write that is cut short (a timeout, a stop, a lost client) leaves no lock behind."""

import asyncio
import sqlite3

import pytest
import sqlalchemy as sa

from store import facts
from store.database import Database
from store.engine import RollsBack, engines, parse

SOON = 5.0
MANY_ROWS = (
    "WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < 20000)"
    " SELECT i FROM n"
)


async def slow_write(db: Database, begun: asyncio.Event, kept: list[BaseException]) -> None:
    try:
        async with db.write() as connection:
            await facts.keep(connection, "half", "done")
            begun.set()
            while True:
                await connection.execute(sa.text(MANY_ROWS))
    except BaseException as error:
        kept.append(error)
        raise


async def cut_short(db: Database, steps: int, kept: list[BaseException], *, twice: bool) -> None:
    """Cancel a write after so many turns of the loop."""
    begun = asyncio.Event()
    async with asyncio.timeout(SOON), asyncio.TaskGroup() as group:
        task = group.create_task(slow_write(db, begun, kept))
        await begun.wait()
        for _ in range(steps):
            await asyncio.sleep(0)
        task.cancel()
        if twice:
            await asyncio.sleep(0)
            task.cancel()


@pytest.mark.parametrize("twice", [False, True])
async def test_others_write_at_once_after_a_write_was_cut_short(
    db: Database, url: str, *, twice: bool
) -> None:
    # An error lives on in a log record, or in a cycle that the collector has not met yet, and with
    # it the statement that it broke off.
    kept: list[BaseException] = []
    for steps in range(6):
        await cut_short(db, steps, kept, twice=twice)
    other = await Database.open(url)
    for number, database in enumerate((other, db)):
        async with asyncio.timeout(SOON), database.write(patience_ms=500) as connection:
            await facts.keep(connection, "whole", str(number))
            assert await facts.find(connection, "half") is None
    assert len(kept) == 6
    await other.close()


@pytest.mark.parametrize(("fault", "lines"), [(asyncio.CancelledError, 0), (OSError, 1)])
def test_that_we_cut_a_write_short_needs_no_traceback(
    tmp_path, caplog: pytest.LogCaptureFixture, fault: type[BaseException], lines: int
) -> None:
    for engine in engines(parse(f"sqlite+aiosqlite:///{tmp_path}/x.db")):
        caplog.clear()
        engine.sync_engine.pool.logger.error("reset", exc_info=fault())
        assert len(caplog.records) == lines


def test_a_connection_may_be_closed_twice(tmp_path) -> None:
    connection = sqlite3.connect(tmp_path / "x.db", factory=RollsBack)
    connection.close()
    connection.close()
