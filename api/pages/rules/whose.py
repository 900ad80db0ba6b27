"""Whose rules are on the desk: a child's own or a group's, and where their pages are."""

from dataclasses import dataclass
from uuid import UUID

from api.changing import Owner, owner_of
from api.needs import Desk
from rules.policy import Policy
from rules.verdict import Layer
from store import children, groups, memberships, policies
from store.adults import WRITERS, Role
from store.children import Child
from store.database import Connection
from store.groups import Group
from words.speech import to_say

HIS_CHANGE = to_say("changed the rules of {owner}")


@dataclass(frozen=True, slots=True)
class Other:
    """Another layer's rules, which hold for the same children."""

    layer: Layer
    name: str
    policy: Policy
    address: str
    """Where this adult reads them; empty where they may not."""


@dataclass(frozen=True, slots=True)
class Whose:
    """Whose rules they are, and what else holds beside them."""

    owner: Owner
    layer: Layer
    above: str
    """Where the pages of this child or group begin."""
    wider: tuple[Other, ...]
    """The layers above, the widest first; what they close stays closed."""
    child: Child | None = None
    group: Group | None = None
    may_change: bool = True
    counts_only: bool = False
    """An officer looks: numbers of the group, and no child."""

    @property
    def here(self) -> str:
        """Return the address of the rules."""
        return f"{self.above}/rules"


async def of_child(desk: Desk, child: Child) -> Whose:
    """Put a child's own rules on the desk."""
    async with desk.panel.db.read() as store:
        wider = await _others(desk, store, await memberships.of_child(store, child.id))
    return Whose(
        owner_of(child),
        Layer.CHILD,
        f"/children/{child.id}",
        wider,
        child=child,
        may_change=desk.adult.steers(child.group_id, child.id),
    )


async def of_group(desk: Desk, group: Group, role: Role | None) -> Whose:
    """Put a group's rules on the desk."""
    async with desk.panel.db.read() as store:
        known = {each.id: each for each in await groups.list_all(store)}
        above = [each for each in memberships.chain(known, [group.id]) if each.id != group.id]
        wider = await _others(desk, store, above)
    return Whose(
        owner_of(group),
        Layer(group.kind),
        f"/groups/{group.id}",
        wider,
        group=group,
        may_change=role in WRITERS,
        counts_only=role is Role.OFFICER,
    )


async def reached(desk: Desk, group: Group) -> tuple[int, list[Child]]:
    """Tell how many children a group's rules hold for, and which of them this adult knows."""
    async with desk.panel.db.read() as store:
        inside = await memberships.members(store, group.id)
        everyone = await children.list_all(store, group_ids=list(desk.adult.roles))
    known = [child for child in everyone if child.id in inside and desk.may(child)]
    return len(inside), known


async def _others(desk: Desk, store: Connection, above: list[Group]) -> tuple[Other, ...]:
    found = []
    for group in above:
        version = await policies.current(store, group.id)
        if version is not None and version.policy != Policy():
            address = _address(desk, group.id)
            found.append(Other(Layer(group.kind), group.name, version.policy, address))
    return tuple(found)


def _address(desk: Desk, group_id: UUID) -> str:
    role = desk.adult.roles.get(group_id)
    return f"/groups/{group_id}/rules" if role in WRITERS else ""
