"""Bringing a list of pupils in, beginning a school year, and taking either back."""

import asyncio
from collections.abc import Mapping
from dataclasses import asdict, dataclass, replace
from typing import Annotated, Any, Literal
from uuid import UUID

from pydantic import BaseModel, Field

from api.errors import Misfit, Refused
from api.grouping import at
from api.needs import Desk
from api.people import Plain
from feeds.rosters import columns as columns_of
from feeds.rosters.columns import Columns
from feeds.rosters.errors import NotARoster
from feeds.rosters.pupils import read_pupils
from feeds.rosters.table import MOST_COLUMNS, Row, Table, read
from feeds.rosters.written import as_csv, as_excel
from rules import roster
from rules.roster import Fault, Plan, Pupil, folded
from rules.sentences import Sentence
from store import devices, enrolling, household, rosters
from store.database import Connection
from store.errors import Conflict
from store.groups import Group
from store.ids import new_id
from store.rosters import RosterChange
from words.speech import to_say

BROUGHT = to_say("brought a list of pupils into {group}: {new} new, {altered} changed, {left} left")
TITLES = (
    to_say("Pupil number"),
    to_say("Full name"),
    to_say("Year of birth"),
    to_say("Class"),
)
FIELDS: Mapping[str, str] = {
    "name": to_say("Name"),
    "before": to_say("Family and middle name"),
    "given": to_say("Given name"),
    "birth": to_say("Date or year of birth"),
    "class_": to_say("Class"),
    "number": to_say("The school’s own number"),
}
OTHER_CLASS = Sentence("This child is of {name}. Bring the list in at the school.", {})

type Place = Annotated[int | None, Field(ge=0, lt=MOST_COLUMNS + 1)]


class ColumnsForm(BaseModel):
    """Which column means what."""

    titles: Annotated[int, Field(ge=0, le=5000)] = 0
    name: Place = None
    before: Place = None
    given: Place = None
    birth: Place = None
    class_: Place = None
    number: Place = None
    class_name: Annotated[Plain, Field(max_length=40)] = ""
    """For a list of one class that does not name it."""


class ApplyForm(BaseModel):
    missing: Literal["keep", "leave"] = "keep"
    """What becomes of pupils who do not stand in the list."""


@dataclass(frozen=True, slots=True)
class Preview:
    """What a list that waits would do."""

    change: RosterChange
    table: Table
    columns: Columns
    class_name: str
    plan: Plan
    rows: int
    """How many rows there are below the titles."""
    years: tuple[int, int] | None


async def upload(desk: Desk, group: Group, name: str, data: bytes) -> UUID:
    """Read a list, guess its columns and keep it until it is applied. Raises Misfit."""
    try:
        table = await asyncio.to_thread(read, data)
    except NotARoster as wrong:
        raise Misfit("file", wrong.sentence.message, **wrong.sentence.values) from wrong
    key, columns = new_id(), columns_of.guess(table)
    begun = RosterChange(
        key, group.id, rosters.IMPORT, _short(name), desk.now, desk.adult.name, desk.adult.id, {}
    )
    async with desk.panel.db.write() as store:
        await rosters.keep_draft(store, begun, _draft(table, columns, ""))
    return key


async def choose(desk: Desk, change: RosterChange, given: ColumnsForm) -> None:
    """Choose other columns for a list that waits."""
    table, _, _ = _kept(change)
    chosen = given.model_dump(exclude={"class_name"})
    async with desk.panel.db.write() as store:
        draft = _draft(table, Columns(**chosen), given.class_name)
        await rosters.change_draft(store, change.id, draft)


async def waiting(desk: Desk, group: Group, change_id: UUID) -> RosterChange:
    """Return a list that waits. Raises NotFound, and Refused for one that is over."""
    async with desk.panel.db.read() as store:
        change = await rosters.get(store, group.id, change_id)
    if change.draft is None or change.at < desk.now - rosters.DRAFT_KEPT:
        raise Refused(409, "over", to_say("This list is not kept any more. Bring it in again."))
    return change


async def preview(desk: Desk, group: Group, change: RosterChange) -> Preview:
    """Tell what a list that waits would do; nothing is changed."""
    async with desk.panel.db.read() as store:
        return await _preview(store, group, change, desk.now.year)


async def apply(desk: Desk, group: Group, change: RosterChange, given: ApplyForm) -> RosterChange:
    """Do what the preview says, all of it in one change.

    What is to be done is found out before the change begins: nobody waits for the database while
    a list is read. Where something moved meanwhile, it is found out again.
    """
    async with desk.panel.db.read() as store:
        as_of = await household.revision(store)
        seen = await _fresh_preview(store, group, change.id, desk.now.year)
    async with at(desk, group).change(BROUGHT, group=group.name) as tx:
        kept = await rosters.get(tx.connection, group.id, change.id)
        if tx.revision != as_of + 1 or kept.draft != seen.change.draft:
            seen = await _fresh_preview(tx.connection, group, change.id, desk.now.year)
        leavers = [one.child_id for one in seen.plan.missing] if given.missing == "leave" else []
        await enrolling.bring_in(
            tx, group, seen.plan, leavers=leavers, change_id=change.id, file=change.file
        )
        done = await rosters.get(tx.connection, group.id, change.id)
        tx.values |= {name: str(done.counts[name]) for name in ("new", "altered", "left")}
    return done


async def _fresh_preview(store: Connection, group: Group, change_id: UUID, year: int) -> Preview:
    """Tell what a list would do as it is kept now. Raises Conflict where it was applied."""
    fresh = await rosters.get(store, group.id, change_id)
    if fresh.draft is None:
        raise Conflict
    return await _preview(store, group, fresh, year)


async def drop(desk: Desk, change: RosterChange) -> None:
    """Forget a list that waits."""
    async with desk.panel.db.write() as store:
        await rosters.drop_draft(store, change.id)


async def history(desk: Desk, group: Group) -> list[RosterChange]:
    """Return what was done to a group's roster, newest first."""
    async with desk.panel.db.read() as store:
        return await rosters.history(store, group.id)


async def lost_by_undo(desk: Desk, change: RosterChange) -> tuple[int, int]:
    """Count the children that undoing would remove, and those of them who have a device by now."""
    async with desk.panel.db.read() as store:
        added = set(await rosters.added_by(store, change.id))
        held = {one for device in await devices.list_all(store) for one in device.child_ids}
    return len(added), len(added & held)


async def undo(desk: Desk, group: Group, change: RosterChange) -> None:
    """Take a change of the roster back. Raises Impossible where something came after it."""
    what = (
        to_say("took back a list of pupils of {group}")
        if change.kind == rosters.IMPORT
        else to_say("took back the new school year of {group}")
    )
    async with at(desk, group).change(what, group=group.name) as tx:
        await enrolling.undo(tx, change)


async def exported(desk: Desk, group: Group, kind: Literal["csv", "xlsx"]) -> bytes:
    """Write who belongs to a school or class as a file; the ledger keeps who took it along."""
    async with desk.panel.db.write() as store:
        known = await rosters.enrolled(store, group)
        looked = to_say("took the list of pupils of {group} along")
        await at(desk, group).looked_in(store, looked, {None: {"group": group.name}})
    rows = [(one.number, one.name, str(one.birth_year), one.class_name) for one in known]
    rows.sort(key=lambda row: (len(row[3]), row[3], roster.by_given_name(row[1])))
    titles = [desk.speech.say(title) for title in TITLES]
    write = as_csv if kind == "csv" else _excel(group)
    return await asyncio.to_thread(write, titles, rows)


async def year_steps(desk: Desk, school: Group) -> list[tuple[roster.Step, int]]:
    """Propose what becomes of each class, with how many pupils it has."""
    async with desk.panel.db.read() as store:
        classes = await rosters.classes_of(store, school)
        known = await rosters.enrolled(store, school)
    steps = roster.next_year([(one.id, one.name) for one in classes])
    return [(step, sum(one.class_id == step.group_id for one in known)) for step in steps]


async def begin_year(desk: Desk, school: Group, wanted: Mapping[UUID, str]) -> UUID:
    """Give each class its new name; an empty one lets its pupils go. Raises Misfit."""
    steps = [
        replace(step, to=" ".join(wanted.get(step.group_id, step.to).split())[:60])
        for step, _ in await year_steps(desk, school)
    ]
    if twice := roster.doubled(steps):
        raise Misfit("steps", to_say("Two classes would be called {name}."), name=twice[0])
    if not all(step.to.isprintable() for step in steps):
        raise Misfit("steps", to_say("Please leave out characters that cannot be seen."))
    what = to_say("began a new school year in {group}")
    async with at(desk, school).change(what, group=school.name) as tx:
        return await enrolling.begin_year(tx, school, steps)


def _excel(group: Group) -> Any:
    return lambda titles, rows: as_excel(titles, rows, group.name)


async def _preview(store: Connection, group: Group, change: RosterChange, year: int) -> Preview:
    table, columns, class_name = _kept(change)
    alone = group.name if group.kind == "class" else class_name
    reading = await asyncio.to_thread(read_pupils, table, columns, year=year, class_name=alone)
    pupils, faults = list(reading.pupils), list(reading.faults)
    if group.kind == "class":
        pupils, others = _only_of(group, pupils)
        faults += others
    known = await rosters.enrolled(store, group)
    classes = [one.name for one in await rosters.classes_of(store, group)]
    # Without a column for names or dates nothing can be said about anybody.
    plan = Plan() if columns.missing else roster.plan(pupils, known, classes, faults)
    years = [pupil.birth_year for pupil in pupils]
    return Preview(
        change,
        table,
        columns,
        class_name,
        plan,
        len(table.rows) - columns.titles,
        (min(years), max(years)) if years and not columns.missing else None,
    )


def _only_of(group: Group, pupils: list[Pupil]) -> tuple[list[Pupil], list[Fault]]:
    mine = [pupil for pupil in pupils if folded(pupil.class_name) == folded(group.name)]
    others = [
        Fault(pupil.row, Sentence(OTHER_CLASS.message, {"name": pupil.class_name}), pupil.name)
        for pupil in pupils
        if folded(pupil.class_name) != folded(group.name)
    ]
    return mine, others


def _draft(table: Table, columns: Columns, class_name: str) -> dict[str, Any]:
    return {
        "rows": [[row.number, list(row.cells)] for row in table.rows],
        "columns": asdict(columns),
        "class_name": class_name,
    }


def _kept(change: RosterChange) -> tuple[Table, Columns, str]:
    draft = change.draft or {"rows": [], "columns": {}, "class_name": ""}
    rows = tuple(Row(number, tuple(cells)) for number, cells in draft["rows"])
    return Table(rows), Columns(**draft["columns"]), draft["class_name"]


def _short(name: str) -> str:
    plain = "".join(sign for sign in name if sign.isprintable())
    return plain.replace("\\", "/").rpartition("/")[2][-80:]
