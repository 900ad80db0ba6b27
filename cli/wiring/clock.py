"""From settings to the running clock: which work is rung for, and when."""

import asyncio
import signal
from datetime import datetime

from cli.bells import EVERY_HOUR, EVERY_MINUTE, EVERY_NIGHT, Bells
from cli.clock import system_clock
from cli.lists import refresh_due
from cli.places import lists_folder
from cli.settings import Settings
from feeds.catalogue import load
from reports import weekly
from store import asks, retention, rollups
from store.database import Database


async def run_clock(settings: Settings) -> None:
    """Ring until SIGTERM."""
    stopping = asyncio.Event()
    loop = asyncio.get_running_loop()
    for number in (signal.SIGINT, signal.SIGTERM):
        loop.add_signal_handler(number, stopping.set)
    db = await Database.open(settings.db_url)
    bells = _hung(db, settings)
    bells.start()
    try:
        await stopping.wait()
    finally:
        bells.stop()
        await db.close()


def _hung(db: Database, settings: Settings) -> Bells:
    folder = lists_folder(settings)
    catalogue = load(folder)

    async def sum_up(now: datetime) -> int:
        return await rollups.run(db, now=now)

    async def write_letters(now: datetime) -> int:
        # At the start both bells ring at once: a letter must not be written from yesterday's sums.
        await rollups.run(db, now=now)
        return await weekly.run_due(db, now=now, site_of=catalogue.site_of)

    async def end_asks(now: datetime) -> int:
        return await asks.expire(db, now=now)

    async def ask_for_lists(now: datetime) -> int:
        return await refresh_due(db, folder, now, catalogue.categories)

    async def forget(now: datetime) -> int:
        return await retention.forget_older(
            db, now, settings.keep_visits_days, settings.keep_pages_days
        )

    bells = Bells(system_clock)
    bells.hang("rollups", EVERY_MINUTE, sum_up)
    bells.hang("asks", EVERY_MINUTE, end_asks)
    bells.hang("letters", EVERY_HOUR, write_letters)
    bells.hang("lists", EVERY_MINUTE, ask_for_lists)
    bells.hang("retention", EVERY_NIGHT, forget)
    return bells
