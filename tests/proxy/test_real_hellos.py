"""Hellos of real programs, cut at every byte: the same name, and the same bytes at the origin."""

import asyncio
import base64
import json
import lzma
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path

import pytest

from proxy.addresses import is_address
from proxy.hello import NotTls, read_hello
from rules.hosts import normalise
from rules.policy import Policy
from tests.proxy.clients import HandMade, Line, tunnel
from tests.proxy.house import OPEN, House
from tests.proxy.test_tunnels import address_of, reset

RECORDED = Path("/work/shared/data/traffic/ndpi-clienthello.jsonl.xz")
EARLY = b"\x17\x03\x03\x00\x05early"
PAGES = Policy(privacy="pages")


def recorded() -> list[tuple[str, bytes]]:
    """Read the recorded hellos: what each names its server, and its bytes."""
    if not RECORDED.exists():
        pytest.skip(f"the recorded traffic is not on this machine: {RECORDED}")
    rows = [json.loads(line) for line in lzma.decompress(RECORDED.read_bytes()).splitlines()]
    return [(row["sni"] or "", base64.b64decode(row["raw"])) for row in rows]


def name_in(data: bytes) -> str | None:
    """Read a hello; None where it is none that we let pass."""
    try:
        found = read_hello(data)
    except NotTls:
        return None
    assert found is not None, "a whole hello was taken for a part"
    return found.name


def test_real_hellos_are_understood() -> None:
    hellos = recorded()
    assert len(hellos) > 600
    wrong = []
    for told, data in hellos:
        name = name_in(data)
        try:
            meant = normalise(told) if told else ""
        except ValueError:
            meant = None
        if name != meant:
            wrong.append((told, name))
    # Two of the captures were broken on purpose, to make readers stumble.
    assert wrong == [("", None)] * 2


def test_a_real_hello_cut_anywhere_is_waited_for_and_then_says_the_same() -> None:
    for _, data in recorded():
        name = name_in(data)
        for size in range(len(data)):
            try:
                part = read_hello(data[:size])
            except NotTls:
                assert name is None
                break
            # A record may follow the hello in the same capture: then it was whole before the end.
            assert part is None or part.name == name


@asynccontextmanager
async def listening(house: House) -> AsyncIterator[list[bytes]]:
    """Stand in for every origin; keep what each connection brought, once it ended."""
    brought: list[bytes] = []

    async def take(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        got = b""
        try:
            while part := await reader.read(65536):
                got += part
            writer.write(b"bye")
        finally:
            brought.append(got)
            writer.close()

    server = await asyncio.start_server(take, "127.0.0.1", 0)
    house.door.settings.resolver["*:443"] = address_of(server)
    async with server:
        yield brought


@pytest.mark.door
async def test_the_origin_gets_the_bytes_of_a_real_hello_however_they_were_cut(
    house: House,
) -> None:
    hellos = [(name_in(data), data) for _, data in recorded()]
    named = {name: data for name, data in hellos if name and not is_address(name)}
    await house.rule(Policy())
    async with listening(house) as brought:
        for number, (name, data) in enumerate(sorted(named.items())[::12]):
            cut = 1 + number * 7 % (len(data) - 1)
            line = await Line.open(house.device_port)
            assert b" 200 " in await line.connect(name)
            await line.send(data[:cut])
            await asyncio.sleep(0.005)
            await line.send(data[cut:] + EARLY)
            line.writer.write_eof()
            assert await line.rest() == b"bye", name
            assert brought.pop() == data + EARLY, name
    assert not house.stopped()


@pytest.mark.door
async def test_a_hello_cut_at_every_byte_reaches_the_origin_whole(house: House) -> None:
    await house.rule(Policy())
    data = HandMade(house.lab.ca_path, OPEN).hello()
    async with listening(house) as brought:
        for cut in range(1, len(data), 9):
            line = await Line.open(house.device_port)
            await line.connect(OPEN)
            for part in (data[:cut], data[cut:]):
                await line.send(part)
                await asyncio.sleep(0)
            line.writer.write_eof()
            assert await line.rest() == b"bye"
            assert brought.pop() == data


@pytest.mark.door
async def test_requests_sent_together_on_an_opened_connection_are_all_answered(
    house: House,
) -> None:
    await house.rule(PAGES)
    line = await tunnel(house.device_port, house.ca, OPEN)
    await line.send(f"GET / HTTP/1.1\r\nHost: {OPEN}\r\n\r\n".encode() * 3)
    for _ in range(3):
        assert b" 200 " in (await line.answer())[0]


@pytest.mark.door
async def test_a_hello_for_an_opened_site_may_come_with_its_connect(house: House) -> None:
    await house.rule(PAGES)
    line, tls = await Line.open(house.device_port), HandMade(house.ca, OPEN)
    await line.send(f"CONNECT {OPEN}:443 HTTP/1.1\r\n\r\n".encode() + tls.hello())
    assert b" 200 " in await line.head()
    await tls.finish(line)
    assert b" 200 " in await tls.exchange(line, f"GET / HTTP/1.1\r\nHost: {OPEN}\r\n\r\n".encode())


@pytest.mark.door
@pytest.mark.parametrize("how", ["reset", "half"])
async def test_a_client_that_leaves_while_it_is_handed_over_leaves_nothing_behind(
    house: House, how: str
) -> None:
    await house.rule(PAGES)
    line = await Line.open(house.device_port)
    await line.connect(OPEN)
    await line.send(HandMade(house.ca, OPEN).hello())
    if how == "reset":
        reset(line)
    else:
        line.writer.write_eof()
        await line.rest()
    await house.until(lambda: house.door.counters.connections == 0)
    await house.until(lambda: not house.door.is_busy())
    assert not house.door.guard.faults
