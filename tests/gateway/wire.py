"""WireGuard as a device has it: wireguard-go in the device's namespace, real keys."""

import asyncio
import secrets
import shutil
import subprocess
from base64 import b64encode
from contextlib import asynccontextmanager, suppress

import pytest
from cryptography.hazmat.primitives.asymmetric.x25519 import X25519PrivateKey

from rules.tunnels import tunnel_addresses
from tests.lab.netns import Network


def key_pair() -> tuple[str, str]:
    """Return a private key and its public one, as WireGuard writes them."""
    private = X25519PrivateKey.generate()
    raw = private.private_bytes_raw(), private.public_key().public_bytes_raw()
    return b64encode(raw[0]).decode(), b64encode(raw[1]).decode()


def public_of(private: bytes) -> str:
    key = X25519PrivateKey.from_private_bytes(private).public_key()
    return b64encode(key.public_bytes_raw()).decode()


def needs_wireguard() -> None:
    for program in ("wireguard-go", "wg"):
        if shutil.which(program) is None:
            pytest.skip(f"{program} is not installed: this test needs it")


@asynccontextmanager
async def interface(net: Network, where: str, name: str, conf: str, *addresses: str):
    """Run wireguard-go with a configuration until the end of the block."""
    process = await asyncio.create_subprocess_exec(
        *net.command(where, "wireguard-go", "-f", name),
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
    )
    try:
        async with asyncio.timeout(10):
            while await run(net, where, "wg", "show", name):  # noqa: ASYNC110 another process's socket
                await asyncio.sleep(0.02)
        assert not await run(net, where, "wg", "setconf", name, "/dev/stdin", given=conf)
        for address in addresses:
            assert not await run(net, where, "ip", "addr", "add", address, "dev", name)
        assert not await run(net, where, "ip", "link", "set", name, "mtu", "1380", "up")
        yield
    finally:
        # It may have ended by itself when its interface went.
        with suppress(ProcessLookupError):
            process.terminate()
        await process.wait()


async def run(net: Network, where: str, *words: str, given: str = "") -> int:
    done = await asyncio.to_thread(net.run, where, *words, given=given)
    return done.returncode


async def shaken(net: Network, name: str) -> None:
    """Wait until both ends have agreed: a first word that is lost is said again after 5 seconds."""
    async with asyncio.timeout(30):
        while not await asyncio.to_thread(_have_agreed, net, name):  # noqa: ASYNC110 as above
            await asyncio.sleep(0.05)


def _have_agreed(net: Network, name: str) -> bool:
    told = net.run(net.device, "wg", "show", name, "latest-handshakes").stdout.split()
    return bool(told) and told[-1] != "0"


@asynccontextmanager
async def on_the_device(
    net: Network,
    port: int,
    private: str,
    public: str,
    endpoint: str,
    *,
    as_port: int = 0,
    welcome: bool = True,
):
    """Bring the device's end of a tunnel up; everything but the endpoint goes through it."""
    needs_wireguard()
    name = f"hd{secrets.token_hex(3)}"
    conf = (
        f"[Interface]\nPrivateKey={private}\n"
        f"[Peer]\nPublicKey={public}\nAllowedIPs=0.0.0.0/0,::/0\nEndpoint={endpoint}\n"
        # It begins to talk by itself.
        "PersistentKeepalive=25\n"
    )
    four, six = tunnel_addresses(as_port or port)
    async with interface(net, net.device, name, conf, f"{four}/32", f"{six}/128"):
        for way in (
            ("route", "add", "10.83.0.0/16"),
            ("route", "add", "11.22.33.0/24"),
            ("-6", "route", "add", "fd83:6864::/64"),
            ("-6", "route", "add", "2a0f:1234::/64"),
        ):
            assert not await run(net, net.device, "ip", *way, "dev", name)
        if welcome:
            await shaken(net, name)
        yield
