"""How many children of each ward something is true of in a week: counts, never who they are."""

from collections import Counter, defaultdict
from dataclasses import dataclass
from datetime import date
from uuid import UUID

import sqlalchemy as sa
from sqlalchemy.ext.asyncio import AsyncConnection

from rules.family import LEARNING
from rules.verdict import Action, Layer
from store import groups
from store.database import site_of
from store.groups import Group
from store.tables import belonged, child_days

STOPPED, LEARNED = "stopped", "learning"


@dataclass(frozen=True, slots=True)
class Counted:
    """Children by ward, and of how many of them each fact is true."""

    there: dict[str, int]
    facts: dict[str, dict[str, int]]


async def of_city(connection: AsyncConnection, city: Group, first: date, last: date) -> Counted:
    """Count the children of a city's schools by ward, both days included.

    A child of several schools counts once, in the ward that was founded first.
    """
    ward_of = await _ward_of(connection, city)
    if not ward_of:
        return Counted({}, {})
    wards = await _children(connection, ward_of, first, last)
    facts: dict[str, Counter[str]] = defaultdict(Counter)
    for child_id, fact in await _facts(connection, set(ward_of), first, last):
        if child_id in wards:
            facts[fact][wards[child_id]] += 1
    there = Counter(wards.values())
    named = {fact: dict(counted) for fact, counted in facts.items()}
    return Counted({ward: there[ward] for ward in sorted(there)}, named)


async def _ward_of(connection: AsyncConnection, city: Group) -> dict[UUID, tuple[UUID, str]]:
    """Return the ward of each school below a city; one without a ward counts for the city."""
    known = {group.id: group for group in await groups.list_all(connection)}
    found = {}
    for group in known.values():
        above = _above(known, group)
        if group.kind == Layer.SCHOOL and city.id in {each.id for each in above}:
            ward = next((each for each in above if each.kind == Layer.WARD), city)
            found[group.id] = (ward.id, ward.name)
    return found


def _above(known: dict[UUID, Group], group: Group) -> list[Group]:
    found = []
    parent = known.get(group.parent_id) if group.parent_id else None
    while parent is not None and parent not in found:
        found.append(parent)
        parent = known.get(parent.parent_id) if parent.parent_id else None
    return found


async def _children(
    connection: AsyncConnection, ward_of: dict[UUID, tuple[UUID, str]], first: date, last: date
) -> dict[UUID, str]:
    wanted = sa.select(belonged.c.child_id, belonged.c.group_id).distinct()
    mine = wanted.where(
        belonged.c.site_id == site_of(connection),
        belonged.c.group_id.in_(list(ward_of)),
        belonged.c.day.between(first, last),
    )
    found: dict[UUID, tuple[UUID, str]] = {}
    for child_id, group_id in await connection.execute(mine):
        found[child_id] = min(found.get(child_id, ward_of[group_id]), ward_of[group_id])
    return {child_id: name for child_id, (_, name) in found.items()}


async def _facts(
    connection: AsyncConnection, schools: set[UUID], first: date, last: date
) -> list[tuple[UUID, str]]:
    """Return once for each child what is true of it: what was stopped, that it learned."""
    together = belonged.join(
        child_days,
        sa.and_(
            child_days.c.site_id == belonged.c.site_id,
            child_days.c.child_id == belonged.c.child_id,
            child_days.c.day == belonged.c.day,
        ),
    )
    is_stopped = child_days.c.action == Action.BLOCK.value
    fact = sa.case((is_stopped, child_days.c.category), else_="").label("fact")
    learned = sa.and_(sa.not_(is_stopped), child_days.c.category == LEARNING)
    wanted = (
        sa.select(child_days.c.child_id, is_stopped.label("is_stopped"), fact)
        .select_from(together)
        .where(
            belonged.c.site_id == site_of(connection),
            belonged.c.group_id.in_(list(schools)),
            belonged.c.day.between(first, last),
            sa.or_(sa.and_(is_stopped, child_days.c.category != ""), learned),
        )
        .distinct()
    )
    return [
        (row.child_id, f"{STOPPED}:{row.fact}" if row.is_stopped else LEARNED)
        for row in await connection.execute(wanted)
    ]
