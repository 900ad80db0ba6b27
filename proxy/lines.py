"""TCP connections without the event loop's own transports, which cost more than short tunnels do.

One epoll of ours hangs in the loop as a single readable file; whatever happened on any line is
handled in one pass.
"""

import asyncio
import fcntl
import os
import select
from collections import deque
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


class Ending(Protocol):
    """A line that is about to end."""

    number: int

    def gone(self, problem: Exception | None) -> None:
        """Say goodbye."""


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
        self._happened: list[tuple[int, int]] = []
        """What the kernel told and nobody handled yet, the first at the end."""
        self._now: Watched | None = None
        self._is_handling = False
        self._ending: deque[tuple[Ending, Exception | None]] = deque()
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

    def bury(self, line: Ending, problem: Exception | None) -> None:
        """Let a line end when what happens now is over; closing its socket ends the watching."""
        self._watched.pop(line.number, None)
        self._ending.append((line, problem))
        if len(self._ending) == 1 and not self._is_handling:
            self.loop.call_soon(self._bury)

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

    def _run(self) -> None:
        self._happened = self._epoll.poll(0, AT_ONCE)
        self._happened.reverse()
        self._is_handling = True
        try:
            while self._happened:
                self.careful(self._handle, self._cut)
        finally:
            self._is_handling = False
        self._bury()

    def _handle(self) -> None:
        """Handle all that happened, or as much as until something breaks."""
        happened, watched = self._happened, self._watched
        while happened:
            number, events = happened.pop()
            found = self._now = watched.get(number)
            if found is not None:
                found.events = events
                found.happen()
        self._now = None

    def _cut(self) -> None:
        """End what broke; the others go on."""
        if self._now is not None:
            self._now.abort()

    def _bury(self) -> None:
        """Let lines end, and those that end with them."""
        while self._ending:
            self.careful(self._say_goodbye, _nothing)

    def _say_goodbye(self) -> None:
        while self._ending:
            line, problem = self._ending.popleft()
            line.gone(problem)


def _nothing() -> None:
    """Stop nothing: it is over."""
