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

type Work = Callable[[datetime], Awaitable[object]]

log = logging.getLogger(__name__)

EVERY_OTHER_SECOND = IntervalTrigger(seconds=2)
EVERY_MINUTE = IntervalTrigger(minutes=1)
EVERY_TEN_MINUTES = IntervalTrigger(minutes=10)
EVERY_HOUR = CronTrigger(minute=5)
EVERY_NIGHT = CronTrigger(hour=20, minute=20)
"""In UTC: twenty past three in the morning in Viet Nam."""
HELD_UP = timedelta(hours=1)
"""A bell that could not ring (the machine slept) still rings when it is no later than this."""


class Bells:
    """Rings each piece of work at its times; one that fails is logged and rung again next time."""

    def __init__(self, clock: Clock) -> None:
        self._clock = clock
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
        try:
            done = await work(self._clock())
        except Exception:
            log.exception("work_failed", extra={"work": name})
        else:
            log.debug("work_done", extra={"work": name, "done": done})

    def start(self) -> None:
        """Begin to ring."""
        self._scheduler.start()

    def stop(self) -> None:
        """Ring no more."""
        self._scheduler.shutdown(wait=False)
