"""What was told to children: each matter once, kept for a while, erased with the child."""

from dataclasses import replace
from datetime import datetime, timedelta
from pathlib import Path

import pytest

from rules.notices import Kind, Notice
from store import erasing, notices, retention
from store import log as log_table
from store.batch import Batch
from store.change import change
from store.database import Database
from store.errors import Away
from store.journal import Journal
from store.notices import Told
from tests.store.family import Family

LEFT = Notice(Kind.LEFT, "left:d1:category:games:60:5", "category:games", 5, left=5, limit=60)


def told(family: Family, at: datetime, notice: Notice = LEFT) -> Told:
    return Told(family.mia.id, at, notice)


async def _write(db: Database, now: datetime, *items: Told) -> None:
    await log_table.write(db, Batch(notices=list(items)), now=now)


async def _all(db: Database, family: Family, **more: object) -> list[Told]:
    async with db.read() as connection:
        return await notices.list_of(connection, [family.mia.id, family.leo.id], **more)


async def test_whoever_tells_it_first_it_is_kept_once(
    db: Database, family: Family, now: datetime
) -> None:
    later = now + timedelta(seconds=1)
    await _write(db, now, told(family, now))
    await _write(db, now, told(family, later, replace(LEFT, left=4)), told(family, later))
    assert await _all(db, family) == [told(family, now)]


async def test_everything_a_notice_says_comes_back_newest_first(
    db: Database, family: Family, now: datetime
) -> None:
    hours = Notice(Kind.HOURS, "hours:x:15", "bedtime", 15, left=15, until=now)
    week = Notice(Kind.LEFT, "left:w1", "everything", 1, left=1, limit=600, week=True)
    rows = [
        told(family, now + timedelta(minutes=number), notice)
        for number, notice in enumerate((LEFT, hours, week))
    ]
    await _write(db, now, *rows)
    assert await _all(db, family) == rows[::-1]
    assert await _all(db, family, limit=1) == rows[2:]
    assert await _all(db, family, since=rows[1].at) == rows[:0:-1]


async def test_while_the_database_is_away_a_notice_waits_on_disk(
    db: Database,
    family: Family,
    now: datetime,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    journal = Journal(db, spool=tmp_path / "spool", clock=lambda: now, worker="home/1")

    async def refuse(*_: object, **__: object) -> None:
        raise Away

    with monkeypatch.context() as patch:
        patch.setattr(log_table, "write", refuse)
        journal.tell(told(family, now))
        await journal.flush()
        assert journal.health().spooled == 1
    # Another worker, and one that starts again, tell it too.
    journal.tell(told(family, now + timedelta(seconds=2)))
    await journal.flush()
    assert await _all(db, family) == [told(family, now)]


async def test_notices_are_forgotten_with_the_visits_but_growing_up_is_told_once_in_a_life(
    db: Database, family: Family, now: datetime
) -> None:
    age = Notice(Kind.AGE, "age:2037:0", until=now)
    old = now - timedelta(days=100)
    await _write(db, now, told(family, old), told(family, old, age), told(family, now, LEFT))
    assert await retention.forget_older(db, now, 90, 30) == 1
    assert [each.notice.kind for each in await _all(db, family)] == [Kind.AGE]


async def test_a_removed_child_leaves_no_notice_and_none_comes_late(
    db: Database, family: Family, now: datetime
) -> None:
    leos = Told(family.leo.id, now, LEFT)
    await _write(db, now, told(family, now), leos)
    async with change(db, by=family.ana, what="removed", now=now) as tx:
        await erasing.erase(tx, family.mia.id)
    await _write(db, now, told(family, now))
    assert await _all(db, family) == [leos]
