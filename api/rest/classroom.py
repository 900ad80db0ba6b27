"""One child of a group: a teacher gives it time, and lifts nothing but the rules of the group."""

from datetime import timedelta
from typing import Annotated
from uuid import UUID

from fastapi import APIRouter, Depends, Response

from api.errors import Refused
from api.needs import Desk, TheDesk
from api.rest.groups import ChangedGroup, GroupGrantIn, ThisGroup, role_on
from api.rest.schemas import GrantOut, Noun
from store import children, grants, memberships
from store.adults import Role
from store.children import Child
from store.errors import NotFound
from store.groups import Group
from words.speech import to_say

router = APIRouter(tags=["groups"])


class MemberOut(Noun):
    id: UUID
    name: str


async def this_member(desk: TheDesk, group: ThisGroup, child_id: UUID) -> Child:
    """Return the child of the address, if it belongs to the group."""
    if child_id not in await _reached(desk, group):
        raise NotFound
    async with desk.panel.db.read() as store:
        return await children.get(store, child_id)


type ThisMember = Annotated[Child, Depends(this_member)]


@router.get("/groups/{group_id}/children", summary="The children of a group")
async def list_members(desk: TheDesk, group: ThisGroup) -> list[MemberOut]:
    """Return who lives in a group, who joined it, and those of groups below, by name."""
    members = await _reached(desk, group)
    async with desk.panel.db.read() as store:
        known = [child for child in await children.list_all(store) if child.id in members]
    return [MemberOut.model_validate(child) for child in sorted(known, key=lambda one: one.name)]


@router.get("/groups/{group_id}/children/{child_id}/grants", summary="What the group gave")
async def list_member_grants(desk: TheDesk, group: ThisGroup, member: ThisMember) -> list[GrantOut]:
    """Return the grants of a group for one of its children; those of others are not shown."""
    async with desk.panel.db.read() as store:
        given = await grants.of_group(store, group.id, member.id, now=desk.now)
    return [GrantOut.model_validate(grant) for grant in given]


@router.post(
    "/groups/{group_id}/children/{child_id}/grants", status_code=201, summary="Give a child time"
)
async def post_member_grant(
    desk: TheDesk, group: ChangedGroup, member: ThisMember, given: GroupGrantIn
) -> GrantOut:
    """Open something for one child of a group; it lifts this group's rules and no others."""
    until = desk.now + timedelta(minutes=given.minutes)
    what = to_say("gave {child} extra time in {group}")
    values = {"child": member.name, "group": group.name}
    async with desk.change(what, child_id=member.id, **values) as tx:
        grant = await grants.give(
            tx,
            member.id,
            until=until,
            scope=given.scope,
            reason=given.reason,
            of=group,
            look_up=desk.panel.catalogue.look_up,
        )
    return GrantOut.model_validate(grant)


@router.delete(
    "/groups/{group_id}/children/{child_id}/grants/{grant_id}",
    status_code=204,
    summary="Take back what the group gave",
)
async def delete_member_grant(
    desk: TheDesk, group: ChangedGroup, member: ThisMember, grant_id: UUID
) -> Response:
    """End a grant of the group now; those of others are not there."""
    async with desk.panel.db.read() as store:
        given = await grants.of_group(store, group.id, member.id, now=desk.now)
    if grant_id not in {grant.id for grant in given}:
        raise NotFound
    what = to_say("took back extra time of {child} in {group}")
    values = {"child": member.name, "group": group.name}
    async with desk.change(what, child_id=member.id, **values) as tx:
        await grants.end(tx, grant_id)
    return Response(status_code=204)


async def _reached(desk: Desk, group: Group) -> set[UUID]:
    """Return the children of a group that the adult may know of: an officer knows of none."""
    if await role_on(desk, group) is Role.OFFICER:
        raise Refused(403, "counts-only", to_say("An officer knows numbers, never children."))
    async with desk.panel.db.read() as store:
        members = await memberships.members(store, group.id)
    return members & desk.adult.only.get(group.id, frozenset(members))
