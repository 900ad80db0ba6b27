"""Gives a device its WireGuard tunnel: its private key is shown once and kept nowhere."""

import asyncio
from base64 import b64encode
from dataclasses import dataclass

from cryptography.hazmat.primitives.asymmetric.x25519 import X25519PrivateKey

from api.needs import Desk
from api.panel import TunnelDesk
from rules.tunnels import KERNEL, device_conf, door_key
from store import devices
from store.devices import Device
from words.speech import to_say


@dataclass(frozen=True, slots=True)
class Tunnel:
    """A tunnel just made: the configuration of the device's end."""

    device: Device
    conf: str


async def make_tunnel(desk: Desk, tunnels: TunnelDesk, device: Device, host: str) -> Tunnel:
    """Make a new key for a device; the old one, if there was one, is worth nothing any more."""
    private = X25519PrivateKey.generate()
    secret = await asyncio.to_thread(tunnels.secret)
    owner = KERNEL if tunnels.kernel_port else device.id
    door = X25519PrivateKey.from_private_bytes(door_key(secret, owner)).public_key()
    async with desk.change(to_say("made a tunnel for {device}"), device=device.name) as tx:
        public = _text(private.public_key().public_bytes_raw())
        changed = await devices.set_tunnel_key(tx, device.id, public)
    literal = f"[{host}]" if ":" in host else host
    conf = device_conf(
        private=_text(private.private_bytes_raw()),
        port=device.port,
        door=_text(door.public_bytes_raw()),
        endpoint=f"{literal}:{tunnels.kernel_port or device.port}",
    )
    return Tunnel(changed, conf)


async def end_tunnel(desk: Desk, device: Device) -> Device:
    """Take a device's tunnel away; running connections in it end."""
    async with desk.change(to_say("ended the tunnel of {device}"), device=device.name) as tx:
        return await devices.set_tunnel_key(tx, device.id, "")


def _text(raw: bytes) -> str:
    return b64encode(raw).decode()
