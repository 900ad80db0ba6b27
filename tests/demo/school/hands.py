"""Doors in processes of their own, as on a machine with several cores: each has its own pupils."""

import asyncio
import logging
import os
import shutil
import threading
from collections.abc import AsyncIterator, Iterator
from concurrent.futures import ProcessPoolExecutor
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from itertools import batched
from multiprocessing import get_context, parent_process
from pathlib import Path
from random import Random

from rules.alerts import Level
from store.database import Database
from tests.demo.school.door import Door
from tests.demo.school.founding import ZONE, Enrolled
from tests.demo.school.living import World, steps
from tests.demo.school.loads import loads

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


def midnight(day: date) -> datetime:
    """Return when a day of the school begins."""
    return datetime.combine(day, time(0), ZONE).astimezone(UTC)


@dataclass(slots=True)
class Hand:
    """What one process works with."""

    runner: asyncio.Runner
    door: Door
    world: World
    day: date

    def live(self, day: date, pupils: tuple[Enrolled, ...]) -> int:
        """Let some pupils live through a day, write it down, and return of how many it was."""
        if day != self.day:
            # The minutes of the day that is over are written down.
            self.day, self.door.now = day, midnight(day) + timedelta(hours=12)
            self.door.end_day()
        for each in pupils:
            self._live(each, day)
        self.runner.run(self.door.write())
        return len(pupils)

    def _live(self, each: Enrolled, day: date) -> None:
        chance = Random(f"{self.world.seed}/heard/{each.pupil.name}/{day.isoformat()}")
        was_there = False
        for step in steps(each.pupil.name, each.pupil.form, day, self.world):
            self.door.take(each.device_id, step)
            was_there = True
        if was_there:
            self.door.sight(each.device_id)
            if chance.random() < HEARD:
                self.door.hear(each.device_id, *chance.choice(WORRIES))


class Hands:
    """As many doors as wanted; `with hands(...)` makes them."""

    def __init__(self, pools: list[ProcessPoolExecutor]) -> None:
        self._pools = pools

    async def live(self, day: date, pupils: list[Enrolled]) -> AsyncIterator[int]:
        """Let everybody live through a day; give, again and again, of how many it is over."""
        loop = asyncio.get_running_loop()
        some = [
            loop.run_in_executor(pool, _live, day, each)
            for number, pool in enumerate(self._pools)
            for each in batched(pupils[number :: len(self._pools)], AT_ONCE)
        ]
        for done in asyncio.as_completed(some):
            yield await done


@contextmanager
def hands(url: str, folder: Path, first: date, seed: int, count: int) -> Iterator[Hands]:
    """Start so many doors; what a door that was killed left to be written is lived again."""
    with ExitStack() as stack:
        pools = []
        for number in range(count):
            mine = folder / f"hand-{number}"
            shutil.rmtree(mine, ignore_errors=True)
            mine.mkdir(mode=0o700)
            pool = ProcessPoolExecutor(
                1,
                mp_context=get_context("spawn"),
                initializer=_begin,
                initargs=(url, mine, first, seed),
            )
            stack.callback(pool.shutdown, cancel_futures=True)
            pools.append(pool)
        yield Hands(pools)


_hand: Hand | None = None
"""This process's own, once it has begun."""


def _begin(url: str, folder: Path, first: date, seed: int) -> None:
    threading.Thread(target=_end_with_parent, daemon=True).start()
    # Doors that write at once wait for each other, which is no news: what is lost raises an error.
    logging.getLogger("store.journal").setLevel(logging.ERROR)
    runner = asyncio.Runner()
    door = runner.run(_open(url, folder, first))
    global _hand  # noqa: PLW0603 - a process of a pool has no other place
    _hand = Hand(runner, door, World(ZONE, loads(), seed), first)


async def _open(url: str, folder: Path, first: date) -> Door:
    door = Door(await Database.open(url), folder, midnight(first))
    await door.open()
    return door


def _live(day: date, pupils: tuple[Enrolled, ...]) -> int:
    assert _hand is not None
    return _hand.live(day, pupils)


def _end_with_parent() -> None:
    """End when whoever started this process was killed: somebody else goes on then."""
    parent = parent_process()
    if parent is not None:
        parent.join()
        os._exit(1)
