"""Groups: families (later schools, wards, cities)."""

from dataclasses import asdict, dataclass
from uuid import UUID
from zoneinfo import available_timezones

import sqlalchemy as sa
from sqlalchemy.ext.asyncio import AsyncConnection

from rules.family import Language
from rules.verdict import Layer
from store.change import Change
from store.errors import NotFound
from store.ids import new_id
from store.tables import groups

KINDS = (Layer.CITY, Layer.WARD, Layer.SCHOOL, Layer.CLASS, Layer.FAMILY)


@dataclass(frozen=True, slots=True)
class Group:
    id: UUID
    kind: str
    name: str
    zone: str
    language: Language
    parent_id: UUID | None = None


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


async def get(connection: AsyncConnection, group_id: UUID) -> Group:
    """Return a group or raise NotFound."""
    wanted = sa.select(groups).where(groups.c.id == group_id)
    row = (await connection.execute(wanted)).mappings().one_or_none()
    if row is None:
        raise NotFound
    return Group(**row)


async def list_all(connection: AsyncConnection) -> list[Group]:
    """Return every group, oldest first."""
    rows = await connection.execute(sa.select(groups).order_by(groups.c.id))
    return [Group(**row) for row in rows.mappings()]


async def first_id(connection: AsyncConnection) -> UUID | None:
    """Return the group that was set up first: who set it up looks after the machine."""
    found: UUID | None = await connection.scalar(
        sa.select(groups.c.id).order_by(groups.c.id).limit(1)
    )
    return found


def _checked(zone: str) -> str:
    if zone not in available_timezones():
        raise ValueError(f"“{zone}” is no time zone: write it like Asia/Ho_Chi_Minh")
    return zone
