"""Hears PostgreSQL's notifications on a connection of its own."""

import asyncio
import contextlib

import asyncpg

from store.database import Database

RETRY_S = 1.0


async def keep_listening(
    db: Database, channel: str, hinted: asyncio.Event, listening: asyncio.Event
) -> None:
    """Listen on PostgreSQL for ever, connecting again whenever the connection is lost."""
    while True:
        with contextlib.suppress(OSError, TimeoutError, asyncpg.PostgresError):
            await _listen_once(db, channel, hinted, listening)
        await asyncio.sleep(RETRY_S)


async def _listen_once(
    db: Database, channel: str, hinted: asyncio.Event, listening: asyncio.Event
) -> None:
    lost = asyncio.Event()
    address = db.url.set(drivername="postgresql").render_as_string(hide_password=False)
    connection = await asyncpg.connect(address, timeout=3)
    try:
        connection.add_termination_listener(lambda _connection: lost.set())
        await connection.add_listener(channel, lambda *_heard: hinted.set())
        # What was said while nobody listened is not said again: look once.
        hinted.set()
        listening.set()
        await lost.wait()
    finally:
        connection.terminate()
