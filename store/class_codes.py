"""Codes with which families join classes: one a group, shown as often as wanted, until a moment."""

import secrets
from dataclasses import asdict, dataclass
from datetime import UTC, datetime
from uuid import UUID

import sqlalchemy as sa
from sqlalchemy.ext.asyncio import AsyncConnection

from rules.joining import LENGTH, LETTERS
from store.change import Change
from store.errors import NotFound
from store.insert import insert_into
from store.tables import class_codes, groups


@dataclass(frozen=True, slots=True)
class ClassCode:
    group_id: UUID
    code: str
    by: str
    created: datetime
    until: datetime

    def is_open(self, now: datetime) -> bool:
        """Tell whether a family can still use it."""
        return now < self.until


async def make(tx: Change, group_id: UUID, *, until: datetime) -> ClassCode:
    """Give a group a new code; the one before works no more."""
    code = "".join(secrets.choice(LETTERS) for _ in range(LENGTH))
    made = ClassCode(group_id, code, tx.by.name, tx.now.astimezone(UTC), until)
    values = asdict(made)
    fresh = insert_into(tx.connection, class_codes).values(values)
    changed = {name: value for name, value in values.items() if name != "group_id"}
    await tx.connection.execute(
        fresh.on_conflict_do_update(index_elements=["group_id"], set_=changed)
    )
    return made


async def end(tx: Change, group_id: UUID) -> None:
    """End a group's code. Raises NotFound where it has none."""
    mine = sa.delete(class_codes).where(class_codes.c.group_id == group_id)
    if (await tx.connection.execute(mine)).rowcount == 0:
        raise NotFound


async def of_group(connection: AsyncConnection, group_id: UUID) -> ClassCode | None:
    """Return a group's code, also one that ran out."""
    wanted = sa.select(class_codes).where(class_codes.c.group_id == group_id)
    row = (await connection.execute(wanted)).mappings().one_or_none()
    return ClassCode(**row) if row else None


async def find(connection: AsyncConnection, code: str, *, now: datetime) -> ClassCode:
    """Return a code that works. Raises NotFound for any other, and where the group is closed."""
    wanted = (
        sa.select(class_codes)
        .join(groups, groups.c.id == class_codes.c.group_id)
        .where(class_codes.c.code == code, groups.c.closed.is_(None))
    )
    row = (await connection.execute(wanted)).mappings().one_or_none()
    if row is None or not (found := ClassCode(**row)).is_open(now):
        raise NotFound
    return found
