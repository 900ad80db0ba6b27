"""A hint that the revision moved: only speed, never truth. Losing one costs at most a second."""

import asyncio
import contextlib
import logging
import socket
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

import sqlalchemy as sa
from sqlalchemy.exc import SQLAlchemyError

from store.database import Database
from store.errors import StoreError
from store.tables import doors

log = logging.getLogger(__name__)

CHANNEL = "haidang_revision"
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
    # PostgreSQL's driver takes 2 MB in each process: it is loaded only where it is spoken.
    from store.notified import RETRY_S, keep_listening  # noqa: PLC0415

    async with asyncio.TaskGroup() as group:
        listening = asyncio.Event()
        task = group.create_task(keep_listening(db, CHANNEL, hinted, listening))
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
