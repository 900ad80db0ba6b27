"""The sockets a door listens on, shared with other workers: a common port, one per device."""

import asyncio
import logging
import socket
from collections.abc import Callable, Iterable

log = logging.getLogger(__name__)

WAITING_CLIENTS = 1024


class Listeners:
    """Opens and closes ports as devices come and go."""

    def __init__(self, host: str, factory: Callable[[], asyncio.Protocol]) -> None:
        self._host = host
        self._factory = factory
        self._servers: dict[int, asyncio.Server] = {}
        self.trouble = ""

    async def listen(self, port: int) -> None:
        """Listen on one port. Raises OSError saying which port is taken."""
        try:
            bound = _bind(self._host, port)
        except OSError as problem:
            raise OSError(f"port {port} cannot be opened: {problem.strerror}") from problem
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
    # Only a socket that says it is TCP gets its small packets sent at once by asyncio.
    made = socket.socket(family, socket.SOCK_STREAM, socket.IPPROTO_TCP)
    try:
        made.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        made.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEPORT, 1)
        made.setblocking(False)
        made.bind((host, port))
        made.listen(WAITING_CLIENTS)
    except OSError:
        made.close()
        raise
    return made
