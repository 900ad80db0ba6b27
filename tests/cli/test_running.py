"""The doctor's questions to a running house: doors, journal, letters, clock, logs."""

import json
from dataclasses import replace
from datetime import UTC, datetime, timedelta

from cli import logged, running
from cli.bells import Bells
from rules.findings import Finding
from store import rings
from store.database import Database
from store.doors import Door
from store.rings import Ring
from store.troubles import Troubles

NOW = datetime(2026, 11, 23, 12, 0, tzinfo=UTC)
NOTHING = Troubles(2, 3, 1, 0, 0, 0, 0)
DOOR = Door("home/1", 1, 7, 0, NOW, memory=90 << 20)


def wrong(findings) -> set[str]:
    return {each.what.message.format(**each.what.values) for each in findings if not each.is_well}


def test_a_door_that_is_gone_behind_in_trouble_or_large_is_named():
    assert wrong(running.of_doors([DOOR], 7, NOTHING, runs=True)) == set()
    assert wrong(running.of_doors([], 7, NOTHING, runs=False)) == set()
    assert wrong(running.of_doors([], 7, NOTHING, runs=True)) == {"Doors"}
    for bad in ({"revision": 6}, {"last_error": "away"}, {"memory": 900 << 20}):
        assert wrong(running.of_doors([replace(DOOR, **bad)], 7, NOTHING, runs=True)) == {
            "Door home/1"
        }, bad


def test_a_journal_that_waits_or_was_cut_is_named():
    assert wrong(running.of_journal([DOOR], NOTHING)) == set()
    assert wrong(running.of_journal([replace(DOOR, journal_spooled=3)], NOTHING)) == {"Journal"}
    assert wrong(running.of_journal([replace(DOOR, journal_dropped=1)], NOTHING)) == {"Journal"}
    assert wrong(running.of_journal([DOOR], replace(NOTHING, hours_waiting=900))) == {"Sums"}


def test_letters_and_notices_that_fail_are_named():
    assert wrong(running.of_telling(NOTHING)) == set()
    assert wrong(running.of_telling(replace(NOTHING, letters_stuck=1))) == {"Letters"}
    assert wrong(running.of_telling(replace(NOTHING, notices_failed=1))) == {"Notices"}


def test_work_that_fails_or_is_not_done_any_more_is_named():
    rung = {"rollups": Ring(NOW - timedelta(minutes=1)), "lists": Ring(NOW, 3, "OSError")}
    assert wrong(running.of_clock(rung, NOW, runs=True)) == {"Asking for lists"}
    late = {"rollups": Ring(NOW - timedelta(hours=1))}
    assert wrong(running.of_clock(late, NOW, runs=True)) == {"Sums of what was used"}
    assert wrong(running.of_clock(late, NOW, runs=False)) == set()


async def test_each_bell_leaves_word_of_how_its_work_went(tmp_path):
    db = await Database.open(f"sqlite+aiosqlite:///{tmp_path}/haidang.db")
    moment = [NOW]

    async def remember(name: str, ring: Ring) -> None:
        await rings.keep(db, name, ring)

    async def fail(_: datetime) -> None:
        raise OSError("secret.example is away")

    async def work(_: datetime) -> None: ...

    bells = Bells(lambda: moment[0], remember)
    await bells.ring("lists", fail)
    await bells.ring("lists", fail)
    await bells.ring("asks", work)
    moment[0] += timedelta(seconds=2)
    await bells.ring("asks", work)
    async with db.read() as connection:
        kept = await rings.last(connection)
    await db.close()
    assert kept == {"asks": Ring(NOW), "lists": Ring(NOW, 2, "OSError")}


def test_the_last_warnings_are_told_without_where_anybody_went(tmp_path):
    def line(level: str, event: str, hours: float) -> str:
        at = (NOW - timedelta(hours=hours)).isoformat()
        return json.dumps({"level": level, "event": event, "timestamp": at}) + "\n"

    (tmp_path / "door-1.log").write_text(
        "Traceback of something\n"
        + line("error", "too old", 30)
        + line("warning", "cannot reach tiktok.com at 10.0.0.7 for bob@mail.vn (https://a.vn/b)", 2)
        + line("info", "all is well", 1)
        + "{half a line"
    )
    (tmp_path / "clock.log").write_text(2 * line("error", "work_failed", 1))
    (tmp_path / "panel.log").write_text("")
    said = {each.process: each for each in logged.warnings(tmp_path, NOW)}
    assert said["door-1"].event == "cannot reach … at … for … (…"
    assert (said["clock"].times, said["clock"].is_error) == (2, True)
    found: list[Finding] = list(logged.findings(tmp_path, NOW))
    assert len(found) == 3
    assert wrong(found) == {"Log of clock"}
