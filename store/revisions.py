"""The number that moves with every change: one row, and the lock that puts changes in a line."""

import sqlalchemy as sa
from sqlalchemy.ext.asyncio import AsyncConnection

from store.tables import revision


async def current(connection: AsyncConnection) -> int:
    """Return the current revision."""
    number: int = (await connection.execute(sa.select(revision.c.number))).scalar_one()
    return number


async def move(connection: AsyncConnection) -> int:
    """Move the revision by one and return it; other changes wait until this transaction ends."""
    moved = sa.update(revision).values(number=revision.c.number + 1).returning(revision.c.number)
    number: int = (await connection.execute(moved)).scalar_one()
    return number


async def hold(connection: AsyncConnection) -> None:
    """Make other changes wait until this transaction ends, without moving the revision."""
    await connection.execute(sa.select(revision.c.number).with_for_update())
