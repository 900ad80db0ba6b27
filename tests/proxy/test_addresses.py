"""Where a device may go, whatever a name resolves to."""

import asyncio
from pathlib import Path

import pytest

from proxy.addresses import is_public, may_reach, opened
from proxy.dial import Dialer, Forbidden, Unreachable
from rules.policy import Policy
from tests.lab.lab import Lab
from tests.proxy.clients import HandMade, Line
from tests.proxy.house import running

HOUSE_ADDRESSES = [
    "127.0.0.1", "127.1.2.3", "0.0.0.0", "10.0.0.1", "172.16.5.5", "192.168.1.1", "169.254.169.254",
    "100.64.0.1", "224.0.0.1", "255.255.255.255", "240.0.0.1", "192.0.2.1",
    "::", "::1", "::ffff:127.0.0.1", "::ffff:10.0.0.1", "fe80::1", "fe80::1%eth0", "fc00::1",
    "fd12::1", "ff02::1", "64:ff9b::7f00:1", "64:ff9b::a00:1", "2002:7f00:1::",
    "2001:db8::1", "2001::1",
]  # fmt: skip


@pytest.mark.parametrize("address", HOUSE_ADDRESSES)
def test_an_address_of_the_house_is_not_public(address: str) -> None:
    assert not is_public(address)


@pytest.mark.parametrize(
    "address", ["8.8.8.8", "203.113.131.1", "2606:4700::1111", "::ffff:8.8.8.8", "64:ff9b::808:808"]
)
def test_an_address_of_the_internet_is_public(address: str) -> None:
    assert is_public(address)


def test_an_adult_can_open_one_private_address_or_network() -> None:
    networks = opened(["192.168.1.10", "10.1.0.0/16", "nonsense"])
    assert may_reach("192.168.1.10", networks)
    assert may_reach("10.1.200.3", networks)
    assert not may_reach("192.168.1.11", networks)


def answers(**hosts: list[str]):
    async def look_up(host: str, port: int) -> list[str]:
        return hosts[host.replace(".", "_")]

    return look_up


@pytest.mark.parametrize(
    "address", ["127.0.0.1", "::ffff:127.0.0.1", "10.0.0.1", "169.254.169.254"]
)
async def test_a_name_that_leads_into_the_house_is_refused(address: str) -> None:
    dialer = Dialer({}, tuple, answers(rebind_example=[address]))
    with pytest.raises(Forbidden):
        await dialer.open(asyncio.Protocol, "rebind.example", 443)


async def test_one_private_address_among_public_ones_is_refused() -> None:
    dialer = Dialer({}, tuple, answers(mixed_example=["8.8.8.8", "127.0.0.1"]))
    with pytest.raises(Forbidden):
        await dialer.open(asyncio.Protocol, "mixed.example", 443)


@pytest.mark.door
@pytest.mark.parametrize(
    "target", ["127.0.0.1", "[::ffff:127.0.0.1]", "10.0.0.1", "169.254.169.254", "rebind.example"]
)
async def test_a_tunnel_into_the_house_is_stopped(tmp_path: Path, lab: Lab, target: str) -> None:
    look_up = answers(rebind_example=["127.0.0.1"])
    async with running(tmp_path / "door", None, look_up) as house:
        await house.rule(Policy())
        line = await Line.open(house.device_port)
        await line.connect(target)
        await line.send(HandMade(lab.ca_path, "127.0.0.1" if target[0] in "[1" else target).hello())
        assert await line.rest() == b""
        assert house.stopped()[-1].verdict.reason == "private_address"


@pytest.mark.door
@pytest.mark.parametrize("target", ["127.0.0.1", "10.0.0.1", "169.254.169.254", "rebind.example"])
async def test_a_plain_request_into_the_house_is_stopped_with_a_page(
    tmp_path: Path, lab: Lab, target: str
) -> None:
    look_up = answers(rebind_example=["127.0.0.1"])
    async with running(tmp_path / "door", None, look_up) as house:
        await house.rule(Policy())
        line = await Line.open(house.device_port)
        head, _ = await line.get(f"http://{target}:{lab.http_port}/", target)
        assert b" 403 " in head
        assert house.stopped()[-1].verdict.reason == "private_address"
        assert not lab.origin.requests


async def test_a_dead_first_address_costs_only_its_head_start(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr("proxy.dial.may_reach", lambda *_: True)
    monkeypatch.setattr("proxy.dial._is_ourselves", lambda *_: False)
    server = await asyncio.start_server(lambda *_: None, "127.0.0.1", 0)
    port = server.sockets[0].getsockname()[1]
    # 192.0.2.1 is reserved for documentation: unreachable or silent, it never answers.
    dialer = Dialer({}, tuple, answers(two_example=["192.0.2.1", "127.0.0.1"]))
    async with asyncio.timeout(2):
        transport, _ = await dialer.open(asyncio.Protocol, "two.example", port)
    assert transport.get_extra_info("peername")[0] == "127.0.0.1"
    transport.close()
    server.close()


async def test_a_name_without_an_answer_is_given_up(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("proxy.dial.CONNECT_SECONDS", 0.05)

    async def never(host: str, port: int) -> list[str]:
        await asyncio.Event().wait()
        return []

    with pytest.raises(Unreachable):
        await Dialer({}, tuple, never).open(asyncio.Protocol, "slow.example", 443)


async def test_a_literal_is_not_answered_by_the_star_of_the_fixed_answers() -> None:
    with pytest.raises(Forbidden):
        await Dialer({"*": "127.0.0.1:9"}, tuple).open(asyncio.Protocol, "10.0.0.1", 443)
