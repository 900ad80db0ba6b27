"""Forgetting what is older than the adults agreed to keep; days and attended minutes stay."""

from datetime import datetime, timedelta

import sqlalchemy as sa

from store import deliveries, erasing, facts, leavers, notices, radar, readings, rollups, strangers
from store.database import Database
from store.sessions import LIFE
from store.tables import alerts, doors, journal_batches, pages, repeats, sessions, visits

HOUR = timedelta(hours=1)
BATCHES_KEPT = timedelta(days=90)
"""How long a batch's id is remembered; no spool waits longer for its database."""
DOORS_KEPT = timedelta(days=1)
REPEATS_KEPT = timedelta(days=1)


async def forget_older(db: Database, now: datetime, visits_days: int, pages_days: int) -> int:
    """Forget visits, alerts and pages older than so many days, and pupils who left before that.

    Returns how many rows and pupils went.
    """
    await rollups.run(db, now=now)
    before = _hour_of(now - timedelta(days=visits_days))
    await _draw_line(db, before)
    gone = await _forget(db, visits, visits.c.minute, before)
    # Hours outlive what they were made of.
    gone += await rollups.forget_older(db, min(before, _hour_of(now - rollups.KEPT)))
    gone += await _forget(db, pages, pages.c.at, _hour_of(now - timedelta(days=pages_days)))
    gone += await notices.forget(db, before)
    gone += await _forget(db, alerts, alerts.c.last, before)
    await _forget_words(db, _hour_of(now - timedelta(days=pages_days)))
    gone += await readings.forget_older(db, now)
    async with db.write() as connection:
        gone += await radar.forget_older(connection, before)
    gone += await leavers.erase_older(db, before, now)
    await _sweep(db, now)
    await erasing.scrub_left(db)
    return gone


async def _draw_line(db: Database, before: datetime) -> None:
    """Keep until when visits are forgotten: rollups must know before the first visit goes."""
    async with db.write() as connection:
        drawn = await rollups.forgotten_before(connection)
        if drawn is None or drawn < before:
            await facts.keep(connection, rollups.FORGOTTEN, before.isoformat())


async def _forget(
    db: Database, table: sa.Table, when: sa.Column[datetime], before: datetime
) -> int:
    """Forget rows hour by hour, so that nobody waits long for the database."""
    gone = 0
    mine = table.c.site_id == db.site_id
    while True:
        async with db.write() as connection:
            oldest = await connection.scalar(sa.select(sa.func.min(when)).where(mine))
            if oldest is None or oldest >= before:
                return gone
            until = min(_hour_of(oldest) + HOUR, before)
            gone += (await connection.execute(sa.delete(table).where(mine, when < until))).rowcount


async def _forget_words(db: Database, before: datetime) -> None:
    """Forget the words of older alerts, which are kept no longer than pages are."""
    old = sa.and_(alerts.c.site_id == db.site_id, alerts.c.last < before, alerts.c.words != "")
    async with db.write() as connection:
        await connection.execute(sa.update(alerts).where(old).values(words=""))


async def _sweep(db: Database, now: datetime) -> None:
    """Remove what only served for a while: ended sessions, ids of batches, doors long gone."""
    async with db.write() as connection:
        await connection.execute(sa.delete(sessions).where(sessions.c.seen <= now - LIFE))
        old = journal_batches.c.at <= now - BATCHES_KEPT
        await connection.execute(sa.delete(journal_batches).where(old))
        await connection.execute(sa.delete(repeats).where(repeats.c.at <= now - REPEATS_KEPT))
        await connection.execute(sa.delete(doors).where(doors.c.seen <= now - DOORS_KEPT))
        await strangers.forget_older(connection, now)
        await deliveries.forget_older(connection, now)


def _hour_of(moment: datetime) -> datetime:
    return moment.replace(minute=0, second=0, microsecond=0)
