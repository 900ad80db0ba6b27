"""Who is at the door: from listening port, proxy credentials or address to a device."""

import os
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from types import MappingProxyType
from typing import NamedTuple
from uuid import UUID

from proxy.files import one_at_a_time, write_whole
from rules.credentials import KEY_FILE, same_password
from rules.family import DeviceIdentity, Household
from rules.tunnels import tunnel_addresses

KEY_BYTES = 32
REMEMBERED = 1000


@dataclass(frozen=True, slots=True)
class Index:
    """Every device under each of the marks a door knows it by."""

    by_id: Mapping[UUID, DeviceIdentity] = field(default_factory=lambda: MappingProxyType({}))
    by_port: Mapping[int, DeviceIdentity] = field(default_factory=lambda: MappingProxyType({}))
    by_user: Mapping[str, DeviceIdentity] = field(default_factory=lambda: MappingProxyType({}))
    by_address: Mapping[str, DeviceIdentity] = field(default_factory=lambda: MappingProxyType({}))
    """Fixed addresses, and those inside tunnels."""
    by_card: Mapping[str, DeviceIdentity] = field(default_factory=lambda: MappingProxyType({}))


def index(household: Household) -> Index:
    """Index the devices of a household."""
    devices = household.devices
    return Index(
        by_id={device.id: device for device in devices},
        by_port={device.port: device for device in devices},
        by_user={device.username: device for device in devices if device.username},
        by_address={
            **{device.address: device for device in devices if device.address},
            **{
                address: device
                for device in devices
                if device.tunnel_key
                for address in tunnel_addresses(device.port)
            },
        },
        by_card={device.card: device for device in devices if device.card},
    )


class Caller(NamedTuple):
    """Who a connection belongs to. `challenge` asks the client for its proxy credentials first."""

    address: str
    device_id: UUID | None = None
    challenge: bool = False


class Doorman:
    """Recognises devices; remembers passwords it has already checked."""

    def __init__(self, key: bytes) -> None:
        self._key = key
        self._known: dict[tuple[str, str, str], bool] = {}

    def identify(
        self, index: Index, *, port: int, address: str, credentials: tuple[str, str] | None
    ) -> Caller:
        """Recognise a device: its own port, else credentials, else its fixed address."""
        device = index.by_port.get(port)
        if device is None and credentials is not None:
            device = self._by_credentials(index, *credentials)
        if device is None:
            device = index.by_address.get(address)
        if device is not None:
            return Caller(address, device.id)
        return Caller(address, challenge=bool(index.by_user))

    def at(self, index: Index, address: str, card: Callable[[], str]) -> Caller:
        """Recognise a device that says nothing of itself: its address, else its network card."""
        device = index.by_address.get(address) or index.by_card.get(card())
        return Caller(address, device.id if device else None)

    def _by_credentials(self, index: Index, user: str, password: str) -> DeviceIdentity | None:
        device = index.by_user.get(user)
        if device is None:
            return None
        question = (user, password, device.password_key)
        if question not in self._known:
            if len(self._known) >= REMEMBERED:
                self._known.clear()
            self._known[question] = same_password(self._key, password, device.password_key)
        return device if self._known[question] else None


def ensure_key(data: Path, name: str = KEY_FILE) -> bytes:
    """Return a secret of the data folder (that of password hashes), making it on first use."""
    path = data / name
    with one_at_a_time(data):
        if not path.exists():
            write_whole(path, os.urandom(KEY_BYTES))
    return path.read_bytes()
