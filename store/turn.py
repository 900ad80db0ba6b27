"""Whose turn it is: processes of one machine queue for what only one of them can do at a time.

To write, above all: SQLite has no queue; who finds it locked sleeps, up to 100 ms at a time, and
others overtake. The kernel's file locks have one: it wakes who waits the moment the lock is free,
and frees it when its holder dies. SQLite's own lock still decides; this only orders who asks.
"""

import asyncio
import fcntl
import os
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path
from threading import Thread

from store.errors import Away

LOCKS = ("-queue", "-turn")
"""Added to the file's name. Who is first in the queue holds it until the turn comes, so that
nobody overtakes, not even who has just had a turn."""


class Turns:
    """The queue before one file, as one process stands in it: with one who waits at a time."""

    def __init__(self, file: Path) -> None:
        self._locks = [file.with_name(file.name + lock) for lock in LOCKS]
        self._place: asyncio.Future[int] | None = None
        """Our place in the queue. Who gives up leaves it to who comes next."""
        self._awaited = False

    @asynccontextmanager
    async def one(self, patience_s: float | None) -> AsyncIterator[None]:
        """Wait for a turn, and hold it; None waits for ever. Raises Away when it does not come."""
        try:
            turn = await self._come(patience_s)
        except OSError as error:
            # A full disk, a folder nobody may write to: nothing could be written either.
            raise Away from error
        try:
            yield
        finally:
            os.close(turn)

    async def _come(self, patience_s: float | None) -> int:
        place = self._place or self._line_up()
        self._awaited = True
        try:
            await asyncio.wait({place}, timeout=patience_s)
        except asyncio.CancelledError:
            if place.done():
                os.close(place.result())
            raise
        finally:
            self._awaited = False
        if not place.done():
            raise Away
        return place.result()

    def _line_up(self) -> asyncio.Future[int]:
        """Take the turn if it is free, or else a place in the queue."""
        loop = asyncio.get_running_loop()
        place: asyncio.Future[int] = loop.create_future()
        held = [os.open(lock, os.O_RDWR | os.O_CREAT, 0o600) for lock in self._locks]
        try:
            place.set_result(_turn(held, fcntl.LOCK_NB))
        except BlockingIOError:
            self._place = place
            # Whoever stops does not wait for a thread that waits.
            Thread(target=self._stand, args=(loop, held), daemon=True).start()
        return place

    def _stand(self, loop: asyncio.AbstractEventLoop, held: list[int]) -> None:
        turn = _turn(held)
        try:
            loop.call_soon_threadsafe(self._called, turn)
        except RuntimeError:
            # The loop has ended meanwhile.
            os.close(turn)

    def _called(self, turn: int) -> None:
        """Give the turn to who waits for it, or up where nobody does any more."""
        place, self._place = self._place, None
        if place and self._awaited:
            place.set_result(turn)
        else:
            os.close(turn)


def _turn(held: list[int], how: int = 0) -> int:
    """Take both locks in order; return the turn's, by which the turn ends when it is closed."""
    queue, turn = held
    fcntl.flock(queue, fcntl.LOCK_EX | how)
    fcntl.flock(turn, fcntl.LOCK_EX | how)
    os.close(queue)
    return turn
