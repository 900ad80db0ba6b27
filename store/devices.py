"""Devices: each has its own listening port at the door; what the doors observed of it is kept beside."""

from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from sqlalchemy.ext.asyncio import AsyncConnection

from store.change import Change


@dataclass(frozen=True, slots=True)
class Device:
    id: UUID
    name: str
    kind: str
    """phone, tablet, computer, tv, console, other."""
    system: str
    """android, ios, windows, macos, linux, chromeos, other."""
    port: int
    child_ids: tuple[UUID, ...]
    address: str
    username: str
    password_key: str
    seen: datetime | None
    """When a door last saw it."""
    seen_from: str
    """The address it last came from."""
    trusts_ca: bool | None
    trust_seen: datetime | None


@dataclass(frozen=True, slots=True)
class Sighting:
    """What a door observed of a device."""

    device_id: UUID
    at: datetime
    address: str
    trusts_ca: bool | None = None
    """None where this sighting says nothing about it."""


async def add(tx: Change, *, name: str, kind: str, system: str, child_ids: list[UUID], first_port: int) -> Device:
    """Add a device and give it the lowest free port from `first_port` on."""
    raise NotImplementedError


async def alter(tx: Change, device_id: UUID, *, name: str, kind: str, system: str, child_ids: list[UUID], address: str = "") -> Device:
    """Change a device's particulars and whose it is."""
    raise NotImplementedError


async def set_credentials(tx: Change, device_id: UUID, *, username: str, password_key: str) -> Device:
    """Give a device a proxy user name and the keyed hash of its password. Raises Taken."""
    raise NotImplementedError


async def remove(tx: Change, device_id: UUID) -> None:
    """Remove a device; its port becomes free."""
    raise NotImplementedError


async def get(connection: AsyncConnection, device_id: UUID) -> Device:
    """Return a device or raise NotFound."""
    raise NotImplementedError


async def list_all(connection: AsyncConnection, *, child_id: UUID | None = None) -> list[Device]:
    """Return devices, oldest first."""
    raise NotImplementedError


async def record(connection: AsyncConnection, sightings: list[Sighting]) -> None:
    """Keep the newest of what doors observed. A change of `trusts_ca` moves the revision."""
    raise NotImplementedError
