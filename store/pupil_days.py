"""A group's children day by day, for an analyst of the school: under a pseudonym, never by name."""

import hashlib
import secrets
from collections.abc import AsyncIterator, Mapping
from dataclasses import dataclass
from datetime import date
from uuid import UUID

import sqlalchemy as sa
from sqlalchemy.ext.asyncio import AsyncConnection

from rules.minutes import count
from rules.verdict import Action
from store import days, facts, group_days
from store.database import Database, site_of
from store.tables import belonged, child_days

PEPPER = "analyst_pepper"
"""The fact that makes pseudonyms: without it nobody finds a child from one."""


@dataclass(frozen=True, slots=True)
class PupilDay:
    """What one pupil did on one day in one category; an empty category is all together."""

    day: date
    pupil: str
    category: str
    minutes: int
    lessons: int
    breaks: int
    visits: int
    stopped: int


async def of_group(
    db: Database, group_id: UUID, first: date, last: date
) -> AsyncIterator[list[PupilDay]]:
    """Give the rows of each day, so that a term needs no more memory than a day."""
    pepper = await _pepper(db)
    async with db.read() as connection:
        school = await group_days.school(connection)
        for day in days.between(first, last):
            members = await _members(connection, group_id, day)
            spent = await group_days.spent(connection, day, members)
            counted = await _counted(connection, day, members)
            masks = school.masks(group_id, day)
            rows = [
                row
                for child_id in members
                for row in _rows(
                    day,
                    _pseudonym(pepper, child_id),
                    spent.get(child_id, {}),
                    counted.get(child_id, {}),
                    masks,
                )
            ]
            yield sorted(rows, key=lambda row: (row.pupil, row.category))


def _rows(
    day: date,
    pupil: str,
    spent: Mapping[str, int],
    counted: Mapping[str, tuple[int, int]],
    masks: tuple[int, int],
) -> list[PupilDay]:
    lessons, breaks = masks
    return [
        PupilDay(
            day,
            pupil,
            category,
            count(spent.get(category, 0)),
            count(spent.get(category, 0) & lessons),
            count(spent.get(category, 0) & breaks),
            *counted.get(category, (0, 0)),
        )
        for category in {*spent, *counted}
    ]


async def _members(connection: AsyncConnection, group_id: UUID, day: date) -> set[UUID]:
    mine = sa.and_(
        belonged.c.site_id == site_of(connection),
        belonged.c.group_id == group_id,
        belonged.c.day == day,
    )
    return set(await connection.scalars(sa.select(belonged.c.child_id).where(mine)))


async def _counted(
    connection: AsyncConnection, day: date, members: set[UUID]
) -> dict[UUID, dict[str, tuple[int, int]]]:
    """Count by child and category what was visited and what was stopped."""
    is_stopped = child_days.c.action == Action.BLOCK.value
    visits = sa.func.sum(sa.case((is_stopped, 0), else_=child_days.c.visits))
    stopped = sa.func.sum(sa.case((is_stopped, child_days.c.times), else_=0))
    wanted = (
        sa.select(
            child_days.c.child_id,
            child_days.c.category,
            sa.cast(visits, sa.BigInteger),
            sa.cast(stopped, sa.BigInteger),
        )
        .where(child_days.c.site_id == site_of(connection), child_days.c.day == day)
        .group_by(child_days.c.child_id, child_days.c.category)
    )
    found: dict[UUID, dict[str, tuple[int, int]]] = {}
    for child_id, category, visited, blocked in await connection.execute(wanted):
        if child_id in members:
            found.setdefault(child_id, {})[category or "unlisted"] = (visited, blocked)
    return found


async def _pepper(db: Database) -> bytes:
    async with db.read() as connection:
        kept = await facts.find(connection, PEPPER)
    if kept is None:
        async with db.write() as connection:
            kept = await facts.find(connection, PEPPER) or secrets.token_hex(32)
            await facts.keep(connection, PEPPER, kept)
    return bytes.fromhex(kept)


def _pseudonym(pepper: bytes, child_id: UUID) -> str:
    return hashlib.blake2b(child_id.bytes, key=pepper, digest_size=8).hexdigest()
