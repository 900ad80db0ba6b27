"""A door that is told to end takes nobody new, and serves those who are there."""

import asyncio
from collections.abc import Callable
from pathlib import Path

import pytest

from proxy.settings import GatewaySettings
from proxy.tunnels import Tunnels
from tests.kit.service import free_port
from tests.proxy.clients import Line
from tests.proxy.house import HERE, House, leaving, running

pytestmark = pytest.mark.door


def has_closed(house: House) -> Callable[[], bool]:
    return lambda: not house.reception._listeners._servers


async def test_who_came_in_before_the_end_and_speaks_only_now_is_answered(tmp_path: Path) -> None:
    async with leaving(tmp_path) as (house, end):
        line = Line(*await asyncio.open_connection(HERE, house.door.settings.port))
        end.set()
        await house.until(has_closed(house))
        await asyncio.sleep(0.3)
        head, _ = await line.get("/", "x")
        assert b" 200 " in head
        line.close()


async def test_who_comes_while_a_door_opens_its_other_ports_is_served(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    opened = asyncio.Event()

    async def slowly(_: Tunnels) -> None:
        await opened.wait()

    monkeypatch.setattr(Tunnels, "match", slowly)
    async with running(tmp_path) as house:
        line = await Line.open(house.door.settings.port)
        head, _ = await line.get("/", "x")
        assert b" 200 " in head
        assert not house.door.guard.faults
        opened.set()


async def test_a_change_while_a_door_finishes_opens_no_port_again(tmp_path: Path) -> None:
    ports = {"port": free_port(), "dns_port": free_port()}
    gateway = GatewaySettings(mode="redirect", hosts=(HERE,), resolvers=(f"{HERE}:9",), **ports)
    async with leaving(tmp_path, gateway=gateway) as (house, end):
        house.door.tasks.add(asyncio.get_running_loop().create_task(asyncio.sleep(60)))
        end.set()
        await house.until(has_closed(house))
        house.reception._ports_moved.set()
        await asyncio.sleep(0.1)
        assert has_closed(house)()
        assert not house.reception._gateway._servers
