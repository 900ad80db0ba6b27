"""The first door carries the gateway and all tunnels; when it dies, the next one takes over."""

import asyncio
from pathlib import Path

import pytest

from rules.policy import Policy
from tests.gateway.house import Behind, gateway
from tests.gateway.test_tunnels import tunnel
from tests.gateway.wire import on_the_device
from tests.lab.netns import WORLD, Network
from tests.proxy.house import OPEN

pytestmark = pytest.mark.door
TRIES, EACH = 4, 8
"""A device that hears nothing for 15 seconds speaks to the door anew: that is WireGuard's own."""


async def again(one: Behind, two: Behind) -> None:
    """Let a door that just started know the family that the one before it knew."""
    two.house.device_port = one.house.device_port
    await two.house.adopt(one.house.door.current.standing.household)


async def test_a_tunnel_goes_on_at_the_door_that_takes_over(net: Network, tmp_path: Path) -> None:
    known = ("--resolve", f"{OPEN}:443:{WORLD}", "--cacert", str(net.ca_path))
    folder, clock = tmp_path / "door", asyncio.get_running_loop().time
    async with gateway(net, folder, "off", host="0.0.0.0") as one:
        end = await tunnel(one, Policy())
        device = on_the_device(net, *end)
        await device.__aenter__()
        assert f"{OPEN}/a" in await one.curl(f"https://{OPEN}/a", *known)
    try:
        async with gateway(net, folder, "off", host="0.0.0.0") as two:
            await again(one, two)
            began = clock()
            for _ in range(TRIES):
                said = await two.curl(f"https://{OPEN}/b", *known, "-m", str(EACH))
                if f"{OPEN}/b" in said:
                    break
            assert f"{OPEN}/b" in said
            print(f"the tunnel was silent for {clock() - began:.1f} s")  # noqa: T201 for who asks
            assert two.house.notes.notes[0].host == OPEN
    finally:
        await device.__aexit__(None, None, None)


async def test_connections_led_here_go_on_at_the_door_that_takes_over(
    net: Network, tmp_path: Path
) -> None:
    async with gateway(net, tmp_path / "door", "redirect") as one:
        await one.rule(Policy())
        assert f"{OPEN}/a" in await one.curl(f"https://{OPEN}/a")
    async with gateway(net, tmp_path / "door", "redirect") as two:
        await again(one, two)
        assert f"{OPEN}/b" in await two.curl(f"https://{OPEN}/b")
