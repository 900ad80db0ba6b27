import asyncio
from datetime import datetime, timedelta

import pytest
import sqlalchemy as sa

from rules.policy import Policy
from store import doors, erasing, facts, hints, household, ledger, policies
from store.change import SYSTEM, change
from store.database import Database
from store.tables import ledger as ledger_table
from tests.store.family import Family


async def _revision(db: Database) -> int:
    async with db.read() as connection:
        return await household.revision(connection)


async def test_a_change_brings_rows_a_line_and_a_revision(db: Database, now: datetime) -> None:
    before = await _revision(db)
    async with change(
        db, by=SYSTEM, what="kept {thing}", now=now, values={"thing": "a fact"}
    ) as tx:
        await facts.keep(tx.connection, "thing", "fact")
        assert tx.revision == before + 1
    assert await _revision(db) == before + 1
    async with db.read() as connection:
        [line] = await ledger.lines(connection)
    assert (line.number, line.at, line.by, line.revision) == (1, now, SYSTEM, before + 1)
    assert line.what.format(**line.values) == "kept a fact"


async def test_a_change_that_fails_brings_nothing_at_all(db: Database, now: datetime) -> None:
    before = await _revision(db)
    with pytest.raises(RuntimeError):  # noqa: PT012 - it is the block that fails
        async with change(db, by=SYSTEM, what="half", now=now) as tx:
            await facts.keep(tx.connection, "thing", "fact")
            raise RuntimeError
    assert await _revision(db) == before
    async with db.read() as connection:
        assert await facts.find(connection, "thing") is None
        assert await ledger.lines(connection) == []


async def test_changes_at_the_same_time_make_one_unbroken_chain(
    db: Database, now: datetime
) -> None:
    async def one(number: int) -> None:
        async with change(db, by=SYSTEM, what=f"change {number}", now=now):
            await asyncio.sleep(0)

    async def look(number: int) -> None:
        async with db.write() as connection:
            await ledger.looked(connection, by=SYSTEM, what=f"look {number}", now=now)

    await asyncio.gather(*(one(number) for number in range(8)), *(look(n) for n in range(4)))
    async with db.read() as connection:
        lines = await ledger.lines(connection)
        assert await ledger.first_broken(connection) is None
    assert [line.number for line in lines] == list(range(12, 0, -1))
    assert await _revision(db) == 8


@pytest.mark.parametrize(
    "altered",
    [
        {"what": "something harmless"},
        {"by_name": "Carl"},
        {"values": {"child": "Leo"}},
        {"values": sa.null()},
        {"at": datetime.fromisoformat("2020-01-01T00:00:00+00:00")},
        {"revision": 99},
    ],
)
async def test_an_altered_line_is_found(
    db: Database, family: Family, now: datetime, altered: dict[str, object]
) -> None:
    for number in range(3):
        async with change(
            db, by=family.ana, what="paused {child}", now=now, values={"child": f"Mia{number}"}
        ):
            pass
    async with db.write() as connection:
        assert await ledger.first_broken(connection) is None
        line = sa.update(ledger_table).where(ledger_table.c.number == 3)
        await connection.execute(line.values(altered))
        assert await ledger.first_broken(connection) == 3


async def test_a_line_taken_out_is_found(db: Database, family: Family, now: datetime) -> None:
    async with change(db, by=family.ana, what="second", now=now):
        pass
    async with change(db, by=family.ana, what="third", now=now):
        pass
    async with db.write() as connection:
        await connection.execute(sa.delete(ledger_table).where(ledger_table.c.number == 2))
        assert await ledger.first_broken(connection) == 2


async def test_looking_is_written_down_without_a_revision(
    db: Database, family: Family, now: datetime
) -> None:
    before = await _revision(db)
    async with db.write() as connection:
        await ledger.looked(
            connection,
            by=family.ana,
            what="looked at the activity of {child}",
            now=now,
            values={"child": "Leo"},
            child_id=family.leo.id,
        )
    async with db.read() as connection:
        [line] = await ledger.lines(connection, child_id=family.leo.id)
        assert await ledger.lines(connection, child_id=family.mia.id) == []
    assert line.revision is None
    assert line.by == family.ana
    assert await _revision(db) == before


async def test_the_ledger_is_read_page_by_page(db: Database, now: datetime) -> None:
    for number in range(5):
        async with change(db, by=SYSTEM, what=f"change {number}", now=now):
            pass
    async with db.read() as connection:
        newest = await ledger.lines(connection, limit=2)
        older = await ledger.lines(connection, limit=9, before=newest[-1].number)
    assert [line.what for line in newest] == ["change 4", "change 3"]
    assert [line.what for line in older] == ["change 2", "change 1", "change 0"]


async def test_a_removed_childs_particulars_leave_the_ledger_and_the_chain_holds(
    db: Database, family: Family, now: datetime
) -> None:
    async with change(
        db,
        by=family.ana,
        what="blocked {host} for {child}",
        now=now,
        values={"host": "secret.example", "child": "Mia"},
        child_id=family.mia.id,
    ):
        pass
    async with change(db, by=family.ana, what="removed a child", now=now) as tx:
        await erasing.erase(tx, family.mia.id)
    async with db.read() as connection:
        [line] = await ledger.lines(connection, child_id=family.mia.id)
        assert await ledger.first_broken(connection) is None
        stored = (await connection.execute(sa.select(ledger_table))).all()
    assert line.what.format(**line.values) == "blocked … for …"
    assert "secret.example" not in repr(stored)


async def test_a_door_that_listens_hears_of_a_change(db: Database, now: datetime) -> None:
    async with hints.listen(db) as (hinted, port):
        hinted.clear()
        async with db.write() as connection:
            await doors.report(connection, doors.Door("home/1", 1, 0, port, now))
        async with change(db, by=SYSTEM, what="something", now=now):
            pass
        async with asyncio.timeout(2):
            await hinted.wait()


async def test_a_change_that_fails_gives_no_hint(db: Database, now: datetime) -> None:
    async with hints.listen(db) as (hinted, port):
        hinted.clear()
        async with db.write() as connection:
            await doors.report(connection, doors.Door("home/1", 1, 0, port, now))
        with pytest.raises(RuntimeError):
            async with change(db, by=SYSTEM, what="something", now=now):
                raise RuntimeError
        with pytest.raises(TimeoutError):
            async with asyncio.timeout(0.1):
                await hinted.wait()


async def test_a_hint_that_gets_lost_does_not_fail_the_change(
    db: Database, now: datetime, monkeypatch: pytest.MonkeyPatch
) -> None:
    async def broken(_db: Database, _revision: int) -> None:
        raise OSError("no network")

    monkeypatch.setattr(hints, "send", broken)
    async with change(db, by=SYSTEM, what="something", now=now):
        pass
    assert await _revision(db) == 1


async def test_a_door_that_is_gone_hinders_nobody(db: Database, now: datetime) -> None:
    async with db.write() as connection:
        await doors.report(connection, doors.Door("gone/1", 1, 0, 9, now))
    async with change(db, by=SYSTEM, what="something", now=now):
        pass
    await hints.send(db, 1)


async def test_doors_are_alive_for_ten_seconds(db: Database, now: datetime) -> None:
    first = doors.Door("home/1", 10, 3, 5000, now, connections=7, journal_waiting=2)
    second = doors.Door("home/2", 11, 3, 5001, now - timedelta(seconds=11), last_error="away")
    async with db.write() as connection:
        await doors.report(connection, first)
        await doors.report(connection, second)
        assert await doors.alive(connection, now=now) == [first]
        again = doors.Door("home/2", 12, 4, 5002, now)
        await doors.report(connection, again)
        assert await doors.alive(connection, now=now) == [first, again]
        await doors.leave(connection, "home/1")
        assert await doors.alive(connection, now=now) == [again]


async def test_the_history_of_a_policy_tells_who_and_what(
    db: Database, family: Family, now: datetime
) -> None:
    async with change(
        db, by=family.ana, what="blocked {host}", now=now, values={"host": "a.example"}
    ) as tx:
        await policies.save(tx, family.mia.id, Policy(block=("a.example",)))
    async with db.read() as connection:
        newest, first = await policies.history(connection, family.mia.id)
    assert (newest.number, newest.by, newest.at) == (2, "Ana", now)
    assert newest.what.format(**newest.values) == "blocked a.example"
    assert (first.number, first.what) == (1, "set up")
