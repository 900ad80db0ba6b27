"""Rosters: who is known of a school, bringing a list in, a new school year; all can be undone."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any
from uuid import UUID

import sqlalchemy as sa
from sqlalchemy.ext.asyncio import AsyncConnection

from rules.roster import Enrolled
from rules.sentences import Sentence
from rules.verdict import Layer
from store import groups, memberships
from store.change import Change
from store.errors import Impossible, NotFound
from store.groups import Group
from store.ids import new_id
from store.insert import insert_into
from store.tables import children, pupil_numbers, roster_changes, roster_steps

DRAFT_KEPT = timedelta(hours=1)
"""How long the rows of a list are kept that nobody applied."""
IMPORT, NEW_YEAR = "import", "new year"
LATER = Sentence("Something was done after it. Undo that first.", {})
UNDONE = Sentence("This was undone already.", {})


@dataclass(frozen=True, slots=True)
class RosterChange:
    """A list that was brought in, or a school year that began."""

    id: UUID
    group_id: UUID
    kind: str
    file: str
    at: datetime
    by: str
    by_id: UUID | None
    counts: dict[str, int]
    draft: dict[str, Any] | None = None
    applied: datetime | None = None
    undone: datetime | None = None
    undone_by: str = ""

    @property
    def stands(self) -> bool:
        """Tell whether it was applied and not undone."""
        return self.applied is not None and self.undone is None


@dataclass(slots=True)
class Steps:
    """What was done in one change, to take it back."""

    rows: list[dict[str, Any]] = field(default_factory=list)

    def add(
        self,
        what: str,
        *,
        child_id: UUID | None = None,
        group_id: UUID | None = None,
        **before: object,
    ) -> None:
        """Remember one thing that was done, and how it was before."""
        self.rows.append(
            {"what": what, "child_id": child_id, "group_id": group_id, "before": before}
        )


@dataclass(frozen=True, slots=True)
class Step:
    what: str
    child_id: UUID | None
    group_id: UUID | None
    before: dict[str, Any]


def school_of(by_id: Mapping[UUID, Group], group: Group) -> Group:
    """Return whose numbers count in a group: its school's, else its own."""
    above = memberships.chain(dict(by_id), [group.id])
    return next((each for each in above if each.kind == Layer.SCHOOL), group)


async def classes_of(connection: AsyncConnection, group: Group) -> list[Group]:
    """Return the open classes of a school by name; of a class itself alone."""
    if group.kind == Layer.CLASS:
        return [group]
    known = {each.id: each for each in await groups.list_all(connection)}
    found = [
        each
        for each in known.values()
        if each.kind == Layer.CLASS
        and each.closed is None
        and group.id in {above.id for above in memberships.chain(known, [each.id])}
    ]
    return sorted(found, key=lambda each: (len(each.name), each.name))


async def enrolled(connection: AsyncConnection, group: Group) -> list[Enrolled]:
    """Return the pupils of a school or class: who lives there, and who joined."""
    known = {each.id: each for each in await groups.list_all(connection)}
    names = {each.id: each.name for each in await classes_of(connection, group)}
    numbers = await numbers_of(connection, school_of(known, group).id)
    joined = await memberships.all_of(connection)
    found = []
    for row in await connection.execute(sa.select(children).order_by(children.c.id)):
        class_id = next((one for one in joined.get(row.id, ()) if one in names), None)
        if class_id is not None:
            found.append(
                Enrolled(
                    row.id,
                    row.name,
                    row.birth_year,
                    class_id,
                    names[class_id],
                    numbers.get(row.id, ""),
                    at_home=row.group_id == class_id,
                )
            )
    return found


async def numbers_of(connection: AsyncConnection, school_id: UUID) -> dict[UUID, str]:
    """Return under which number a school knows each child."""
    wanted = sa.select(pupil_numbers).where(pupil_numbers.c.group_id == school_id)
    return {row.child_id: row.number for row in await connection.execute(wanted)}


async def left_with(connection: AsyncConnection, school_id: UUID) -> dict[str, UUID]:
    """Return by number who has left a school: a pupil who comes back is the same child."""
    wanted = (
        sa.select(pupil_numbers.c.number, pupil_numbers.c.child_id)
        .join(children, children.c.id == pupil_numbers.c.child_id)
        .where(pupil_numbers.c.group_id == school_id, children.c.left.is_not(None))
    )
    return {row.number: row.child_id for row in await connection.execute(wanted)}


async def give_number(tx: Change, school_id: UUID, child_id: UUID, number: str) -> None:
    """Say under which number a school knows a child, in place of the one before."""
    mine = sa.and_(pupil_numbers.c.group_id == school_id, pupil_numbers.c.child_id == child_id)
    await tx.connection.execute(sa.delete(pupil_numbers).where(mine))
    if number:
        values = {"group_id": school_id, "number": number, "child_id": child_id}
        fresh = insert_into(tx.connection, pupil_numbers).values(values)
        await tx.connection.execute(
            fresh.on_conflict_do_update(
                index_elements=["group_id", "number"], set_={"child_id": child_id}
            )
        )


async def keep_draft(
    tx_connection: AsyncConnection, given: RosterChange, draft: dict[str, Any]
) -> None:
    """Keep the rows of a list until somebody applies it, at most an hour."""
    await forget_drafts(tx_connection, given.at)
    row = {
        "id": given.id,
        "group_id": given.group_id,
        "kind": given.kind,
        "file": given.file,
        "at": given.at,
        "by": given.by,
        "by_id": given.by_id,
        "counts": given.counts,
        "draft": draft,
    }
    await tx_connection.execute(sa.insert(roster_changes).values(row))


async def change_draft(connection: AsyncConnection, change_id: UUID, draft: object) -> None:
    """Keep other columns for a list that waits."""
    waiting = sa.update(roster_changes).where(
        roster_changes.c.id == change_id, roster_changes.c.applied.is_(None)
    )
    await connection.execute(waiting.values(draft=draft))


async def forget_drafts(connection: AsyncConnection, now: datetime) -> int:
    """Forget lists that nobody applied within an hour; return how many."""
    old = sa.and_(roster_changes.c.applied.is_(None), roster_changes.c.at < now - DRAFT_KEPT)
    return (await connection.execute(sa.delete(roster_changes).where(old))).rowcount


async def drop_draft(connection: AsyncConnection, change_id: UUID) -> None:
    """Forget a list that waits, at once."""
    waiting = sa.and_(roster_changes.c.id == change_id, roster_changes.c.applied.is_(None))
    await connection.execute(sa.delete(roster_changes).where(waiting))


async def get(connection: AsyncConnection, group_id: UUID, change_id: UUID) -> RosterChange:
    """Return a change of a group's roster. Raises NotFound."""
    which = sa.and_(roster_changes.c.id == change_id, roster_changes.c.group_id == group_id)
    row = (
        (await connection.execute(sa.select(roster_changes).where(which))).mappings().one_or_none()
    )
    if row is None:
        raise NotFound
    return RosterChange(**row)


async def history(connection: AsyncConnection, group_id: UUID) -> list[RosterChange]:
    """Return what was done to a group's roster, newest first."""
    done = sa.and_(roster_changes.c.group_id == group_id, roster_changes.c.applied.is_not(None))
    newest = (
        sa.select(roster_changes)
        .where(done)
        .order_by(roster_changes.c.applied.desc(), roster_changes.c.id.desc())
    )
    return [RosterChange(**row) for row in (await connection.execute(newest)).mappings()]


async def keep(
    tx: Change,
    group: Group,
    kind: str,
    steps: Steps,
    counts: Mapping[str, int],
    *,
    change_id: UUID | None = None,
    file: str = "",
) -> UUID:
    """Keep what was done so that it can be undone; the rows of the list are forgotten."""
    key = change_id or new_id()
    done = {"counts": dict(counts), "applied": tx.now, "draft": None, "by": tx.by.name}
    done["by_id"] = tx.by.id
    row = {"id": key, "group_id": group.id, "kind": kind, "file": file, "at": tx.now, **done}
    fresh = insert_into(tx.connection, roster_changes).values(row)
    await tx.connection.execute(fresh.on_conflict_do_update(index_elements=["id"], set_=done))
    if steps.rows:
        numbered = [
            {"change_id": key, "place": place, **step} for place, step in enumerate(steps.rows)
        ]
        await tx.connection.execute(sa.insert(roster_steps), numbered)
    return key


async def steps_back(tx: Change, change: RosterChange) -> Sequence[Step]:
    """Return what is to be taken back, the last first; mark it as undone. Raises Impossible."""
    if not change.stands:
        raise Impossible(UNDONE)
    applied, key = roster_changes.c.applied, roster_changes.c.id
    later = sa.select(key).where(
        roster_changes.c.group_id == change.group_id,
        sa.or_(applied > change.applied, sa.and_(applied == change.applied, key > change.id)),
        roster_changes.c.undone.is_(None),
    )
    if await tx.connection.scalar(later.limit(1)):
        raise Impossible(LATER)
    which = roster_changes.c.id == change.id
    marked = sa.update(roster_changes).where(which, roster_changes.c.undone.is_(None))
    if (
        await tx.connection.execute(marked.values(undone=tx.now, undone_by=tx.by.name))
    ).rowcount == 0:
        raise Impossible(UNDONE)
    wanted = sa.select(roster_steps).where(roster_steps.c.change_id == change.id)
    rows = await tx.connection.execute(wanted.order_by(roster_steps.c.place.desc()))
    return [Step(row.what, row.child_id, row.group_id, row.before) for row in rows]


async def added_by(connection: AsyncConnection, change_id: UUID) -> list[UUID]:
    """Return the children who came with a change and are still here."""
    mine = sa.and_(roster_steps.c.change_id == change_id, roster_steps.c.what == "child")
    found = await connection.scalars(
        sa.select(roster_steps.c.child_id).where(mine, roster_steps.c.child_id.is_not(None))
    )
    return list(found)
