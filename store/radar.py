"""What the radar is counted from: stopped attempts in the log, and looks at the network."""

from collections.abc import Iterable
from datetime import datetime
from uuid import UUID

import sqlalchemy as sa
from sqlalchemy.ext.asyncio import AsyncConnection

from rules.radar import LEADS_AROUND, WAYS, Look, Stopped
from rules.verdict import Action, Reason
from store.database import Database, site_of
from store.insert import insert_into
from store.tables import devices, presence, visits


async def attempts(
    connection: AsyncConnection, child_id: UUID, since: datetime, until: datetime
) -> list[Stopped]:
    """Return the stopped visits of a child that were ways around."""
    found = await _attempts(connection, since, until, visits.c.child_id == child_id)
    return found.get(child_id, [])


async def attempts_of_all(
    connection: AsyncConnection, since: datetime, until: datetime
) -> dict[UUID, list[Stopped]]:
    """Return the stopped visits of every child that were ways around."""
    return await _attempts(connection, since, until, visits.c.child_id.is_not(None))


async def _attempts(
    connection: AsyncConnection, since: datetime, until: datetime, whose: sa.ColumnElement[bool]
) -> dict[UUID, list[Stopped]]:
    around = sa.or_(visits.c.reason.in_([*WAYS]), visits.c.category == LEADS_AROUND)
    same = (visits.c.child_id, visits.c.minute, visits.c.reason, visits.c.category)
    wanted = (
        sa.select(*same, sa.func.sum(visits.c.visits))
        .where(
            visits.c.site_id == site_of(connection),
            whose,
            visits.c.action == Action.BLOCK.value,
            visits.c.minute >= since,
            visits.c.minute < until,
            around,
        )
        .group_by(*same)
    )
    found: dict[UUID, list[Stopped]] = {}
    for child_id, at, reason, category, times in await connection.execute(wanted):
        stopped = Stopped(at, Reason(reason), category, int(times))
        found.setdefault(child_id, []).append(stopped)
    return found


async def keep(db: Database, looks: Iterable[Look]) -> None:
    """Keep looks at the network; what several doors saw adds up."""
    async with db.write() as connection:
        known = set(await connection.scalars(sa.select(devices.c.id)))
        for look in looks:
            if look.device_id in known:
                await _merge(connection, look)


async def _merge(connection: AsyncConnection, look: Look) -> None:
    bits = {"here": look.here, "through": look.through, "borrowed": look.borrowed}
    fresh = insert_into(connection, presence).values(
        device_id=look.device_id, hour=look.hour, **bits
    )
    merged = {name: presence.c[name].op("|")(fresh.excluded[name]) for name in bits}
    await connection.execute(
        fresh.on_conflict_do_update(index_elements=["device_id", "hour"], set_=merged)
    )


async def looks(
    connection: AsyncConnection, device_ids: Iterable[UUID], since: datetime
) -> dict[UUID, list[Look]]:
    """Return what was seen of devices from a moment on."""
    wanted = sa.select(presence).where(
        presence.c.device_id.in_(list(device_ids)), presence.c.hour >= since
    )
    found: dict[UUID, list[Look]] = {}
    for row in await connection.execute(wanted):
        look = Look(row.device_id, row.hour, row.here, row.through, row.borrowed)
        found.setdefault(row.device_id, []).append(look)
    return found


async def forget_older(connection: AsyncConnection, before: datetime) -> int:
    """Forget looks of hours before a moment."""
    return (await connection.execute(sa.delete(presence).where(presence.c.hour < before))).rowcount
