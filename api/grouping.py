"""Groups as an adult meets them: which they see, and their role on each."""

from typing import Annotated
from uuid import UUID

from fastapi import Depends

from api.errors import Refused
from api.needs import Desk, TheDesk
from store import groups, memberships
from store.adults import WRITERS, Role
from store.errors import NotFound
from store.groups import Group


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


type ThisGroup = Annotated[Group, Depends(this_group)]
type ChangedGroup = Annotated[Group, Depends(changed_group)]


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
    """Return the adult's role on a group or the nearest above it, one that may change first.

    Whose role is for some children only looks at their group, and changes nothing of all.
    """
    if group.id in desk.adult.only:
        return Role.VIEWER
    found = [
        desk.adult.roles[above.id]
        for above in reversed(memberships.chain(known, [group.id]))
        if above.id in desk.adult.roles and above.id not in desk.adult.only
    ]
    return next((role for role in found if role in WRITERS), next(iter(found), None))


async def known_groups(desk: Desk) -> dict[UUID, Group]:
    """Return all groups by their id."""
    async with desk.panel.db.read() as store:
        return {group.id: group for group in await groups.list_all(store)}
