"""Pupils who left: as long after as visits are kept, what is known of them is erased, too."""

from collections import defaultdict
from datetime import datetime
from itertools import batched
from uuid import UUID

import sqlalchemy as sa

from store import erasing, groups
from store.change import SYSTEM, change
from store.database import Database
from store.erasing import Swept
from store.tables import children
from words.labels import to_say

ERASED = to_say("erased pupils who left {group} long ago")
AT_ONCE = 50
"""Pupils erased in one change, so that nobody waits long for the database."""


async def erase_older(db: Database, before: datetime, now: datetime) -> int:
    """Erase who left before a moment, with a receipt for each class; return how many went.

    The files are written anew by `erasing.scrub_left`.
    """
    async with db.read() as connection:
        left = sa.select(children.c.id, children.c.group_id).where(children.c.left < before)
        rows = await connection.execute(left.order_by(children.c.group_id, children.c.id))
        by_class: dict[UUID, list[UUID]] = defaultdict(list)
        for row in rows:
            by_class[row.group_id].append(row.id)
    for group_id, gone in by_class.items():
        for some in batched(gone, AT_ONCE):
            await _erase(db, group_id, some, now)
    return sum(map(len, by_class.values()))


async def _erase(db: Database, group_id: UUID, gone: tuple[UUID, ...], now: datetime) -> None:
    async with change(db, by=SYSTEM, what=ERASED, now=now, group_id=group_id) as tx:
        group = await groups.get(tx.connection, group_id)
        tx.values["group"] = group.name
        await erasing.erase_all(tx, gone, group_id)
        receipt = (await erasing.receipts(tx.connection, [group_id]))[0]
        await erasing.keep_swept(tx.connection, receipt.number, Swept(0, clean=False))
