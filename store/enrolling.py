"""What becomes of a roster: a list applied, a school year begun, either of them taken back."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from uuid import UUID

import sqlalchemy as sa

from rules.roster import Altered, Plan, Pupil, folded, with_number
from rules.roster import Step as YearStep
from store import children, erasing, groups, memberships, rosters, taking_in
from store.change import Change
from store.groups import Group
from store.rosters import RosterChange, Step, Steps
from store.tables import children as children_table
from store.tables import groups as groups_table
from store.tables import memberships as memberships_table
from store.tables import policies as policies_table


@dataclass(slots=True)
class _Work:
    """One list on its way in."""

    tx: Change
    group: Group
    school: Group
    classes: dict[str, UUID]
    """Folded name -> class."""
    returning: Mapping[str, UUID]
    steps: Steps = field(default_factory=Steps)


async def bring_in(
    tx: Change,
    group: Group,
    plan: Plan,
    *,
    leavers: Iterable[UUID] = (),
    change_id: UUID | None = None,
    file: str = "",
) -> UUID:
    """Do what a plan says, and let go those of the missing who are named; return its id.

    All of it happens in the caller's one change, and can be undone.
    """
    known = {each.id: each for each in await groups.list_all(tx.connection)}
    school = rosters.school_of(known, group)
    here = await rosters.classes_of(tx.connection, group)
    work = _Work(
        tx,
        group,
        school,
        {folded(each.name): each.id for each in here},
        await rosters.left_with(tx.connection, school.id),
    )
    for name in plan.classes:
        await _make_class(work, name)
    for altered in plan.altered:
        await _alter(work, altered)
    for pupil in plan.new:
        await _take_in(work, pupil)
    going = set(leavers)
    for missing in plan.missing:
        if missing.child_id in going:
            await _let_go(work, missing.child_id, missing.class_id, at_home=missing.at_home)
    counts = plan.counts | {"left": len(going)}
    return await rosters.keep(
        tx, group, rosters.IMPORT, work.steps, counts, change_id=change_id, file=file
    )


async def begin_year(tx: Change, school: Group, steps: Iterable[YearStep]) -> UUID:
    """Give the classes their new names, and let those go whose class has none."""
    work = _Work(tx, school, school, {}, {})
    counts = {"moved": 0, "left": 0, "closed": 0}
    pupils = await rosters.enrolled(tx.connection, school)
    for step in steps:
        if step.to and step.to != step.name:
            await groups.rename(tx, step.group_id, step.to)
            work.steps.add("renamed", group_id=step.group_id, name=step.name)
            counts["moved"] += 1
        elif not step.to:
            mine = [pupil for pupil in pupils if pupil.class_id == step.group_id]
            for pupil in mine:
                await _let_go(work, pupil.child_id, step.group_id, at_home=pupil.at_home)
            await groups.close(tx, step.group_id)
            work.steps.add("closed", group_id=step.group_id)
            counts["left"] += len(mine)
            counts["closed"] += 1
    return await rosters.keep(tx, school, rosters.NEW_YEAR, work.steps, counts)


async def undo(tx: Change, change: RosterChange) -> None:
    """Take a change of a roster back: all of it, in the caller's one change. Raises Impossible."""
    steps = await rosters.steps_back(tx, change)
    added = [step.child_id for step in steps if step.what == "child" and step.child_id]
    await erasing.erase_all(tx, added, change.group_id)
    for step in steps:
        await _back(tx, change, step)


async def _make_class(work: _Work, name: str) -> None:
    made = await groups.add(
        work.tx,
        name=name,
        zone=work.school.zone,
        language=work.school.language,
        kind="class",
        parent_id=work.school.id if work.school.kind != "class" else work.school.parent_id,
    )
    work.classes[folded(name)] = made.id
    work.steps.add("class", group_id=made.id)


async def _take_in(work: _Work, pupil: Pupil) -> None:
    class_id = work.classes[folded(pupil.class_name)]
    wanted = await _name_in(work, class_id, pupil)
    returning = work.returning.get(pupil.number) if pupil.number else None
    if returning is not None:
        await _take_again(work, returning, class_id, wanted)
        return
    child = await children.add(
        work.tx,
        group_id=class_id,
        name=wanted,
        birth_year=pupil.birth_year,
        language=work.school.language,
        colour=children.COLOURS[pupil.row % len(children.COLOURS)],
    )
    work.steps.add("child", child_id=child.id)
    await rosters.give_number(work.tx, work.school.id, child.id, pupil.number)


async def _take_again(work: _Work, child_id: UUID, class_id: UUID, wanted: str) -> None:
    """Take in a pupil who had left: it is the same child, with what was known of it."""
    before = await children.get(work.tx.connection, child_id)
    left = before.left.isoformat() if before.left else ""
    work.steps.add(
        "came back", child_id=child_id, left=left, home=str(before.group_id), name=before.name
    )
    await children.come_back(work.tx, child_id)
    await rosters.set_home(work.tx, child_id, class_id, wanted)


async def _name_in(work: _Work, class_id: UUID, pupil: Pupil, but: UUID | None = None) -> str:
    """Return a free name: two of one name in a class are told apart by their numbers."""
    free = await rosters.free_name(work.tx.connection, class_id, pupil.name, but=but)
    if free == pupil.name or not pupil.number:
        return free
    told_apart = with_number(pupil.name, pupil.number)
    return await rosters.free_name(work.tx.connection, class_id, told_apart, but=but)


async def _alter(work: _Work, altered: Altered) -> None:
    known, pupil, what = altered.known, altered.pupil, altered.what
    class_id = work.classes[folded(pupil.class_name)]
    if known.at_home:
        home, year = str(known.class_id), known.birth_year
        work.steps.add(
            "particulars", child_id=known.child_id, home=home, name=known.name, birth_year=year
        )
        wanted = await _name_in(work, class_id, pupil, known.child_id)
        await rosters.set_home(work.tx, known.child_id, class_id, wanted)
        year_now = {"birth_year": pupil.birth_year}
        await rosters.set_particulars(work.tx, known.child_id, year_now)
    elif "class" in what:
        await rosters.unjoin(work.tx, known.child_id, [known.class_id])
        await memberships.join(work.tx, known.child_id, class_id)
        work.steps.add(
            "joined", child_id=known.child_id, group_id=class_id, before=str(known.class_id)
        )
    if "number" in what:
        work.steps.add("number", child_id=known.child_id, number=known.number)
        await rosters.give_number(work.tx, work.school.id, known.child_id, pupil.number)


async def _let_go(work: _Work, child_id: UUID, class_id: UUID, *, at_home: bool) -> None:
    """Let a pupil go; a family's child only leaves the class."""
    if at_home:
        await children.leave(work.tx, child_id)
        work.steps.add("left", child_id=child_id)
        return
    await rosters.unjoin(work.tx, child_id, [class_id])
    work.steps.add("left class", child_id=child_id, group_id=class_id)


async def _back(tx: Change, change: RosterChange, step: Step) -> None:
    """Take one thing back; what concerned a child that was removed since is over."""
    if step.child_id is not None:
        await _child_back(tx, change, step, step.child_id)
    elif step.group_id is not None:
        await _group_back(tx, step, step.group_id)


async def _child_back(tx: Change, change: RosterChange, step: Step, child_id: UUID) -> None:
    before = step.before
    match step.what:
        case "came back":
            await rosters.set_home(tx, child_id, UUID(before["home"]), before["name"])
            left = {"left": datetime.fromisoformat(before["left"]) if before["left"] else None}
            await rosters.set_particulars(tx, child_id, left)
        case "particulars":
            await rosters.set_home(tx, child_id, UUID(before["home"]), before["name"])
            await rosters.set_particulars(tx, child_id, {"birth_year": before["birth_year"]})
        case "joined" if step.group_id:
            await rosters.unjoin(tx, child_id, [step.group_id])
            await memberships.join(tx, child_id, UUID(before["before"]))
        case "number":
            known = {each.id: each for each in await groups.list_all(tx.connection)}
            school = rosters.school_of(known, known[change.group_id])
            await rosters.give_number(tx, school.id, child_id, before["number"])
        case "left":
            await children.come_back(tx, child_id)
        case "left class" if step.group_id:
            await memberships.join(tx, child_id, step.group_id)
        case _:
            await taking_in.back(tx, step, child_id)


async def _group_back(tx: Change, step: Step, group_id: UUID) -> None:
    match step.what:
        case "class":
            await _unmake_class(tx, group_id)
        case "renamed":
            await groups.rename(tx, group_id, step.before["name"])
        case "closed":
            await groups.reopen(tx, group_id)
        case _:
            pass


async def _unmake_class(tx: Change, group_id: UUID) -> None:
    """Remove a class that came with a list, unless somebody lives in it by now."""
    for table in (children_table, memberships_table):
        held = sa.select(table.c.group_id).where(table.c.group_id == group_id)
        if await tx.connection.scalar(held.limit(1)):
            return
    await tx.connection.execute(
        sa.delete(policies_table).where(policies_table.c.owner_id == group_id)
    )
    await tx.connection.execute(sa.delete(groups_table).where(groups_table.c.id == group_id))
