"""When an adult's letters come, and whether a line comes where a week was empty."""

from collections.abc import Iterable
from uuid import UUID

import sqlalchemy as sa
from sqlalchemy.ext.asyncio import AsyncConnection

from rules.posting import LetterTime
from store.insert import insert_into
from store.tables import letter_times


async def keep(connection: AsyncConnection, adult_id: UUID, given: LetterTime) -> None:
    """Keep when an adult's letters come."""
    values = given.model_dump()
    fresh = insert_into(connection, letter_times).values(adult_id=adult_id, **values)
    await connection.execute(fresh.on_conflict_do_update(index_elements=["adult_id"], set_=values))


async def of_all(
    connection: AsyncConnection, adult_ids: Iterable[UUID] | None = None
) -> dict[UUID, LetterTime]:
    """Return the times of every adult who set one, or of some."""
    wanted = sa.select(letter_times)
    if adult_ids is not None:
        wanted = wanted.where(letter_times.c.adult_id.in_(list(adult_ids)))
    rows = await connection.execute(wanted)
    return {
        row.adult_id: LetterTime(day=row.day, minute=row.minute, empty=row.empty) for row in rows
    }


async def of(connection: AsyncConnection, adult_id: UUID) -> LetterTime:
    """Return when an adult's letters come: what they set, or the usual time."""
    return (await of_all(connection, [adult_id])).get(adult_id, LetterTime())
