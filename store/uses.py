"""Who uses a shared device now: begun with a child's PIN, kept up by use, ended by itself."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from uuid import UUID

import sqlalchemy as sa
from sqlalchemy.ext.asyncio import AsyncConnection

from rules.sentences import Sentence
from store.change import Change
from store.errors import Impossible, NotYours
from store.insert import insert_into
from store.tables import device_children, pins, shared_devices

IDLE = timedelta(minutes=30)
"""A use ends when the device was silent for this long: the next one may be a sister."""
LONGEST = timedelta(hours=12)
"""However busy the device is, once a day somebody says again who they are."""


@dataclass(frozen=True, slots=True)
class Use:
    """Who uses a device that asks; nobody until somebody says so."""

    child_id: UUID | None = None
    since: datetime | None = None
    until: datetime | None = None


async def set_asking(tx: Change, device_id: UUID, *, asks: bool) -> None:
    """Let a device ask who is using it, or not."""
    if not asks:
        mine = sa.delete(shared_devices).where(shared_devices.c.device_id == device_id)
        await tx.connection.execute(mine)
        return
    statement = insert_into(tx.connection, shared_devices).values(device_id=device_id)
    await tx.connection.execute(statement.on_conflict_do_nothing())


async def begin(tx: Change, device_id: UUID, child_id: UUID) -> datetime:
    """Say that a child uses a device from now on, and return until when, unless it is used on.

    Raises NotYours where it is not the child's, Impossible where the device does not ask.
    """
    theirs = sa.and_(
        device_children.c.device_id == device_id, device_children.c.child_id == child_id
    )
    if await tx.connection.scalar(sa.select(sa.literal(1)).where(theirs)) is None:
        raise NotYours
    until = tx.now + IDLE
    if not await _keep(tx.connection, device_id, Use(child_id, tx.now, until)):
        raise Impossible(Sentence("This device does not ask who is using it.", {}))
    return until


async def end(tx: Change, device_id: UUID) -> None:
    """Say that nobody uses a device any more; twice does nothing more."""
    await _keep(tx.connection, device_id, Use())


async def all_of(connection: AsyncConnection) -> dict[UUID, Use]:
    """Return who uses each device that asks; uses that have run out are still there."""
    found = await connection.execute(sa.select(shared_devices))
    return {row.device_id: Use(row.child_id, row.since, row.until) for row in found}


async def go_on(connection: AsyncConnection, seen: Mapping[UUID, datetime]) -> bool:
    """Keep up the uses of devices that were seen; tell whether any now ends later.

    Not at every sight: that would move the revision every few seconds.
    """
    if not seen:
        return False
    uses = await all_of(connection)
    longer = {each: _longer(uses[each], at) for each, at in seen.items() if each in uses}
    for device_id, use in longer.items():
        if use is not None:
            await _keep(connection, device_id, use)
    return any(use is not None for use in longer.values())


def _longer(use: Use, at: datetime) -> Use | None:
    """Let a use go on after its device was seen; None where nothing is to be changed."""
    if use.since is None or use.until is None or at >= use.until or use.until - at >= IDLE / 2:
        return None
    until = min(at + IDLE, use.since + LONGEST)
    return Use(use.child_id, use.since, until) if until > use.until else None


async def _keep(connection: AsyncConnection, device_id: UUID, use: Use) -> bool:
    mine = sa.update(shared_devices).where(shared_devices.c.device_id == device_id)
    kept = await connection.execute(
        mine.values(child_id=use.child_id, since=use.since, until=use.until)
    )
    return kept.rowcount > 0


async def set_pin(tx: Change, child_id: UUID, pin_hash: str) -> None:
    """Keep the hash of a child's PIN; an empty one means that the child has none."""
    if not pin_hash:
        await tx.connection.execute(sa.delete(pins).where(pins.c.child_id == child_id))
        return
    row = {"child_id": child_id, "hash": pin_hash}
    statement = insert_into(tx.connection, pins).values(row)
    await tx.connection.execute(
        statement.on_conflict_do_update(index_elements=["child_id"], set_=row)
    )


async def pins_of(connection: AsyncConnection, child_ids: list[UUID]) -> dict[UUID, str]:
    """Return the hashes of the PINs of those children who have one."""
    wanted = sa.select(pins).where(pins.c.child_id.in_(child_ids))
    return {row.child_id: row.hash for row in await connection.execute(wanted)}
