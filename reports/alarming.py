"""Keeps as alerts what only shows in sums, so that it can be dealt with like grave words."""

from datetime import datetime
from uuid import UUID

from reports.telling import Circle, everyone, insisting, unseen
from rules.alerts import Level, Place
from rules.telling import Kind, Matter
from store import alerts, matters
from store.database import Connection, Database
from store.notes import Alarm

LEVELS = {Kind.BYPASS: Level.CONCERN, Kind.COVERAGE: Level.CONCERN, Kind.LETTER: Level.NOTICE}


async def keep(db: Database, now: datetime) -> int:
    """Keep an alert for each matter of this kind, once; return how many are new."""
    async with db.read() as connection:
        # What was noticed an hour ago is noticed still; only what is new needs the database.
        found = await alerts.unknown(connection, await _noticed(connection, now))
    if not found:
        return 0
    async with db.write() as connection:
        return sum([await alerts.once(connection, alarm) for alarm in found])


async def _noticed(connection: Connection, now: datetime) -> list[Alarm]:
    circle = await everyone(connection)
    found = await insisting(connection, circle, now)
    found += await unseen(connection, circle, now)
    found += await matters.stuck_letters(connection, now)
    return [_alarm(matter, _whose(circle, matter)) for matter in found]


def _whose(circle: Circle, matter: Matter) -> UUID | None:
    """Return whose matter it is: of a device with one child, that child's."""
    device = circle.devices.get(matter.device_id) if matter.device_id else None
    if matter.child_id is None and device and len(device.child_ids) == 1:
        return device.child_ids[0]
    return matter.child_id


def _alarm(matter: Matter, child_id: UUID | None) -> Alarm:
    return Alarm(
        at=matter.at,
        device_id=matter.device_id,
        child_id=child_id,
        category=matter.kind.value,
        level=LEVELS[matter.kind],
        place=Place.MACHINE,
        topic=matter.key,
    )
