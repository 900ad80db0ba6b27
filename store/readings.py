"""What reading told of sites that no list knows: shared by the doors, put right by adults."""

from collections.abc import Iterable
from datetime import datetime

import sqlalchemy as sa
from sqlalchemy.ext.asyncio import AsyncConnection

from rules.reading import KEPT, Reading, Source, key_of, with_reading
from rules.visit import Known, is_unlisted
from store.change import Change
from store.database import Database, site_of
from store.errors import NotFound
from store.insert import insert_into
from store.tables import readings

MOST = 20_000
"""Sites that are kept; the ones read longest ago go first."""


async def keep(db: Database, found: Iterable[Reading]) -> None:
    """Keep what doors read; what an adult said is never written over."""
    async with db.write() as connection:
        for reading in found:
            insert = insert_into(connection, readings).values(_row(connection, reading))
            fresh: dict[str, sa.ColumnElement[object]] = {
                name: insert.excluded[name] for name in _VALUES
            }
            # A site that is named already stays so.
            fresh["site"] = sa.case(
                (insert.excluded.site == "", readings.c.site), else_=insert.excluded.site
            )
            await connection.execute(
                insert.on_conflict_do_update(
                    index_elements=["site_id", "key"],
                    set_=fresh,
                    where=readings.c.source != Source.ADULT.value,
                )
            )


_VALUES = ("at", "category", "source", "words", "shape")


async def since(connection: AsyncConnection, moment: datetime) -> list[Reading]:
    """Return what was read or said from a moment on, and everything that adults said."""
    said = sa.or_(readings.c.at >= moment, readings.c.source == Source.ADULT.value)
    return await _read(connection, said, MOST)


async def named(connection: AsyncConnection, limit: int = 200) -> list[Reading]:
    """Return the sites with a category, or put right by an adult, the newest first."""
    told = sa.or_(readings.c.category != "", readings.c.source == Source.ADULT.value)
    return await _read(connection, sa.and_(told, readings.c.site != ""), limit)


async def unnamed(connection: AsyncConnection) -> int:
    """Count the sites with a category whose name is not kept."""
    mine = readings.c.site_id == site_of(connection)
    wanted = sa.select(sa.func.count()).where(
        mine, readings.c.category != "", readings.c.site == ""
    )
    return int(await connection.scalar(wanted) or 0)


async def of_host(connection: AsyncConnection, host: str) -> Reading | None:
    """Return what reading told of a host."""
    found = await _read(connection, readings.c.key == key_of(host), 1)
    return found[0] if found else None


async def known_of(connection: AsyncConnection, host: str, known: Known, now: datetime) -> Known:
    """Add what reading told to what the catalogue knows of a host."""
    if not is_unlisted(known):
        return known
    return with_reading(known, await of_host(connection, host), now)


async def put_right(tx: Change, key: str) -> Reading:
    """Note that an adult calls a reading wrong: the site has no category from its pages."""
    return await _say(tx, key, {"category": "", "source": Source.ADULT.value, "at": tx.now})


async def forget_one(tx: Change, key: str) -> Reading:
    """Forget a reading, an adult's word too: the site is read again at the next visit."""
    # The row stays, run out, so that doors which know it hear of the end.
    over = tx.now - KEPT
    return await _say(tx, key, {"category": "", "source": Source.WORDS.value, "at": over})


async def forget_older(db: Database, now: datetime) -> int:
    """Forget what ran out, and what is more than is kept."""
    async with db.write() as connection:
        mine = readings.c.site_id == db.site_id
        read = readings.c.source != Source.ADULT.value
        old = sa.delete(readings).where(mine, read, readings.c.at < now - KEPT)
        gone = (await connection.execute(old)).rowcount
        newest = sa.select(readings.c.at).where(mine).order_by(readings.c.at.desc())
        edge = await connection.scalar(newest.offset(MOST).limit(1))
        if edge is not None:
            more = sa.delete(readings).where(mine, read, readings.c.at <= edge)
            gone += (await connection.execute(more)).rowcount
        return gone


async def _say(tx: Change, key: str, values: dict[str, object]) -> Reading:
    found = await _read(tx.connection, readings.c.key == key, 1)
    if not found:
        raise NotFound("there is no such reading")
    mine = (readings.c.site_id == site_of(tx.connection), readings.c.key == key)
    await tx.connection.execute(sa.update(readings).where(*mine).values(values))
    return found[0]


async def _read(
    connection: AsyncConnection, where: sa.ColumnElement[bool], limit: int
) -> list[Reading]:
    mine = readings.c.site_id == site_of(connection)
    wanted = sa.select(readings).where(mine, where).order_by(readings.c.at.desc()).limit(limit)
    return [
        Reading(
            row.key,
            row.at,
            row.category,
            tuple(row.words),
            Source(row.source),
            row.site,
            tuple(row.shape),
        )
        for row in await connection.execute(wanted)
    ]


def _row(connection: AsyncConnection, reading: Reading) -> dict[str, object]:
    return {
        "site_id": site_of(connection),
        "key": reading.key,
        "at": reading.at,
        "site": reading.site,
        "category": reading.category,
        "source": reading.source.value,
        "words": list(reading.words),
        "shape": list(reading.shape),
    }
