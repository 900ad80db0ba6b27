"""TCP connections without the event loop's own transports, which cost more than short tunnels do.

One epoll of ours hangs in the loop as a single readable file; whatever happened on any line is
handled in one pass.
"""

import asyncio
import errno
import fcntl
import os
import select
import socket
from collections.abc import Callable
from contextlib import suppress
from typing import Protocol

AT_ONCE = 64
"""So many events are handled before the loop gets its turn."""
READ = 256 * 1024
PIPES = 64
"""So many empty pipes are kept for the next download."""
SIZE_OF_PIPE = 1031
"""F_SETPIPE_SZ, which `fcntl` does not name everywhere."""
READING, WRITING, GONE = 0x001, 0x004, 0x008 | 0x010
"""EPOLLIN, EPOLLOUT, EPOLLERR and EPOLLHUP, by their numbers because not every system has them."""
HAS_EPOLL = hasattr(select, "epoll")
"""Linux has it; elsewhere the loop's own transports serve."""

type Careful = Callable[[Callable[[], None], Callable[[], None]], None]
"""Runs a step of ours; if it breaks, runs the other."""


class Watched(Protocol):
    """Something with a file number that waits for events."""

    events: int

    def happen(self) -> None:
        """Handle `events`."""

    def abort(self) -> None:
        """End at once."""


class Pipe:
    """Holds bytes on their way between two sockets, inside the kernel."""

    __slots__ = ("entry", "exit", "held")

    def __init__(self) -> None:
        self.exit, self.entry = os.pipe2(os.O_NONBLOCK | os.O_CLOEXEC)
        self.held = 0
        # Whoever may have no larger ones has smaller ones.
        with suppress(OSError):
            fcntl.fcntl(self.entry, SIZE_OF_PIPE, READ)

    def close(self) -> None:
        """Give it back."""
        os.close(self.entry)
        os.close(self.exit)


class Lines:
    """All lines of one event loop."""

    def __init__(self, loop: asyncio.AbstractEventLoop, careful: Careful) -> None:
        self.loop = loop
        self.buffer = bytearray(READ)
        self.view = memoryview(self.buffer)
        self.careful = careful
        self._epoll = select.epoll()
        self._watched: dict[int, Watched] = {}
        self._pipes: list[Pipe] = []
        loop.add_reader(self._epoll.fileno(), self._run)

    def watch(self, number: int, watched: Watched, mask: int) -> None:
        """Begin to wait for events."""
        self._watched[number] = watched
        self._epoll.register(number, mask)

    def change(self, number: int, mask: int) -> None:
        """Wait for other events from now on."""
        self._epoll.modify(number, mask)

    def forget(self, number: int) -> None:
        """Wait no more."""
        if self._watched.pop(number, None):
            self._epoll.unregister(number)

    def close(self) -> None:
        """Cut every line that is still open, and stop."""
        for watched in list(self._watched.values()):
            watched.abort()
        self._watched.clear()
        while self._pipes:
            self._pipes.pop().close()
        self.loop.remove_reader(self._epoll.fileno())
        self._epoll.close()

    def pipe(self) -> Pipe:
        """Lend an empty pipe. Raises OSError."""
        return self._pipes.pop() if self._pipes else Pipe()

    def take_back(self, pipe: Pipe) -> None:
        """Keep an empty pipe for the next who needs one."""
        if pipe.held or len(self._pipes) >= PIPES:
            pipe.close()
        else:
            self._pipes.append(pipe)

    async def connect(self, address: str, port: int) -> socket.socket:
        """Connect a socket. Raises OSError."""
        family = socket.AF_INET6 if ":" in address else socket.AF_INET
        made = socket.socket(family, socket.SOCK_STREAM | socket.SOCK_NONBLOCK, socket.IPPROTO_TCP)
        try:
            made.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
            problem = made.connect_ex((address, port))
            if problem == errno.EINPROGRESS:
                problem = await self._answered(made)
        except BaseException:
            made.close()
            raise
        if problem:
            made.close()
            raise OSError(problem, os.strerror(problem))
        return made

    async def _answered(self, made: socket.socket) -> int:
        """Wait until a connection stands or was refused; return what went wrong."""
        waiting = _Answer(self.loop.create_future())
        number = made.fileno()
        self.watch(number, waiting, WRITING)
        try:
            await waiting.done
        finally:
            self.forget(number)
        return made.getsockopt(socket.SOL_SOCKET, socket.SO_ERROR)

    def _run(self) -> None:
        watched, careful = self._watched, self.careful
        for number, events in self._epoll.poll(0, AT_ONCE):
            found = watched.get(number)
            if found is not None:
                found.events = events
                careful(found.happen, found.abort)


class _Answer:
    """Waits for a connection to stand."""

    __slots__ = ("done", "events")

    def __init__(self, done: asyncio.Future[None]) -> None:
        self.done = done
        self.events = 0

    def happen(self) -> None:
        if not self.done.done():
            self.done.set_result(None)

    abort = happen
