from datetime import UTC, date, datetime, timedelta
from itertools import pairwise
from pathlib import Path

import pytest
import sqlalchemy as sa

from rules.verdict import Action, Reason
from store import (
    backup,
    children,
    erasing,
    facts,
    ledger,
    letters,
    opened,
    retention,
    rollups,
    spent,
    visits,
)
from store import log as log_table
from store.change import change
from store.database import Database
from store.errors import StoreError
from store.ids import new_id
from store.notes import MinuteMark, Note
from store.pending import Pending
from store.rollups import HourRow
from store.tables import dirty_hours, journal_batches, metadata
from store.visits import VisitFilter, VisitRow
from tests.kit.databases import sqlite_url
from tests.store.family import BLOCKED, Family, note

HOUR = timedelta(hours=1)


async def _write(db: Database, now: datetime, *notes: Note) -> None:
    pending = Pending(limit=100_000)
    for each in notes:
        pending.note(each)
    await log_table.write(db, pending.seal(), now=now)


async def _search(db: Database, wanted: VisitFilter) -> list[VisitRow]:
    async with db.read() as connection:
        rows, cursor = await visits.search(connection, wanted)
    assert cursor == ""
    return rows


async def _hours(db: Database, child: children.Child, now: datetime) -> list[HourRow]:
    async with db.read() as connection:
        return await rollups.load(
            connection, child.id, since=now - timedelta(days=400), until=now + timedelta(days=1)
        )


@pytest.fixture
async def log(db: Database, family: Family, now: datetime) -> None:
    """An evening: Mia reads, tries a game; Leo watches; a guest looks around."""
    mia, leo = family.mia.id, family.leo.id
    tablet, phone = family.tablet.id, family.phone.id
    await _write(
        db,
        now,
        note(now, "vnexpress.net", child=mia, device=tablet, category="news"),
        note(now, "game.example", child=mia, device=tablet, verdict=BLOCKED, category="games"),
        note(now, "www.youtube.com", child=leo, device=phone, service="youtube", minutes_later=1),
        note(now, "vi_deo.example", child=leo, device=phone, minutes_later=2),
        note(now, "guest.example", minutes_later=3),
    )


@pytest.mark.usefixtures("log")
async def test_the_log_is_found_by_each_thing_one_may_ask(
    db: Database, family: Family, now: datetime
) -> None:
    async def hosts(**asked: object) -> list[str]:
        return [row.host for row in await _search(db, VisitFilter(**asked))]  # type: ignore[arg-type]

    newest = ["guest.example", "vi_deo.example", "www.youtube.com"]
    assert (await hosts())[:3] == newest
    assert await hosts(child_id=family.leo.id) == newest[1:]
    assert await hosts(device_id=family.phone.id) == newest[1:]
    assert await hosts(blocked=True) == ["game.example"]
    assert len(await hosts(blocked=False)) == 4
    assert await hosts(category="news") == ["vnexpress.net"]
    assert await hosts(service="youtube") == ["www.youtube.com"]
    assert await hosts(reason=Reason.CATEGORY) == ["game.example"]
    assert await hosts(text="YouTube") == ["www.youtube.com"]
    assert await hosts(text="i_d") == ["vi_deo.example"]
    assert await hosts(text="%") == []
    assert await hosts(since=now + timedelta(minutes=2, seconds=30)) == newest[:2]
    assert len(await hosts(until=now + timedelta(minutes=1))) == 2
    assert await hosts(child_id=family.mia.id, text="youtube") == []


async def test_pages_of_the_log_follow_each_other_without_gap_or_repeat(
    db: Database, family: Family, now: datetime
) -> None:
    taken = [
        note(now + timedelta(seconds=number % 50), f"h{number}.vn", minutes_later=number // 20)
        for number in range(95)
    ]
    await _write(db, now, *taken)
    seen: list[VisitRow] = []
    cursor = ""
    sizes = []
    async with db.read() as connection:
        while True:
            rows, cursor = await visits.search(connection, VisitFilter(), limit=10, cursor=cursor)
            seen += rows
            sizes.append(len(rows))
            if not cursor:
                break
    assert sizes == [10] * 9 + [5]
    assert len({row.host for row in seen}) == 95
    assert all(older.last <= newer.last for newer, older in pairwise(seen))


async def test_a_page_that_ends_exactly_at_the_end_is_the_last(db: Database, now: datetime) -> None:
    await _write(db, now, *(note(now, f"h{number}.vn") for number in range(4)))
    async with db.read() as connection:
        rows, cursor = await visits.search(connection, VisitFilter(), limit=4)
    assert (len(rows), cursor) == (4, "")


@pytest.mark.parametrize("cursor", ["x", "####", "AAAA", "é", "f" * 43 + "="])
async def test_a_cursor_that_is_not_ours_is_refused(db: Database, cursor: str) -> None:
    async with db.read() as connection:
        with pytest.raises(ValueError, match="cursor"):
            await visits.search(connection, VisitFilter(), cursor=cursor)


async def test_an_export_gives_every_row_of_more_than_one_reading(
    db: Database, now: datetime
) -> None:
    count = visits.AT_ONCE + 5
    await _write(db, now, *(note(now, f"h{number}.vn") for number in range(count)))
    async with db.read() as connection:
        hosts = {row.host async for row in visits.export(connection, VisitFilter())}
    assert len(hosts) == count


@pytest.mark.usefixtures("log")
async def test_for_each_child_the_last_thing_that_was_not_blocked_is_known(
    db: Database, family: Family, now: datetime
) -> None:
    await _write(
        db,
        now,
        note(now, "late.example", child=family.mia.id, verdict=BLOCKED, minutes_later=9),
        note(now + timedelta(seconds=30), "second.example", child=family.mia.id),
    )
    async with db.read() as connection:
        seen = await visits.last_seen(connection)
    assert {child: row.host for child, row in seen.items()} == {
        family.mia.id: "second.example",
        family.leo.id: "vi_deo.example",
    }


async def test_pages_come_newest_first(db: Database, family: Family, now: datetime) -> None:
    mia = family.mia.id
    await _write(
        db,
        now,
        *(
            note(now, child=mia, page=f"https://vnexpress.net/{n}", minutes_later=n)
            for n in range(3)
        ),
        note(now, child=family.leo.id, page="https://olm.vn/"),
    )
    async with db.read() as connection:
        mias = await visits.pages(connection, child_id=mia, limit=2)
        late = await visits.pages(connection, since=now + timedelta(minutes=2))
        every = await visits.pages(connection)
    assert [page.url[-1] for page in mias] == ["2", "1"]
    assert [page.url[-1] for page in late] == ["2"]
    assert len(every) == 4


async def test_an_hour_is_summed_by_host_and_answer(
    db: Database, family: Family, now: datetime
) -> None:
    mia = family.mia.id
    await _write(
        db,
        now,
        *(note(now, "a.vn", child=mia, down=10, minutes_later=n) for n in (0, 0, 1, 5)),
        note(now, "a.vn", child=mia, device=family.tablet.id, minutes_later=5),
        note(now, "a.vn", child=mia, verdict=BLOCKED),
        note(now, "a.vn", child=mia, minutes_later=45),
        note(now, "a.vn"),
    )
    assert await rollups.run(db, now=now) == 2
    hour = datetime(2026, 11, 23, 13, tzinfo=UTC)
    first, blocked, second = sorted(
        await _hours(db, family.mia, now), key=lambda row: (row.hour, row.action == Action.BLOCK)
    )
    assert (first.hour, first.visits, first.minutes, first.bytes_down) == (hour, 5, 3, 40)
    assert (blocked.action, blocked.reason, blocked.rule) == (
        Action.BLOCK,
        Reason.CATEGORY,
        "category:games",
    )
    assert (second.hour, second.visits) == (hour + HOUR, 1)


async def test_a_minute_on_two_devices_is_one_minute_of_the_sum(
    db: Database, family: Family, now: datetime
) -> None:
    mia, tablet, phone = family.mia.id, family.tablet.id, family.phone.id
    await _write(
        db,
        now,
        *(note(now, "a.vn", child=mia, device=tablet, minutes_later=n) for n in (0, 1, 2)),
        *(note(now, "a.vn", child=mia, device=phone, minutes_later=n) for n in (2, 3)),
        note(now, "b.vn", child=mia, device=phone, minutes_later=3),
        note(now, "a.vn", child=family.leo.id, device=phone, minutes_later=9),
    )
    await rollups.run(db, now=now)
    hours = {row.host: row for row in await _hours(db, family.mia, now)}
    assert (hours["a.vn"].visits, hours["a.vn"].minutes) == (5, 4)
    assert (hours["b.vn"].visits, hours["b.vn"].minutes) == (1, 1)


async def test_summing_twice_changes_nothing(db: Database, family: Family, now: datetime) -> None:
    await _write(db, now, note(now, child=family.mia.id, visits=3))
    assert await rollups.run(db, now=now) == 1
    before = await _hours(db, family.mia, now)
    assert await rollups.run(db, now=now) == 0
    async with db.write() as connection:
        await log_table._mark_dirty(connection, await _search(db, VisitFilter()))
    assert await rollups.run(db, now=now) == 1
    assert await _hours(db, family.mia, now) == before


async def test_rows_that_come_late_are_included(
    db: Database, family: Family, now: datetime
) -> None:
    await _write(db, now, note(now, child=family.mia.id))
    await rollups.run(db, now=now)
    await _write(db, now, note(now, child=family.mia.id), note(now, "b.vn", child=family.mia.id))
    assert await rollups.run(db, now=now) == 1
    assert {row.host: row.visits for row in await _hours(db, family.mia, now)} == {
        "vnexpress.net": 2,
        "b.vn": 1,
    }


async def test_what_is_written_while_an_hour_is_summed_is_summed_again(
    db: Database, family: Family, now: datetime
) -> None:
    await _write(db, now, note(now, child=family.mia.id))
    async with db.write() as connection:
        hour = now.replace(minute=0)
        assert await rollups._sum(connection, hour, [family.mia.id], {}) == 1
        await log_table._mark_dirty(connection, (await visits.search(connection, VisitFilter()))[0])
    async with db.read() as connection:
        marked = await connection.scalar(sa.select(sa.func.count()).select_from(dirty_hours))
    assert marked == 1


async def test_what_a_child_knew_before_a_moment(
    db: Database, family: Family, now: datetime
) -> None:
    mia = family.mia.id
    await _write(
        db,
        now,
        note(now - 3 * HOUR, "old.vn", child=mia),
        note(now - 3 * HOUR, "stopped.vn", child=mia, verdict=BLOCKED),
        note(now - timedelta(minutes=10), "same-hour.vn", child=mia),
        note(now, "new.vn", child=mia),
        note(now - 3 * HOUR, "", child=mia),
        note(now - 3 * HOUR, "leos.vn", child=family.leo.id),
    )
    await rollups.run(db, now=now)
    async with db.read() as connection:
        assert await rollups.known_before(connection, mia, before=now) == {"old.vn", "same-hour.vn"}


async def test_old_visits_are_forgotten_and_their_sums_stay(
    db: Database, family: Family, now: datetime
) -> None:
    mia = family.mia.id
    old = now - timedelta(days=100)
    await _write(
        db,
        now,
        note(old, "old.vn", child=mia, visits=4, page="https://old.vn/"),
        note(now - timedelta(days=20), "recent.vn", child=mia, page="https://recent.vn/"),
        note(old, "guest.vn"),
    )
    gone = await retention.forget_older(db, now, visits_days=90, pages_days=10)
    assert gone == 4
    assert [row.host for row in await _search(db, VisitFilter())] == ["recent.vn"]
    async with db.read() as connection:
        assert await visits.pages(connection) == []
    sums = {row.host: row.visits for row in await _hours(db, family.mia, now)}
    assert sums == {"old.vn": 4, "recent.vn": 1}
    assert await retention.forget_older(db, now, visits_days=90, pages_days=10) == 0


async def test_what_comes_after_its_visits_were_forgotten_is_added_to_the_sum(
    db: Database, family: Family, now: datetime
) -> None:
    old = now - timedelta(days=100)
    mia = family.mia.id
    await _write(db, now, note(old, child=mia, visits=4, down=7))
    await retention.forget_older(db, now, 90, 90)
    await _write(db, now, note(old, child=mia, visits=2, down=1), note(old, "b.vn", child=mia))
    assert await rollups.run(db, now=now) == 1
    assert await rollups.run(db, now=now) == 0
    rows = {row.host: (row.visits, row.bytes_down) for row in await _hours(db, family.mia, now)}
    assert rows == {"vnexpress.net": (6, 8), "b.vn": (1, 0)}
    assert await _search(db, VisitFilter()) == []


async def test_ids_of_batches_are_swept_when_no_spool_can_hold_them(
    db: Database, now: datetime
) -> None:
    await _write(db, now - timedelta(days=100), note(now))
    await _write(db, now, note(now))
    await retention.forget_older(db, now, 90, 90)
    async with db.read() as connection:
        left = await connection.scalar(sa.select(sa.func.count()).select_from(journal_batches))
    assert left == 1


async def test_a_removed_child_leaves_nothing_behind(
    db: Database, family: Family, now: datetime
) -> None:
    mia = family.mia.id
    pending = Pending(limit=10)
    pending.note(note(now, "secret.vn", child=mia, page="https://secret.vn/"))
    pending.note(note(now, "leos.vn", child=family.leo.id))
    pending.mark(MinuteMark(mia, "2026-11-23", "everything", 5))
    await log_table.write(db, pending.seal(), now=now)
    await rollups.run(db, now=now)
    await _write(db, now, note(now, "secret.vn", child=mia))
    async with db.write() as connection:
        await letters.keep(connection, mia, date(2026, 11, 16), summary="{}", now=now)
        await ledger.looked(
            connection,
            by=family.ana,
            what="saw {host}",
            now=now,
            values={"host": "secret.vn"},
            child_id=mia,
        )
    async with change(db, by=family.ana, what="removed a child", now=now) as tx:
        await erasing.erase(tx, mia)
    async with db.read() as connection:
        where = []
        for table in metadata.sorted_tables:
            rows = (await connection.execute(sa.select(table))).all()
            if any(mia in tuple(row) for row in rows) or "secret.vn" in repr(rows):
                where.append(table.name)
        assert where == ["ledger", "removed_children"]
        stored = (await connection.execute(sa.select(metadata.tables["ledger"]))).all()
        assert "secret.vn" not in repr(stored)
        assert await spent.load(connection, day=date(2026, 11, 23)) == {}
    assert [row.host for row in await _search(db, VisitFilter())] == ["leos.vn"]


async def test_a_copy_of_the_file_is_whole_while_the_service_writes(
    tmp_path: Path, db: Database, now: datetime
) -> None:
    copy = tmp_path / "backups" / "copy.db"
    if not db.is_sqlite:
        with pytest.raises(StoreError, match="pg_dump"):
            await backup.copy_to(db, copy)
        return
    async with db.write() as connection:
        await facts.keep(connection, "before", "yes")
    async with db.write() as connection:
        await facts.keep(connection, "during", "yes")
        await backup.copy_to(db, copy)
    assert copy.stat().st_mode & 0o777 == 0o600
    opened = await Database.open(sqlite_url(copy))
    async with opened.read() as connection:
        assert await facts.find(connection, "before") == "yes"
        assert await facts.find(connection, "during") is None
    assert opened.site_id == db.site_id
    await opened.close()


async def test_a_copy_that_cannot_be_made_says_so(tmp_path: Path) -> None:
    db = await Database.open(sqlite_url(tmp_path / "x.db"))
    (tmp_path / "file").write_text("in the way")
    with pytest.raises(StoreError, match="could not be made"):
        await backup.copy_to(db, tmp_path / "file" / "copy.db")
    await db.close()


@pytest.mark.parametrize(
    ("asked", "index"),
    [("child_id", "child_id"), ("device_id", "device_id"), ("blocked", "action")],
)
async def test_a_search_on_sqlite_starts_inside_the_right_index(
    tmp_path: Path, asked: str, index: str
) -> None:
    db = await Database.open(sqlite_url(tmp_path / "plan.db"))
    said: list[tuple[str, object]] = []

    def listen(*heard: object) -> None:
        said.append((str(heard[2]), heard[3]))

    sa.event.listen(db._reader.sync_engine, "before_cursor_execute", listen)
    wanted = VisitFilter(**{asked: True if asked == "blocked" else new_id()})  # type: ignore[arg-type]
    async with db.read() as connection:
        await visits.search(connection, wanted)
        statement, values = said[-1]
        plan = await connection.exec_driver_sql(f"EXPLAIN QUERY PLAN {statement}", values)  # type: ignore[arg-type]
        assert f"ix_visits_site_id_{index}_minute (site_id=? AND {index}=?" in str(plan.all())
    await db.close()


@pytest.mark.usefixtures("log")
async def test_a_stretch_is_summed_by_host_and_answer(
    db: Database, family: Family, now: datetime
) -> None:
    leo, phone = family.leo.id, family.phone.id
    begin = now.replace(second=0, microsecond=0)
    again = [
        note(now, "www.youtube.com", child=leo, device=phone, service="youtube", minutes_later=late)
        for late in (1, 5)
    ]
    await _write(db, now, *again)
    async with db.read() as connection:
        whole = await opened.of_child(
            connection, leo, since=begin, until=begin + timedelta(hours=1)
        )
        first = await opened.of_child(
            connection, leo, since=begin, until=begin + timedelta(minutes=3)
        )
    rows = [row for row in await _search(db, VisitFilter()) if row.child_id == leo]
    assert {each.host for each in whole} == {row.host for row in rows}
    assert sum(each.visits for each in whole) == sum(row.visits for row in rows)
    assert all(each.since <= each.last for each in whole)
    assert [each.last for each in whole] == sorted((each.last for each in whole), reverse=True)
    assert {each.host: each.visits for each in first} == {"vi_deo.example": 1, "www.youtube.com": 2}
    assert whole[0].host == "www.youtube.com"
    assert whole[0].visits == 3
    assert whole[0].last - whole[0].since >= timedelta(minutes=4)
