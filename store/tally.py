"""How many children live where, and how many of them were online: counted, not listed."""

from collections.abc import Collection
from datetime import date
from uuid import UUID

import sqlalchemy as sa
from sqlalchemy.ext.asyncio import AsyncConnection

from rules.scope import EVERYTHING
from store.database import site_of
from store.sight import Sight
from store.tables import children, minutes


async def living(connection: AsyncConnection, sight: Sight) -> dict[UUID, int]:
    """Return by group how many children an adult knows live there."""
    return await _by_group(connection, sight.living())


async def homes(connection: AsyncConnection, group_ids: Collection[UUID]) -> dict[UUID, int]:
    """Return how many children live in some groups, whoever may know them."""
    here = sa.and_(children.c.left.is_(None), children.c.group_id.in_(group_ids))
    return await _by_group(connection, here)


async def online(connection: AsyncConnection, sight: Sight, day: date) -> dict[UUID, int]:
    """Return by group how many of the children an adult knows used something on a local day."""
    today = sa.select(minutes.c.child_id).where(
        minutes.c.site_id == site_of(connection),
        minutes.c.day == day,
        minutes.c.scope == EVERYTHING,
    )
    return await _by_group(connection, sa.and_(sight.living(), children.c.id.in_(today)))


async def _by_group(connection: AsyncConnection, which: sa.ColumnElement[bool]) -> dict[UUID, int]:
    counted = sa.select(children.c.group_id, sa.func.count()).where(which)
    rows = await connection.execute(counted.group_by(children.c.group_id))
    return {group_id: int(number) for group_id, number in rows}
