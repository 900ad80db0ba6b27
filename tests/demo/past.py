"""Lets the past happen in a fresh data folder: the family settles in and lives through its days."""

import asyncio
import subprocess
import sys
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from zoneinfo import ZoneInfo

from api.panel import Panel
from api.settings import PanelSettings
from feeds.catalogue import load
from proxy.ca import ensure_ca
from proxy.settings import DoorSettings
from store.database import Database
from tests.demo.browse import Device
from tests.demo.clock import SharedClock
from tests.demo.door import Plan
from tests.demo.family import Family, settle
from tests.demo.people import GADGETS
from tests.demo.story import Teller, chapters
from tests.lab.lab import ROOT, LabProcess

type Advance = Callable[[int, int], None]
"""Told how many chapters of how many have happened."""


@dataclass(frozen=True, slots=True)
class Past:
    """What is left of the past: the family, its devices, and how many visits got an answer."""

    family: Family
    devices: dict[str, Device]
    visits: int


async def live_through(
    data: Path,
    settings: DoorSettings,
    lab: LabProcess,
    *,
    zone: ZoneInfo,
    since: datetime,
    until: datetime,
    advance: Advance,
) -> Past:
    """Live through [since, until) in a data folder (an absolute path)."""
    clock = SharedClock(data / "past.clock", since)
    plan = Plan(
        db_url=f"sqlite+aiosqlite:///{data / 'haidang.db'}",
        data=data,
        clock=data / "past.clock",
        settings=settings,
    )
    db = await Database.open(plan.db_url)
    try:
        family = await settle(db, zone, now=since, first_port=settings.port + 1)
        our_ca = await asyncio.to_thread(ensure_ca, data / "ca")
        devices = _devices(family, lab, our_ca)
        panel = Panel(
            db,
            load(),
            clock,
            PanelSettings(),
            ca_certificate=our_ca,
            lists=data / "lists",
            door_host=settings.host,
            door_port=settings.port,
        )
        teller = Teller(panel, clock, family, devices)
        async with _door(plan, data):
            await teller.in_force()
            await asyncio.gather(*(device.check_trust() for device in devices.values()))
            told = chapters(since, until, zone)
            for number, chapter in enumerate(told):
                await teller.tell(chapter)
                advance(number + 1, len(told))
        # The door wrote the rest of its journal as it left; only now are the sums whole.
        clock.set(until)
        await teller.ring()
    finally:
        await db.close()
    return Past(family, devices, teller.visits)


def _devices(family: Family, lab: LabProcess, our_ca: Path) -> dict[str, Device]:
    return {
        gadget.key: Device(
            family.ports[gadget.key], [lab.ca_path, our_ca] if gadget.has_ca else [lab.ca_path]
        )
        for gadget in GADGETS
    }


@asynccontextmanager
async def _door(plan: Plan, data: Path) -> AsyncIterator[None]:
    command = [sys.executable, "-m", "tests.demo.door", plan.model_dump_json()]
    with (data / "past.log").open("wb") as log:
        # It ends with our end of its standard input; Ctrl-C reaches us first, and we stop it.
        process = subprocess.Popen(  # noqa: ASYNC220 starts at once
            command,
            cwd=ROOT,
            stdin=subprocess.PIPE,
            stdout=log,
            stderr=log,
            start_new_session=True,
        )
        try:
            yield
        finally:
            process.terminate()
            await asyncio.to_thread(process.wait)
