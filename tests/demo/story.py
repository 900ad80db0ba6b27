"""Tells the past days: moves the clock, lets devices browse and parents act, rings the bells."""

import asyncio
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime, time, timedelta
from itertools import groupby
from zoneinfo import ZoneInfo

from api.panel import Panel
from reports import weekly
from store import doors, household, rollups
from tests.demo import deeds, habits
from tests.demo.browse import Device, catch_up
from tests.demo.clock import SharedClock
from tests.demo.deeds import Deed
from tests.demo.family import Family
from tests.demo.habits import Step

LOOK_EVERY = 0.02
PATIENCE = 30.0


def beginning(until: datetime, zone: ZoneInfo) -> datetime:
    """Return when the story must begin: two full weeks and the days of the present one."""
    today = until.astimezone(zone).date()
    day = today - timedelta(days=today.weekday() + 14)
    return datetime.combine(day, time(0), zone).astimezone(UTC)


@dataclass(frozen=True, slots=True)
class Chapter:
    """One minute in which something happened."""

    at: datetime
    steps: tuple[Step, ...] = ()
    deed: Deed | None = None
    bell: bool = False
    """Whether the weekly letters are due."""


def chapters(since: datetime, until: datetime, zone: ZoneInfo) -> list[Chapter]:
    """Return what happens in [since, until), in order."""
    told = [
        Chapter(at, tuple(steps)) for at, steps in _by_minute(habits.between(since, until, zone))
    ]
    told += [
        Chapter(deed.moment(until, zone), deed=deed) for deed in deeds.between(since, until, zone)
    ]
    told += [Chapter(at, bell=True) for at in _mondays(since, until, zone)]
    return sorted(told, key=lambda chapter: chapter.at)


def _by_minute(steps: list[Step]) -> Iterator[tuple[datetime, Iterator[Step]]]:
    return groupby(steps, key=lambda step: step.at.replace(second=0, microsecond=0))


def _mondays(since: datetime, until: datetime, zone: ZoneInfo) -> Iterator[datetime]:
    day = since.astimezone(zone).date() + timedelta(days=1)
    while day <= until.astimezone(zone).date():
        at = datetime.combine(day, time(0, 30), zone).astimezone(UTC)
        if day.weekday() == 0 and at < until:
            yield at
        day += timedelta(days=1)


@dataclass(slots=True)
class Teller:
    """Whoever tells the story has hands on everything that moves."""

    panel: Panel
    clock: SharedClock
    family: Family
    devices: Mapping[str, Device]
    visits: int = 0

    async def tell(self, chapter: Chapter) -> None:
        """Let one chapter happen."""
        self.clock.set(chapter.at)
        if chapter.deed:
            await self._do(chapter.deed)
        if chapter.bell:
            await self.ring()
        minute = (self._spend(step) for step in chapter.steps)
        self.visits += sum(await asyncio.gather(*minute))
        if chapter.steps:
            await catch_up(self.panel.door_port)

    async def ring(self) -> None:
        """Ring the bells: hourly sums, and the letters of the last full week."""
        now = self.clock()
        await rollups.run(self.panel.db, now=now)
        await weekly.run_due(self.panel.db, now=now, site_of=self.panel.catalogue.site_of)

    async def in_force(self) -> None:
        """Wait until the door reports that the newest revision is in force."""
        async with self.panel.db.read() as connection:
            revision = await household.revision(connection)
        async with asyncio.timeout(PATIENCE):
            while not await self._has_in_force(revision):  # noqa: ASYNC110 the door is another process
                await asyncio.sleep(LOOK_EVERY)

    async def _has_in_force(self, revision: int) -> bool:
        async with self.panel.db.read() as connection:
            alive = await doors.alive(connection, now=self.clock())
        return any(door.revision >= revision for door in alive)

    async def _do(self, deed: Deed) -> None:
        await deeds.do(deed, self.panel, self.family)
        await self.in_force()

    async def _spend(self, step: Step) -> int:
        return await self.devices[step.device].spend_minute(step.place, arriving=step.arriving)
