"""How a tunnel's origin is called: at once where its address is known, and never for ever."""

import asyncio
import gc
import socket
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager

import pytest

from proxy.dial import Place
from proxy.front import HANDSHAKE, Entrance
from proxy.lease import Lease
from proxy.relay import Side
from rules.policy import Policy
from tests.proxy.clients import HandMade, Line
from tests.proxy.house import OPEN, House

pytestmark = pytest.mark.door


@contextmanager
def deaf_origin() -> Iterator[int]:
    """Let a port be open where nobody ever answers: its queue is full. Give its number."""
    with socket.socket() as bound, ExitStack() as stack:
        bound.bind(("127.0.0.1", 0))
        bound.listen(0)
        for _ in range(4):
            waiting = stack.enter_context(socket.socket())
            waiting.setblocking(False)
            waiting.connect_ex(bound.getsockname())
        yield bound.getsockname()[1]


async def hello_to(house: House, host: str) -> Line:
    line = await Line.open(house.device_port)
    await line.connect(host)
    await line.send(HandMade(house.lab.ca_path, OPEN).hello())
    return line


async def test_a_client_whose_origin_never_answers_is_cut(
    house: House, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("proxy.dial.CONNECT_SECONDS", 0.3)
    await house.rule(Policy())
    with deaf_origin() as port:
        house.door.settings.resolver["open.example:443"] = f"127.0.0.1:{port}"
        line = await hello_to(house, OPEN)
        assert await line.rest() == b""
    await house.until(lambda: not house.door.is_busy())
    assert house.door.counters.connections == 0


async def test_another_address_is_tried_where_the_known_one_does_not_answer(
    house: House, monkeypatch: pytest.MonkeyPatch
) -> None:
    await house.rule(Policy())
    with deaf_origin() as port:
        deaf = Place("127.0.0.1", port, is_fixed=True)
        monkeypatch.setattr(house.door.dialer, "known", lambda *_: deaf)
        line = await hello_to(house, OPEN)
        async with asyncio.timeout(5):
            assert (await line.reader.read(1))[0] == HANDSHAKE
        line.close()
    await house.until(lambda: not house.door.is_busy())


async def test_another_address_is_tried_where_the_known_one_refuses(
    house: House, monkeypatch: pytest.MonkeyPatch
) -> None:
    await house.rule(Policy())
    with socket.socket() as bound:
        bound.bind(("127.0.0.1", 0))
        nobody = Place("127.0.0.1", bound.getsockname()[1], is_fixed=True)
        monkeypatch.setattr(house.door.dialer, "known", lambda *_: nobody)
        line = await hello_to(house, OPEN)
        async with asyncio.timeout(5):
            assert (await line.reader.read(1))[0] == HANDSHAKE
        line.close()
    await house.until(lambda: not house.door.is_busy())


def of_tunnels() -> list[object]:
    """List what a tunnel is made of, as far as it is still there."""
    return [each for each in gc.get_objects() if isinstance(each, Entrance | Lease | Side)]


async def test_a_tunnel_leaves_nothing_for_the_collector(house: House) -> None:
    await house.rule(Policy())
    gc.collect()
    gc.disable()
    # Failed tests keep what they looked at.
    before = of_tunnels()
    try:
        line = await hello_to(house, OPEN)
        assert (await line.reader.read(1))[0] == HANDSHAKE
        line.close()
        await house.until(lambda: not house.door.is_busy())
        house.door.leases.settle()
        await asyncio.sleep(0.05)
        assert not [each for each in of_tunnels() if each not in before]
    finally:
        gc.enable()
