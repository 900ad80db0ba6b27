"""When lessons are at each school; a class has those of the school above it."""

from collections.abc import Mapping
from uuid import UUID

import sqlalchemy as sa
from sqlalchemy.ext.asyncio import AsyncConnection

from rules.lessons import Timetable
from store.change import Change
from store.insert import insert_into
from store.tables import timetables


async def all_of(connection: AsyncConnection) -> Mapping[UUID, Timetable]:
    """Return the timetables that were entered, by group."""
    rows = await connection.execute(sa.select(timetables))
    return {row.group_id: Timetable.model_validate_json(row.lessons) for row in rows}


async def find(connection: AsyncConnection, group_id: UUID) -> Timetable | None:
    """Return a group's own timetable, if one was entered."""
    return (await all_of(connection)).get(group_id)


async def save(tx: Change, group_id: UUID, timetable: Timetable) -> None:
    """Keep when lessons are.

    The running week is summed again by it (`group_days.redo`); weeks before stay as lived.
    """
    row = {"group_id": group_id, "lessons": timetable.model_dump_json()}
    statement = insert_into(tx.connection, timetables).values(row)
    await tx.connection.execute(
        statement.on_conflict_do_update(index_elements=["group_id"], set_=row)
    )
