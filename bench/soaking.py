"""Clients of a soak: short visits at a steady pace, and lines that stay; ends are told apart."""

import asyncio
import random
import ssl
from collections import Counter
from collections.abc import Awaitable, Callable
from contextlib import suppress
from dataclasses import dataclass, field
from pathlib import Path

HERE = "127.0.0.1"
PATIENCE = 20.0
SIZE = 20_000
MOST_AT_ONCE = 64
SITES = tuple(f"site{number}.example" for number in range(40))
NOW_AND_THEN = "sometimes.example"
"""Closed and opened again by the policy."""
AFTERWARDS = 1.5
"""Seconds in which a cut may still belong to what was done on purpose."""

type Work = Callable[[], Awaitable[None]]


@dataclass(slots=True)
class Purpose:
    """Tells whether connections may end now, because somebody wanted it so."""

    rolling: bool = False
    until: float = 0.0

    def begin(self) -> None:
        """Say that doors are being replaced."""
        self.rolling = True

    def end(self) -> None:
        """Say that they were."""
        self.rolling, self.until = False, asyncio.get_running_loop().time() + AFTERWARDS

    def __bool__(self) -> bool:
        return self.rolling or asyncio.get_running_loop().time() < self.until


@dataclass(slots=True)
class Way:
    """How a device gets to a host: its port at the door, and whom it trusts there."""

    port: int
    trust: ssl.SSLContext

    @classmethod
    def through(cls, port: int, ca: Path) -> "Way":
        context = ssl.create_default_context(cafile=str(ca))
        context.set_alpn_protocols(["http/1.1"])
        return cls(port, context)

    async def open(self, host: str) -> tuple[asyncio.StreamReader, asyncio.StreamWriter]:
        """Open a tunnel and speak TLS in it."""
        async with asyncio.timeout(PATIENCE):
            reader, writer = await asyncio.open_connection(HERE, self.port)
            try:
                writer.write(f"CONNECT {host}:443 HTTP/1.1\r\nHost: {host}:443\r\n\r\n".encode())
                said = await reader.readuntil(b"\r\n\r\n")
                _must_be_ok(said)
                await writer.start_tls(self.trust, server_hostname=host)
            except BaseException:
                writer.transport.abort()
                raise
        return reader, writer


def _must_be_ok(head: bytes) -> None:
    if b" 200 " not in head[:16]:
        raise ConnectionRefusedError(head[:40].decode("latin-1"))


async def fetch(reader: asyncio.StreamReader, writer: asyncio.StreamWriter, host: str) -> None:
    """Ask for some bytes and read them all; an answer cut short raises."""
    async with asyncio.timeout(PATIENCE):
        writer.write(f"GET /bytes/{SIZE} HTTP/1.1\r\nHost: {host}\r\n\r\n".encode())
        head = await reader.readuntil(b"\r\n\r\n")
        _must_be_ok(head)
        await reader.readexactly(SIZE)


async def _nothing_comes(reader: asyncio.StreamReader, seconds: float) -> None:
    """Wait, and notice an end when it comes: later nobody could say what it belonged to."""
    with suppress(TimeoutError):
        async with asyncio.timeout(seconds):
            await reader.read(1)
            raise ConnectionResetError("closed while idle")


@dataclass(slots=True)
class Clients:
    """Everybody who is on the way, and what became of them."""

    relayed: Way
    opened: Way
    purpose: Purpose = field(default_factory=Purpose)
    done: Counter[str] = field(default_factory=Counter)
    on_purpose: Counter[str] = field(default_factory=Counter)
    lost: Counter[str] = field(default_factory=Counter)
    """Short visits that failed, whenever, and long lines that ended while nobody wanted it."""
    open_again: asyncio.Event = field(default_factory=asyncio.Event)
    """Set while the site that comes and goes is open."""

    def __post_init__(self) -> None:
        self.open_again.set()

    async def visit(self) -> None:
        """Make one visit on a connection of its own; it is so short that nothing excuses a loss."""
        kind = "relayed" if random.random() < 0.7 else "opened"
        way = self.relayed if kind == "relayed" else self.opened
        host = random.choice(SITES)
        try:
            reader, writer = await way.open(host)
            try:
                await fetch(reader, writer, host)
            finally:
                writer.transport.abort()
        except (OSError, EOFError) as problem:
            self.lost[f"{kind} visit: {type(problem).__name__} {problem}"[:90]] += 1
        else:
            self.done[f"{kind} visits"] += 1

    async def keep_asking(self, way: Way, kind: str, pause: float) -> None:
        """Keep one line and ask now and then; when it ends, tell why and take another."""
        host = random.choice(SITES)
        await self._again_and_again(kind, lambda: self._ask_on(way, host, kind, pause))

    async def watch(self, way: Way, kind: str, host: str) -> None:
        """Read an answer without end; when it ends, tell why and begin anew."""
        await self._again_and_again(kind, lambda: self._read_on(way, host))

    async def _again_and_again(self, kind: str, work: Work) -> None:
        while True:
            try:
                await work()
            except (OSError, EOFError) as problem:
                self._ended(kind, problem)
                await asyncio.sleep(0.3)

    def _ended(self, kind: str, problem: Exception) -> None:
        excused = bool(self.purpose) or (kind.startswith("closed") and not self.open_again.is_set())
        if excused:
            self.on_purpose[kind] += 1
        else:
            self.lost[f"{kind}: {type(problem).__name__} {problem}"[:90]] += 1

    async def _ask_on(self, way: Way, host: str, kind: str, pause: float) -> None:
        reader, writer = await way.open(host)
        try:
            while True:
                await fetch(reader, writer, host)
                self.done[f"{kind} requests"] += 1
                await _nothing_comes(reader, pause)
        finally:
            writer.transport.abort()

    async def _read_on(self, way: Way, host: str) -> None:
        if host == NOW_AND_THEN:
            await self.open_again.wait()
        reader, writer = await way.open(host)
        try:
            writer.write(f"GET /sse HTTP/1.1\r\nHost: {host}\r\n\r\n".encode())
            while True:
                async with asyncio.timeout(PATIENCE):
                    if not await reader.read(1 << 16):
                        raise ConnectionResetError("it ended")
        finally:
            writer.transport.abort()


async def flat_out(clients: Clients, at_once: int, seconds: float) -> float:
    """Visit as fast as it goes; return how many a second."""
    loop = asyncio.get_running_loop()
    end, count = loop.time() + seconds, 0

    async def one() -> None:
        nonlocal count
        while loop.time() < end:
            await clients.visit()
            count += 1

    async with asyncio.TaskGroup() as group:
        for _ in range(at_once):
            group.create_task(one())
    return count / seconds


async def at_pace(clients: Clients, rate: float, enough: asyncio.Event) -> None:
    """Begin so many visits a second, however long each takes, until it is enough."""
    loop = asyncio.get_running_loop()
    began, begun, running = loop.time(), 0, set[asyncio.Task[None]]()
    async with asyncio.TaskGroup() as group:
        while not enough.is_set():
            while begun < (loop.time() - began) * rate:
                begun += 1
                if len(running) >= MOST_AT_ONCE:
                    # The machine does other things just now; more would only queue up.
                    clients.done["visits put off"] += 1
                    continue
                task = group.create_task(clients.visit())
                running.add(task)
                task.add_done_callback(running.discard)
            await asyncio.sleep(0.05)
