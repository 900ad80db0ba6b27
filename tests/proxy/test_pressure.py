"""Slow readers, too many clients, heads without end: the door stays upright."""

import asyncio
import hashlib
import logging
import os
import resource
import socket
import time
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager, suppress
from pathlib import Path

import pytest

from rules.policy import Policy
from tests.lab.lab import Lab
from tests.proxy.clients import HandMade, Line, tunnel
from tests.proxy.house import OPEN, House, running
from tests.proxy.test_tunnels import address_of

pytestmark = pytest.mark.door
MUCH = 24_000_000
BUFFERS = 8_000_000
"""What both kernels and the door hold together; more would be a leak."""
PAGES = Policy(privacy="pages")
type Serve = Callable[[asyncio.StreamReader, asyncio.StreamWriter], Awaitable[None]]


@asynccontextmanager
async def origin(house: House, serve: Serve) -> AsyncIterator[Line]:
    """Let one origin stand behind the door; give a line that leads to it, its hello sent."""

    async def after_hello(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        await reader.readexactly(len(hello))
        await serve(reader, writer)
        writer.close()

    hello = HandMade(house.lab.ca_path, "bulk.example").hello()
    server = await asyncio.start_server(after_hello, "127.0.0.1", 0)
    house.door.settings.resolver["bulk.example:443"] = address_of(server)
    await house.rule(Policy())
    line = await Line.open(house.device_port)
    await line.connect("bulk.example")
    await line.send(hello)
    async with server:
        yield line
        line.close()


def reset(writer: asyncio.StreamWriter) -> None:
    """End a connection in a way nobody takes for its end."""
    raw = writer.get_extra_info("socket")
    raw.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, b"\1\0\0\0\0\0\0\0")
    writer.transport.abort()


def noise(seed: int) -> bytes:
    return hashlib.shake_128(bytes([seed])).digest(MUCH)


async def test_an_upload_waits_for_an_origin_that_does_not_read(house: House) -> None:
    go_on, got = asyncio.Event(), hashlib.sha256()
    sent = noise(1)

    async def slow(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        await go_on.wait()
        while part := await reader.read(1 << 20):
            got.update(part)
        writer.write(b"done")

    async with origin(house, slow) as line:
        line.writer.write(sent)
        await asyncio.sleep(0.3)
        assert next(iter(house.door.leases._running)).up < BUFFERS
        go_on.set()
        line.writer.write_eof()
        assert await line.rest() == b"done"
    assert got.digest() == hashlib.sha256(sent).digest()


async def test_a_download_comes_whole_to_a_client_that_reads_in_fits(house: House) -> None:
    sent, got = noise(2), hashlib.sha256()

    async def bulk(_: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        writer.write(sent)
        await writer.drain()

    async with origin(house, bulk) as line:
        async with asyncio.timeout(30):
            pauses = 0
            while part := await line.reader.read(1 << 16):
                got.update(part)
                pauses += 1
                if pauses % 40 == 0:
                    await asyncio.sleep(0.01)
    assert got.digest() == hashlib.sha256(sent).digest()
    await house.until(lambda: not house.door.is_busy())
    assert house.door.lines is None or all(not pipe.held for pipe in house.door.lines._pipes)


async def test_both_directions_flow_at_once(house: House) -> None:
    up, down = noise(3), noise(4)
    received = hashlib.sha256()

    async def both(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        async def take() -> None:
            while part := await reader.read(1 << 18):
                received.update(part)

        async with asyncio.TaskGroup() as group:
            group.create_task(take())
            writer.write(down)
            await writer.drain()

    async with origin(house, both) as line:
        line.writer.write(up)
        line.writer.write_eof()
        async with asyncio.timeout(30):
            got = await line.reader.read(-1)
    assert got == down
    assert received.digest() == hashlib.sha256(up).digest()


async def test_an_origin_that_closes_its_half_first_still_hears_the_client(house: House) -> None:
    heard: asyncio.Future[bytes] = asyncio.get_running_loop().create_future()

    async def half(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        writer.write(b"that is all")
        writer.write_eof()
        heard.set_result(await reader.read(-1))

    async with origin(house, half) as line:
        assert await line.rest() == b"that is all"
        await line.send(b"thank you")
        line.writer.write_eof()
        async with asyncio.timeout(3):
            assert await heard == b"thank you"
        await house.until(lambda: not house.door.is_busy())


async def test_an_origin_that_resets_does_not_look_like_the_end(house: House) -> None:
    async def rude(_: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        writer.write(b"the first half")
        await writer.drain()
        await asyncio.sleep(0.05)
        reset(writer)

    async with origin(house, rude) as line:
        with pytest.raises(ConnectionResetError):
            await line.reader.read(-1)


async def test_a_connection_that_is_silent_for_an_hour_is_closed(house: House) -> None:
    async def silent(reader: asyncio.StreamReader, _: asyncio.StreamWriter) -> None:
        await reader.read(-1)

    async with origin(house, silent) as line:
        await house.until(lambda: len(house.door.leases) == 1)
        house.door.leases.tick()
        house.clock.move(minutes=59)
        house.door.leases.tick()
        assert len(house.door.leases) == 1
        house.clock.move(minutes=2)
        house.door.leases.tick()
        assert await line.rest() == b""


async def test_a_hello_that_is_dribbled_is_shown_out(
    house: House, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("proxy.front.HEAD_SECONDS", 0.3)
    await house.rule(Policy())
    line = await Line.open(house.device_port)
    await line.connect(OPEN)
    ended = asyncio.ensure_future(line.rest())
    for byte in HandMade(house.lab.ca_path, OPEN).hello()[:200]:
        line.writer.write(bytes([byte]))
        await asyncio.wait({ended}, timeout=0.02)
        if ended.done():
            break
    assert await ended == b""
    assert not house.lab.origin.handshakes


@pytest.mark.parametrize("whole", [True, False])
async def test_an_opened_request_whose_head_has_no_end_is_refused(
    house: House, whole: bool
) -> None:
    await house.rule(PAGES)
    line = await tunnel(house.device_port, house.ca, OPEN)
    head = f"GET / HTTP/1.1\r\nHost: {OPEN}\r\n".encode() + b"X-Long: " + b"x" * 300_000
    line.writer.write(head + (b"\r\n\r\n" if whole else b""))
    assert b" 400 " in await line.head()
    await line.rest()
    assert not house.lab.origin.requests


async def test_more_connections_than_the_door_holds_are_turned_away(
    tmp_path: Path, lab: Lab
) -> None:
    async with running(tmp_path / "door", lab, connections=100) as house:
        lines = [await Line.open(house.port) for _ in range(100)]
        await house.until(lambda: house.door.counters.connections == 100)
        # The reset may come before the client has noticed that it was let in.
        with suppress(ConnectionResetError):
            assert await (await Line.open(house.port)).rest() == b""
        assert house.door.counters.crowded_out == 1
        lines[0].close()
        await house.until(lambda: house.door.counters.connections == 99)
        assert await (await Line.open(house.port)).connect("x.haidang.internal")


async def test_without_files_left_new_clients_wait_and_nothing_spins(
    house: House, caplog: pytest.LogCaptureFixture
) -> None:
    waiting = [socket.socket() for _ in range(20)]
    soft, hard = resource.getrlimit(resource.RLIMIT_NOFILE)
    lowest = os.dup(0)
    os.close(lowest)
    resource.setrlimit(resource.RLIMIT_NOFILE, (lowest, hard))
    try:
        for each in waiting:
            each.connect(("127.0.0.1", house.port))
            each.sendall(b"GET / HTTP/1.1\r\n\r\n")
        began = time.process_time()
        with caplog.at_level(logging.INFO):
            await asyncio.sleep(1.5)
        assert time.process_time() - began < 0.5
        assert len([one for one in caplog.records if one.name.startswith("proxy")]) == 1
    finally:
        resource.setrlimit(resource.RLIMIT_NOFILE, (soft, hard))
    for each in waiting:
        each.setblocking(False)
        answer = await asyncio.wait_for(asyncio.get_running_loop().sock_recv(each, 100), 5)
        assert answer.startswith(b"HTTP/1.1 ")
        each.close()


async def test_without_epoll_the_loops_own_transports_serve(
    tmp_path: Path, lab: Lab, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("proxy.door.HAS_EPOLL", False)
    async with running(tmp_path / "door", lab) as house:
        assert house.door.lines is None
        house.lab = lab
        await house.rule(Policy())
        line = await tunnel(house.device_port, lab.ca_path, OPEN)
        head, body = await line.get("/bytes/3000000", OPEN)
        assert b" 200 " in head
        assert len(body) == 3_000_000
