"""WireGuard tunnels: the numbers that follow from a device's port and need not be stored."""

import hashlib
import hmac
from collections.abc import Iterable
from uuid import UUID

KEY_FILE = "tunnels.key"
"""Name, in the data folder, of the 32 secret bytes from which the doors' tunnel keys are made."""
NETWORKS = ("10.83.0.0/16", "fd83:6864::/64")
"""The addresses inside tunnels; chosen where home networks hardly ever are."""
KERNEL = UUID(int=0)
"""Stands for no device in particular: the kernel has one key for all its peers."""
GATEWAYS = ("10.83.0.1", "fd83:6864::1")


def tunnel_addresses(port: int) -> tuple[str, str]:
    """Return the two addresses of a device inside its tunnel; its port is its own, so are they."""
    return f"10.83.{port >> 8}.{port & 255}", f"fd83:6864::{port:x}"


def door_key(secret: bytes, device_id: UUID) -> bytes:
    """Make the door's private key for one device's tunnel (32 bytes, as X25519 takes them)."""
    return hmac.digest(secret, b"tunnel " + device_id.bytes, hashlib.sha256)


def device_conf(*, private: str, port: int, door: str, endpoint: str) -> str:
    """Write the configuration of a device's end, as every WireGuard app reads it."""
    return (
        "[Interface]\n"
        f"PrivateKey = {private}\n"
        f"Address = {', '.join(f'{each}/{_bits(each)}' for each in tunnel_addresses(port))}\n"
        f"DNS = {GATEWAYS[0]}\n"
        "MTU = 1380\n"
        "\n"
        "[Peer]\n"
        f"PublicKey = {door}\n"
        "AllowedIPs = 0.0.0.0/0, ::/0\n"
        f"Endpoint = {endpoint}\n"
        "PersistentKeepalive = 25\n"
    )


def kernel_conf(*, private: str, port: int, peers: Iterable[tuple[str, int, str]]) -> str:
    """Write the kernel's end for `wg-quick`; peers are name, port and public key of devices.

    The kernel takes from a peer only packets that come from the peer's own addresses.
    """
    own = f"{GATEWAYS[0]}/16, {GATEWAYS[1]}/64"
    head = f"[Interface]\nPrivateKey = {private}\nListenPort = {port}\nAddress = {own}\n"
    return head + "".join(
        f"\n# {' '.join(name.split())}\n[Peer]\nPublicKey = {key}\n"
        f"AllowedIPs = {', '.join(f'{each}/{_bits(each)}' for each in tunnel_addresses(number))}\n"
        for name, number, key in peers
    )


def _bits(address: str) -> int:
    return 128 if ":" in address else 32
