"""The floor for a door in Python: a relay on uvloop that does nothing else, written with care.

`python -m bench.bare PORT` reads CONNECT, answers, connects, and passes bytes on. It knows nobody,
decides nothing, writes nothing down, sees no ClientHello, and believes whatever address it is told.
"""

import asyncio
import sys
from typing import cast

import uvloop

from bench.wire import HERE

ESTABLISHED = b"HTTP/1.1 200 Connection established\r\n\r\n"
END = b"\r\n\r\n"


class Side(asyncio.Protocol):
    """One end; what arrives here is written at the other."""

    def __init__(self, other: "Side | None" = None) -> None:
        self.other = other
        self.early = b""
        self.done = False
        self.transport: asyncio.Transport

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        self.transport = cast("asyncio.Transport", transport)

    def data_received(self, data: bytes) -> None:
        if self.other:
            self.other.transport.write(data)
            return
        self.early += data
        head, end, rest = self.early.partition(END)
        if end:
            self.transport.pause_reading()
            self.transport.write(ESTABLISHED)
            self.early = rest
            host, _, port = head.split(b" ", 2)[1].decode().rpartition(":")
            CALLS.add(asyncio.get_running_loop().create_task(self.call(host, int(port))))

    async def call(self, host: str, port: int) -> None:
        """Connect, and go on with what was said meanwhile."""
        try:
            loop = asyncio.get_running_loop()
            _, self.other = await loop.create_connection(lambda: Side(self), host, port)
            if self.early:
                self.other.transport.write(self.early)
            self.transport.resume_reading()
        except OSError:
            self.transport.abort()
        finally:
            CALLS.discard(cast("asyncio.Task[None]", asyncio.current_task()))

    def eof_received(self) -> bool:
        self.done = True
        if self.other is None or self.other.done:
            return False
        self.other.transport.write_eof()
        return True

    def pause_writing(self) -> None:
        if self.other:
            self.other.transport.pause_reading()

    def resume_writing(self) -> None:
        if self.other:
            self.other.transport.resume_reading()

    def connection_lost(self, exc: Exception | None) -> None:  # noqa: ARG002 the protocol's own
        other, self.other = self.other, None
        if other:
            other.transport.close()


CALLS: set[asyncio.Task[None]] = set()


async def serve(port: int) -> None:
    """Run until killed."""
    server = await asyncio.get_running_loop().create_server(Side, HERE, port, backlog=1024)
    await server.serve_forever()


if __name__ == "__main__":
    uvloop.run(serve(int(sys.argv[1])))
