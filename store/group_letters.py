"""Letters of classes and schools as they were written, kept when what they were made of is gone."""

from datetime import date, datetime
from uuid import UUID

import sqlalchemy as sa
from sqlalchemy.ext.asyncio import AsyncConnection

from store.insert import insert_into
from store.tables import group_letters


async def keep(
    connection: AsyncConnection, group_id: UUID, week: date, *, summary: str, now: datetime
) -> None:
    """Keep a letter (JSON), replacing an earlier one of the same week."""
    kept = {"summary": summary, "kept": now}
    statement = insert_into(connection, group_letters).values(group_id=group_id, week=week, **kept)
    await connection.execute(
        statement.on_conflict_do_update(index_elements=["group_id", "week"], set_=kept)
    )


async def find(connection: AsyncConnection, group_id: UUID, week: date) -> str | None:
    """Return the letter kept for a week, if any."""
    same = sa.and_(group_letters.c.group_id == group_id, group_letters.c.week == week)
    summary: str | None = await connection.scalar(sa.select(group_letters.c.summary).where(same))
    return summary
