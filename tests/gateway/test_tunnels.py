"""WireGuard: a peer is a device, wherever it is; nothing but names and TCP leaves its tunnel."""

import asyncio
from collections.abc import AsyncIterator
from uuid import uuid4

import pytest
import pytest_asyncio

from proxy.who import ensure_key
from rules.family import Household
from rules.policy import Pause, Policy
from rules.tunnels import KEY_FILE, door_key, tunnel_addresses
from tests.gateway.house import Behind, gateway
from tests.gateway.wire import key_pair, on_the_device, public_of
from tests.lab.names import WORLD
from tests.lab.netns import GATEWAY, Network
from tests.proxy.house import BLOCKED, BLOCKING, OPEN, child, device, free_port

pytestmark = pytest.mark.door
TUNNEL_GATEWAY = "10.83.0.1"


@pytest_asyncio.fixture
async def behind(net: Network, tmp_path) -> AsyncIterator[Behind]:
    async with gateway(net, tmp_path / "door", "off", host="0.0.0.0") as made:
        yield made


async def tunnel(behind: Behind, policy: Policy, **more):
    """Give the device a tunnel; return what its end of it needs."""
    private, public = key_pair()
    await behind.rule(policy, address="", tunnel_key=public, **more)
    await opened(behind)
    known = behind.house.door.current.standing.household.devices[0]
    secret = ensure_key(behind.house.door.data, KEY_FILE)
    door = public_of(door_key(secret, known.id))
    return known.port, private, door, f"{GATEWAY}:{known.port}"


async def opened(behind: Behind) -> None:
    """Wait for the door's ends of the tunnels: its ports for TCP are open a moment earlier."""
    devices = behind.house.door.current.standing.household.devices
    ends = behind.house.reception._tunnels._running
    await behind.house.until(
        lambda: {each.device_id for each in ends} == {it.id for it in devices}, 15
    )


@pytest.mark.parametrize("at", WORLD)
async def test_an_allowed_site_comes_through_the_tunnel_untouched(behind: Behind, at: str):
    end = await tunnel(behind, Policy())
    async with on_the_device(behind.net, *end):
        host = f"[{at}]" if ":" in at else at
        known = ("--resolve", f"{OPEN}:443:{host}", "--cacert", str(behind.net.ca_path))
        assert f"{OPEN}/in" in await behind.curl(f"https://{OPEN}/in", *known)
    note = behind.house.notes.notes[0]
    assert (note.host, note.device_id) == (
        OPEN,
        behind.house.door.current.standing.household.devices[0].id,
    )
    assert note.verdict.action == "pass"


async def test_names_in_the_tunnel_are_answered_by_its_devices_rules(behind: Behind):
    end = await tunnel(behind, BLOCKING)
    async with on_the_device(behind.net, *end):
        asked = ("dig", f"@{TUNNEL_GATEWAY}", "+short", "+tries=2", "+time=3")
        assert (await behind.run(*asked, OPEN)).strip() == WORLD[0]
        assert (await behind.run(*asked, BLOCKED)).strip() == TUNNEL_GATEWAY
        known = ("--resolve", f"{BLOCKED}:443:{TUNNEL_GATEWAY}")
        assert "block_list" in await behind.curl(f"https://{BLOCKED}/", *known)
        known = ("--resolve", f"{BLOCKED}:80:{WORLD[0]}")
        assert "block_list" in await behind.curl(f"http://{BLOCKED}/", *known)


async def test_a_large_download_and_upload_arrive_whole(behind: Behind):
    end = await tunnel(behind, Policy())
    async with on_the_device(behind.net, *end):
        known = ("--resolve", f"{OPEN}:443:{WORLD[0]}", "--cacert", str(behind.net.ca_path))
        size = await behind.curl(
            f"https://{OPEN}/bytes/5000000", *known, "-o", "/dev/null", "-w", "%{size_download}"
        )
        assert size == "5000000"
        body = behind.house.door.data / "body"
        body.write_bytes(b"x" * 3_000_000)
        told = await behind.curl(f"https://{OPEN}/upload", *known, "--data-binary", f"@{body}")
        assert '"bytes": 3000000' in told or '"bytes":3000000' in told


async def test_a_pause_cuts_what_runs_in_the_tunnel(behind: Behind):
    end = await tunnel(behind, Policy())
    async with on_the_device(behind.net, *end):
        known = ("--resolve", f"{OPEN}:443:{WORLD[0]}", "--cacert", str(behind.net.ca_path))
        running = asyncio.ensure_future(
            behind.curl(f"https://{OPEN}/stream", *known, "-o", "/dev/null")
        )
        await behind.house.until(lambda: len(behind.house.door.leases) > 0, 6)
        await behind.change(Policy(pause=Pause(by="Mẹ")))
        assert "curl: (" in await running


async def test_another_key_gets_no_word_in(behind: Behind):
    port, _, door, endpoint = await tunnel(behind, Policy())
    stranger, _ = key_pair()
    async with on_the_device(behind.net, port, stranger, door, endpoint, welcome=False):
        known = ("--resolve", f"{OPEN}:443:{WORLD[0]}", "-k", "-m", "3")
        assert "curl: (28)" in await behind.curl(f"https://{OPEN}/", *known)
    assert not behind.house.notes.notes


async def test_a_device_that_takes_anothers_address_stays_who_it_is(behind: Behind):
    """The peer's own listener says who it is, whatever address it uses inside."""
    private, public = key_pair()
    _, other_public = key_pair()
    strict, free = child(BLOCKING, "An"), child(Policy(), "Bình")
    port = behind.house.device_port
    other = free_port()
    mine = device(port, strict, tunnel_key=public)
    theirs = device(other, free, tunnel_key=other_public)
    await behind.house.adopt(
        Household(
            revision=1,
            site_id=uuid4(),
            children=(strict, free),
            devices=(mine, theirs),
            language="en",
        )
    )
    await opened(behind)
    secret = ensure_key(behind.house.door.data, KEY_FILE)
    door = public_of(door_key(secret, mine.id))
    end = (port, private, door, f"{GATEWAY}:{port}")
    async with on_the_device(behind.net, *end, as_port=other):
        known = ("--resolve", f"{BLOCKED}:80:{WORLD[0]}", "--interface", tunnel_addresses(other)[0])
        assert "block_list" in await behind.curl(f"http://{BLOCKED}/", *known)
    assert behind.house.stopped()[-1].child_id == strict.id


async def test_nothing_but_names_leaves_the_tunnel_by_udp(behind: Behind):
    end = await tunnel(behind, Policy())
    program = (
        "import socket; s=socket.socket(socket.AF_INET,socket.SOCK_DGRAM); s.settimeout(1.5)\n"
        f"s.connect(('{WORLD[0]}',4000)); s.send(b'hi')\n"
        "try: print('GOT', s.recv(99))\nexcept OSError: print('SILENCE')"
    )
    async with on_the_device(behind.net, *end):
        assert "SILENCE" in await behind.run("python3", "-c", program)


async def test_a_tunnel_that_is_taken_away_is_closed_at_once(behind: Behind):
    end = await tunnel(behind, Policy())
    async with on_the_device(behind.net, *end):
        known = ("--resolve", f"{OPEN}:443:{WORLD[0]}", "--cacert", str(behind.net.ca_path))
        assert f"{OPEN}/" in await behind.curl(f"https://{OPEN}/", *known)
        await behind.rule(Policy(), address="")
        await behind.house.until(lambda: not behind.house.reception._tunnels._running)
        assert "curl: (28)" in await behind.curl(f"https://{OPEN}/", *known, "-m", "3")


async def test_a_key_nobody_can_read_is_told_and_hinders_no_other(behind: Behind):
    await behind.rule(Policy(), address="", tunnel_key="not a key")
    await behind.house.until(lambda: "tunnel" in behind.house.door.trouble)
