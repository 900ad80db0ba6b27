"""Lets the sample school live through its term; what was interrupted goes on where it ended."""

from collections.abc import Callable
from datetime import date, timedelta
from pathlib import Path

import sqlalchemy as sa

from feeds.catalogue import load
from reports.school import gather
from store import facts, sums
from store.database import Database
from store.tables import alerts, visits
from tests.demo.school import founding
from tests.demo.school.founding import KEPT, Founded
from tests.demo.school.hands import hands, midnight

type Advance = Callable[[int, int], None]
"""Told how many days of pupils of how many have happened."""
SUNDAY = 6


def monday(day: date) -> date:
    """Return the Monday of a day's week."""
    return day - timedelta(days=day.weekday())


async def live(
    db: Database,
    folder: Path,
    *,
    count: int,
    weeks: int,
    seed: int,
    until: date,
    advance: Advance,
    doors: int = 1,
) -> Founded:
    """Live through the weeks before a day, up to the evening before it."""
    first = monday(until) - timedelta(weeks=weeks)
    days = [first + timedelta(days=number) for number in range((until - first).days)]
    school = await _school(db, count, seed, first)
    done = await _done(db)
    url = db.url.render_as_string(hide_password=False)
    with hands(url, folder, first, seed, doors) as crew:
        for number, day in enumerate(days):
            happened = number * count
            advance(happened, len(days) * count)
            if done is None or day > done:
                await _forget_half_a_day(db, day)
                async for some in crew.live(day, school.enrolled):
                    happened += some
                    advance(happened, len(days) * count)
                await _end(db, day)
    await sums.run(db, now=midnight(until))
    advance(len(days) * count, len(days) * count)
    return school


async def _end(db: Database, day: date) -> None:
    """Write down that a day is over, after the bells: a stop before it rings them again."""
    if day.weekday() == SUNDAY:
        await ring(db, day)
    async with db.write() as store:
        await facts.keep(store, f"{KEPT}_day", day.isoformat())


async def ring(db: Database, sunday: date) -> None:
    """Ring the bells of a Monday: sums, and the letters of the week that is over."""
    now = midnight(sunday + timedelta(days=1)) + timedelta(minutes=30)
    await sums.run(db, now=now)
    await gather.run_due(db, now=now, site_of=load().site_of)


async def _school(db: Database, count: int, seed: int, first: date) -> Founded:
    known = f"{count} pupils, seed {seed}, from {first.isoformat()}"
    async with db.write() as store:
        kept = await facts.find(store, KEPT)
        if kept not in (None, known):
            raise ValueError(f"another school lives there already: {kept}")
        await facts.keep(store, KEPT, known)
    return await founding.found(db, count, seed, midnight(first) - timedelta(days=1))


async def _forget_half_a_day(db: Database, day: date) -> None:
    """Begin a day afresh that was interrupted: what was written of it would be doubled."""
    since = midnight(day)
    async with db.write() as store:
        for table, when in ((visits, visits.c.minute), (alerts, alerts.c.first)):
            mine = sa.and_(table.c.site_id == db.site_id, when >= since)
            await store.execute(sa.delete(table).where(mine))


async def _done(db: Database) -> date | None:
    async with db.read() as store:
        kept = await facts.find(store, f"{KEPT}_day")
    return date.fromisoformat(kept) if kept else None
