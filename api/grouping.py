"""Groups as an adult meets them: the tree they see, their role on each, what they do with it."""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from typing import Annotated, Literal
from uuid import UUID

from fastapi import Depends
from pydantic import BaseModel, Field

from api.errors import Misfit, Refused
from api.households import TAKEN_CHILD
from api.needs import Desk, TheDesk
from api.people import PersonName, Plain, ZoneName
from rules.family import Language
from store import adults, children, groups, memberships, rosters
from store.adults import WRITERS, Role
from store.change import Change
from store.children import Child
from store.errors import Impossible, NotFound, Taken
from store.groups import Group
from words.speech import to_say

KINDS: Mapping[str, str] = {
    "city": to_say("City"),
    "ward": to_say("Ward"),
    "school": to_say("School"),
    "class": to_say("Class"),
    "family": to_say("Family"),
}
ICONS = {
    "city": "building-skyscraper",
    "ward": "building-community",
    "school": "school",
    "class": "chalkboard",
    "family": "home-heart",
}
WIDTH = {kind.value: width for width, kind in enumerate(groups.KINDS)}
COUNTS_ONLY = to_say("An officer knows numbers, never children.")
BELOW = to_say("A group lies below a wider one.")
OLDEST = 25


class GroupIn(BaseModel):
    kind: Literal["city", "ward", "school", "class", "family"]
    name: PersonName
    parent_id: UUID | None = None
    """The group above; without one it stands alone, and its maker owns it."""
    zone: ZoneName | None = None
    language: Language | None = None


class NameIn(BaseModel):
    name: PersonName


class PlaceIn(BaseModel):
    parent_id: UUID | None = None
    """The group it shall lie below; without one it stands alone."""


class PupilIn(BaseModel):
    name: PersonName
    birth_year: Annotated[int, Field(ge=1990, le=2100)]
    number: Annotated[Plain, Field(max_length=40)] = ""
    """Under which number the school knows the child."""


@dataclass(frozen=True, slots=True)
class Node:
    """A group in the tree."""

    group: Group
    role: Role
    depth: int
    pupils: int
    """How many children belong to it and to all below it."""


async def this_group(desk: TheDesk, group_id: UUID) -> Group:
    """Return the group of the address, if the adult has a role on it or on one above."""
    group, role = await held(desk, group_id)
    if role is None:
        raise NotFound
    return group


async def changed_group(desk: TheDesk, group_id: UUID) -> Group:
    """Return the group of the address, if the adult may change it."""
    group, role = await held(desk, group_id)
    if role is None:
        raise NotFound
    if role not in WRITERS:
        raise Refused(403, "may-only-look")
    return group


async def taught_group(desk: TheDesk, group_id: UUID) -> Group:
    """Return the school or class of the address to who may know and change its pupils."""
    group = await changed_group(desk, group_id)
    if await role_on(desk, group) is Role.OFFICER:
        raise Refused(403, "counts-only", COUNTS_ONLY)
    if group.kind not in ("school", "class"):
        raise NotFound
    return group


async def changed_school(desk: TheDesk, group_id: UUID) -> Group:
    """Return the school of the address to who may know and change its pupils."""
    group = await taught_group(desk, group_id)
    if group.kind != "school":
        raise NotFound
    return group


type ThisGroup = Annotated[Group, Depends(this_group)]
type ChangedGroup = Annotated[Group, Depends(changed_group)]
type TaughtGroup = Annotated[Group, Depends(taught_group)]
type ChangedSchool = Annotated[Group, Depends(changed_school)]


async def role_on(desk: Desk, group: Group) -> Role | None:
    """Return the adult's role on a group, or on one above it."""
    return (await held(desk, group.id))[1]


async def held(desk: Desk, group_id: UUID) -> tuple[Group, Role | None]:
    """Return a group and the adult's role on it. Raises NotFound."""
    known = await known_groups(desk)
    if group_id not in known:
        raise NotFound
    return known[group_id], role_in(desk, known, known[group_id])


def role_in(desk: Desk, known: dict[UUID, Group], group: Group) -> Role | None:
    """Return the adult's role on a group or the nearest above it, one that may change first."""
    return memberships.role_in(desk.adult, known, group)


async def known_groups(desk: Desk) -> dict[UUID, Group]:
    """Return all groups by their id."""
    async with desk.panel.db.read() as store:
        return {group.id: group for group in await groups.list_all(store)}


async def reached(desk: Desk, group: Group) -> set[UUID]:
    """Return the children of a group that the adult may know of: an officer knows of none."""
    if await role_on(desk, group) is Role.OFFICER:
        raise Refused(403, "counts-only", COUNTS_ONLY)
    async with desk.panel.db.read() as store:
        members = await memberships.members(store, group.id)
    return members & desk.adult.only.get(group.id, frozenset(members))


async def tree(desk: Desk) -> list[Node]:
    """List the groups an adult may see, each below the one it lies in, with how many belong."""
    known = await known_groups(desk)
    async with desk.panel.db.read() as store:
        joined = await memberships.all_of(store)
    shown = {one.id: role for one in known.values() if (role := role_in(desk, known, one))}
    counted = dict.fromkeys(known, 0)
    for child_id, group_ids in joined.items():
        for group in memberships.chain(known, group_ids):
            only = desk.adult.only.get(group.id)
            counted[group.id] += only is None or child_id in only
    found: list[Node] = []

    def walk(above: UUID | None, depth: int) -> None:
        below = [
            group
            for group in known.values()
            if group.id in shown
            and (group.parent_id == above if above else group.parent_id not in shown)
        ]
        for group in sorted(below, key=_in_order):
            found.append(Node(group, shown[group.id], depth, counted[group.id]))
            walk(group.id, depth + 1)

    walk(None, 0)
    return found


def _in_order(group: Group) -> tuple[object, ...]:
    # 6A stands before 10A.
    return (group.closed is not None, WIDTH[group.kind], len(group.name), group.name.casefold())


def at(desk: Desk, group: Group) -> Desk:
    """Return the desk at which a group's ledger is written."""
    return replace(desk, family=group)


async def add(desk: Desk, given: GroupIn) -> Group:
    """Add a group, below one the adult may change or standing alone."""
    above = await changed_group(desk, given.parent_id) if given.parent_id else None
    if above is not None and WIDTH[given.kind] <= WIDTH[above.kind]:
        raise Misfit("kind", BELOW)
    what = to_say("added the group {group}")
    async with at(desk, above or desk.family).change(what, group=given.name) as tx:
        made = await groups.add(
            tx,
            name=given.name,
            zone=given.zone or (above or desk.family).zone,
            language=given.language or (above or desk.family).language,
            kind=given.kind,
            parent_id=given.parent_id,
        )
        if above is None:
            await adults.give_role(tx, desk.adult.id, made.id, Role.OWNER)
        return made


async def rename(desk: Desk, group: Group, given: NameIn) -> None:
    """Give a group another name."""
    what = to_say("renamed {group} to {name}")
    async with at(desk, group).change(what, group=group.name, name=given.name) as tx:
        await groups.rename(tx, group.id, given.name)


async def move(desk: Desk, group: Group, given: PlaceIn) -> None:
    """Put a group below another: who may change both places does so."""
    await _decides_place(desk, group)
    above = await changed_group(desk, given.parent_id) if given.parent_id else None
    if above is not None and WIDTH[group.kind] <= WIDTH[above.kind]:
        raise Misfit("parent_id", BELOW)
    what = to_say("moved {group} below {above}") if above else to_say("made {group} stand alone")
    name = above.name if above else ""
    async with at(desk, group).change(what, group=group.name, above=name) as tx:
        await groups.move(tx, group.id, given.parent_id)
        if above is None and not desk.adult.owns(group.id):
            await adults.give_role(tx, desk.adult.id, group.id, Role.OWNER)


async def close(desk: Desk, group: Group) -> None:
    """Close a group: its rules hold for nobody any more. Raises Impossible where it is in use."""
    await _decides_place(desk, group)
    if group.id == desk.house_id:
        raise Refused(
            409, "the-house", to_say("This group looks after the machine and stays open.")
        )
    async with at(desk, group).change(to_say("closed {group}"), group=group.name) as tx:
        await groups.close(tx, group.id)


async def reopen(desk: Desk, group: Group) -> None:
    """Open a closed group again."""
    await _decides_place(desk, group)
    async with at(desk, group).change(to_say("opened {group} again"), group=group.name) as tx:
        await groups.reopen(tx, group.id)


async def _decides_place(desk: Desk, group: Group) -> None:
    """Refuse who may change a group but not where it lies: no teacher moves a class elsewhere."""
    if group.parent_id is not None:
        await changed_group(desk, group.parent_id)
    elif not desk.adult.owns(group.id):
        raise Refused(403, "owners-only", to_say("Only an owner moves or closes this group."))


async def add_pupil(desk: Desk, group: Group, given: PupilIn) -> Child:
    """Add a child that has no family here: its home is the class."""
    if group.kind != "class":
        raise NotFound
    if not 0 <= desk.now.year - given.birth_year <= OLDEST:
        raise Misfit("birth_year", to_say("Please look at the year of birth again."))
    what = to_say("added {child} to {group}")
    try:
        async with at(desk, group).change(what, child=given.name, group=group.name) as tx:
            child = await children.add(
                tx,
                group_id=group.id,
                name=given.name,
                birth_year=given.birth_year,
                language=group.language,
            )
            await _give_number(tx, group, child, given.number)
            return child
    except Taken as error:
        raise Misfit("name", TAKEN_CHILD) from error


async def _give_number(tx: Change, group: Group, child: Child, number: str) -> None:
    known = {each.id: each for each in await groups.list_all(tx.connection)}
    school = rosters.school_of(known, group)
    if number in (await rosters.numbers_of(tx.connection, school.id)).values():
        raise Misfit("number", to_say("Another child has this number."))
    await rosters.give_number(tx, school.id, child.id, number)


async def enrol(desk: Desk, group: Group, child: Child) -> None:
    """Make a child a member of a group besides its home; its rules become layers of it."""
    if group.closed is not None:
        raise Impossible(groups.CLOSED)
    what = to_say("{child} joined {group}")
    values = {"child": child.name, "group": group.name}
    async with at(desk, group).change(what, child_id=child.id, **values) as tx:
        await memberships.join(tx, child.id, group.id)


async def dismiss(desk: Desk, group: Group, child: Child) -> None:
    """End a child's membership of a group."""
    what = to_say("{child} left {group}")
    values = {"child": child.name, "group": group.name}
    async with at(desk, group).change(what, child_id=child.id, **values) as tx:
        await memberships.leave(tx, child.id, group.id)
