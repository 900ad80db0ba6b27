"""A hint that the revision moved: only speed, never truth. Losing one costs at most a second."""

import asyncio
import contextlib
import logging
import socket
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

import asyncpg
import sqlalchemy as sa
from sqlalchemy.exc import SQLAlchemyError

from store.database import Database
from store.errors import StoreError
from store.tables import doors

log = logging.getLogger(__name__)

CHANNEL = "haidang_revision"
RETRY_S = 1.0
LOOPBACK = "127.0.0.1"


async def send(db: Database, revision: int) -> None:
    """Wake every door: NOTIFY on PostgreSQL, else a datagram on loopback to each."""
    if not db.is_sqlite:
        async with db.write() as connection:
            await connection.execute(sa.select(sa.func.pg_notify(CHANNEL, str(revision))))
        return
    async with db.read() as connection:
        ports = await connection.scalars(sa.select(doors.c.hint_port).where(doors.c.hint_port > 0))
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as sender:
        sender.setblocking(False)
        for port in ports:
            with contextlib.suppress(OSError):
                sender.sendto(str(revision).encode(), (LOOPBACK, port))


async def send_quietly(db: Database, revision: int) -> None:
    """Wake every door if that can be done: a lost hint costs a second, so it fails nothing."""
    try:
        await send(db, revision)
    except (OSError, SQLAlchemyError, StoreError):
        log.warning("a hint was lost", extra={"event": "hint_lost", "revision": revision})


@asynccontextmanager
async def listen(db: Database) -> AsyncIterator[tuple[asyncio.Event, int]]:
    """Give an event that is set at every hint, and the UDP port to register in `store.doors`.

    The port is 0 on PostgreSQL, which needs none.
    """
    hinted = asyncio.Event()
    if db.is_sqlite:
        loop = asyncio.get_running_loop()
        transport, _ = await loop.create_datagram_endpoint(
            lambda: _Ear(hinted), local_addr=(LOOPBACK, 0)
        )
        try:
            yield hinted, transport.get_extra_info("sockname")[1]
        finally:
            transport.close()
        return
    async with asyncio.TaskGroup() as group:
        listening = asyncio.Event()
        task = group.create_task(_keep_listening(db, hinted, listening))
        try:
            with contextlib.suppress(TimeoutError):
                await asyncio.wait_for(listening.wait(), RETRY_S)
            yield hinted, 0
        finally:
            task.cancel()


class _Ear(asyncio.DatagramProtocol):
    """Hears datagrams; what they say does not matter."""

    def __init__(self, hinted: asyncio.Event) -> None:
        self._hinted = hinted

    def datagram_received(self, _data: bytes, _address: tuple[str, int]) -> None:
        self._hinted.set()


async def _keep_listening(db: Database, hinted: asyncio.Event, listening: asyncio.Event) -> None:
    """Listen on PostgreSQL for ever, connecting again whenever the connection is lost."""
    while True:
        with contextlib.suppress(OSError, TimeoutError, asyncpg.PostgresError):
            await _listen_once(db, hinted, listening)
        await asyncio.sleep(RETRY_S)


async def _listen_once(db: Database, hinted: asyncio.Event, listening: asyncio.Event) -> None:
    lost = asyncio.Event()
    address = db.url.set(drivername="postgresql").render_as_string(hide_password=False)
    connection = await asyncpg.connect(address, timeout=3)
    try:
        connection.add_termination_listener(lambda _connection: lost.set())
        await connection.add_listener(CHANNEL, lambda *_heard: hinted.set())
        # What was said while nobody listened is not said again: look once.
        hinted.set()
        listening.set()
        await lost.wait()
    finally:
        connection.terminate()
