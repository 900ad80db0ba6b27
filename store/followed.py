"""Letters of classes and schools that an adult with a role further above chose to get."""

from collections.abc import Iterable
from uuid import UUID

import sqlalchemy as sa
from sqlalchemy.ext.asyncio import AsyncConnection

from store import adults, groups, memberships
from store.adults import Adult, Role
from store.groups import Group
from store.insert import insert_into
from store.tables import followed


async def choose(connection: AsyncConnection, adult_id: UUID, group_id: UUID) -> None:
    """Choose a letter; twice is as good as once."""
    fresh = insert_into(connection, followed).values(adult_id=adult_id, group_id=group_id)
    await connection.execute(fresh.on_conflict_do_nothing())


async def drop(connection: AsyncConnection, adult_id: UUID, group_id: UUID) -> None:
    """Choose a letter no more."""
    mine = sa.and_(followed.c.adult_id == adult_id, followed.c.group_id == group_id)
    await connection.execute(sa.delete(followed).where(mine))


async def chosen(
    connection: AsyncConnection, readers: Iterable[Adult] | None = None
) -> frozenset[tuple[UUID, UUID]]:
    """Return who chose which group's letter and may still read it: adult and group."""
    rows = [(row.adult_id, row.group_id) for row in await connection.execute(sa.select(followed))]
    if not rows:
        return frozenset()
    known = {group.id: group for group in await groups.list_all(connection)}
    everyone = await adults.list_all(connection) if readers is None else readers
    by_id = {adult.id: adult for adult in everyone}
    return frozenset(
        (adult_id, group_id)
        for adult_id, group_id in rows
        if adult_id in by_id and may_read(by_id[adult_id], known, known[group_id])
    )


def may_read(adult: Adult, known: dict[UUID, Group], group: Group) -> bool:
    """Tell whether an adult may read the whole of a group's letter: by a role on it or above."""
    role = memberships.role_in(adult, known, group)
    return role not in (None, Role.OFFICER) and group.id not in adult.only
