"""WireGuard before the gateway: the generated files, and a device that comes in through them.

The kernel's module need not be there: wireguard-go plays it, behind the same interface and rules.
"""

from base64 import b64encode

import pytest

from proxy.nftables import TUNNEL
from proxy.who import ensure_key
from rules.tunnels import KERNEL, KEY_FILE, door_key, kernel_conf, tunnel_addresses
from tests.gateway.house import Behind
from tests.gateway.wire import interface, key_pair, needs_wireguard, on_the_device, public_of, run
from tests.lab.names import WORLD
from tests.lab.netns import GATEWAY
from tests.proxy.house import BLOCKED, BLOCKING, OPEN

pytestmark = pytest.mark.door
PORT = 8100


def for_setconf(text: str) -> str:
    """Leave out what `wg-quick` alone understands."""
    return "\n".join(line for line in text.split("\n") if not line.startswith("Address"))


async def test_a_device_in_the_kernels_tunnel_goes_by_its_own_rules(behind: Behind):
    needs_wireguard()
    private, public = key_pair()
    _, other = key_pair()
    await behind.rule(BLOCKING, address="", tunnel_key=public)
    port = behind.house.device_port
    secret = door_key(ensure_key(behind.house.door.data, KEY_FILE), KERNEL)
    conf = kernel_conf(
        private=b64encode(secret).decode(),
        port=PORT,
        peers=[("Phone\nof An", port, public), ("Other", port + 1, other)],
    )
    net, end = behind.net, (port, private, public_of(secret), f"{GATEWAY}:{PORT}")
    async with interface(
        net, net.gateway, TUNNEL, for_setconf(conf), "10.83.0.1/16", "fd83:6864::1/64"
    ):
        async with on_the_device(net, *end):
            asked = ("dig", "@10.83.0.1", "+short", "+tries=2", "+time=3")
            assert (await behind.run(*asked, OPEN)).strip() == WORLD[0]
            for at in (WORLD[0], f"[{WORLD[1]}]"):
                known = ("--resolve", f"{OPEN}:443:{at}", "--cacert", str(net.ca_path))
                assert f"{OPEN}/k" in await behind.curl(f"https://{OPEN}/k", *known)
            known = ("--resolve", f"{BLOCKED}:80:{WORLD[0]}")
            assert "block_list" in await behind.curl(f"http://{BLOCKED}/", *known)
        async with on_the_device(net, *end, as_port=port + 1):
            # The kernel takes from a peer only what comes from the peer's own address.
            known = ("--resolve", f"{OPEN}:80:{WORLD[0]}", "-m", "3")
            assert "curl: (28)" in await behind.curl(f"http://{OPEN}/", *known)


async def test_nobody_outside_the_tunnel_takes_an_address_of_it(behind: Behind):
    await behind.rule(BLOCKING, address="", tunnel_key=key_pair()[1])
    taken = tunnel_addresses(behind.house.device_port)[0]
    net = behind.net
    assert not await run(net, net.device, "ip", "addr", "add", f"{taken}/32", "dev", "eth0")
    back = ("ip", "route", "add", f"{taken}/32", "dev", "lan0")
    assert not await run(net, net.gateway, *back)
    try:
        known = ("--resolve", f"{OPEN}:80:{WORLD[0]}", "--interface", taken, "-m", "3")
        assert "curl: (28)" in await behind.curl(f"http://{OPEN}/", *known)
    finally:
        await run(net, net.device, "ip", "addr", "del", f"{taken}/32", "dev", "eth0")
        await run(net, net.gateway, "ip", "route", "del", f"{taken}/32")


async def test_the_file_is_what_the_kernels_own_tools_take(behind: Behind, tmp_path):
    needs_wireguard()
    text = kernel_conf(
        private=b64encode(b"k" * 32).decode(), port=PORT, peers=[("Phone", 8101, key_pair()[1])]
    )
    path = tmp_path / f"{TUNNEL}.conf"
    path.write_text(text)
    path.chmod(0o600)
    stripped = await behind.run("wg-quick", "strip", str(path))
    assert "AllowedIPs = 10.83.31.165/32, fd83:6864::1fa5/128" in stripped
    assert "Address" not in stripped
