"""The sockets a door listens on, shared with other workers: a common port, one per device."""

import asyncio
import errno
import logging
import socket
from collections.abc import Callable, Iterable

from proxy.line import Line
from proxy.lines import READING, Lines

type Factory = Callable[[], asyncio.Protocol]

log = logging.getLogger(__name__)

WAITING_CLIENTS = 1024
ACCEPTED_AT_ONCE = 32
EXHAUSTED = frozenset({errno.EMFILE, errno.ENFILE, errno.ENOBUFS, errno.ENOMEM})
REST = 0.5
"""Seconds without new clients when the system gives us no more sockets."""
TOLD_EVERY = 60.0


class Listening:
    """One port: takes new clients, and rests a while when there is nothing to take them with."""

    def __init__(self, lines: Lines, bound: socket.socket, factory: Factory) -> None:
        self.events = 0
        self._lines = lines
        self._socket = bound
        self._family = bound.family
        self._factory = factory
        self._told = -TOLD_EVERY
        self._again: asyncio.TimerHandle | None = None
        lines.watch(bound.fileno(), self, READING)

    def happen(self) -> None:
        """Take the clients that wait."""
        for _ in range(ACCEPTED_AT_ONCE):
            try:
                number, peer = self._socket._accept()  # type: ignore[attr-defined] # noqa: SLF001 the public one looks up anew what we know
            except (BlockingIOError, ConnectionError):
                return
            except OSError as problem:
                if problem.errno not in EXHAUSTED:
                    raise
                self._rest(problem)
                return
            made = socket.SocketType(self._family, socket.SOCK_STREAM, socket.IPPROTO_TCP, number)
            made.setblocking(False)
            self._greet(Line(self._lines, made, peer))

    def abort(self) -> None:
        """Stop listening."""
        self.close()

    def close(self) -> None:
        """Stop listening; whoever waits already is taken."""
        if self._again:
            self._again.cancel()
        elif self._socket.fileno() >= 0:
            self._lines.forget(self._socket.fileno())
        # Nobody new may queue up between the last client taken and the end.
        self._socket.listen(0)
        self.happen()
        self._socket.close()

    def _greet(self, line: Line) -> None:
        self._lines.careful(lambda: line.begin(self._factory()), line.abort)

    def _rest(self, problem: OSError) -> None:
        now = self._lines.loop.time()
        if now - self._told >= TOLD_EVERY:
            self._told = now
            log.error("new clients must wait: %s", problem.strerror)
        self._lines.forget(self._socket.fileno())
        self._again = self._lines.loop.call_later(REST, self._go_on)

    def _go_on(self) -> None:
        self._again = None
        self._lines.watch(self._socket.fileno(), self, READING)


class Listeners:
    """Opens and closes ports as devices come and go."""

    def __init__(self, host: str, factory: Factory, lines: Lines | None) -> None:
        self._host = host
        self._factory = factory
        self._lines = lines
        self._servers: dict[int, Listening | asyncio.Server] = {}
        self.trouble = ""

    async def listen(self, port: int) -> None:
        """Listen on one port. Raises OSError saying which port is taken."""
        try:
            bound = _bind(self._host, port)
        except OSError as problem:
            raise OSError(f"port {port} cannot be opened: {problem.strerror}") from problem
        if self._lines:
            self._servers[port] = Listening(self._lines, bound, self._factory)
        else:
            loop = asyncio.get_running_loop()
            self._servers[port] = await loop.create_server(self._factory, sock=bound)

    async def match(self, ports: Iterable[int]) -> None:
        """Listen on exactly these ports; one that is taken is tried again at the next call."""
        wanted = set(ports)
        for port in self._servers.keys() - wanted:
            self._servers.pop(port).close()
        trouble = ""
        for port in sorted(wanted - self._servers.keys()):
            try:
                await self.listen(port)
            except OSError as problem:
                trouble = str(problem)
        if trouble and trouble != self.trouble:
            log.error("%s", trouble)
        self.trouble = trouble

    def close(self) -> None:
        """Stop listening; connections stay."""
        for server in self._servers.values():
            server.close()
        self._servers.clear()


def _bind(host: str, port: int) -> socket.socket:
    """Bind a socket that other workers may bind too: the kernel spreads the connections."""
    family = socket.AF_INET6 if ":" in host else socket.AF_INET
    made = socket.socket(family, socket.SOCK_STREAM, socket.IPPROTO_TCP)
    try:
        # Whoever is taken from here inherits it.
        made.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        made.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        made.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEPORT, 1)
        made.setblocking(False)
        made.bind((host, port))
        made.listen(WAITING_CLIENTS)
    except OSError:
        made.close()
        raise
    return made
