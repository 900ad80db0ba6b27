import asyncio
import sys
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from datetime import date, datetime, timedelta
from pathlib import Path

import pytest
import sqlalchemy as sa

from rules.verdict import Action, Layer, Reason
from store import devices, erasing, spent, visits
from store import log as log_table
from store.batch import Batch
from store.change import change
from store.database import Database
from store.devices import Sighting
from store.errors import Away
from store.journal import REFUSALS, Journal, MinuteMark
from store.pending import Pending
from store.spool import Spool
from store.tables import visits as visits_table
from store.visits import VisitFilter, VisitRow
from tests.kit.databases import Cluster, sqlite_url
from tests.store.family import BLOCKED, Family, note

type Make = Callable[..., Journal]


@pytest.fixture
def make(db: Database, tmp_path: Path, now: datetime) -> Make:
    def make(**more: int) -> Journal:
        return Journal(db, spool=tmp_path / "spool", clock=lambda: now, worker="home/1", **more)

    return make


async def _rows(db: Database) -> list[VisitRow]:
    async with db.read() as connection:
        rows, _ = await visits.search(connection, VisitFilter(), limit=10_000)
    return rows


@asynccontextmanager
async def _away(monkeypatch: pytest.MonkeyPatch) -> AsyncIterator[None]:
    """Let the database be away for the length of the block."""

    async def refuse(*_: object, **__: object) -> None:
        raise Away

    with monkeypatch.context() as patch:
        patch.setattr(log_table, "write", refuse)
        yield


async def test_notes_of_one_minute_and_answer_become_one_row(
    db: Database, family: Family, make: Make, now: datetime
) -> None:
    journal = make()
    mia, tablet = family.mia.id, family.tablet.id
    for second in (0, 20, 40):
        at = now + timedelta(seconds=second)
        journal.note(note(at, child=mia, device=tablet, down=100, category="news"))
    journal.note(note(now, child=mia, device=tablet, verdict=BLOCKED))
    journal.note(note(now, child=mia, device=tablet, minutes_later=1))
    journal.note(note(now))
    await journal.flush()
    rows = await _rows(db)
    assert len(rows) == 4
    [merged] = [row for row in rows if row.category == "news"]
    assert (merged.visits, merged.bytes_down) == (3, 300)
    assert (merged.minute, merged.last) == (now, now + timedelta(seconds=40))
    [nobodys] = [row for row in rows if row.child_id is None]
    assert nobodys.device_id is None
    [blocked] = [row for row in rows if row.action is Action.BLOCK]
    assert (blocked.reason, blocked.layer, blocked.rule) == (
        Reason.CATEGORY,
        Layer.CHILD,
        "category:games",
    )


async def test_later_batches_and_other_workers_add_to_the_same_row(
    db: Database, make: Make, now: datetime
) -> None:
    journal, other = make(), make()
    for taker in (journal, other, journal):
        taker.note(note(now, visits=2, down=5))
        await taker.flush()
    [row] = await _rows(db)
    assert (row.visits, row.bytes_down) == (6, 15)


async def test_two_workers_may_write_the_same_rows_at_once(
    db: Database, family: Family, make: Make, now: datetime
) -> None:
    async def work(worker: int) -> None:
        journal = make()
        for _ in range(3):
            for number in range(30):
                host = f"h{number if worker % 2 else 29 - number}.vn"
                journal.note(note(now, host, child=family.mia.id))
                journal.mark(MinuteMark(family.mia.id, "2026-11-23", "everything", worker))
            await journal.flush()

    await asyncio.gather(*(work(worker) for worker in range(4)))
    # Batches that had to wait for each other lie in the spool until a worker comes by again.
    await make().flush()
    rows = await _rows(db)
    assert {row.visits for row in rows} == {12}
    assert len(rows) == 30
    async with db.read() as connection:
        minutes = await spent.load(connection, day=date(2026, 11, 23))
    assert minutes[family.mia.id, "everything"] == 0b1111


async def test_pages_marks_and_sightings_are_written_too(
    db: Database, family: Family, make: Make, now: datetime
) -> None:
    journal = make()
    mia, tablet = family.mia.id, family.tablet.id
    journal.note(
        note(
            now, child=mia, device=tablet, page="https://vnexpress.net/a", title="Tin\0 tức \ud83d"
        )
    )
    for minute in (3, 4, 4):
        journal.mark(MinuteMark(mia, "2026-11-23", "everything", minute))
    journal.sight(Sighting(tablet, now, "10.0.0.7", trusts_ca=True))
    journal.sight(Sighting(tablet, now + timedelta(seconds=1), "10.0.0.8"))
    await journal.flush()
    async with db.read() as connection:
        [page] = await visits.pages(connection, child_id=mia)
        minutes = await spent.load(connection, day=date(2026, 11, 23))
        device = await devices.get(connection, tablet)
    assert (page.url, page.title) == ("https://vnexpress.net/a", "Tin tức ?")
    assert minutes == {(mia, "everything"): 0b11000}
    assert (device.seen_from, device.trusts_ca) == ("10.0.0.8", True)


async def test_a_busy_device_is_not_written_with_each_connection(
    db: Database, family: Family, make: Make, now: datetime
) -> None:
    journal = make()
    tablet = family.tablet.id
    journal.sight(Sighting(tablet, now, "10.0.0.7"))
    await journal.flush()
    journal.sight(Sighting(tablet, now + timedelta(seconds=1), "10.0.0.7"))
    assert journal.health().waiting == 0
    journal.sight(Sighting(tablet, now + timedelta(seconds=1), "10.0.0.7", trusts_ca=True))
    assert journal.health().waiting == 1


async def test_while_the_database_is_away_batches_wait_on_disk(
    db: Database,
    make: Make,
    now: datetime,
    monkeypatch: pytest.MonkeyPatch,
    caplog: pytest.LogCaptureFixture,
) -> None:
    journal = make()
    async with _away(monkeypatch):
        for number in range(3):
            journal.note(note(now, f"h{number}.vn"))
            await journal.flush()
        # One calm line, however often it is tried.
        (said,) = [each.getMessage() for each in caplog.records if each.name == "store.journal"]
        assert "waits on disk" in said
        assert "nothing is lost" in said
        health = journal.health()
        assert (health.waiting, health.spooled) == (0, 3)
        assert health.last_error == str(Away())
        assert await _rows(db) == []
    journal.note(note(now, "h3.vn"))
    await journal.flush()
    assert sorted(row.host for row in await _rows(db)) == ["h0.vn", "h1.vn", "h2.vn", "h3.vn"]
    assert journal.health().spooled == 0
    assert journal.health().last_error == ""


async def test_another_process_finds_what_was_left_on_disk(
    db: Database, make: Make, now: datetime, monkeypatch: pytest.MonkeyPatch
) -> None:
    async with _away(monkeypatch):
        journal = make()
        journal.note(note(now))
        await journal.flush()
    await make().flush()
    assert len(await _rows(db)) == 1


async def test_a_batch_is_written_once_however_often_it_is_replayed(
    db: Database, tmp_path: Path, now: datetime
) -> None:
    pending = Pending(limit=10)
    pending.note(note(now, visits=3))
    batch = pending.seal()
    # Killed after the commit and before the file was removed.
    await log_table.write(db, batch, now=now)
    Spool(tmp_path / "spool", "home/1").add(batch)
    journal = Journal(db, spool=tmp_path / "spool", clock=lambda: now, worker="home/2")
    await journal.flush()
    [row] = await _rows(db)
    assert row.visits == 3
    assert journal.health().spooled == 0


@pytest.mark.parametrize(
    "damage",
    [
        lambda data: data[: len(data) // 2],
        lambda data: b"",
        lambda data: b"\xff" + data,
        lambda data: data.replace(b"vnexpress", b'"'),
        lambda data: b"\n".join(data.splitlines()[:-1]),
        lambda data: b"[1]\n" + data,
    ],
)
async def test_a_damaged_file_is_set_aside_and_the_others_go_on(  # noqa: PLR0917 - fixtures
    db: Database,
    make: Make,
    tmp_path: Path,
    now: datetime,
    monkeypatch: pytest.MonkeyPatch,
    damage: Callable[[bytes], bytes],
) -> None:
    journal = make()
    async with _away(monkeypatch):
        for host in ("vnexpress.net", "whole.vn"):
            journal.note(note(now, host))
            await journal.flush()
    first = min((tmp_path / "spool").iterdir())
    first.write_bytes(damage(first.read_bytes()))
    await make().flush()
    assert [row.host for row in await _rows(db)] == ["whole.vn"]
    assert [path.suffix for path in (tmp_path / "spool").iterdir()] == [".damaged"]


async def test_a_batch_no_database_will_take_does_not_stop_the_others(
    db: Database, make: Make, tmp_path: Path, now: datetime, monkeypatch: pytest.MonkeyPatch
) -> None:
    journal = make()
    async with _away(monkeypatch):
        journal.note(note(now, "big.vn", down=2**70))
        await journal.flush()
        journal.note(note(now, "fine.vn"))
        await journal.flush()
    for _ in range(REFUSALS):
        assert await _rows(db) == []
        await journal.flush()
    assert [row.host for row in await _rows(db)] == ["fine.vn"]
    [aside] = (tmp_path / "spool").iterdir()
    assert "big.vn" in aside.read_text()


async def test_when_not_even_the_disk_takes_a_batch_it_stays_in_memory(
    db: Database, make: Make, now: datetime, monkeypatch: pytest.MonkeyPatch
) -> None:
    journal = make()

    def full(_spool: Spool, _batch: Batch) -> int:
        raise OSError(28, "no space left on device")

    async with _away(monkeypatch):
        monkeypatch.setattr(Spool, "add", full)
        journal.note(note(now, "first.vn"))
        await journal.flush()
        journal.note(note(now, "second.vn"))
        await journal.flush()
        assert journal.health().waiting == 2
        assert journal.health().last_error
    await journal.flush()
    assert sorted(row.host for row in await _rows(db)) == ["first.vn", "second.vn"]
    assert journal.health().waiting == 0


async def test_a_removed_childs_visits_do_not_come_back_from_the_spool(
    db: Database, family: Family, make: Make, now: datetime, monkeypatch: pytest.MonkeyPatch
) -> None:
    journal = make()
    async with _away(monkeypatch):
        for child in (family.mia.id, family.leo.id):
            journal.note(note(now, child=child, page="https://vnexpress.net/"))
            journal.mark(MinuteMark(child, "2026-11-23", "everything", 1))
        await journal.flush()
    async with change(db, by=family.ana, what="removed a child", now=now) as tx:
        await erasing.erase(tx, family.mia.id)
    await journal.flush()
    async with db.read() as connection:
        assert {page.child_id for page in await visits.pages(connection)} == {family.leo.id}
        left = await spent.load(connection, day=date(2026, 11, 23))
    assert {row.child_id for row in await _rows(db)} == {family.leo.id}
    assert list(left) == [(family.leo.id, "everything")]


async def test_a_running_journal_writes_within_a_second(
    db: Database, make: Make, now: datetime
) -> None:
    journal = make()
    async with asyncio.TaskGroup() as group:
        running = group.create_task(journal.run())
        journal.note(note(now))
        async with asyncio.timeout(2):
            while not await _rows(db):  # noqa: ASYNC110 - nobody tells when another has written
                await asyncio.sleep(0.02)
        running.cancel()


async def test_a_stop_writes_everything_that_is_left(
    db: Database, make: Make, now: datetime
) -> None:
    journal = make()
    async with asyncio.TaskGroup() as group:
        running = group.create_task(journal.run())
        await asyncio.sleep(0)
        journal.note(note(now, "last.vn"))
        running.cancel()
    assert [row.host for row in await _rows(db)] == ["last.vn"]


async def test_a_stop_spools_when_the_database_is_away(
    db: Database, make: Make, tmp_path: Path, now: datetime, monkeypatch: pytest.MonkeyPatch
) -> None:
    journal = make()
    async with _away(monkeypatch), asyncio.TaskGroup() as group:
        running = group.create_task(journal.run())
        await asyncio.sleep(0)
        journal.note(note(now, "last.vn"))
        running.cancel()
    assert journal.health().spooled == 1
    await make().flush()
    assert [row.host for row in await _rows(db)] == ["last.vn"]


async def test_a_locked_file_sends_the_batch_to_disk_and_back(
    tmp_path: Path, now: datetime
) -> None:
    # PostgreSQL locks rows, never the whole database.
    url = sqlite_url(tmp_path / "one.db")
    db, panel = await Database.open(url), await Database.open(url)
    journal = Journal(db, spool=tmp_path / "spool", clock=lambda: now, worker="home/1")
    async with panel.write():
        journal.note(note(now))
        loop = asyncio.get_running_loop()
        began = loop.time()
        await journal._put_down_all(0.4)
        assert loop.time() - began < 4, "it does not wait as long as others do"
        assert journal.health().spooled == 1
    await panel.close()
    await journal.flush()
    assert len(await _rows(db)) == 1
    await db.close()


async def test_a_server_that_goes_and_comes_back_gets_everything_once(
    cluster: Cluster, tmp_path: Path, now: datetime
) -> None:
    async with cluster.database() as address:
        db = await Database.open(address)
        journal = Journal(db, spool=tmp_path, clock=lambda: now, worker="home/1")
        journal.note(note(now, "before.vn"))
        await journal.flush()
        await cluster.pause()
        try:
            journal.note(note(now, "while.vn"))
            await journal.flush()
            assert journal.health().spooled == 1
        finally:
            await cluster.resume()
        journal.note(note(now, "after.vn"))
        async with asyncio.timeout(10):
            while journal.health().spooled or journal.health().waiting:
                await journal.flush()
        rows = await _rows(db)
        assert {row.host: row.visits for row in rows} == {
            "before.vn": 1,
            "while.vn": 1,
            "after.vn": 1,
        }
        await db.close()


async def test_kill_9_loses_at_most_the_last_second(
    url: str, db: Database, tmp_path: Path, now: datetime
) -> None:
    spool = tmp_path / "spool"
    victim = await asyncio.create_subprocess_exec(
        sys.executable, "-m", "bench.victim", url, str(spool), stdout=asyncio.subprocess.PIPE
    )
    assert victim.stdout is not None
    first = float(await victim.stdout.readline())
    taken = [first]
    while taken[-1] - first < 1.7:
        taken.append(float(await victim.stdout.readline()))
    victim.kill()
    taken += [float(line) for line in (await victim.stdout.read()).splitlines()]
    await victim.wait()
    await Journal(db, spool=spool, clock=lambda: now, worker="next").flush()
    async with db.read() as connection:
        kept = await connection.scalar(sa.select(sa.func.sum(visits_table.c.visits)))
    kept = int(kept or 0)
    assert 0 < kept <= len(taken)
    assert taken[-1] - taken[min(kept, len(taken) - 1)] < 1.0
