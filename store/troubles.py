"""Counts for whoever runs the house: what is stuck, what failed, what was seen. Nobody's name."""

from dataclasses import dataclass
from datetime import datetime, timedelta

import sqlalchemy as sa
from sqlalchemy.ext.asyncio import AsyncConnection

from store.deliveries import State
from store.letters import GIVEN_UP
from store.tables import children, deliveries, devices, dirty_hours, letters, sightings

LATELY = timedelta(minutes=5)
A_DAY = timedelta(days=1)


@dataclass(frozen=True, slots=True)
class Troubles:
    """Numbers of an installation at a moment."""

    children: int
    devices: int
    devices_seen: int
    """Of these, how many came through a door in the last five minutes."""
    letters_stuck: int
    """Weeks that were claimed and never written."""
    notices_failed: int
    """Deliveries of the last day that were given up."""
    notices_waiting: int
    """Deliveries that are due and were tried without success."""
    hours_waiting: int
    """Hours whose visits are not summed yet."""


async def count(connection: AsyncConnection, *, now: datetime) -> Troubles:
    """Count everything at once."""

    async def rows(table: sa.Table, *where: sa.ColumnElement[bool]) -> int:
        wanted = sa.select(sa.func.count()).select_from(table).where(*where)
        return await connection.scalar(wanted) or 0

    failed, due = deliveries.c.state == State.FAILED.value, deliveries.c.state == State.DUE.value
    return Troubles(
        children=await rows(children),
        devices=await rows(devices),
        devices_seen=await rows(sightings, sightings.c.seen > now - LATELY),
        letters_stuck=await rows(
            letters, letters.c.kept.is_(None), letters.c.claimed <= now - GIVEN_UP
        ),
        notices_failed=await rows(deliveries, failed, deliveries.c.done > now - A_DAY),
        notices_waiting=await rows(deliveries, due, deliveries.c.tries > 0),
        hours_waiting=await rows(dirty_hours),
    )
