"""Devices: each has a listening port of its own; what the doors observed of it is kept beside."""

from collections import defaultdict
from collections.abc import Collection
from dataclasses import dataclass, replace
from datetime import datetime
from uuid import UUID

import sqlalchemy as sa
from sqlalchemy.ext.asyncio import AsyncConnection

from store import revisions, strangers, uses
from store.change import Change
from store.columns import one_of
from store.errors import NotFound, StoreError, Taken
from store.ids import new_id
from store.insert import insert_into
from store.sight import Sight
from store.strangers import Passing
from store.tables import children, device_children, devices
from store.tables import sightings as sightings_table
from store.uses import Use

LAST_PORT = 65_535


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
    card: str
    """The network card's address, as a gateway sees it; empty where nobody said."""
    tunnel_key: str
    """Public WireGuard key of the device."""
    username: str
    password_key: str
    seen: datetime | None
    """When a door last saw it."""
    seen_from: str
    """The address it last came from."""
    trusts_ca: bool | None
    trust_seen: datetime | None
    group_id: UUID | None = None
    """The group whose it is while it is no child's."""
    use: Use | None = None
    """Who uses it now, where it asks; None where it does not ask."""

    @property
    def asks_who(self) -> bool:
        """Tell whether it asks who is using it."""
        return self.use is not None

    def user_at(self, now: datetime) -> UUID | None:
        """Return the child that uses it at a moment, as far as that is known."""
        if len(self.child_ids) == 1:
            return self.child_ids[0]
        if self.use is None or self.use.until is None or self.use.until <= now:
            return None
        return self.use.child_id if self.use.child_id in self.child_ids else None


@dataclass(frozen=True, slots=True)
class Sighting:
    """What a door observed of a device."""

    device_id: UUID
    at: datetime
    address: str
    trusts_ca: bool | None = None
    """None where this sighting says nothing about it."""
    stranger: bool = False
    """Nobody's device; its id is made from its address (see `store.strangers`)."""
    card: str = ""


async def add(
    tx: Change,
    *,
    name: str,
    kind: str,
    system: str,
    child_ids: list[UUID],
    first_port: int,
    group_id: UUID | None = None,
) -> Device:
    """Add a device and give it the lowest free port from `first_port` on."""
    used = set(await tx.connection.scalars(sa.select(devices.c.port)))
    port = next((port for port in range(first_port, LAST_PORT + 1) if port not in used), None)
    if port is None:
        raise StoreError("There is no free port left for another device.")
    device_id = new_id()
    row = {
        "id": device_id,
        "name": name,
        "kind": kind,
        "system": system,
        "port": port,
        "group_id": group_id or await _home(tx, child_ids),
    }
    await tx.connection.execute(sa.insert(devices).values(row))
    await _belong(tx, device_id, child_ids)
    return await get(tx.connection, device_id)


async def _home(tx: Change, child_ids: list[UUID]) -> UUID | None:
    """Return the group of the first of a device's children."""
    if not child_ids:
        return None
    home = sa.select(children.c.group_id).where(children.c.id == child_ids[0])
    found: UUID | None = await tx.connection.scalar(home)
    return found


async def alter(
    tx: Change,
    device_id: UUID,
    *,
    name: str,
    kind: str,
    system: str,
    child_ids: list[UUID],
) -> Device:
    """Change a device's particulars and whose it is."""
    await get(tx.connection, device_id)
    changed = {"name": name, "kind": kind, "system": system}
    wanted = sa.update(devices).where(devices.c.id == device_id)
    await tx.connection.execute(wanted.values(changed))
    await _belong(tx, device_id, child_ids)
    return await get(tx.connection, device_id)


async def set_marks(tx: Change, device_id: UUID, *, address: str, card: str) -> Device:
    """Say what a gateway knows a device by: fixed address, network card. Raises Taken."""
    for column, value in ((devices.c.address, address), (devices.c.card, card)):
        same = sa.select(devices.c.id).where(column == value, devices.c.id != device_id)
        if value and await tx.connection.scalar(same):
            raise Taken
    wanted = sa.update(devices).where(devices.c.id == device_id)
    await tx.connection.execute(wanted.values(address=address, card=card))
    return await get(tx.connection, device_id)


async def set_tunnel_key(tx: Change, device_id: UUID, key: str) -> Device:
    """Give a device's tunnel the public key it will show; empty ends the tunnel."""
    wanted = sa.update(devices).where(devices.c.id == device_id)
    await tx.connection.execute(wanted.values(tunnel_key=key))
    return await get(tx.connection, device_id)


async def set_credentials(
    tx: Change, device_id: UUID, *, username: str, password_key: str
) -> Device:
    """Give a device a proxy user name and the keyed hash of its password. Raises Taken."""
    holder = await tx.connection.scalar(
        sa.select(devices.c.id).where(devices.c.username == username)
    )
    if username and holder not in (None, device_id):
        raise Taken
    wanted = sa.update(devices).where(devices.c.id == device_id)
    await tx.connection.execute(wanted.values(username=username or None, password_key=password_key))
    return await get(tx.connection, device_id)


async def remove(tx: Change, device_id: UUID) -> None:
    """Remove a device; its port becomes free."""
    removed = await tx.connection.execute(sa.delete(devices).where(devices.c.id == device_id))
    if removed.rowcount == 0:
        raise NotFound


async def get(connection: AsyncConnection, device_id: UUID) -> Device:
    """Return a device or raise NotFound."""
    found = await _load(connection, devices.c.id == device_id)
    if not found:
        raise NotFound
    return found[0]


async def list_all(
    connection: AsyncConnection, *, child_id: UUID | None = None, sight: Sight | None = None
) -> list[Device]:
    """Return devices, oldest first: of a child, those an adult knows, or all."""
    if child_id is None:
        known = sight.has_device(devices.c.id) if sight else sa.true()
        return await _load(connection, known)
    mine = sa.select(device_children.c.device_id).where(device_children.c.child_id == child_id)
    return await _load(connection, devices.c.id.in_(mine))


async def names(connection: AsyncConnection, ids: Collection[UUID]) -> dict[UUID, str]:
    """Return how some devices are called."""
    wanted = sa.select(devices.c.id, devices.c.name).where(devices.c.id.in_(ids))
    return {row.id: row.name for row in await connection.execute(wanted)}


async def names_seen(
    connection: AsyncConnection, sight: Sight, ids: Collection[UUID] | None = None
) -> dict[UUID, str]:
    """Return how the devices are called that an adult knows, all or some, oldest first."""
    known = sa.and_(one_of(devices.c.id, ids), sight.has_device(devices.c.id))
    wanted = sa.select(devices.c.id, devices.c.name).where(known)
    return {row.id: row.name for row in await connection.execute(wanted.order_by(devices.c.id))}


async def list_some(connection: AsyncConnection, ids: Collection[UUID]) -> list[Device]:
    """Return some devices, oldest first."""
    return await _load(connection, devices.c.id.in_(ids)) if ids else []


async def of_children(connection: AsyncConnection, child_ids: Collection[UUID]) -> set[UUID]:
    """Return which devices some children have."""
    theirs = device_children.c.child_id.in_(child_ids)
    return set(await connection.scalars(sa.select(device_children.c.device_id).where(theirs)))


async def list_nobodys(connection: AsyncConnection, sight: Sight, *, limit: int) -> list[Device]:
    """Return devices that an adult knows and that are no child's, oldest first."""
    some = sight.nobodys().order_by(devices.c.id).limit(limit)
    return await _load(connection, devices.c.id.in_(some.scalar_subquery()))


async def record(connection: AsyncConnection, sightings: list[Sighting]) -> bool:
    """Keep the newest of what doors observed; tell whether that moved the revision.

    A change of `trusts_ca` does, because a door answers a device that trusts us differently; so
    does the use of a shared device that goes on.
    """
    newest = _newest(sightings)
    passing = [newest.pop(each) for each in list(newest) if newest[each].stranger]
    await strangers.record(
        connection, [Passing(each.address, each.card, each.at) for each in passing]
    )
    known = set(await connection.scalars(sa.select(devices.c.id).where(devices.c.id.in_(newest))))
    found = await connection.execute(
        sa.select(sightings_table).where(sightings_table.c.device_id.in_(known)).with_for_update()
    )
    before = {row.device_id: row for row in found}
    moved = False
    for device_id in sorted(known):
        row, trust_changed = _seen(before.get(device_id), newest[device_id])
        moved = moved or trust_changed
        statement = insert_into(connection, sightings_table).values(row)
        await connection.execute(
            statement.on_conflict_do_update(index_elements=["device_id"], set_=row)
        )
    at = {device_id: newest[device_id].at for device_id in known}
    moved = await uses.go_on(connection, at) or moved
    if moved:
        await revisions.move(connection)
    return moved


def merged(older: Sighting, newer: Sighting) -> Sighting:
    """Return two observations of a device as one: the newer, with what only the older knew."""
    if older.at > newer.at:
        older, newer = newer, older
    trusts = older.trusts_ca if newer.trusts_ca is None else newer.trusts_ca
    return replace(newer, trusts_ca=trusts)


def _newest(observed: list[Sighting]) -> dict[UUID, Sighting]:
    newest: dict[UUID, Sighting] = {}
    for sighting in observed:
        earlier = newest.get(sighting.device_id, sighting)
        newest[sighting.device_id] = merged(earlier, sighting)
    return newest


def _seen(
    before: sa.Row[tuple[object, ...]] | None, sighting: Sighting
) -> tuple[dict[str, object], bool]:
    """Return the row to keep, and whether what we know of the device's trust changed."""
    row: dict[str, object] = {"device_id": sighting.device_id}
    if before is None or sighting.at >= before.seen:
        row |= {"seen": sighting.at, "seen_from": sighting.address}
    else:
        row |= {"seen": before.seen, "seen_from": before.seen_from}
    trusted, trust_seen = (before.trusts_ca, before.trust_seen) if before else (None, None)
    says_more = sighting.trusts_ca is not None and (trust_seen is None or sighting.at >= trust_seen)
    if not says_more:
        return row | {"trusts_ca": trusted, "trust_seen": trust_seen}, False
    row |= {"trusts_ca": sighting.trusts_ca, "trust_seen": sighting.at}
    return row, trusted != sighting.trusts_ca


async def _belong(tx: Change, device_id: UUID, child_ids: list[UUID]) -> None:
    mine = sa.delete(device_children).where(device_children.c.device_id == device_id)
    await tx.connection.execute(mine)
    rows = [
        {"device_id": device_id, "child_id": child_id, "position": position}
        for position, child_id in enumerate(dict.fromkeys(child_ids))
    ]
    if rows:
        await tx.connection.execute(sa.insert(device_children), rows)


async def _load(connection: AsyncConnection, which: sa.ColumnElement[bool]) -> list[Device]:
    whose: dict[UUID, list[UUID]] = defaultdict(list)
    ties = sa.select(device_children).join(devices).where(which)
    for tie in await connection.execute(ties.order_by(device_children.c.position)):
        whose[tie.device_id].append(tie.child_id)
    wanted = sa.select(
        devices, *[column for column in sightings_table.c if column.name != "device_id"]
    )
    joined = wanted.outerjoin(sightings_table).where(which).order_by(devices.c.id)
    rows = (await connection.execute(joined)).mappings()
    used = await uses.all_of(connection)
    return [_device(row, whose[row["id"]], used.get(row["id"])) for row in rows]


def _device(row: sa.RowMapping, child_ids: list[UUID], use: Use | None) -> Device:
    given = dict(row)
    for name in ("username", "seen_from", "card", "tunnel_key"):
        given[name] = given[name] or ""
    return Device(**given, child_ids=tuple(child_ids), use=use)
