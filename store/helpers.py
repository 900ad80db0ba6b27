"""Helpers: adults whom a family chose for its children to turn to, with a number or without."""

from collections import defaultdict
from uuid import UUID

import sqlalchemy as sa
from sqlalchemy.ext.asyncio import AsyncConnection

from rules.family import Helper
from rules.sentences import Sentence
from store.change import Change
from store.errors import Impossible, NotFound
from store.ids import new_id
from store.tables import helpers

MOST = 6
"""More than these nobody in need reads."""
TOO_MANY = Sentence("Six people are enough: take one off the list first.", {})


async def add(tx: Change, group_id: UUID, *, name: str, phone: str = "") -> Helper:
    """Put somebody on the list of a family. Raises Impossible where it is full."""
    if len(await list_of(tx.connection, group_id)) >= MOST:
        raise Impossible(TOO_MANY)
    made = Helper(id=new_id(), name=name, phone=phone)
    row = made.model_dump() | {"group_id": group_id, "added": tx.now}
    await tx.connection.execute(sa.insert(helpers).values(row))
    return made


async def remove(tx: Change, group_id: UUID, helper_id: UUID) -> None:
    """Take somebody off the list. Raises NotFound."""
    which = sa.and_(helpers.c.id == helper_id, helpers.c.group_id == group_id)
    if (await tx.connection.execute(sa.delete(helpers).where(which))).rowcount == 0:
        raise NotFound


async def list_of(connection: AsyncConnection, group_id: UUID) -> list[Helper]:
    """Return the list of a family, in the order in which it was written."""
    return (await by_group(connection)).get(group_id, [])


async def by_group(connection: AsyncConnection) -> dict[UUID, list[Helper]]:
    """Return the lists of all families."""
    ordered = sa.select(helpers).order_by(helpers.c.added, helpers.c.id)
    found: dict[UUID, list[Helper]] = defaultdict(list)
    for row in await connection.execute(ordered):
        found[row.group_id].append(Helper(id=row.id, name=row.name, phone=row.phone))
    return found
