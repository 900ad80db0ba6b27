"""Doors that are alive: what revision each has in force, and where to send it hints."""

from collections.abc import Mapping
from dataclasses import asdict, dataclass, field
from datetime import datetime, timedelta

import sqlalchemy as sa
from sqlalchemy.ext.asyncio import AsyncConnection

from store.insert import insert_into
from store.tables import doors

SILENCE = timedelta(seconds=10)
"""After this long without a heartbeat a door counts as gone."""


@dataclass(frozen=True, slots=True)
class Door:
    name: str
    """Host and worker, for instance `home/1`."""
    pid: int
    revision: int
    hint_port: int
    seen: datetime
    connections: int = 0
    journal_waiting: int = 0
    journal_spooled: int = 0
    journal_dropped: int = 0
    last_error: str = ""
    memory: int = 0
    """Bytes that the process takes; 0 where the system does not tell."""
    counts: Mapping[str, int] = field(default_factory=dict)
    """What it counted since it began: stopped, crowded out, not looked into, faults."""


async def report(connection: AsyncConnection, door: Door) -> None:
    """Keep a door's heartbeat."""
    row = asdict(door) | {"counts": dict(door.counts)}
    statement = insert_into(connection, doors).values(row)
    await connection.execute(statement.on_conflict_do_update(index_elements=["name"], set_=row))


async def leave(connection: AsyncConnection, name: str) -> None:
    """Forget a door that ended."""
    await connection.execute(sa.delete(doors).where(doors.c.name == name))


async def have(connection: AsyncConnection, revision: int, *, now: datetime) -> bool:
    """Tell whether every door that is alive has a revision in force, or a newer one."""
    return all(door.revision >= revision for door in await alive(connection, now=now))


async def alive(connection: AsyncConnection, *, now: datetime) -> list[Door]:
    """Return doors seen within the last ten seconds."""
    wanted = sa.select(doors).where(doors.c.seen > now - SILENCE).order_by(doors.c.name)
    rows = (await connection.execute(wanted)).mappings()
    return [Door(**{**row, "counts": row["counts"] or {}}) for row in rows]
