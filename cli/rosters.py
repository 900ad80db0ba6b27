"""Lists of pupils on the command line: bring one in, write one out, begin a school year, undo."""

from datetime import datetime
from pathlib import Path

from rich.console import Console
from rich.table import Table

from cli.family import OPERATOR, at_home
from cli.groups import group_called
from cli.places import CannotStart
from cli.saying import language, spoken
from cli.settings import Settings
from feeds.rosters import columns
from feeds.rosters.errors import NotARoster
from feeds.rosters.pupils import read_pupils
from feeds.rosters.table import Table as Rows
from feeds.rosters.table import read
from feeds.rosters.written import as_csv, as_excel
from rules import roster
from rules.roster import Plan
from rules.sentences import Sentence
from store import enrolling, ledger, rosters
from store.change import change
from store.database import Connection, Database
from store.groups import Group
from words.speech import Speech, to_say

COUNTED = {
    "new": to_say("new"),
    "altered": to_say("different"),
    "unchanged": to_say("as they are"),
    "missing": to_say("not in the list"),
    "faults": to_say("rows left out"),
}
TITLES = (
    to_say("Pupil number"),
    to_say("Full name"),
    to_say("Year of birth"),
    to_say("Class"),
)
BROUGHT = to_say("brought a list of pupils into {group}: {new} new, {altered} changed, {left} left")
UNDID = to_say("took back a list of pupils of {group}")
BEGAN = to_say("began a new school year in {group}")
TOOK = to_say("took the list of pupils of {group} along")


NO_COLUMNS = Sentence(
    "No column is called like a name and a date of birth: “Họ và tên”, “Ngày sinh”.", {}
)


def bring_in(settings: Settings, name: str, file: Path, *, dry_run: bool, leave: bool) -> None:
    """Bring in a list, or only show what it would do."""
    table = _table(file)

    async def do(db: Database, now: datetime) -> Plan:
        group = await _taught(db, name)
        if dry_run:
            async with db.read() as connection:
                return await _plan(connection, group, table, now)
        values = {"group": group.name, "new": "", "altered": "", "left": ""}
        async with change(
            db, by=OPERATOR, what=BROUGHT, now=now, values=values, group_id=group.id
        ) as tx:
            plan = await _plan(tx.connection, group, table, now)
            leavers = [one.child_id for one in plan.missing] if leave else []
            await enrolling.bring_in(tx, group, plan, leavers=leavers, file=file.name)
            counts = {"new": len(plan.new), "altered": len(plan.altered), "left": len(leavers)}
            tx.values |= {key: str(number) for key, number in counts.items()}
            return plan

    plan = at_home(settings, do)
    _show(plan)
    said = to_say("Nothing was changed: this was a rehearsal.") if dry_run else to_say("Done.")
    print(spoken(Sentence(said, {})))


def export(settings: Settings, name: str, file: Path) -> None:
    """Write a roster into a file; the ledger keeps that it was taken along."""
    if file.suffix.lower() not in (".csv", ".xlsx"):
        raise CannotStart(Sentence("Name a file that ends with .xlsx or .csv.", {}))

    async def do(db: Database, now: datetime) -> list[tuple[str, str, str, str]]:
        group = await _taught(db, name)
        async with db.write() as connection:
            known = await rosters.enrolled(connection, group)
            await ledger.looked(
                connection,
                by=OPERATOR,
                what=TOOK,
                now=now,
                values={"group": group.name},
                group_id=group.id,
            )
        return [(one.number, one.name, str(one.birth_year), one.class_name) for one in known]

    rows = at_home(settings, do)
    titles = [Speech(language(), "UTC").say(title) for title in TITLES]
    is_csv = file.suffix.lower() == ".csv"
    file.write_bytes(as_csv(titles, rows) if is_csv else as_excel(titles, rows, name))


def begin_year(settings: Settings, name: str, *, dry_run: bool) -> None:
    """Let the classes of a school move up, or only show what would become of each."""

    async def do(db: Database, now: datetime) -> list[roster.Step]:
        school = await _taught(db, name)
        async with db.read() as connection:
            classes = await rosters.classes_of(connection, school)
        steps = roster.next_year([(one.id, one.name) for one in classes])
        if school.kind != "school":
            raise CannotStart(Sentence("“{name}” is no school.", {"name": school.name}))
        if not dry_run:
            values = {"group": school.name}
            async with change(
                db, by=OPERATOR, what=BEGAN, now=now, values=values, group_id=school.id
            ) as tx:
                await enrolling.begin_year(tx, school, steps)
        return steps

    for step in at_home(settings, do):
        print(f"{step.name} → {step.to or spoken(Sentence('leaves the school', {}))}")


def undo(settings: Settings, name: str) -> None:
    """Take back what was done last to a roster."""

    async def do(db: Database, now: datetime) -> None:
        group = await _taught(db, name)
        async with db.read() as connection:
            done = await rosters.history(connection, group.id)
        last = next((one for one in done if one.stands), None)
        if last is None:
            raise CannotStart(Sentence("There is nothing to take back.", {}))
        values = {"group": group.name}
        async with change(
            db, by=OPERATOR, what=UNDID, now=now, values=values, group_id=group.id
        ) as tx:
            await enrolling.undo(tx, last)

    at_home(settings, do)


def _table(file: Path) -> Rows:
    try:
        return read(file.read_bytes())
    except NotARoster as wrong:
        raise CannotStart(wrong.sentence) from wrong
    except OSError as error:
        values = {"file": str(file), "error": str(error.strerror)}
        raise CannotStart(Sentence("{file} cannot be read: {error}.", values)) from error


async def _taught(db: Database, name: str) -> Group:
    group = await group_called(db, name)
    if group.kind not in ("school", "class"):
        raise CannotStart(Sentence("“{name}” is no school and no class.", {"name": group.name}))
    return group


async def _plan(connection: Connection, group: Group, table: Rows, now: datetime) -> Plan:
    guessed = columns.guess(table)
    if guessed.missing:
        raise CannotStart(NO_COLUMNS)
    own = group.name if group.kind == "class" else ""
    found = read_pupils(table, guessed, year=now.year, class_name=own)
    classes = [one.name for one in await rosters.classes_of(connection, group)]
    known = await rosters.enrolled(connection, group)
    return roster.plan(found.pupils, known, classes, found.faults)


def _show(plan: Plan) -> None:
    speech = Speech(language(), "UTC")
    for fault in plan.faults:
        print(f"{fault.row}: {speech.sentence(fault.said)} {fault.text}")
    table = Table(*(speech.say(title) for title in COUNTED.values()))
    table.add_row(*(str(plan.counts[name]) for name in COUNTED))
    Console(highlight=False).print(table)
