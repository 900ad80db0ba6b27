"""WireGuard tunnels: the numbers that follow from a device's port and need not be stored."""

import hashlib
import hmac
from uuid import UUID

KEY_FILE = "tunnels.key"
"""Name, in the data folder, of the 32 secret bytes from which the doors' tunnel keys are made."""
NETWORKS = ("10.83.0.0/16", "fd83:6864::/64")
"""The addresses inside tunnels; chosen where home networks hardly ever are."""
GATEWAYS = ("10.83.0.1", "fd83:6864::1")


def tunnel_addresses(port: int) -> tuple[str, str]:
    """Return the two addresses of a device inside its tunnel; its port is its own, so are they."""
    return f"10.83.{port >> 8}.{port & 255}", f"fd83:6864::{port:x}"


def door_key(secret: bytes, device_id: UUID) -> bytes:
    """Make the door's private key for one device's tunnel (32 bytes, as X25519 takes them)."""
    return hmac.digest(secret, b"tunnel " + device_id.bytes, hashlib.sha256)
