"""The clock rings for every piece of work, whatever happens to the others."""

import asyncio
import logging
from datetime import UTC, datetime

from apscheduler.triggers.interval import IntervalTrigger

from cli.bells import EVERY_HOUR, Bells
from cli.clock import system_clock
from store.errors import Away

NOW = datetime(2026, 11, 23, 12, 0, tzinfo=UTC)


async def test_every_bell_rings_at_the_start_and_one_that_fails_stops_no_other(caplog) -> None:
    rung = asyncio.Event()

    async def break_down(_: datetime) -> None:
        msg = "the printer is on fire"
        raise OSError(msg)

    async def work(now: datetime) -> None:
        assert now.tzinfo is not None
        rung.set()

    bells = Bells(system_clock)
    bells.hang("broken", EVERY_HOUR, break_down)
    bells.hang("sound", EVERY_HOUR, work)
    with caplog.at_level(logging.ERROR):
        bells.start()
        async with asyncio.timeout(10):
            await rung.wait()
        bells.stop()
    assert [record.work for record in caplog.records if record.name == "cli.bells"] == ["broken"]


async def test_work_is_given_the_moment_of_the_clock() -> None:
    given: list[datetime] = []

    async def work(now: datetime) -> None:
        given.append(now)

    await Bells(lambda: NOW).ring("work", work)
    assert given == [NOW]


async def test_a_bell_that_rings_often_waits_for_no_work_and_for_no_database(caplog) -> None:
    begun, ticks = [], []
    ticked, again, go_on = asyncio.Event(), asyncio.Event(), asyncio.Event()

    async def work(_: datetime) -> None:
        begun.append(1)
        if len(begun) == 1:
            await go_on.wait()
            raise Away
        again.set()

    async def tick(_: datetime) -> None:
        ticks.append(1)
        if begun and len(ticks) > 5:
            ticked.set()

    bells = Bells(system_clock)
    for name, each in (("often", work), ("tick", tick)):
        bells.hang_often(name, IntervalTrigger(seconds=0.05), each)
    with caplog.at_level(logging.ERROR, "cli"), caplog.at_level(logging.WARNING, "apscheduler"):
        bells.start()
        async with asyncio.timeout(10):
            await ticked.wait()
            assert len(begun) == 1
            go_on.set()
            await again.wait()
        bells.stop()
    assert [record.message for record in caplog.records if record.levelno >= logging.WARNING] == []
