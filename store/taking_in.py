"""Taking a family's child into a class; where it is a pupil of the roster, it takes that place."""

from uuid import UUID

import sqlalchemy as sa

from rules.joining import State
from rules.roster import Enrolled
from store import children, enrolments, groups, memberships, pupils, rosters
from store.change import Change
from store.enrolments import Enrolment
from store.groups import Group
from store.rosters import Step, Steps
from store.tables import device_children

JOINED = "joined"


async def take_in(
    tx: Change, asked: Enrolment, group: Group, *, match: Enrolled | None = None
) -> None:
    """Make a child a member of a class, in place of a pupil of the roster if it is the same child.

    The pupil's number and devices become the child's, and the pupil leaves: nobody stands there
    twice. It can be undone like a list. Raises NotFound where somebody was faster.
    """
    steps = Steps()
    await enrolments.settle(tx, asked.id, State.ACCEPTED, class_id=group.id)
    await memberships.join(tx, asked.child_id, group.id)
    taken = {"enrolment": str(asked.id)}
    steps.add("taken in", child_id=asked.child_id, group_id=group.id, **taken)
    if match is not None:
        await _replace(tx, group, match, asked.child_id, steps)
    counts = {"joined": 1, "matched": int(match is not None)}
    await rosters.keep(tx, group, JOINED, steps, counts)


async def back(tx: Change, step: Step, child_id: UUID) -> None:
    """Take back one thing of how a child was taken in; its family's wish waits again."""
    if step.what == "taken in" and step.group_id:
        await pupils.unjoin(tx, [(child_id, step.group_id)])
        await enrolments.reopen(tx, UUID(step.before["enrolment"]))
    elif step.what == "devices":
        await _hand_back(tx, step, child_id)


async def _hand_over(tx: Change, of: UUID, to: UUID) -> list[UUID]:
    """Make one child's devices another's, and return which they were."""
    mine = sa.select(device_children).where(device_children.c.child_id == of)
    held = (await tx.connection.execute(mine)).all()
    both = set(
        await tx.connection.scalars(
            sa.select(device_children.c.device_id).where(device_children.c.child_id == to)
        )
    )
    await tx.connection.execute(sa.delete(device_children).where(device_children.c.child_id == of))
    fresh = [
        {"device_id": row.device_id, "child_id": to, "position": row.position}
        for row in held
        if row.device_id not in both
    ]
    if fresh:
        await tx.connection.execute(sa.insert(device_children), fresh)
    return [row["device_id"] for row in fresh]


async def _hand_back(tx: Change, step: Step, child_id: UUID) -> None:
    """Undo that a pupil's devices became another child's."""
    given = [UUID(one) for one in step.before["devices"]]
    now = UUID(step.before["to"])
    theirs = sa.and_(device_children.c.child_id == now, device_children.c.device_id.in_(given))
    await tx.connection.execute(sa.update(device_children).where(theirs).values(child_id=child_id))


async def _replace(tx: Change, group: Group, pupil: Enrolled, by: UUID, steps: Steps) -> None:
    known = {each.id: each for each in await groups.list_all(tx.connection)}
    school = rosters.school_of(known, group)
    before = (await rosters.numbers_of(tx.connection, school.id)).get(by, "")
    steps.add("number", child_id=by, number=before)
    steps.add("number", child_id=pupil.child_id, number=pupil.number)
    await rosters.give_number(tx, school.id, pupil.child_id, "")
    await rosters.give_number(tx, school.id, by, pupil.number or before)
    given = await _hand_over(tx, pupil.child_id, by)
    steps.add("devices", child_id=pupil.child_id, to=str(by), devices=[str(one) for one in given])
    await children.leave(tx, pupil.child_id)
    steps.add("left", child_id=pupil.child_id)
