"""What a program sent under a key of its own, so that the same thing sent twice is done once."""

from dataclasses import dataclass
from datetime import datetime, timedelta

import sqlalchemy as sa
from sqlalchemy.ext.asyncio import AsyncConnection

from store.database import Database
from store.insert import insert_into
from store.tables import repeats

KEPT = timedelta(days=1)


@dataclass(frozen=True, slots=True)
class Repeat:
    """What was sent before under the same key, and what came of it."""

    body_hash: bytes
    status: int | None
    """None while it is being done, or where a process died over it."""
    answer: str


async def claim(db: Database, key_hash: bytes, body_hash: bytes, now: datetime) -> Repeat | None:
    """Claim a key; None for exactly one caller, who now does the work."""
    same = repeats.c.key_hash == key_hash
    async with db.write() as connection:
        await connection.execute(sa.delete(repeats).where(same, repeats.c.at <= now - KEPT))
        fresh = insert_into(connection, repeats).values(
            key_hash=key_hash, body_hash=body_hash, at=now, answer=""
        )
        once = fresh.on_conflict_do_nothing().returning(repeats.c.key_hash)
        if await connection.scalar(once) is not None:
            return None
        row = (await connection.execute(sa.select(repeats).where(same))).mappings().one()
    return Repeat(row["body_hash"], row["status"], row["answer"])


async def keep(connection: AsyncConnection, key_hash: bytes, status: int, answer: str) -> None:
    """Keep what was answered."""
    changed = sa.update(repeats).where(repeats.c.key_hash == key_hash)
    await connection.execute(changed.values(status=status, answer=answer))


async def drop(connection: AsyncConnection, key_hash: bytes) -> None:
    """Give a key back: nothing was done."""
    await connection.execute(sa.delete(repeats).where(repeats.c.key_hash == key_hash))
