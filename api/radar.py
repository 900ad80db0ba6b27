"""What we did not see of a child, or only saw being tried: gathered for pages and REST."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime, timedelta
from zoneinfo import ZoneInfo

from rules.radar import DAYS, Coverage, Tried, coverage, tried
from store import devices, radar
from store.children import Child
from store.database import Database
from store.devices import Device


@dataclass(frozen=True, slots=True)
class Covered:
    """How much of one device's time on this network we saw."""

    device: Device
    coverage: Coverage


@dataclass(frozen=True, slots=True)
class Radar:
    """Attempts and coverage of one child in the last seven days."""

    tried: tuple[Tried, ...]
    devices: tuple[Covered, ...]


async def radar_for(db: Database, child: Child, zone: str, now: datetime) -> Radar:
    """Gather what a child tried, and how much of its devices' time we saw."""
    since = now - timedelta(days=DAYS)
    async with db.read() as store:
        stopped = await radar.attempts(store, child.id, since, now + timedelta(minutes=1))
        mine = await devices.list_all(store, child_id=child.id)
    return Radar(tried(stopped, ZoneInfo(zone)), await covered(db, mine, now))


async def covered(db: Database, known: Iterable[Device], now: datetime) -> tuple[Covered, ...]:
    """Tell of devices how much of their time on this network we saw."""
    known = list(known)
    async with db.read() as store:
        since = now - timedelta(days=DAYS)
        looks = await radar.looks(store, [device.id for device in known], since)
    return tuple(Covered(each, coverage(looks.get(each.id, ()))) for each in known)
