"""Both ends of what `bench.door` measures: an origin that only answers, clients that only ask.

`python -m bench.wire` is the origin: it prints its two ports (a short answer, 50 MB) and runs until
its input ends.
"""

import asyncio
import contextlib
import json
import ssl
import sys
import time
from collections.abc import Awaitable, Callable

import uvloop

HERE = "127.0.0.1"
HOST, LARGE = "bench.example", "large.bench.example"
PAGES = "pages.example"
"""Answered by the lab, over real TLS."""
SHORT = b"x" * 100
PIECE = b"x" * 65_536
PIECES = 763
BULK = PIECES * len(PIECE)
"""50 MB."""


def hello(name: str) -> bytes:
    """Make the ClientHello that a tunnel to a host begins with."""
    outgoing = ssl.MemoryBIO()
    context = ssl.create_default_context()
    with contextlib.suppress(ssl.SSLWantReadError):
        context.wrap_bio(ssl.MemoryBIO(), outgoing, server_hostname=name).do_handshake()
    return outgoing.read()


HELLO, LARGE_HELLO = hello(HOST), hello(LARGE)


class Short(asyncio.Protocol):
    """Answers the first bytes it gets with a hundred."""

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        self.transport = transport

    def data_received(self, _data: bytes) -> None:
        self.transport.write(SHORT)


async def bulk(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
    """Answer the first bytes with 50 MB."""
    with contextlib.suppress(ConnectionError):
        await reader.read(1)
        for _ in range(PIECES):
            writer.write(PIECE)
            await writer.drain()
    writer.close()


async def serve() -> None:
    """Run the origin."""
    loop = asyncio.get_running_loop()
    short = await loop.create_server(Short, HERE, 0, backlog=1024)
    large = await asyncio.start_server(bulk, HERE, 0)
    ports = [server.sockets[0].getsockname()[1] for server in (short, large)]
    sys.stdout.write(json.dumps(ports) + "\n")
    sys.stdout.flush()
    await asyncio.to_thread(sys.stdin.read)


class Tunnel(asyncio.Protocol):
    """One client: CONNECT, a hello, the first answer, gone."""

    def __init__(self, target: bytes, done: asyncio.Future[bool]) -> None:
        self.target, self.done, self.open = target, done, False

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        self.transport = transport
        transport.write(b"CONNECT " + self.target + b" HTTP/1.1\r\n\r\n")

    def data_received(self, data: bytes) -> None:
        if not self.open:
            self.open = data.startswith(b"HTTP/1.1 200")
            self.transport.write(HELLO)
        else:
            self.done.set_result(True)
            self.transport.abort()

    def connection_lost(self, _exc: Exception | None) -> None:
        if not self.done.done():
            self.done.set_result(False)


async def many(work: Callable[[], Awaitable[bool]], at_once: int, seconds: float) -> float:
    """Do something again and again, several at a time; return how often a second it succeeded."""
    end = time.perf_counter() + seconds
    good = 0

    async def one() -> None:
        nonlocal good
        while time.perf_counter() < end:
            # In one line the sum would be read before the wait, and others' successes be lost.
            answered = await work()
            good += answered

    async with asyncio.TaskGroup() as group:
        for _ in range(at_once):
            group.create_task(one())
    return good / seconds


async def tunnel(port: int, target: str) -> bool:
    """Open one tunnel; tell whether the origin answered."""
    loop = asyncio.get_running_loop()
    done: asyncio.Future[bool] = loop.create_future()
    await loop.create_connection(lambda: Tunnel(target.encode(), done), HERE, port)
    return await done


async def download(port: int, target: str) -> int:
    """Fetch 50 MB through a tunnel; return how many bytes came."""
    reader, writer = await asyncio.open_connection(HERE, port, limit=1 << 20)
    writer.write(f"CONNECT {target} HTTP/1.1\r\n\r\n".encode())
    await reader.readuntil(b"\r\n\r\n")
    writer.write(LARGE_HELLO)
    got = 0
    while got < BULK and (part := await reader.read(1 << 20)):
        got += len(part)
    writer.close()
    return got


class Kept:
    """A kept-alive connection on which one request follows the other."""

    async def open(self, port: int, target: str) -> "Kept":
        context = ssl.create_default_context()
        context.check_hostname, context.verify_mode = False, ssl.CERT_NONE
        self.reader, self.writer = await asyncio.open_connection(HERE, port)
        self.writer.write(f"CONNECT {target} HTTP/1.1\r\n\r\n".encode())
        await self.reader.readuntil(b"\r\n\r\n")
        await self.writer.start_tls(context, server_hostname=PAGES)
        return self

    async def ask(self) -> bool:
        """Ask for a thousand bytes; tell whether they came."""
        good = await self.begin("/bytes/1000")
        await self.reader.readexactly(1000)
        return good

    async def begin(self, path: str) -> bool:
        """Send one request; tell whether the answer begins well."""
        self.writer.write(f"GET {path} HTTP/1.1\r\nHost: {PAGES}\r\n\r\n".encode())
        return b" 200 " in await self.reader.readuntil(b"\r\n\r\n")


if __name__ == "__main__":
    uvloop.run(serve())
