"""Groups on the command line: show the tree, add to it, enrol children."""

from datetime import datetime
from uuid import UUID

from rich.console import Console
from rich.tree import Tree

from cli.family import OPERATOR, at_home, child_called
from cli.places import CannotStart
from cli.saying import language, spoken
from cli.settings import Settings
from rules.explain import Sentence
from store import children, groups, memberships
from store.change import change
from store.children import Child
from store.database import Database
from store.groups import Group
from words.speech import Speech, to_say

KINDS = {
    "city": to_say("city"),
    "ward": to_say("ward"),
    "school": to_say("school"),
    "class": to_say("class"),
    "family": to_say("family"),
}


def show(settings: Settings) -> None:
    """Print every group below the one it belongs to, with its children."""

    async def read(db: Database, _now: datetime) -> tuple[list[Group], dict[UUID, list[str]]]:
        async with db.read() as connection:
            known = await groups.list_all(connection)
            everybody = {child.id: child for child in await children.list_all(connection)}
            joined = await memberships.all_of(connection)
        return known, _names(everybody, joined)

    known, names = at_home(settings, read)
    for root in (group for group in known if group.parent_id is None):
        Console(highlight=False).print(_branch(root, known, names))


def add(settings: Settings, name: str, kind: str, below: str, zone: str) -> Sentence | None:
    """Add a group, below another or standing alone."""

    async def do(db: Database, now: datetime) -> None:
        above = await group_called(db, below) if below else None
        if above is not None and groups.KINDS.index(kind) <= groups.KINDS.index(above.kind):
            raise CannotStart(Sentence("A group lies below a wider one.", {}))
        what, values = to_say("added the group {group}"), {"group": name}
        async with change(db, by=OPERATOR, what=what, now=now, values=values) as tx:
            await groups.add(
                tx,
                name=name,
                kind=kind,
                zone=zone or (above.zone if above else "Asia/Ho_Chi_Minh"),
                language=above.language if above else language(),
                parent_id=above.id if above else None,
            )

    try:
        at_home(settings, do)
    except ValueError:
        return Sentence("“{zone}” is no time zone: write it like Asia/Ho_Chi_Minh.", {"zone": zone})
    return None


def join(settings: Settings, child_name: str, group_name: str) -> None:
    """Make a child a member of a group: its rules become layers of the child's."""
    _change_membership(settings, child_name, group_name, joins=True)


def leave(settings: Settings, child_name: str, group_name: str) -> None:
    """End a child's membership of a group."""
    _change_membership(settings, child_name, group_name, joins=False)


def _change_membership(
    settings: Settings, child_name: str, group_name: str, *, joins: bool
) -> None:
    async def do(db: Database, now: datetime) -> tuple[str, list[Group]]:
        child, group = await child_called(db, child_name, now), await group_called(db, group_name)
        what = to_say("{child} joined {group}") if joins else to_say("{child} left {group}")
        values = {"child": child.name, "group": group.name}
        async with change(
            db, by=OPERATOR, what=what, now=now, values=values, child_id=child.id
        ) as tx:
            await (memberships.join if joins else memberships.leave)(tx, child.id, group.id)
            return child.name, await memberships.of_child(tx.connection, child.id)

    child, now_in = at_home(settings, do)
    values = {"child": child, "groups": " > ".join(group.name for group in now_in)}
    print(spoken(Sentence("{child}: {groups}", values)))


async def group_called(db: Database, name: str) -> Group:
    """Return a group by its name. Raises CannotStart with those there are."""
    async with db.read() as connection:
        known = await groups.list_all(connection)
    named = [group for group in known if group.name.casefold() == name.strip().casefold()]
    if len(named) != 1:
        values = {"name": name, "names": ", ".join(group.name for group in known)}
        raise CannotStart(Sentence("There is no group called “{name}”; there are {names}.", values))
    return named[0]


def _names(everybody: dict[UUID, Child], joined: dict[UUID, list[UUID]]) -> dict[UUID, list[str]]:
    names: dict[UUID, list[str]] = {}
    for child_id, group_ids in joined.items():
        for group_id in group_ids:
            names.setdefault(group_id, []).append(everybody[child_id].name)
    return names


def _branch(group: Group, known: list[Group], names: dict[UUID, list[str]]) -> Tree:
    speech = Speech(language(), group.zone)
    tree = Tree(f"{group.name} ({speech.say(KINDS[group.kind])})")
    for child in names.get(group.id, []):
        tree.add(child)
    for below in (each for each in known if each.parent_id == group.id):
        tree.add(_branch(below, known, names))
    return tree
