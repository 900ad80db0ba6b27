"""Lets the sample children go on browsing while a newcomer looks around, so that Today moves."""

import asyncio
from random import Random
from zoneinfo import ZoneInfo

from rules.clock import Clock
from tests.demo import habits
from tests.demo.browse import Device
from tests.demo.habits import Step

PAUSE = 5.0
"""Seconds between two minutes' worth of traffic; three children share them."""
STAY = 12
"""How often in a row a child does the same thing."""


async def browse_on(
    devices: dict[str, Device], zone: ZoneInfo, clock: Clock, seed: int = 7
) -> None:
    """Browse until cancelled, each device in its own rhythm."""
    chance = Random(seed)
    while True:
        step = habits.at_hour(clock(), zone, chance)
        await _stay(devices[step.device], step)


async def _stay(device: Device, step: Step) -> None:
    for number in range(STAY):
        answered = await device.spend_minute(step.place, arriving=number == 0)
        await asyncio.sleep(PAUSE)
        if not answered:
            return
