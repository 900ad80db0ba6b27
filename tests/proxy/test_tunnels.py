"""Tunnels that nobody opens: byte for byte, whatever the client does."""

import asyncio
import socket
import struct

import pytest

from rules.policy import Policy, YouTube
from tests.proxy.clients import HandMade, Line, curl, tunnel
from tests.proxy.house import BANK, OPEN, House

pytestmark = pytest.mark.door


async def test_an_unopened_site_shows_its_own_certificate(house: House) -> None:
    await house.rule(Policy())
    line = await tunnel(house.device_port, house.lab.ca_path, OPEN)
    assert "Hải Đăng" not in line.issuer()
    head, body = await line.get("/", OPEN)
    assert b" 200 " in head
    assert OPEN.encode() in body


async def test_curl_reaches_a_site_through_the_door_and_sees_http_2(house: House) -> None:
    await house.rule(Policy())
    proxy, ca = f"http://127.0.0.1:{house.device_port}", str(house.lab.ca_path)
    shown = await curl(
        "--http2", "-x", proxy, "--cacert", ca, "-w", "%{http_version}", f"https://{OPEN}/"
    )
    assert shown.endswith("2")


async def test_a_bank_is_never_opened_even_where_pages_are_recorded(house: House) -> None:
    await house.rule(Policy(privacy="pages"))
    line = await tunnel(house.device_port, house.lab.ca_path, BANK)
    assert "Hải Đăng" not in line.issuer()


async def test_a_hello_that_comes_one_byte_at_a_time_is_understood(house: House) -> None:
    await house.rule(Policy())
    line, tls = await Line.open(house.device_port), HandMade(house.lab.ca_path, OPEN)
    await line.connect(OPEN)
    for byte in tls.hello():
        await line.send(bytes([byte]))
        await asyncio.sleep(0)
    await tls.finish(line)
    assert b" 200 " in await tls.exchange(line, f"GET / HTTP/1.1\r\nHost: {OPEN}\r\n\r\n".encode())


async def test_a_hello_cut_into_small_records_is_understood(house: House) -> None:
    await house.rule(Policy())
    line, tls = await Line.open(house.device_port), HandMade(house.lab.ca_path, OPEN)
    await line.connect(OPEN)
    await line.send(in_records_of(40, tls.hello()))
    await tls.finish(line)
    assert b" 200 " in await tls.exchange(line, f"GET / HTTP/1.1\r\nHost: {OPEN}\r\n\r\n".encode())


def in_records_of(size: int, hello: bytes) -> bytes:
    body = hello[5:]
    parts = [body[at : at + size] for at in range(0, len(body), size)]
    return b"".join(hello[:3] + struct.pack("!H", len(part)) + part for part in parts)


async def test_a_hello_sent_together_with_connect_is_not_lost(house: House) -> None:
    await house.rule(Policy())
    line, tls = await Line.open(house.device_port), HandMade(house.lab.ca_path, OPEN)
    await line.send(f"CONNECT {OPEN}:443 HTTP/1.1\r\n\r\n".encode() + tls.hello())
    assert b" 200 " in await line.head()
    await tls.finish(line)
    assert b" 200 " in await tls.exchange(line, f"GET / HTTP/1.1\r\nHost: {OPEN}\r\n\r\n".encode())


async def test_a_client_that_closes_its_half_still_gets_the_whole_answer(house: House) -> None:
    origin = await asyncio.start_server(answer_after_eof, "127.0.0.1", 0)
    house.door.settings.resolver["echo.example:443"] = address_of(origin)
    await house.rule(Policy())
    line, tls = await Line.open(house.device_port), HandMade(house.lab.ca_path, "echo.example")
    await line.connect("echo.example")
    hello = tls.hello()
    await line.send(hello)
    line.writer.write_eof()
    assert await line.rest() == b"%d bytes" % len(hello)
    origin.close()


async def answer_after_eof(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
    received = await reader.read()
    writer.write(b"%d bytes" % len(received))
    writer.close()


def address_of(server: asyncio.Server) -> str:
    host, port = server.sockets[0].getsockname()[:2]
    return f"{host}:{port}"


async def test_a_reset_by_the_client_ends_the_other_side(house: House) -> None:
    ended = asyncio.get_running_loop().create_future()

    async def origin_side(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        try:
            while await reader.read(1000):
                pass
        except ConnectionError:
            pass
        writer.close()
        ended.set_result(True)

    origin = await asyncio.start_server(origin_side, "127.0.0.1", 0)
    house.door.settings.resolver["reset.example:443"] = address_of(origin)
    await house.rule(Policy())
    line = await Line.open(house.device_port)
    await line.connect("reset.example")
    await line.send(HandMade(house.lab.ca_path, "reset.example").hello())
    await house.until(lambda: len(house.door.leases) == 1)
    reset(line)
    async with asyncio.timeout(3):
        await ended
    await house.until(lambda: len(house.door.leases) == 0)
    origin.close()


def reset(line: Line) -> None:
    """Leave in the rudest way."""
    raw = line.writer.get_extra_info("socket")
    raw.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
    line.writer.transport.abort()


async def test_what_is_not_tls_is_closed(house: House) -> None:
    await house.rule(Policy())
    line = await Line.open(house.device_port)
    await line.connect(OPEN)
    await line.send(b"SSH-2.0-OpenSSH_9.2\r\n")
    assert await line.rest() == b""
    assert [note.verdict.reason for note in house.stopped()] == ["not_tls"]
    assert not house.lab.origin.handshakes


async def test_a_tunnel_to_another_port_is_refused(house: House) -> None:
    await house.rule(Policy())
    line = await Line.open(house.device_port)
    assert b" 403 " in await line.connect(OPEN, 25)
    assert [note.verdict.reason for note in house.stopped()] == ["port"]


async def test_a_silent_client_is_shown_out(house: House, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("proxy.front.HEAD_SECONDS", 0.2)
    line = await Line.open(house.port)
    await line.send(b"CONNECT ")
    assert await line.rest() == b""


async def test_a_client_that_dribbles_its_head_is_shown_out_too(
    house: House, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("proxy.front.HEAD_SECONDS", 0.3)
    line = await Line.open(house.port)
    ended = asyncio.ensure_future(line.rest())
    while not ended.done():
        line.writer.write(b"X")
        await asyncio.wait({ended}, timeout=0.02)
    assert await ended == b""


async def test_a_head_that_never_ends_is_refused(house: House) -> None:
    line = await Line.open(house.port)
    await line.send(b"GET http://open.example/ HTTP/1.1\r\n" + b"X-Long: " + b"x" * 17_000)
    assert b" 400 " in await line.head()


async def test_a_search_is_led_to_the_engines_safe_host(house: House) -> None:
    house.door.settings.resolver["forcesafesearch.google.com:443"] = (
        f"127.0.0.1:{house.lab.tls_port}"
    )
    del house.door.settings.resolver["*:443"]
    await house.rule(Policy(safe_search=True))
    line = await tunnel(house.device_port, house.lab.ca_path, "www.google.com")
    head, _ = await line.get("/", "www.google.com")
    assert b" 200 " in head
    assert house.notes.notes[0].verdict.to == "forcesafesearch.google.com"


async def test_a_video_site_is_led_to_its_restricted_host(house: House) -> None:
    house.door.settings.resolver["restrict.youtube.com:443"] = f"127.0.0.1:{house.lab.tls_port}"
    del house.door.settings.resolver["*:443"]
    await house.rule(Policy(youtube=YouTube.STRICT))
    line = await tunnel(house.device_port, house.lab.ca_path, "www.youtube.com")
    assert b" 200 " in (await line.get("/", "www.youtube.com"))[0]


async def test_a_large_download_keeps_the_memory_flat(house: House) -> None:
    await house.rule(Policy())
    line = await tunnel(house.device_port, house.lab.ca_path, OPEN)
    await line.ask("/bytes/30000000", OPEN)
    await line.head()
    await asyncio.sleep(0.3)
    # The client does not read: what waits at the door must stay within a few buffers.
    lease = next(iter(house.door.leases._running))
    assert lease.down < 8_000_000
    got = 0
    async with asyncio.timeout(20):
        while got < 30_000_000:
            got += len(await line.reader.read(1 << 16))
    assert lease.down > 30_000_000


async def test_plain_requests_inside_a_tunnel_to_port_80_are_judged(house: House) -> None:
    await house.rule(Policy(block=("blocked.example",)))
    line = await Line.open(house.device_port)
    assert b" 200 " in await line.connect(OPEN, 80)
    assert b" 200 " in (await line.get("/", OPEN))[0]
    assert b" 403 " in (await line.get("/", "blocked.example"))[0]
    assert not house.lab.origin.reached("blocked.example")


async def test_a_plain_search_is_led_to_the_safe_host_too(house: House) -> None:
    resolver = house.door.settings.resolver
    resolver["forcesafesearch.google.com:80"] = resolver.pop("*:80")
    await house.rule(Policy(safe_search=True))
    line = await Line.open(house.device_port)
    for _ in range(8):
        assert b" 200 " in (await line.get("http://www.google.com/", "www.google.com"))[0]


async def test_a_client_that_leaves_while_the_origin_is_called_leaves_nothing_behind(
    house: House, monkeypatch: pytest.MonkeyPatch
) -> None:
    await house.rule(Policy())
    called, go_on = asyncio.Event(), asyncio.Event()
    dial = house.door.dialer.open

    async def slowly(*arguments):
        called.set()
        await go_on.wait()
        return await dial(*arguments)

    monkeypatch.setattr(house.door.dialer, "open", slowly)
    monkeypatch.setattr(house.door.dialer, "known", lambda *_: None)
    line = await Line.open(house.device_port)
    await line.connect(OPEN)
    await line.send(HandMade(house.lab.ca_path, OPEN).hello())
    async with asyncio.timeout(5):
        await called.wait()
    line.close()
    go_on.set()
    await house.until(lambda: house.door.counters.connections == 0)
    await house.until(lambda: not house.door.is_busy())
