"""Doors that are alive: what revision each has in force, and where to send it hints."""

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy.ext.asyncio import AsyncConnection


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


async def report(connection: AsyncConnection, door: Door) -> None:
    """Keep a door's heartbeat."""
    raise NotImplementedError


async def leave(connection: AsyncConnection, name: str) -> None:
    """Forget a door that ended."""
    raise NotImplementedError


async def alive(connection: AsyncConnection, *, now: datetime) -> list[Door]:
    """Return doors seen within the last ten seconds."""
    raise NotImplementedError
