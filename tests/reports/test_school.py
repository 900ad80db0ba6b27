"""The letter of a class equals what is counted note by note, and says it in every form."""

import asyncio
import csv
import io
import re
import shutil
from collections import Counter
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from random import Random
from zoneinfo import ZoneInfo

import pyarrow.parquet as pq
import pypdf
import pytest
import vl_convert

from reports import paper, plain
from reports.blocks import Picture
from reports.school import charts, gather, parquet
from reports.school.sheet import sheet_of
from reports.school.table import table
from reports.school.value import SchoolDay, SchoolLetter, each
from rules.alerts import Level, Place
from rules.radar import Look
from store import devices, group_letters, pupil_days, radar, sums
from store.change import SYSTEM, change
from store.database import Database
from store.groups import Group
from store.journal import Journal
from store.notes import Alarm
from tests.kit.databases import SEAL, Cluster, sqlite_url
from tests.store.conftest import BOTH, cluster, clusters  # noqa: F401 - both databases
from tests.store.crowd import Crowd, school_of
from words.speech import Speech

MONDAY = date(2026, 11, 16)
LIVED = "lived"
LATER = datetime(2026, 11, 26, tzinfo=UTC)


@pytest.fixture(scope="module")
def lived() -> dict[str, Crowd]:
    """Keep the school that lived through two weeks, once for each kind of database."""
    return {}


@pytest.fixture(params=BOTH)
async def crowd(
    request: pytest.FixtureRequest,
    tmp_path: Path,
    tmp_path_factory: pytest.TempPathFactory,
    lived: dict[str, Crowd],
) -> AsyncIterator[Crowd]:
    """Give a school of one's own that lived through two weeks: a copy of the one that did."""
    if request.param == "sqlite":
        kept, mine = tmp_path_factory.getbasetemp() / "lived.db", tmp_path / "haidang.db"
        if "sqlite" not in lived:
            lived["sqlite"] = await _live(sqlite_url(kept), tmp_path)
        shutil.copy(kept, mine)
        async with _at(sqlite_url(mine), lived["sqlite"], tmp_path) as crowd:
            yield crowd
        return
    server: Cluster = request.getfixturevalue("cluster")
    if "postgresql" not in lived:
        await server.order(f"CREATE DATABASE {LIVED}")
        lived["postgresql"] = await _live(server.address(LIVED), tmp_path)
    copied = server.new_database(like=LIVED)
    async with copied as url, _at(url, lived["postgresql"], tmp_path) as crowd:
        yield crowd


async def _live(url: str, spool: Path) -> Crowd:
    db = await Database.open(url, SEAL)
    founded = await school_of(db, spool / "spool")
    founded.live(MONDAY - timedelta(days=7), 12, seed=23)
    await founded.write()
    await _hear(founded)
    await sums.run(db, now=LATER)
    await db.close()
    return founded


@asynccontextmanager
async def _at(url: str, lived: Crowd, spool: Path) -> AsyncIterator[Crowd]:
    db = await Database.open(url, SEAL)
    yield replace(lived, db=db, spool=spool / "spool")
    await db.close()


async def _hear(crowd: Crowd) -> None:
    """One pupil of the first class types grave words."""
    pupil = next(iter(crowd.members(crowd.classes[0])))
    journal = Journal(crowd.db, spool=crowd.spool, clock=lambda: LATER, worker="crowd/2")
    at = next(note.at for note in crowd.notes if note.child_id == pupil and _in_week(crowd, note))
    journal.alarm(Alarm(at, None, pupil, "selfharm", Level.URGENT, Place.SEARCH))
    await journal.flush()


def _in_week(crowd: Crowd, note: object, first: date = MONDAY) -> bool:
    return first <= crowd.local(note) < first + timedelta(days=7)  # type: ignore[arg-type] # a note


async def _letter(crowd: Crowd, group: Group) -> SchoolLetter:
    return await gather.letter_for(crowd.db, group, MONDAY, now=LATER)


def _stopped(crowd: Crowd, group: Group, first: date) -> int:
    """Count minutes with a stopped site, note by note."""
    mine = crowd.members(group)
    tries = {
        (note.child_id, note.at.replace(second=0, microsecond=0))
        for note in crowd.notes
        if note.child_id in mine and note.verdict.blocks and _in_week(crowd, note, first)
    }
    return len(tries)


async def test_every_number_equals_what_is_counted_note_by_note(crowd: Crowd) -> None:
    for group in (*crowd.classes, crowd.school):
        letter, mine = await _letter(crowd, group), crowd.members(group)
        assert letter.pupils == len(mine)
        for day in letter.days:
            notes = [n for n in crowd.notes if n.child_id in mine and crowd.local(n) == day.day]
            assert day.seen == len({note.child_id for note in notes})
            assert day.minutes == crowd.minutes_of(group, day.day)
            in_break = range(465, 480) if day.day.weekday() < 5 else range(0)
            assert day.breaks == crowd.minutes_of(group, day.day, within=in_break)
        assert letter.stopped_times == _stopped(crowd, group, MONDAY) > 0
        before = letter.before
        assert before
        assert before.stopped == _stopped(crowd, group, MONDAY - timedelta(days=7))
        learned = {n.host for n in crowd.notes if n.child_id in mine and n.category == "learning"}
        assert {site.site for site in letter.learning} <= learned
        for use in letter.uses:
            marks = {
                (mark.child_id, mark.day, mark.minute)
                for mark in crowd.marks
                if mark.child_id in mine
                and mark.scope == f"category:{use.id}"
                and MONDAY.isoformat() <= mark.day < (MONDAY + timedelta(days=7)).isoformat()
            }
            assert use.minutes == len(marks)


async def test_alerts_are_counted_by_level_and_no_pupil_is_named(crowd: Crowd) -> None:
    first = await _letter(crowd, crowd.classes[0])
    second = await _letter(crowd, crowd.classes[1])
    assert [(count.level, count.waiting) for count in first.alerts] == [(Level.URGENT, 1)]
    assert second.alerts == ()
    said = first.model_dump_json()
    assert not any(child.name in said or str(child.id) in said for child in crowd.pupils.values())


async def test_a_finished_week_is_written_once_and_kept(crowd: Crowd) -> None:
    at = datetime(2026, 11, 23, 1, tzinfo=UTC)
    assert await gather.run_due(crowd.db, now=at) == 3
    assert await gather.run_due(crowd.db, now=at) == 0
    async with crowd.db.read() as store:
        kept = await group_letters.find(store, crowd.school.id, MONDAY)
    assert kept
    assert (
        SchoolLetter.model_validate_json(kept).minutes
        == (await _letter(crowd, crowd.school)).minutes
    )


async def test_page_paper_text_and_table_say_the_same(crowd: Crowd) -> None:
    letter = await _letter(crowd, crowd.school)
    speech = Speech("vi", "Asia/Ho_Chi_Minh")
    sheet = sheet_of(letter, speech, lambda _, name: name)
    assert [block.key for block in sheet.blocks] == [
        *("short", "days", "uses", "learning", "term", "classes", "stopped", "alerts")
    ]
    printed = pypdf.PdfReader(io.BytesIO(paper.pdf(sheet, letter.made)))
    words = " ".join(" ".join(page.extract_text() for page in printed.pages).split())
    assert f"Tuần của {crowd.school.name}" in words
    assert "Trong tiết học" in words
    assert "THCS Lê Lợi" in plain.text(sheet)
    rows = list(csv.reader(io.StringIO(table(letter).removeprefix("\ufeff"))))
    seen = {row[2]: int(row[4]) for row in rows if row[1] == "there"}
    assert seen == {day.day.isoformat(): day.seen for day in letter.days}


async def test_a_bar_is_as_high_as_the_table_says_however_its_parts_are_rounded(
    crowd: Crowd,
) -> None:
    days = [
        SchoolDay(
            day=MONDAY + timedelta(days=number), pupils=9, seen=9,
            minutes=minutes, lessons=lessons, breaks=breaks, stopped=0,
        )
        for number, (minutes, lessons, breaks) in enumerate(((220, 104, 5), (221, 103, 103)))
    ]  # fmt: skip
    letter = (await _letter(crowd, crowd.school)).model_copy(update={"days": tuple(days)})
    drawn = charts.by_day(letter, Speech("vi", "Asia/Ho_Chi_Minh"))["data"]["values"]
    high = Counter[str]()
    for part in drawn:
        high[part["x"]] += part["minutes"]
    assert list(high.values()) == [each(day.minutes, day.seen) for day in days] == [24, 25]


async def test_weeks_of_a_whole_term_do_not_run_into_each_other_below_the_chart(
    crowd: Crowd,
) -> None:
    letter = await _letter(crowd, crowd.school)
    [last] = letter.term[-1:]
    weeks = tuple(
        last.model_copy(update={"first": MONDAY - timedelta(weeks=back)})
        for back in range(16, -1, -1)
    )
    spec = charts.by_week(
        letter.model_copy(update={"term": weeks}), Speech("vi", "Asia/Ho_Chi_Minh")
    )

    def named(width: int) -> int:
        drawn = vl_convert.vegalite_to_svg({**spec, "width": width})
        return len(re.findall(r'opacity="1"[^>]*>\d+/\d+</text>', drawn))

    assert named(1200) == len(weeks)
    assert 5 < named(380) < len(weeks)


async def test_a_week_in_which_nobody_was_online_says_so_and_draws_nothing(crowd: Crowd) -> None:
    quiet = SchoolDay(day=MONDAY, pupils=9, seen=0, minutes=0, lessons=0, breaks=0, stopped=0)
    nothing = {"days": (quiet,)}
    empty = dict.fromkeys(("uses", "learning", "stopped", "alerts", "classes", "term"), ())
    letter = (await _letter(crowd, crowd.classes[0])).model_copy(update=nothing | empty)
    for language, said in (("en", "was seen online"), ("vi", "không thấy em nào")):
        blocks = sheet_of(letter, Speech(language, "Asia/Ho_Chi_Minh"), lambda _, name: name).blocks
        assert said in blocks[0].parts[0].texts[0]
        assert not any(isinstance(part, Picture) for block in blocks for part in block.parts)


async def test_two_may_print_at_the_same_time(crowd: Crowd) -> None:
    letter = await _letter(crowd, crowd.classes[0])
    sheet = sheet_of(letter, Speech("en", "Asia/Ho_Chi_Minh"), lambda _, name: name)
    printing = (asyncio.to_thread(paper.pdf, sheet, letter.made) for _ in range(4))
    printed = await asyncio.gather(*printing)
    assert all(each.startswith(b"%PDF") for each in printed)


async def test_an_analyst_gets_days_under_pseudonyms(crowd: Crowd, tmp_path: Path) -> None:
    path, group = tmp_path / "days.parquet", crowd.classes[0]
    days = pupil_days.of_group(crowd.db, group.id, MONDAY, MONDAY + timedelta(days=6))
    written = await parquet.write(path, days)
    rows = pq.read_table(path).to_pylist()
    assert len(rows) == written > 0
    letter = await _letter(crowd, group)
    whole = [row for row in rows if not row["category"]]
    assert sum(row["minutes"] for row in whole) == letter.minutes
    assert sum(row["lessons"] for row in whole) == letter.lessons
    assert sum(row["stopped"] for row in rows) == letter.stopped_times
    assert {len(row["pupil"]) for row in rows} == {16}
    known = {one.id.hex[:16] for one in crowd.pupils.values()}
    assert known.isdisjoint(row["pupil"] for row in rows)
    assert all(field.metadata for field in pq.read_schema(path))


async def test_how_much_was_seen_equals_a_recount_look_by_look(crowd: Crowd) -> None:
    mine, other = (sorted(crowd.members(group)) for group in crowd.classes)
    zone = ZoneInfo("Asia/Ho_Chi_Minh")
    chance = Random(7)
    async with change(crowd.db, by=SYSTEM, what="gave devices", now=LATER) as tx:
        owners = [[mine[0]], [mine[1], mine[2]], [other[0]]]
        given = [
            await devices.add(
                tx, name="tablet", kind="tablet", system="android", child_ids=owned, first_port=9000
            )
            for owned in owners
        ]
    begin = datetime(2026, 11, 15, 12, tzinfo=zone)
    looks = [
        Look(device.id, begin + timedelta(hours=hour), here, chance.getrandbits(12) & here)
        for device in given
        for hour in range(8 * 24)
        if (here := chance.getrandbits(12))
    ]
    await radar.keep(crowd.db, looks)
    for group, theirs in ((crowd.classes[0], given[:2]), (crowd.school, given)):
        in_week = [
            look
            for look in looks
            if look.device_id in {device.id for device in theirs}
            and MONDAY <= look.hour.astimezone(zone).date() < MONDAY + timedelta(days=7)
        ]
        here = sum(f"{look.here:b}".count("1") for look in in_week)
        seen = sum(f"{look.through:b}".count("1") for look in in_week)
        letter = await _letter(crowd, group)
        assert letter.coverage == round(100 * seen / here)
        sheet = sheet_of(letter, Speech("vi", "Asia/Ho_Chi_Minh"), lambda _, name: name)
        assert sheet.blocks[-1].key == "coverage"
        assert f"thấy khoảng {letter.coverage} %" in plain.text(sheet)
    assert (await _letter(crowd, crowd.classes[1])).coverage is not None


async def test_of_devices_that_were_hardly_there_no_share_is_told(crowd: Crowd) -> None:
    pupil = min(crowd.members(crowd.classes[0]))
    async with change(crowd.db, by=SYSTEM, what="gave a device", now=LATER) as tx:
        device = await devices.add(
            tx, name="tablet", kind="tablet", system="android", child_ids=[pupil], first_port=9000
        )
    at = datetime(2026, 11, 17, 2, tzinfo=UTC)
    await radar.keep(crowd.db, [Look(device.id, at, 0b11111111111, 0b1)])
    letter = await _letter(crowd, crowd.classes[0])
    assert letter.coverage is None
    sheet = sheet_of(letter, Speech("vi", "Asia/Ho_Chi_Minh"), lambda _, name: name)
    assert "coverage" not in {block.key for block in sheet.blocks}
