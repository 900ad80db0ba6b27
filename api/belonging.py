"""Who belongs to a group: its adults, their roles, whom it invites. Owners say so, nobody else."""

from collections.abc import Iterable
from dataclasses import dataclass, replace
from datetime import timedelta
from typing import Annotated, Literal
from uuid import UUID

from fastapi import Depends
from pydantic import BaseModel, Field

from api.errors import Misfit, Refused
from api.needs import Desk, TheDesk
from api.people import Plain
from api.proof import ProvenDesk
from store import adults, children, groups, invitations, memberships
from store.adults import Adult, Role
from store.children import Child
from store.errors import NotFound
from store.groups import Group
from store.invitations import Invitation
from words.speech import to_say

ROLES_IN: dict[str, tuple[Role, ...]] = {
    "family": (Role.OWNER, Role.PARENT, Role.VIEWER),
    "class": (Role.OWNER, Role.TEACHER, Role.VIEWER),
    "school": (Role.OWNER, Role.TEACHER, Role.VIEWER),
    "ward": (Role.OWNER, Role.OFFICER, Role.VIEWER),
    "city": (Role.OWNER, Role.OFFICER, Role.VIEWER),
}
"""Which roles there are on a group of a kind."""
MADE = {
    Role.OWNER: to_say("made {name} an owner of {group}"),
    Role.PARENT: to_say("made {name} a parent in {group}"),
    Role.VIEWER: to_say("lets {name} only look in {group}"),
    Role.TEACHER: to_say("made {name} a teacher of {group}"),
    Role.OFFICER: to_say("made {name} an officer of {group}"),
}
INVITED = {
    Role.OWNER: to_say("invited somebody as an owner of {group}"),
    Role.PARENT: to_say("invited somebody as a parent in {group}"),
    Role.VIEWER: to_say("invited somebody to look in {group}"),
    Role.TEACHER: to_say("invited somebody as a teacher of {group}"),
    Role.OFFICER: to_say("invited somebody as an officer of {group}"),
}
OWNERS_ONLY = to_say("Only an owner decides who belongs here.")
ONLY_WHOLE = to_say("An owner is there for every child. Choose another role, or every child.")
NOBODY = to_say("Please choose at least one child.")


class RoleForm(BaseModel):
    role: Literal["owner", "parent", "viewer", "teacher", "officer"] = "parent"
    reach: Literal["all", "some"] = "all"
    """For every child of the group, or for those of `child_ids`."""
    child_ids: Annotated[list[UUID], Field(max_length=100)] = []


class InviteForm(RoleForm):
    name: Annotated[Plain, Field(max_length=60)] = ""
    """Whom it is for, to tell invitations apart."""
    days: Literal["1", "3", "7"] = "3"


@dataclass(frozen=True, slots=True)
class Belonging:
    """A group as its adults' page shows it."""

    group: Group
    adults: tuple[Adult, ...]
    invitations: tuple[Invitation, ...]
    children: tuple[Child, ...]
    owned: bool
    """The reader is its owner, or an owner of a group above."""


async def owned_group(desk: ProvenDesk, group_id: UUID) -> Group:
    """Return the group of the address to its owner, who has just shown who they are."""
    group = await known_group(desk, group_id)
    if not await owns(desk, group):
        raise Refused(403, "owners-only", OWNERS_ONLY)
    return group


async def known_group(desk: TheDesk, group_id: UUID) -> Group:
    """Return the group of the address, if the adult belongs to it or owns one above it."""
    async with desk.panel.db.read() as store:
        group = await groups.get(store, group_id)
    if group.id not in desk.adult.roles and not await owns(desk, group):
        raise NotFound
    return group


type OwnedGroup = Annotated[Group, Depends(owned_group)]
type KnownGroup = Annotated[Group, Depends(known_group)]


async def owns(desk: Desk, group: Group) -> bool:
    """Tell whether the adult owns a group or one above it; a family is its own owners' alone."""
    if desk.adult.owns(group.id):
        return True
    if group.kind == "family":
        return False
    async with desk.panel.db.read() as store:
        known = {each.id: each for each in await groups.list_all(store)}
    return any(desk.adult.owns(above.id) for above in memberships.chain(known, [group.id]))


async def belonging(desk: Desk, group: Group) -> Belonging:
    """Gather who belongs to a group, as far as the adult may know."""
    owned = await owns(desk, group)
    async with desk.panel.db.read() as store:
        everyone = await adults.of_group(store, group.id)
        asked = await invitations.of_group(store, group.id) if owned else []
        living = await children.list_all(store, group_ids=[group.id])
    return Belonging(
        group,
        tuple(everyone),
        tuple(asked),
        tuple(child for child in living if desk.adult.sees(group.id, child.id)),
        owned,
    )


async def one_adult(desk: Desk, group: Group, adult_id: UUID) -> Adult:
    """Return an adult of a group. Raises NotFound."""
    async with desk.panel.db.read() as store:
        adult = await adults.get(store, adult_id)
    if group.id not in adult.roles:
        raise NotFound
    return adult


async def change_role(desk: Desk, group: Group, adult: Adult, given: RoleForm) -> Adult:
    """Change what an adult may do, and for which children; it holds at once."""
    role, only = await _checked(desk, group, given)
    async with _at(desk, group).change(MADE[role], name=adult.name, group=group.name) as tx:
        await adults.give_role(tx, adult.id, group.id, role, only=only)
        return await adults.get(tx.connection, adult.id)


async def remove(desk: Desk, group: Group, adult: Adult) -> None:
    """Remove an adult from a group: their sessions and tokens end at once."""
    what = to_say("removed {name} from {group}")
    async with _at(desk, group).change(what, name=adult.name, group=group.name) as tx:
        await adults.take_role(tx, adult.id, group.id)
        await adults.remove_if_idle(tx, adult.id)


async def leave(desk: Desk, group: Group) -> None:
    """Leave a group oneself. Raises Impossible for its last owner."""
    if group.id not in desk.adult.roles:
        raise NotFound
    async with _at(desk, group).change(to_say("left {group}"), group=group.name) as tx:
        await adults.take_role(tx, desk.adult.id, group.id)
        await adults.remove_if_idle(tx, desk.adult.id)


async def invite(desk: Desk, group: Group, given: InviteForm) -> tuple[Invitation, str]:
    """Make an invitation; return it with the secret of its link, which is never kept."""
    role, only = await _checked(desk, group, given)
    async with _at(desk, group).change(INVITED[role], group=group.name) as tx:
        return await invitations.invite(
            tx,
            group.id,
            role,
            until=desk.now + timedelta(days=int(given.days)),
            name=given.name,
            only=only,
        )


async def withdraw(desk: Desk, group: Group, invitation_id: UUID) -> None:
    """Take an invitation back: its link opens nothing any more."""
    what = to_say("took back an invitation to {group}")
    async with _at(desk, group).change(what, group=group.name) as tx:
        await invitations.withdraw(tx, group.id, invitation_id)


async def _checked(desk: Desk, group: Group, given: RoleForm) -> tuple[Role, Iterable[UUID] | None]:
    role = Role(given.role)
    if role not in ROLES_IN[group.kind]:
        raise Misfit("role", to_say("Please choose one of these."))
    if given.reach == "all":
        return role, None
    if role in (Role.OWNER, Role.OFFICER):
        raise Misfit("reach", ONLY_WHOLE)
    async with desk.panel.db.read() as store:
        living = {child.id for child in await children.list_all(store, group_ids=[group.id])}
    if not given.child_ids:
        raise Misfit("child_ids", NOBODY)
    if not living.issuperset(given.child_ids):
        raise Misfit("child_ids", to_say("Please choose one of these."))
    return role, given.child_ids


def _at(desk: Desk, group: Group) -> Desk:
    """Return the desk at which a group's ledger is written."""
    return replace(desk, family=group)
