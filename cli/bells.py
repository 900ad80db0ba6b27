"""The clock: rings for work that is due. What is due, and what was done, lives in the database."""

import asyncio
import logging
from collections.abc import Awaitable, Callable
from datetime import datetime, timedelta

from apscheduler.schedulers.asyncio import AsyncIOScheduler
from apscheduler.triggers.base import BaseTrigger
from apscheduler.triggers.cron import CronTrigger
from apscheduler.triggers.interval import IntervalTrigger

from rules.clock import Clock
from store.errors import Away
from store.rings import Ring

type Work = Callable[[datetime], Awaitable[object]]
type Remember = Callable[[str, Ring], Awaitable[None]]
"""Keeps how a piece of work went, for whoever looks whether the clock does its work."""

log = logging.getLogger(__name__)

EVERY_OTHER_SECOND = IntervalTrigger(seconds=2)
EVERY_MINUTE = IntervalTrigger(minutes=1)
EVERY_TEN_MINUTES = IntervalTrigger(minutes=10)
EVERY_HOUR = CronTrigger(minute=5)
EVERY_NIGHT = CronTrigger(hour=20, minute=20)
"""In UTC: twenty past three in the morning in Viet Nam."""
HELD_UP = timedelta(hours=1)
"""A bell that could not ring (the machine slept) still rings when it is no later than this."""
REMEMBERED = timedelta(minutes=1)
"""What goes well more often than this is written down no more often: the disk may be a card."""


async def forget(_: str, __: Ring) -> None:
    """Keep nothing."""


class Bells:
    """Rings each piece of work at its times; one that fails is logged and rung again next time."""

    def __init__(self, clock: Clock, remember: Remember = forget) -> None:
        self._clock = clock
        self._remember = remember
        self._rung: dict[str, Ring] = {}
        self._scheduler = AsyncIOScheduler(timezone="UTC")

    def hang_often(self, name: str, trigger: BaseTrigger, work: Work) -> None:
        """Ring every other moment: without a word where the last work goes on, or nobody answers.

        What is missed by it comes with the next ring, and the rarer bells say what is wrong.
        """
        busy = asyncio.Lock()

        async def quietly(now: datetime) -> object:
            if busy.locked():
                return None
            async with busy:
                try:
                    return await work(now)
                except Away:
                    return None

        self._scheduler.add_job(
            self.ring,
            trigger,
            args=(name, quietly),
            id=name,
            coalesce=True,
            max_instances=2,
            misfire_grace_time=None,
            next_run_time=self._clock(),
        )

    def hang(self, name: str, trigger: BaseTrigger, work: Work) -> None:
        """Ring for a piece of work at its times, and once at the start to catch up."""
        self._scheduler.add_job(
            self.ring,
            trigger,
            args=(name, work),
            id=name,
            coalesce=True,
            max_instances=1,
            misfire_grace_time=int(HELD_UP.total_seconds()),
            next_run_time=self._clock(),
        )

    async def ring(self, name: str, work: Work) -> None:
        """Do a piece of work; that it failed must not stop the others, nor this one's next time."""
        trouble = ""
        try:
            done = await work(self._clock())
        except Exception as error:
            trouble = type(error).__name__
            log.exception("work_failed", extra={"work": name})
        else:
            log.debug("work_done", extra={"work": name, "done": done})
        await self._keep(name, trouble)

    async def _keep(self, name: str, trouble: str) -> None:
        """Write down how a piece of work went, where that is news."""
        before, now = self._rung.get(name), self._clock()
        failures = (before.failures if before else 0) + 1 if trouble else 0
        is_news = before is None or failures or before.failures or now - before.at >= REMEMBERED
        if not is_news:
            return
        self._rung[name] = ring = Ring(now, failures, trouble)
        try:
            await self._remember(name, ring)
        except Away:
            # The doctor sees that nothing was written; the database's own trouble stands beside.
            del self._rung[name]

    def start(self) -> None:
        """Begin to ring."""
        self._scheduler.start()

    def stop(self) -> None:
        """Ring no more."""
        self._scheduler.shutdown(wait=False)
