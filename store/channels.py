"""Channels: where an adult is told, or the child at a device; and the adult's quiet hours."""

from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import datetime
from enum import StrEnum
from uuid import UUID

import sqlalchemy as sa
from sqlalchemy.ext.asyncio import AsyncConnection

from rules.telling import Quiet, Wants
from store.errors import NotFound
from store.ids import new_id
from store.insert import insert_into
from store.sealing import Seal, count_unreadable, is_sealed, seal_of
from store.tables import channels, quiet_hours

MOST = 20
"""Channels of one adult, or of one device."""


class Way(StrEnum):
    PUSH = "push"
    """A browser, by its own push service."""
    MAIL = "mail"
    """An e-mail address, by this installation's mail server."""
    OUTSIDE = "outside"
    """Whatever Apprise reaches: messengers, ntfy, webhooks."""


@dataclass(frozen=True, slots=True)
class Owner:
    """Whose channel it is: an adult's (perhaps only as long as a session lasts), or a device's."""

    adult_id: UUID | None = None
    session_id: UUID | None = None
    device_id: UUID | None = None


@dataclass(frozen=True, slots=True)
class Channel:
    id: UUID
    owner: Owner
    way: Way
    name: str
    sealed: str = field(repr=False)
    """What is needed to send there, sealed."""
    shown: str
    wants: Wants
    created: datetime
    _seal: Seal = field(repr=False, compare=False)

    @property
    def target(self) -> str:
        """Return what is needed to send there; nothing but the courier reads it.

        Raises Unreadable.
        """
        return self._seal.open(self.sealed, _place(self.owner))


async def add(
    connection: AsyncConnection,
    owner: Owner,
    *,
    way: Way,
    name: str,
    target: str,
    shown: str,
    wants: Wants,
    now: datetime,
) -> Channel:
    """Add a channel; the same target of the same owner is renewed instead of standing twice."""
    seal = seal_of(connection)
    row = {
        "id": new_id(),
        "adult_id": owner.adult_id,
        "session_id": owner.session_id,
        "device_id": owner.device_id,
        "way": way.value,
        "name": name,
        "target": seal.close(target, _place(owner)),
        "shown": shown,
        "digest": _digest(seal, owner, target),
        "wants": wants.model_dump(mode="json"),
        "created": now,
    }
    renewed = {key: row[key] for key in ("session_id", "name", "wants")}
    fresh = insert_into(connection, channels).values(row)
    kept = fresh.on_conflict_do_update(index_elements=["digest"], set_=renewed)
    found = await connection.execute(kept.returning(*channels.c))
    return _channel(found.mappings().one(), seal)


async def alter(connection: AsyncConnection, channel_id: UUID, *, name: str, wants: Wants) -> None:
    """Change what a channel is called and what it is for."""
    values = {"name": name, "wants": wants.model_dump(mode="json")}
    await connection.execute(sa.update(channels).where(channels.c.id == channel_id).values(values))


async def remove(connection: AsyncConnection, channel_id: UUID) -> None:
    """Remove a channel with everything that was on its way over it."""
    await connection.execute(sa.delete(channels).where(channels.c.id == channel_id))


async def get(connection: AsyncConnection, channel_id: UUID, adult_id: UUID) -> Channel:
    """Return a channel of an adult. Raises NotFound."""
    wanted = sa.and_(channels.c.id == channel_id, channels.c.adult_id == adult_id)
    found = await _load(connection, wanted)
    if not found:
        raise NotFound
    return found[0]


async def of_adult(connection: AsyncConnection, adult_id: UUID) -> list[Channel]:
    """Return an adult's channels, oldest first."""
    return await _load(connection, channels.c.adult_id == adult_id)


async def of_session(connection: AsyncConnection, session_id: UUID) -> Channel | None:
    """Return the channel of the browser that a session belongs to, if it has one."""
    found = await _load(connection, channels.c.session_id == session_id)
    return found[-1] if found else None


async def of_device(connection: AsyncConnection, device_id: UUID) -> list[Channel]:
    """Return the channels of a child's device."""
    return await _load(connection, channels.c.device_id == device_id)


async def are_any(connection: AsyncConnection) -> bool:
    """Tell whether anybody wants to be told of anything."""
    return bool(await connection.scalar(sa.select(sa.exists().select_from(channels))))


async def list_all(connection: AsyncConnection) -> list[Channel]:
    """Return every channel."""
    return await _load(connection, sa.true())


async def some(connection: AsyncConnection, ids: Iterable[UUID]) -> dict[UUID, Channel]:
    """Return some channels by their ids."""
    found = await _load(connection, channels.c.id.in_(list(ids)))
    return {channel.id: channel for channel in found}


async def set_quiet(connection: AsyncConnection, adult_id: UUID, quiet: Quiet | None) -> None:
    """Keep an adult's quiet hours, or that there are none."""
    if quiet is None:
        await connection.execute(sa.delete(quiet_hours).where(quiet_hours.c.adult_id == adult_id))
        return
    values = quiet.model_dump()
    fresh = insert_into(connection, quiet_hours).values(adult_id=adult_id, **values)
    await connection.execute(fresh.on_conflict_do_update(index_elements=["adult_id"], set_=values))


async def quiet_of_all(connection: AsyncConnection) -> dict[UUID, Quiet]:
    """Return the quiet hours of every adult who has some."""
    rows = await connection.execute(sa.select(quiet_hours))
    return {row.adult_id: Quiet(since=row.since, until=row.until) for row in rows}


async def quiet_of(connection: AsyncConnection, adult_id: UUID) -> Quiet | None:
    """Return an adult's quiet hours, if there are some."""
    return (await quiet_of_all(connection)).get(adult_id)


async def seal_plain(connection: AsyncConnection) -> int:
    """Seal the targets that were written before targets were sealed; return how many."""
    seal = seal_of(connection)
    rows = (await connection.execute(sa.select(channels))).mappings().all()
    plain = [row for row in rows if not is_sealed(row["target"])]
    for row in plain:
        owner, target = _owner(row), row["target"]
        closed = seal.close(target, _place(owner))
        mine = sa.update(channels).where(channels.c.id == row["id"])
        await connection.execute(mine.values(target=closed, digest=_digest(seal, owner, target)))
    return len(plain)


async def unreadable(connection: AsyncConnection, seal: Seal | None) -> int:
    """Return how many channels cannot be used, since this seal is not the one they lie under."""
    found = (await connection.execute(sa.select(channels))).mappings()
    return count_unreadable(seal, ((row["target"], _place(_owner(row))) for row in found))


def _place(owner: Owner) -> str:
    return f"channel of {owner.device_id or owner.adult_id}"


def _digest(seal: Seal, owner: Owner, target: str) -> bytes:
    return seal.mark(f"{owner.device_id or owner.adult_id}|{target}")


async def _load(connection: AsyncConnection, which: sa.ColumnElement[bool]) -> list[Channel]:
    wanted = sa.select(channels).where(which).order_by(channels.c.created, channels.c.id)
    rows = (await connection.execute(wanted)).mappings().all()
    return [_channel(row, seal_of(connection)) for row in rows]


def _owner(row: sa.RowMapping) -> Owner:
    return Owner(row["adult_id"], row["session_id"], row["device_id"])


def _channel(row: sa.RowMapping, seal: Seal) -> Channel:
    return Channel(
        id=row["id"],
        owner=_owner(row),
        way=Way(row["way"]),
        name=row["name"],
        sealed=row["target"],
        shown=row["shown"],
        wants=Wants.model_validate(row["wants"]),
        created=row["created"],
        _seal=seal,
    )
