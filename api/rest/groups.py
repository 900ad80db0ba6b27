"""Groups of all kinds: city, ward, school, class, family; their rules and their members."""

from dataclasses import replace
from datetime import datetime, timedelta
from typing import Annotated
from uuid import UUID

from fastapi import Response
from pydantic import BaseModel, Field

from api import grouping
from api.errors import Refused
from api.grouping import (
    WIDTH,
    ChangedGroup,
    GroupIn,
    NameIn,
    PlaceIn,
    PupilIn,
    TaughtGroup,
    ThisGroup,
    role_on,
)
from api.needs import TheDesk, ThisChild
from api.people import Plain
from api.rest.paging import ThePages
from api.rest.rules import (
    IfMatch,
    Number,
    Since,
    changes_of,
    expected_of,
    policy_of,
    versions_of,
)
from api.rest.schemas import Changes, ChildOut, Family, PolicyOut
from api.rest.tags import TheTag, parts
from api.routing import Router
from rules.policy import Policy
from rules.scope import EVERYTHING, GivenScope
from rules.verdict import Layer
from store import grants, groups, memberships, policies
from store.adults import Role
from store.database import Connection
from store.errors import Conflict
from store.groups import Group
from words.speech import to_say

router = Router(tags=["groups"])
NAMED = tuple(NameIn.model_fields)


class GroupOut(Family):
    parent_id: UUID | None
    role: Role | None
    """The adult's own role, on this group or on one above."""
    children: int = 0
    """How many belong to it and to those below it."""
    closed: datetime | None = None
    """Since when its rules hold for nobody any more."""


class GroupGrantIn(BaseModel):
    minutes: Annotated[int, Field(ge=1, le=24 * 60)]
    scope: GivenScope = EVERYTHING
    reason: Annotated[Plain, Field(max_length=200)] = ""


class GivenOut(BaseModel):
    children: int
    """To how many it was given."""
    until: datetime
    layer: Layer


@router.get("/groups", summary="Groups")
async def list_groups(desk: TheDesk, pages: ThePages) -> list[GroupOut]:
    """Return the groups the adult has a role on, and those below them, the widest first."""
    found = [_shown(node.group, node.role, node.pupils) for node in await grouping.tree(desk)]
    return pages.cut(found, lambda group: (WIDTH[group.kind], group.name, str(group.id)))


@router.post("/groups", status_code=201, summary="Add a group")
async def post_group(desk: TheDesk, given: GroupIn) -> GroupOut:
    """Add a group, below one the adult may change or standing alone."""
    made = await grouping.add(desk, given)
    if made.parent_id is None:
        return _shown(made, Role.OWNER)
    return _shown(made, await role_on(desk, made))


@router.get("/groups/{group_id}", summary="One group")
async def show_group(desk: TheDesk, group: ThisGroup, tag: TheTag) -> GroupOut:
    """Return a group with how many children belong to it and to those below."""
    tag.tell(parts(group, NAMED))
    found = next(node for node in await grouping.tree(desk) if node.group.id == group.id)
    return _shown(found.group, found.role, found.pupils)


@router.patch("/groups/{group_id}", summary="Rename a group")
async def patch_group(desk: TheDesk, group: ChangedGroup, given: NameIn, tag: TheTag) -> GroupOut:
    """Give a group another name."""

    async def now(store: Connection) -> object:
        return parts(await groups.get(store, group.id), NAMED)

    await grouping.rename(tag.guard(desk, now), group, given)
    tag.tell(parts(given, NAMED))
    return _shown(replace(group, name=given.name), await role_on(desk, group))


@router.put("/groups/{group_id}/parent", status_code=204, summary="Move a group")
async def put_parent(desk: TheDesk, group: ChangedGroup, given: PlaceIn) -> Response:
    """Put a group below another, or make it stand alone: by who may change both places."""
    await grouping.move(desk, group, given)
    return Response(status_code=204)


@router.post("/groups/{group_id}/close", status_code=204, summary="Close a group")
async def close_group(desk: TheDesk, group: ChangedGroup) -> Response:
    """End that its rules hold; refused (409) while children live in it or groups lie below."""
    await grouping.close(desk, group)
    return Response(status_code=204)


@router.post("/groups/{group_id}/reopen", status_code=204, summary="Open a closed group")
async def reopen_group(desk: TheDesk, group: ChangedGroup) -> Response:
    """Let its rules hold again."""
    await grouping.reopen(desk, group)
    return Response(status_code=204)


@router.post("/groups/{group_id}/pupils", status_code=201, summary="Add a pupil")
async def post_pupil(desk: TheDesk, group: TaughtGroup, given: PupilIn) -> ChildOut:
    """Add a child whose home is the class: it has no family here."""
    return ChildOut.model_validate(await grouping.add_pupil(desk, group, given))


@router.get("/groups/{group_id}/policy", summary="The rules of a group")
async def show_group_policy(desk: TheDesk, group: ThisGroup, response: Response) -> PolicyOut:
    """Return a group's policy with its number; the ETag says the same."""
    return await policy_of(desk, group.id, response)


@router.put("/groups/{group_id}/policy", summary="Replace the rules of a group")
async def put_group_policy(
    desk: TheDesk,
    group: ChangedGroup,
    policy: Policy,
    response: Response,
    if_match: IfMatch = None,
) -> PolicyOut:
    """Append a version to a group's policy: a layer of every child in it and below."""
    try:
        async with desk.change(to_say("changed the rules of {group}"), group=group.name) as tx:
            saved = await policies.save(tx, group.id, policy, expected=expected_of(if_match))
    except Conflict as error:
        raise Refused(412, "changed-meanwhile") from error
    response.headers["ETag"] = f'"{saved.number}"'
    return PolicyOut.model_validate(saved)


@router.get("/groups/{group_id}/policy/history", summary="Earlier rules of a group")
async def list_group_policies(desk: TheDesk, group: ThisGroup, pages: ThePages) -> list[PolicyOut]:
    """Return the versions, newest first."""
    return await versions_of(desk, group.id, pages)


@router.get("/groups/{group_id}/policy/history/{number}", summary="One earlier policy")
async def show_group_version(desk: TheDesk, group: ThisGroup, number: Number) -> PolicyOut:
    """Return a version of a group's policy."""
    async with desk.panel.db.read() as store:
        return PolicyOut.model_validate(await policies.version(store, group.id, number))


@router.get("/groups/{group_id}/policy/history/{number}/changes", summary="What changed")
async def show_group_changes(
    desk: TheDesk, group: ThisGroup, number: Number, since: Since = None
) -> Changes:
    """Tell in words what differs between two versions; without `since`, from the one before."""
    return await changes_of(desk, group.id, number, since)


@router.post("/groups/{group_id}/policy/history/{number}/restore", summary="Undo")
async def restore_group_policy(desk: TheDesk, group: ChangedGroup, number: Number) -> PolicyOut:
    """Append a copy of an earlier version."""
    async with desk.change(to_say("brought back earlier rules of {owner}"), owner=group.name) as tx:
        return PolicyOut.model_validate(await policies.restore(tx, group.id, number))


@router.post("/groups/{group_id}/grants", status_code=201, summary="Give a whole group time")
async def post_group_grants(desk: TheDesk, group: ChangedGroup, given: GroupGrantIn) -> GivenOut:
    """Open something for every child of a group; it lifts this group's rules, not wider ones."""
    until = desk.now + timedelta(minutes=given.minutes)
    layer = Layer(group.kind)
    async with desk.change(to_say("gave {group} extra time"), group=group.name) as tx:
        children = sorted(await memberships.members(tx.connection, group.id))
        for child_id in children:
            await grants.give(
                tx,
                child_id,
                until=until,
                scope=given.scope,
                reason=given.reason,
                of=group,
                look_up=desk.panel.catalogue.look_up,
            )
    return GivenOut(children=len(children), until=until, layer=layer)


@router.get("/children/{child_id}/groups", summary="A child's groups")
async def list_child_groups(desk: TheDesk, child: ThisChild) -> list[Family]:
    """Return every group whose rules hold for a child, the widest first."""
    async with desk.panel.db.read() as store:
        found = await memberships.of_child(store, child.id)
    return [Family.model_validate(group) for group in found]


@router.put("/groups/{group_id}/children/{child_id}", status_code=204, summary="Enrol a child")
async def put_member(desk: TheDesk, group: ChangedGroup, child: ThisChild) -> Response:
    """Make a child a member of a group besides its home; the group's rules become layers of it."""
    await grouping.enrol(desk, group, child)
    return Response(status_code=204)


@router.delete("/groups/{group_id}/children/{child_id}", status_code=204, summary="End it")
async def delete_member(desk: TheDesk, group: ChangedGroup, child: ThisChild) -> Response:
    """End a child's membership of a group."""
    await grouping.dismiss(desk, group, child)
    return Response(status_code=204)


def _shown(group: Group, role: Role | None, children: int = 0) -> GroupOut:
    return GroupOut(
        id=group.id,
        kind=group.kind,
        name=group.name,
        zone=group.zone,
        language=group.language,
        parent_id=group.parent_id,
        role=role,
        children=children,
        closed=group.closed,
    )
