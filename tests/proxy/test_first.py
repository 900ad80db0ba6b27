"""One door of the machine carries the gateway and the tunnels, and the next takes over at once."""

import asyncio
import socket
from contextlib import AbstractAsyncContextManager
from pathlib import Path

import pytest

from proxy.settings import GatewaySettings
from rules.policy import Policy
from tests.gateway.wire import key_pair
from tests.kit.service import free_port
from tests.proxy.house import HERE, House, leaving, running

pytestmark = pytest.mark.door


@pytest.fixture
def gateway() -> GatewaySettings:
    nowhere = (f"{HERE}:9",)
    ports = {"port": free_port(), "dns_port": free_port()}
    return GatewaySettings(mode="redirect", hosts=(HERE,), resolvers=nowhere, **ports)


def door(folder: Path, gateway: GatewaySettings) -> AbstractAsyncContextManager[House]:
    return running(folder, gateway=gateway, probe_devices=False)


def carries(house: House) -> bool:
    """Tell whether a door takes what is led to the gateway."""
    return bool(house.reception._gateway._servers)


def tunnels(house: House) -> int:
    """Count the tunnels that a door has open."""
    return len(house.reception._tunnels._running)


async def answered(gateway: GatewaySettings) -> bool:
    """Tell whether somebody answers a name, be it that no name server does."""
    loop = asyncio.get_running_loop()
    question = b"\x12\x34\x01\0\0\x01\0\0\0\0\0\0\x01a\x02vn\0\0\x01\0\x01"
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as asking:
        asking.setblocking(False)
        asking.connect((HERE, gateway.dns_port))
        try:
            async with asyncio.timeout(1):
                await loop.sock_sendall(asking, question)
                return (await loop.sock_recv(asking, 512))[:2] == question[:2]
        except (TimeoutError, ConnectionError):
            return False


async def test_only_one_door_is_the_gateway(tmp_path: Path, gateway: GatewaySettings) -> None:
    async with door(tmp_path, gateway) as one, door(tmp_path, gateway) as two:
        assert (carries(one), carries(two)) == (True, False)
        assert await answered(gateway)
        assert not two.door.trouble


async def test_the_next_door_takes_over_while_the_first_one_still_finishes(
    tmp_path: Path, gateway: GatewaySettings
) -> None:
    loop = asyncio.get_running_loop()
    async with leaving(tmp_path, gateway=gateway) as (one, end), door(tmp_path, gateway) as two:
        # Somebody is still served by the first one, for longer than the next may wait.
        one.door.tasks.add(loop.create_task(asyncio.sleep(60)))
        end.set()
        await two.until(lambda: carries(two), 2)
        assert one.door.is_busy()
        assert not carries(one)
        assert await answered(gateway)


async def test_a_door_that_ends_does_not_take_over_any_more(
    tmp_path: Path, gateway: GatewaySettings
) -> None:
    async with leaving(tmp_path, gateway=gateway) as (one, end):
        async with door(tmp_path, gateway) as two:
            assert (carries(one), carries(two)) == (True, False)
        end.set()
        await one.until(lambda: not carries(one))
        assert not carries(two)
        async with door(tmp_path, gateway) as three:
            await three.until(lambda: carries(three))


async def test_the_tunnels_pass_to_the_next_door_with_their_ports(tmp_path: Path) -> None:
    _, public = key_pair()
    async with leaving(tmp_path) as (one, end), running(tmp_path) as two:
        await one.rule(Policy(), tunnel_key=public)
        two.device_port = one.device_port
        await two.adopt(one.door.current.standing.household)
        await one.until(lambda: bool(tunnels(one)))
        assert not tunnels(two)
        end.set()
        await two.until(lambda: bool(tunnels(two)), 4)
        assert not tunnels(one)
        assert not two.door.trouble


async def test_a_gateways_port_that_is_taken_is_told_and_tried_again(
    tmp_path: Path, gateway: GatewaySettings
) -> None:
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as taken:
        taken.bind((HERE, gateway.dns_port))
        async with door(tmp_path, gateway) as one:
            assert "in use" in one.door.trouble
            assert not carries(one)
            taken.close()
            await one.until(lambda: carries(one) and not one.door.trouble)
            assert await answered(gateway)
