"""From settings to the running clock: which work is rung for, and when."""

import asyncio
import signal
from datetime import datetime
from functools import partial

from cli.backups import make_due
from cli.bells import (
    EVERY_HOUR,
    EVERY_MINUTE,
    EVERY_NIGHT,
    EVERY_OTHER_SECOND,
    EVERY_TEN_MINUTES,
    Bells,
)
from cli.clock import system_clock
from cli.lists import matters_of_lists, refresh_due
from cli.places import lists_folder, panel_url
from cli.settings import Settings
from feeds.catalogue import Catalogue, load
from proxy.process import quiet_collector
from proxy.who import ensure_key as credentials_key
from reports import alarming, posting, telling, weekly
from reports.courier import Bag, Courier
from reports.desk import Desk
from reports.letter_mail import write
from reports.school import gather
from reports.vapid import ensure_key
from rules.family import Language
from store import asks, keeping, retention, rings, rollups, rosters, sums
from store.database import Database
from store.keeping import Keeping
from store.sealing import Seal
from words.speech import Speech


async def run_clock(settings: Settings) -> None:
    """Ring until SIGTERM."""
    stopping = asyncio.Event()
    loop = asyncio.get_running_loop()
    for number in (signal.SIGINT, signal.SIGTERM):
        loop.add_signal_handler(number, stopping.set)
    db = await Database.open(settings.db_url, Seal(credentials_key(settings.data)))
    catalogue = load(lists_folder(settings))
    bells, courier = _hung(db, settings, catalogue), _courier(db, settings, catalogue)
    _hang_telling(bells, db, settings, courier)
    bells.start()
    quiet_collector()
    try:
        await stopping.wait()
    finally:
        bells.stop()
        await courier.stop()
        await db.close()


def _courier(db: Database, settings: Settings, catalogue: Catalogue) -> Courier:
    def speech_of(language: Language, zone: str) -> Speech:
        return Speech(language, zone, lambda kind, each: catalogue.name_of(kind, each, language))

    key = partial(ensure_key, settings.data)
    at = Desk(
        db,
        settings.notices.sender,
        panel_url(settings),
        catalogue.site_of,
        lambda language: lambda kind, each: catalogue.name_of(kind, each, language),
        system_clock,
    )
    bag = Bag(
        settings.notices, key, panel_url(settings), speech_of, system_clock, partial(write, at)
    )
    return Courier(db, bag)


def _hang_telling(bells: Bells, db: Database, settings: Settings, courier: Courier) -> None:
    """Hang the bells of what people are told: what somebody waits for goes within seconds."""

    async def tell_and_send(now: datetime) -> int:
        await telling.tell_pressing(db, now)
        return await courier.ring(now)

    async def tell_rest(now: datetime) -> int:
        lists = await asyncio.to_thread(matters_of_lists, lists_folder(settings), now)
        letters = await posting.put_letters(db, now)
        return letters + await telling.tell_rest(db, now, lists)

    async def tell_radar(now: datetime) -> int:
        await alarming.keep(db, now)
        return await telling.tell_radar(db, now)

    bells.hang_often("courier", EVERY_OTHER_SECOND, tell_and_send)
    bells.hang("telling", EVERY_MINUTE, tell_rest)
    bells.hang("telling_radar", EVERY_TEN_MINUTES, tell_radar)


async def _forget_drafts(db: Database, now: datetime) -> int:
    async with db.write() as connection:
        return await rosters.forget_drafts(connection, now)


def _hung(db: Database, settings: Settings, catalogue: Catalogue) -> Bells:
    folder = lists_folder(settings)

    async def sum_up(now: datetime) -> int:
        return await rollups.run(db, now=now)

    async def write_letters(now: datetime) -> int:
        # At the start both bells ring at once: a letter must not be written from yesterday's sums.
        await sums.run(db, now=now)
        of_groups = await gather.run_due(db, now=now, site_of=catalogue.site_of)
        return of_groups + await weekly.run_due(db, now=now, site_of=catalogue.site_of)

    async def sum_days(now: datetime) -> int:
        return (await sums.run(db, now=now)).days

    async def end_asks(now: datetime) -> int:
        return await asks.expire(db, now=now)

    async def ask_for_lists(now: datetime) -> int:
        return await refresh_due(db, folder, now, catalogue.categories)

    async def forget(now: datetime) -> int:
        async with db.read() as connection:
            kept = await keeping.of_house(
                connection, Keeping(settings.keep_visits_days, settings.keep_pages_days)
            )
        return await retention.forget_older(db, now, kept.visits_days, kept.pages_days)

    async def back_up(now: datetime) -> int:
        return await make_due(settings, db, now)

    bells = Bells(system_clock, partial(rings.keep, db))
    bells.hang("rollups", EVERY_MINUTE, sum_up)
    bells.hang("days", EVERY_TEN_MINUTES, sum_days)
    bells.hang("asks", EVERY_MINUTE, end_asks)
    bells.hang("letters", EVERY_HOUR, write_letters)
    bells.hang("drafts", EVERY_TEN_MINUTES, partial(_forget_drafts, db))
    bells.hang("lists", EVERY_MINUTE, ask_for_lists)
    bells.hang("retention", EVERY_NIGHT, forget)
    bells.hang("backup", EVERY_HOUR, back_up)
    return bells
