"""A database that is slow, not away: it may finish what it began, and nothing is lost or twice."""

import asyncio
from collections.abc import Callable
from datetime import datetime
from pathlib import Path

import pytest

from store import log as log_table
from store import visits
from store.batch import Batch
from store.database import Database
from store.errors import Away
from store.journal import Journal
from store.visits import VisitFilter
from tests.store.family import note

type Make = Callable[[], Journal]


@pytest.fixture
def make(db: Database, tmp_path: Path, now: datetime) -> Make:
    return lambda: Journal(db, spool=tmp_path / "spool", clock=lambda: now, worker="home/1")


async def _kept(db: Database) -> dict[str, int]:
    async with db.read() as connection:
        rows, _ = await visits.search(connection, VisitFilter(), limit=10)
    return {row.host: row.visits for row in rows}


class Slow:
    """A database that takes a batch only when it is let."""

    def __init__(self) -> None:
        self.write = log_table.write
        self.may = asyncio.Event()
        self.begun = 0
        self.fails = False

    async def __call__(
        self, db: Database, batch: Batch, *, now: datetime, patience_ms: int
    ) -> None:
        self.begun += 1
        await self.may.wait()
        if self.fails:
            self.fails = False
            raise Away
        await self.write(db, batch, now=now, patience_ms=patience_ms)


@pytest.fixture
def slow(monkeypatch: pytest.MonkeyPatch) -> Slow:
    slow = Slow()
    monkeypatch.setattr(log_table, "write", slow)
    return slow


async def test_a_slow_database_finishes_what_it_began_while_the_batch_lies_on_disk(
    db: Database, make: Make, now: datetime, slow: Slow, caplog: pytest.LogCaptureFixture
) -> None:
    journal = make()
    for host in ("first.vn", "second.vn"):
        journal.note(note(now, host))
        await journal._put_down_all(0.01)
    assert journal.health().spooled == 2
    # Neither asked twice for the first, nor asked for the second while it is busy.
    assert slow.begun == 1
    slow.may.set()
    await journal.flush()
    assert slow.begun == 2
    assert await _kept(db) == {"first.vn": 1, "second.vn": 1}
    assert (journal.health().spooled, journal.health().last_error) == (0, "")
    assert not [each for each in caplog.records if each.levelname == "WARNING"]


async def test_what_a_slow_database_refuses_in_the_end_is_written_from_disk(
    db: Database, make: Make, now: datetime, slow: Slow
) -> None:
    journal, slow.fails = make(), True
    journal.note(note(now))
    await journal._put_down_all(0.01)
    slow.may.set()
    await journal.flush()
    assert await _kept(db) == {}
    await journal.flush()
    assert await _kept(db) == {"vnexpress.net": 1}
    assert journal.health().spooled == 0


async def test_a_stop_does_not_wait_for_a_slow_database_and_loses_nothing(
    db: Database, make: Make, now: datetime, slow: Slow
) -> None:
    journal = make()
    async with asyncio.TaskGroup() as group:
        running = group.create_task(journal.run())
        journal.note(note(now))
        async with asyncio.timeout(5):
            while not journal.health().spooled:  # noqa: ASYNC110 - nobody tells of it
                await asyncio.sleep(0.02)
        running.cancel()
    slow.may.set()
    await make().flush()
    assert await _kept(db) == {"vnexpress.net": 1}
