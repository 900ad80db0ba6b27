"""Lets the sample school live through its term; what was interrupted goes on where it ended."""

from collections.abc import Callable
from datetime import UTC, date, datetime, time, timedelta
from pathlib import Path
from random import Random

import sqlalchemy as sa

from reports.school import gather
from reports.sites import SiteOf
from rules.alerts import Level
from store import facts, sums
from store.database import Database
from store.tables import alerts, visits
from tests.demo.school import founding
from tests.demo.school.door import Door
from tests.demo.school.founding import KEPT, ZONE, Enrolled, Founded
from tests.demo.school.living import World, steps
from tests.demo.school.loads import loads

type Advance = Callable[[int, int], None]
"""Told how many days of pupils of how many have happened."""
AT_ONCE = 50
"""Pupils whose day is written down together."""
HEARD = 0.0012
"""How likely a pupil's day holds grave words."""
WORRIES = (
    ("bullying", Level.NOTICE),
    ("bullying", Level.CONCERN),
    ("gambling", Level.NOTICE),
    ("selfharm", Level.URGENT),
)


def monday(day: date) -> date:
    """Return the Monday of a day's week."""
    return day - timedelta(days=day.weekday())


async def live(
    db: Database, folder: Path, *, count: int, weeks: int, seed: int, until: date, advance: Advance
) -> Founded:
    """Live through the weeks before a day, up to the evening before it."""
    first = monday(until) - timedelta(weeks=weeks)
    school = await _school(db, count, seed, first)
    door = Door(db, folder, _midnight(first))
    await door.open()
    days = [first + timedelta(days=number) for number in range((until - first).days)]
    world = World(ZONE, loads(), seed)
    done = await _done(db)
    for number, day in enumerate(days):
        if done is None or day > done:
            await _live_day(db, door, school, day, world)
            await facts_keep(db, day)
            if day.weekday() == 6:
                await ring(
                    db, _midnight(day + timedelta(days=1)) + timedelta(minutes=30), door.site_of
                )
        advance((number + 1) * count, len(days) * count)
    await sums.run(db, now=_midnight(until))
    return school


async def ring(db: Database, now: datetime, site_of: SiteOf) -> None:
    """Ring the bells of a Monday: sums, and the letters of the week that is over."""
    await sums.run(db, now=now)
    await gather.run_due(db, now=now, site_of=site_of)


async def _school(db: Database, count: int, seed: int, first: date) -> Founded:
    known = f"{count} pupils, seed {seed}, from {first.isoformat()}"
    async with db.read() as store:
        kept = await facts.find(store, KEPT)
    if kept == known:
        return await founding.find(db, count, seed)
    if kept is not None:
        raise ValueError(f"another school lives there already: {kept}")
    school = await founding.found(db, count, seed, _midnight(first) - timedelta(days=1))
    async with db.write() as store:
        await facts.keep(store, KEPT, known)
    return school


async def _live_day(db: Database, door: Door, school: Founded, day: date, world: World) -> None:
    await _forget_half_a_day(db, day)
    for place, each in enumerate(school.enrolled):
        _live_pupil(door, each, day, world)
        if place % AT_ONCE == AT_ONCE - 1:
            await door.write()
    await door.write()
    door.now = _midnight(day + timedelta(days=1)) + timedelta(hours=12)
    door.end_day()


def _live_pupil(door: Door, each: Enrolled, day: date, world: World) -> None:
    chance = Random(f"{world.seed}/heard/{each.pupil.name}/{day.isoformat()}")
    was_there = False
    for step in steps(each.pupil.name, each.pupil.form, day, world):
        door.take(each.device_id, step)
        was_there = True
    if was_there:
        door.sight(each.device_id)
        if chance.random() < HEARD:
            door.hear(each.device_id, *chance.choice(WORRIES))


async def _forget_half_a_day(db: Database, day: date) -> None:
    """Begin a day afresh that was interrupted: what was written of it would be doubled."""
    since = _midnight(day)
    async with db.write() as store:
        for table, when in ((visits, visits.c.minute), (alerts, alerts.c.first)):
            mine = sa.and_(table.c.site_id == db.site_id, when >= since)
            await store.execute(sa.delete(table).where(mine))


async def _done(db: Database) -> date | None:
    async with db.read() as store:
        kept = await facts.find(store, f"{KEPT}_day")
    return date.fromisoformat(kept) if kept else None


async def facts_keep(db: Database, day: date) -> None:
    """Write down that a day is over."""
    async with db.write() as store:
        await facts.keep(store, f"{KEPT}_day", day.isoformat())


def _midnight(day: date) -> datetime:
    return datetime.combine(day, time(0), ZONE).astimezone(UTC)
