"""Strangers: devices that came by without being anybody's, until an adult says whose they are."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime, timedelta
from uuid import NAMESPACE_URL, UUID, uuid5

import sqlalchemy as sa
from sqlalchemy.ext.asyncio import AsyncConnection

from store.change import Change
from store.errors import NotFound
from store.insert import insert_into
from store.tables import strangers

KEPT = timedelta(days=14)
"""A visitor's phone is nobody's business once it stays away."""


@dataclass(frozen=True, slots=True)
class Stranger:
    """A device by what the network tells of it."""

    address: str
    card: str
    """The network card (MAC), where the kernel knows it; empty otherwise."""
    first: datetime
    seen: datetime
    guest: bool
    """An adult said that it is a guest's: nobody needs to be told of it again."""


@dataclass(frozen=True, slots=True)
class Passing:
    """One time a stranger was seen."""

    address: str
    card: str
    at: datetime


def id_of(address: str) -> UUID:
    """Return an id for a device that has none, the same in every door."""
    return uuid5(NAMESPACE_URL, f"haidang:stranger:{address}")


async def record(connection: AsyncConnection, passing: Iterable[Passing]) -> None:
    """Keep when strangers were seen first and last."""
    for each in sorted(passing, key=lambda one: one.address):
        row = {"address": each.address, "card": each.card, "seen": each.at}
        fresh = insert_into(connection, strangers).values(**row, first=each.at, guest=False)
        later = sa.case(
            (fresh.excluded.seen > strangers.c.seen, fresh.excluded.seen), else_=strangers.c.seen
        )
        card = sa.case((fresh.excluded.card != "", fresh.excluded.card), else_=strangers.c.card)
        await connection.execute(
            fresh.on_conflict_do_update(
                index_elements=["address"], set_={"seen": later, "card": card}
            )
        )


async def list_all(connection: AsyncConnection) -> list[Stranger]:
    """Return the strangers of the last days, the latest first."""
    newest = sa.select(strangers).order_by(strangers.c.seen.desc(), strangers.c.address)
    return [Stranger(**row) for row in (await connection.execute(newest)).mappings()]


async def get(connection: AsyncConnection, address: str) -> Stranger:
    """Return a stranger or raise NotFound."""
    wanted = sa.select(strangers).where(strangers.c.address == address)
    row = (await connection.execute(wanted)).mappings().one_or_none()
    if row is None:
        raise NotFound
    return Stranger(**row)


async def welcome(tx: Change, address: str) -> None:
    """Say that a stranger is a guest's device. Raises NotFound."""
    mine = sa.update(strangers).where(strangers.c.address == address).values(guest=True)
    if (await tx.connection.execute(mine)).rowcount == 0:
        raise NotFound


async def forget(connection: AsyncConnection, address: str) -> None:
    """Forget a stranger who is none any more."""
    await connection.execute(sa.delete(strangers).where(strangers.c.address == address))


async def forget_older(connection: AsyncConnection, now: datetime) -> None:
    """Forget the strangers who stayed away."""
    await connection.execute(sa.delete(strangers).where(strangers.c.seen < now - KEPT))
