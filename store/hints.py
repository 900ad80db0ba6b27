"""A hint that the revision moved: only speed, never truth. Losing one costs at most a second."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

import asyncio

from store.database import Database


async def send(db: Database, revision: int) -> None:
    """Wake every door: NOTIFY on PostgreSQL, a datagram on loopback to each registered door otherwise."""
    raise NotImplementedError


@asynccontextmanager
async def listen(db: Database) -> AsyncIterator[tuple[asyncio.Event, int]]:
    """Give an event that is set at every hint, and the loopback UDP port to register in `store.doors` (0 on PostgreSQL)."""
    raise NotImplementedError
    yield
