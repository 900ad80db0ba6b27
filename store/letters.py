"""Weekly letters: the database lets exactly one through for each child and week."""

from datetime import date, datetime, timedelta
from uuid import UUID

import sqlalchemy as sa
from sqlalchemy.ext.asyncio import AsyncConnection

from store.insert import insert_into
from store.tables import letters

GIVEN_UP = timedelta(hours=1)
"""A claim this old without a letter was left by a process that died; it may be claimed again."""


async def claim(connection: AsyncConnection, child_id: UUID, week: date, *, now: datetime) -> bool:
    """Claim a child's week (its first day); True for exactly one caller."""
    abandoned = sa.and_(letters.c.kept.is_(None), letters.c.claimed <= now - GIVEN_UP)
    statement = insert_into(connection, letters).values(child_id=child_id, week=week, claimed=now)
    claimed = statement.on_conflict_do_update(
        index_elements=["child_id", "week"], set_={"claimed": now}, where=abandoned
    )
    won = await connection.execute(claimed.returning(letters.c.week))
    return won.one_or_none() is not None


async def keep(
    connection: AsyncConnection, child_id: UUID, week: date, *, summary: str, now: datetime
) -> None:
    """Keep the finished summary (JSON) of a claimed week, replacing an earlier one."""
    kept = {"summary": summary, "kept": now}
    statement = insert_into(connection, letters).values(
        child_id=child_id, week=week, claimed=now, **kept
    )
    await connection.execute(
        statement.on_conflict_do_update(index_elements=["child_id", "week"], set_=kept)
    )


async def find(connection: AsyncConnection, child_id: UUID, week: date) -> str | None:
    """Return the summary kept for a week, if any."""
    same = sa.and_(letters.c.child_id == child_id, letters.c.week == week)
    summary: str | None = await connection.scalar(sa.select(letters.c.summary).where(same))
    return summary


async def weeks(connection: AsyncConnection, child_id: UUID) -> list[date]:
    """Return the weeks with a kept summary, newest first."""
    kept = sa.and_(letters.c.child_id == child_id, letters.c.kept.is_not(None))
    wanted = sa.select(letters.c.week).where(kept).order_by(letters.c.week.desc())
    return list(await connection.scalars(wanted))


async def since(connection: AsyncConnection, first: date) -> set[tuple[UUID, date]]:
    """Return of whom letters were kept, of weeks that began on a day or later."""
    kept = sa.and_(letters.c.week >= first, letters.c.kept.is_not(None))
    rows = await connection.execute(sa.select(letters.c.child_id, letters.c.week).where(kept))
    return {(row.child_id, row.week) for row in rows}
