"""Children: a name, a birth year (never a birth date), a language, a colour, a picture."""

from collections.abc import Collection
from dataclasses import asdict, dataclass, fields
from datetime import UTC, date, datetime
from uuid import UUID
from zoneinfo import ZoneInfo

import sqlalchemy as sa
from sqlalchemy.ext.asyncio import AsyncConnection

from rules.family import Language
from rules.policy import Policy
from store import policies
from store.change import Change
from store.columns import one_of
from store.errors import NotFound, Taken
from store.ids import new_id
from store.sight import Sight
from store.tables import children, groups

COLOURS = ("blue", "green", "orange", "purple", "pink", "teal", "red", "yellow")
PICTURES = (
    *(
        "cat",
        "dog",
        "fish",
        "butterfly",
        "horse",
        "deer",
        "pig",
        "bug",
        "flower",
        "tree",
        "mushroom",
    ),
    *("sun", "moon", "star", "planet", "rocket", "plane", "sailboat", "bike", "robot", "alien"),
    *("ball-football", "skateboard", "music", "palette", "book", "crown", "ice-cream"),
)
"""Names of icons; without one a child is shown by its initial."""


@dataclass(frozen=True, slots=True)
class Child:
    id: UUID
    group_id: UUID
    name: str
    birth_year: int
    language: Language
    colour: str
    created: datetime
    left: datetime | None = None
    """Since when it is no pupil any more: no rule holds, nothing is written down."""
    picture: str = ""
    """An icon, one of `PICTURES`; empty: the initial."""


FIELDS = tuple(children.c[field.name] for field in fields(Child))
"""A child's columns in its own order: to go by their names costs as much again as reading them."""


async def add(
    tx: Change,
    *,
    group_id: UUID,
    name: str,
    birth_year: int,
    language: Language,
    colour: str = "blue",
    picture: str = "",
    policy: Policy = Policy(),
) -> Child:
    """Add a child with a first policy. Raises Taken if the group has a child of that name."""
    await _refuse_taken(tx.connection, group_id, name, None)
    created = tx.now.astimezone(UTC)
    child = Child(new_id(), group_id, name, birth_year, language, colour, created, picture=picture)
    await tx.connection.execute(sa.insert(children).values(asdict(child)))
    await policies.save(tx, child.id, policy)
    return child


async def alter(
    tx: Change,
    child_id: UUID,
    *,
    name: str,
    birth_year: int,
    language: Language,
    colour: str,
    picture: str | None = None,
) -> Child:
    """Change a child's particulars; without a picture it keeps the one it has."""
    before = await get(tx.connection, child_id)
    await _refuse_taken(tx.connection, before.group_id, name, child_id)
    wanted = sa.update(children).where(children.c.id == child_id)
    changed = {
        "name": name,
        "birth_year": birth_year,
        "language": language,
        "colour": colour,
        "picture": before.picture if picture is None else picture,
    }
    await tx.connection.execute(wanted.values(changed))
    return await get(tx.connection, child_id)


async def move(tx: Change, child_id: UUID, group_id: UUID) -> None:
    """Give a child another home. Raises Taken if a child of that name lives there."""
    child = await get(tx.connection, child_id)
    await _refuse_taken(tx.connection, group_id, child.name, child_id)
    await _set(tx, child_id, group_id=group_id)


async def leave(tx: Change, child_id: UUID) -> None:
    """Let a pupil go: no rule holds any more; what is known of it stays until it is removed."""
    await _set(tx, child_id, left=tx.now)


async def come_back(tx: Change, child_id: UUID) -> None:
    """Take a child in again that had left."""
    await _set(tx, child_id, left=None)


async def get(connection: AsyncConnection, child_id: UUID) -> Child:
    """Return a child or raise NotFound."""
    wanted = sa.select(children).where(children.c.id == child_id)
    row = (await connection.execute(wanted)).mappings().one_or_none()
    if row is None:
        raise NotFound
    return Child(**row)


async def today(connection: AsyncConnection, child_id: UUID, *, now: datetime) -> date:
    """Return which local day a child lives at a moment. Raises NotFound."""
    home = sa.select(groups.c.zone).join(children, children.c.group_id == groups.c.id)
    zone = await connection.scalar(home.where(children.c.id == child_id))
    if zone is None:
        raise NotFound
    return now.astimezone(ZoneInfo(zone)).date()


async def list_all(
    connection: AsyncConnection,
    *,
    group_ids: list[UUID] | None = None,
    ids: Collection[UUID] | None = None,
    sight: Sight | None = None,
) -> list[Child]:
    """Return children, oldest entry first: of some groups, some by id, or all; not who left.

    With `sight` only those an adult knows.
    """
    here = sa.and_(children.c.left.is_(None), one_of(children.c.id, ids))
    wanted = sa.select(*FIELDS).where(here).order_by(children.c.id)
    if group_ids is not None:
        wanted = wanted.where(children.c.group_id.in_(group_ids))
    if sight is not None:
        wanted = wanted.where(sight.living())
    return [Child(*row) for row in await connection.execute(wanted)]


async def _set(tx: Change, child_id: UUID, **values: object) -> None:
    wanted = sa.update(children).where(children.c.id == child_id)
    if (await tx.connection.execute(wanted.values(values))).rowcount == 0:
        raise NotFound


async def _refuse_taken(
    connection: AsyncConnection, group_id: UUID, name: str, but: UUID | None
) -> None:
    same = sa.and_(children.c.group_id == group_id, children.c.name == name)
    holder = await connection.scalar(sa.select(children.c.id).where(same))
    if holder is not None and holder != but:
        raise Taken
