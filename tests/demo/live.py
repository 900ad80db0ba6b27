"""Lets the sample children go on browsing while a newcomer looks around, so that Today moves."""

import asyncio
from random import Random
from zoneinfo import ZoneInfo

from rules.clock import Clock
from tests.demo import habits
from tests.demo.browse import Device
from tests.demo.places import CHATTER

PAUSE = 12.0
"""Seconds between two bits of traffic of one child: several in each minute."""
STAY = 15
"""How often in a row a child does the same thing."""


async def browse_on(
    devices: dict[str, Device], zone: ZoneInfo, clock: Clock, seed: int = 7
) -> None:
    """Browse until cancelled: every device wakes up, then each child has a life of its own."""
    await asyncio.gather(*(it.spend_minute(CHATTER, arriving=False) for it in devices.values()))
    async with asyncio.TaskGroup() as group:
        for child in habits.HABITS:
            group.create_task(_live(child, devices, zone, clock, Random(f"{seed}/{child}")))


async def _live(
    child: str, devices: dict[str, Device], zone: ZoneInfo, clock: Clock, chance: Random
) -> None:
    while True:
        step = habits.at_hour(child, clock(), zone, chance)
        for number in range(STAY):
            answered = await devices[step.device].spend_minute(step.place, arriving=number == 0)
            await asyncio.sleep(chance.uniform(0.5, 1.5) * PAUSE)
            if not answered:
                break
