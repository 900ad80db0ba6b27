"""Groups: families, classes, schools, wards, cities; each may lie below a wider one."""

from collections.abc import Collection
from dataclasses import asdict, dataclass, fields
from datetime import datetime
from functools import cache
from uuid import UUID
from zoneinfo import available_timezones

import sqlalchemy as sa
from sqlalchemy.ext.asyncio import AsyncConnection

from rules.family import Language
from rules.sentences import Sentence
from rules.verdict import Layer
from store.change import Change
from store.columns import one_of
from store.errors import Impossible, NotFound
from store.ids import new_id
from store.tables import children, groups

INHABITED = Sentence(
    "{group} is not empty. Move its children and close the groups below it first.", {}
)
CLOSED = Sentence("This group is closed. Open it again first.", {})
A_CIRCLE = Sentence("A group lies below a wider one.", {})
KINDS = (Layer.CITY, Layer.WARD, Layer.SCHOOL, Layer.CLASS, Layer.FAMILY)


@dataclass(frozen=True, slots=True)
class Group:
    id: UUID
    kind: str
    name: str
    zone: str
    language: Language
    parent_id: UUID | None = None
    closed: datetime | None = None
    """Since when its rules hold for nobody any more."""


FIELDS = tuple(groups.c[field.name] for field in fields(Group))


async def add(
    tx: Change,
    *,
    name: str,
    zone: str,
    language: Language,
    kind: str = "family",
    parent_id: UUID | None = None,
) -> Group:
    """Add a group. Raises ValueError for a zone that is no IANA name."""
    if kind not in KINDS:
        raise ValueError(f"“{kind}” is no kind of group: use {', '.join(KINDS)}")
    group = Group(new_id(), kind, name, _checked(zone), language, parent_id)
    await tx.connection.execute(sa.insert(groups).values(asdict(group)))
    return group


async def alter(tx: Change, group_id: UUID, *, name: str, zone: str, language: Language) -> Group:
    """Change a group's name, zone and language."""
    wanted = sa.update(groups).where(groups.c.id == group_id)
    await tx.connection.execute(wanted.values(name=name, zone=_checked(zone), language=language))
    return await get(tx.connection, group_id)


async def rename(tx: Change, group_id: UUID, name: str) -> None:
    """Give a group another name."""
    await _set(tx, group_id, name=name)


async def move(tx: Change, group_id: UUID, parent_id: UUID | None) -> None:
    """Put a group below another one, or make it stand alone. Raises Impossible, NotFound."""
    group = await get(tx.connection, group_id)
    if parent_id is not None:
        above = await get(tx.connection, parent_id)
        if KINDS.index(Layer(group.kind)) <= KINDS.index(Layer(above.kind)):
            raise Impossible(A_CIRCLE)
    await _set(tx, group_id, parent_id=parent_id)


async def close(tx: Change, group_id: UUID) -> None:
    """Close a group: its rules hold for nobody any more. Raises Impossible for one that is used.

    Who only joined it stays a member, so that opening it again brings everything back.
    """
    group = await get(tx.connection, group_id)
    living = sa.select(children.c.id).where(
        children.c.group_id == group_id, children.c.left.is_(None)
    )
    below = sa.select(groups.c.id).where(groups.c.parent_id == group_id, groups.c.closed.is_(None))
    for held in (living, below):
        if await tx.connection.scalar(held.limit(1)):
            raise Impossible(Sentence(INHABITED.message, {"group": group.name}))
    await _set(tx, group_id, closed=tx.now)


async def reopen(tx: Change, group_id: UUID) -> None:
    """Open a closed group again, with the rules it had."""
    await _set(tx, group_id, closed=None)


async def get(connection: AsyncConnection, group_id: UUID) -> Group:
    """Return a group or raise NotFound."""
    wanted = sa.select(groups).where(groups.c.id == group_id)
    row = (await connection.execute(wanted)).mappings().one_or_none()
    if row is None:
        raise NotFound
    return Group(**row)


async def list_all(connection: AsyncConnection, ids: Collection[UUID] | None = None) -> list[Group]:
    """Return every group, or some, oldest first."""
    wanted = sa.select(*FIELDS).where(one_of(groups.c.id, ids)).order_by(groups.c.id)
    return [Group(*row) for row in await connection.execute(wanted)]


async def first_id(connection: AsyncConnection) -> UUID | None:
    """Return the group that was set up first: who set it up looks after the machine."""
    found: UUID | None = await connection.scalar(
        sa.select(groups.c.id).order_by(groups.c.id).limit(1)
    )
    return found


async def _set(tx: Change, group_id: UUID, **values: object) -> None:
    wanted = sa.update(groups).where(groups.c.id == group_id)
    if (await tx.connection.execute(wanted.values(values))).rowcount == 0:
        raise NotFound


@cache
def all_zones() -> frozenset[str]:
    """Return the names of all time zones, found once: to look for them reads hundreds of files."""
    return frozenset(available_timezones())


def _checked(zone: str) -> str:
    if zone not in all_zones():
        raise ValueError(f"“{zone}” is no time zone: write it like Asia/Ho_Chi_Minh")
    return zone
