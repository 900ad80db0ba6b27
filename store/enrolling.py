"""What becomes of a roster: a list applied, a school year begun, either of them taken back.

A list of a whole school is one change: what is done to its pupils is gathered first, and written
by a statement for each kind of thing, so that nobody waits long for the database.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime
from itertools import groupby
from uuid import UUID

import sqlalchemy as sa

from rules.roster import Altered, Plan, Pupil, folded
from rules.roster import Step as YearStep
from store import children, erasing, groups, pupils, rosters, taking_in
from store.change import Change
from store.children import Child
from store.groups import Group
from store.ids import new_id
from store.pupils import Places
from store.rosters import RosterChange, Step, Steps
from store.tables import children as children_table
from store.tables import groups as groups_table
from store.tables import memberships as memberships_table
from store.tables import policies as policies_table


@dataclass(slots=True)
class _Work:
    """One list on its way in."""

    tx: Change
    school: Group
    classes: dict[str, UUID]
    """Folded name -> class."""
    returning: Mapping[str, UUID]
    """Number -> who left with it."""
    places: Places
    steps: Steps = field(default_factory=Steps)
    fresh: list[Child] = field(default_factory=list)
    numbers: dict[UUID, str] = field(default_factory=dict)
    """Child -> the number it gets."""
    moved: list[tuple[UUID, UUID, UUID]] = field(default_factory=list)
    """Children of families with the class they leave and the class they join."""

    async def write(self) -> None:
        """Write all that was gathered."""
        pairs = [(child_id, before) for child_id, before, _ in self.moved]
        await pupils.unjoin(self.tx, pairs)
        await pupils.join(self.tx, [(child_id, after) for child_id, _, after in self.moved])
        await self.places.write(self.tx.connection)
        await pupils.add(self.tx, self.fresh)
        await pupils.give_numbers(self.tx, self.school.id, self.numbers)


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
    work = await _begin(tx, group, plan)
    for name in plan.classes:
        await _make_class(work, name)
    for altered in plan.altered:
        _alter(work, altered)
    for altered in plan.altered:
        if "number" in altered.what:
            _renumber(work, altered)
    for pupil in plan.new:
        _take_in(work, pupil)
    await work.write()
    going = set(leavers)
    gone = [missing for missing in plan.missing if missing.child_id in going]
    await _let_go(tx, work.steps, [(each.child_id, each.class_id, each.at_home) for each in gone])
    counts = plan.counts | {"left": len(going)}
    return await rosters.keep(
        tx, group, rosters.IMPORT, work.steps, counts, change_id=change_id, file=file
    )


async def begin_year(tx: Change, school: Group, steps: Iterable[YearStep]) -> UUID:
    """Give the classes their new names, and let those go whose class has none."""
    done = Steps()
    counts = {"moved": 0, "left": 0, "closed": 0}
    enrolled = await rosters.enrolled(tx.connection, school)
    for step in steps:
        if step.to and step.to != step.name:
            await groups.rename(tx, step.group_id, step.to)
            done.add("renamed", group_id=step.group_id, name=step.name)
            counts["moved"] += 1
        elif not step.to:
            mine = [pupil for pupil in enrolled if pupil.class_id == step.group_id]
            going = [(pupil.child_id, pupil.class_id, pupil.at_home) for pupil in mine]
            await _let_go(tx, done, going)
            await groups.close(tx, step.group_id)
            done.add("closed", group_id=step.group_id)
            counts["left"] += len(mine)
            counts["closed"] += 1
    return await rosters.keep(tx, school, rosters.NEW_YEAR, done, counts)


async def undo(tx: Change, change: RosterChange) -> None:
    """Take a change of a roster back: all of it, in the caller's one change. Raises Impossible."""
    steps = await rosters.steps_back(tx, change)
    added = [step.child_id for step in steps if step.what == "child" and step.child_id]
    await erasing.erase_all(tx, added, change.group_id)
    # What concerned a child that was removed since is over.
    left = [step for step in steps if step.child_id or step.group_id]
    for what, alike in groupby(left, key=lambda step: step.what):
        await _back(tx, change, what, list(alike))


async def _begin(tx: Change, group: Group, plan: Plan) -> _Work:
    """Read what a list needs to know, once for all its pupils."""
    known = {each.id: each for each in await groups.list_all(tx.connection)}
    school = rosters.school_of(known, group)
    classes = {
        folded(each.name): each.id for each in await rosters.classes_of(tx.connection, group)
    }
    left = await rosters.left_with(tx.connection, school.id)
    returning = {pupil.number: left[pupil.number] for pupil in plan.new if pupil.number in left}
    elsewhere = [*returning.values(), *(each.known.child_id for each in plan.altered)]
    places = await Places.load(tx.connection, classes.values(), elsewhere)
    return _Work(tx, school, classes, returning, places)


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


def _take_in(work: _Work, pupil: Pupil) -> None:
    class_id = work.classes[folded(pupil.class_name)]
    returning = work.returning.get(pupil.number) if pupil.number else None
    # Who comes back to the own class is not told apart from itself.
    name = work.places.name_of(class_id, pupil, but=returning)
    if returning is not None:
        _take_again(work, returning, class_id, name)
        return
    child = Child(
        new_id(),
        class_id,
        name,
        pupil.birth_year,
        work.school.language,
        children.COLOURS[pupil.row % len(children.COLOURS)],
        work.tx.now.astimezone(UTC),
    )
    work.fresh.append(child)
    work.places.settle(child.id, class_id, name)
    work.steps.add("child", child_id=child.id)
    if pupil.number:
        work.numbers[child.id] = pupil.number


def _take_again(work: _Work, child_id: UUID, class_id: UUID, name: str) -> None:
    """Take in a pupil who had left: it is the same child, with what was known of it."""
    before = work.places.rows[child_id]
    left = before["left"].isoformat() if before["left"] else ""
    home = str(before["group_id"])
    work.steps.add("came back", child_id=child_id, left=left, home=home, name=before["name"])
    work.places.alter(child_id, group_id=class_id, name=name, left=None)


def _alter(work: _Work, altered: Altered) -> None:
    known, pupil = altered.known, altered.pupil
    child_id = known.child_id
    class_id = work.classes[folded(pupil.class_name)]
    if known.at_home:
        home, year = str(known.class_id), known.birth_year
        work.steps.add(
            "particulars", child_id=child_id, home=home, name=known.name, birth_year=year
        )
        name = work.places.name_of(class_id, pupil, but=child_id)
        work.places.alter(child_id, group_id=class_id, name=name, birth_year=pupil.birth_year)
    elif "class" in altered.what:
        work.moved.append((child_id, known.class_id, class_id))
        before = str(known.class_id)
        work.steps.add("joined", child_id=child_id, group_id=class_id, before=before)


def _renumber(work: _Work, altered: Altered) -> None:
    child_id = altered.known.child_id
    work.steps.add("number", child_id=child_id, number=altered.known.number)
    work.numbers[child_id] = altered.pupil.number


async def _let_go(tx: Change, steps: Steps, going: Sequence[tuple[UUID, UUID, bool]]) -> None:
    """Let pupils of classes go; a family's child only leaves the class."""
    home = [child_id for child_id, _, at_home in going if at_home]
    away = [(child_id, class_id) for child_id, class_id, at_home in going if not at_home]
    for child_id in home:
        steps.add("left", child_id=child_id)
    for child_id, class_id in away:
        steps.add("left class", child_id=child_id, group_id=class_id)
    if home:
        await pupils.leave(tx, home, tx.now)
    await pupils.unjoin(tx, away)


async def _back(tx: Change, change: RosterChange, what: str, steps: Sequence[Step]) -> None:
    """Take back what was done alike to several."""
    of = {step.child_id: step for step in steps if step.child_id}
    pairs = [(step.child_id, step.group_id) for step in steps if step.child_id and step.group_id]
    match what:
        case "came back" | "particulars":
            await _as_before(tx, of)
        case "joined":
            await pupils.unjoin(tx, pairs)
            before = [(child_id, UUID(of[child_id].before["before"])) for child_id, _ in pairs]
            await pupils.join(tx, before)
        case "number":
            known = {each.id: each for each in await groups.list_all(tx.connection)}
            school = rosters.school_of(known, known[change.group_id])
            numbers = {child_id: step.before["number"] for child_id, step in of.items()}
            await pupils.give_numbers(tx, school.id, numbers)
        case "left":
            await pupils.leave(tx, list(of), None)
        case "left class":
            await pupils.join(tx, pairs)
        case _:
            for step in steps:
                await _one_back(tx, step)


async def _as_before(tx: Change, steps: Mapping[UUID, Step]) -> None:
    """Put children back to where they lived, under the names and years they had."""
    homes = {UUID(step.before["home"]) for step in steps.values()}
    places = await Places.load(tx.connection, homes, list(steps))
    for child_id, step in steps.items():
        before, home = step.before, UUID(step.before["home"])
        values: dict[str, object] = {"group_id": home}
        values["name"] = places.free_name(home, before["name"], but=child_id)
        if "birth_year" in before:
            values["birth_year"] = before["birth_year"]
        if "left" in before:
            values["left"] = datetime.fromisoformat(before["left"]) if before["left"] else None
        places.alter(child_id, **values)
    await places.write(tx.connection)


async def _one_back(tx: Change, step: Step) -> None:
    if step.child_id is not None:
        await taking_in.back(tx, step, step.child_id)
        return
    match step.what:
        case "class" if step.group_id:
            await _unmake_class(tx, step.group_id)
        case "renamed" if step.group_id:
            await groups.rename(tx, step.group_id, step.before["name"])
        case "closed" if step.group_id:
            await groups.reopen(tx, step.group_id)
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
