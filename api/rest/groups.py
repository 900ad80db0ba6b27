"""Groups of all kinds: city, ward, school, class, family; their rules and their members."""

from datetime import datetime, timedelta
from typing import Annotated, Literal
from uuid import UUID

from fastapi import APIRouter, Depends, Response
from pydantic import BaseModel, Field

from api.errors import Misfit, Refused
from api.needs import Desk, TheDesk, ThisChild
from api.people import PersonName, Plain, ZoneName
from api.rest.rules import IfMatch, Number, Since, changes_of, expected_of, policy_of
from api.rest.schemas import Changes, Family, PolicyOut
from rules.family import Language
from rules.policy import Policy
from rules.scope import EVERYTHING, GivenScope
from rules.verdict import Layer
from store import adults, grants, groups, memberships, policies
from store.adults import WRITERS, Role
from store.errors import Conflict, NotFound
from store.groups import Group
from words.speech import to_say

router = APIRouter(tags=["groups"])
WIDTH = {kind.value: width for width, kind in enumerate(groups.KINDS)}


class GroupIn(BaseModel):
    kind: Literal["city", "ward", "school", "class", "family"]
    name: PersonName
    parent_id: UUID | None = None
    """The group above; without one it stands alone, and its maker owns it."""
    zone: ZoneName | None = None
    language: Language | None = None


class GroupOut(Family):
    parent_id: UUID | None
    role: Role | None
    """The adult's own role, on this group or on one above."""


class GroupGrantIn(BaseModel):
    minutes: Annotated[int, Field(ge=1, le=24 * 60)]
    scope: GivenScope = EVERYTHING
    reason: Annotated[Plain, Field(max_length=200)] = ""


class GivenOut(BaseModel):
    children: int
    """To how many it was given."""
    until: datetime
    layer: Layer


async def this_group(desk: TheDesk, group_id: UUID) -> Group:
    """Return the group of the address, if the adult has a role on it or on one above."""
    group, role = await _held(desk, group_id)
    if role is None:
        raise NotFound
    return group


async def changed_group(desk: TheDesk, group_id: UUID) -> Group:
    """Return the group of the address, if the adult may change it."""
    group, role = await _held(desk, group_id)
    if role is None:
        raise NotFound
    if role not in WRITERS:
        raise Refused(403, "may-only-look")
    return group


type ThisGroup = Annotated[Group, Depends(this_group)]
type ChangedGroup = Annotated[Group, Depends(changed_group)]


@router.get("/groups", summary="Groups")
async def list_groups(desk: TheDesk) -> list[GroupOut]:
    """Return the groups the adult has a role on, and those below them, the widest first."""
    async with desk.panel.db.read() as store:
        known = {group.id: group for group in await groups.list_all(store)}
    shown = [(group, _role(desk, known, group)) for group in known.values()]
    found = [_shown(group, role) for group, role in shown if role is not None]
    return sorted(found, key=lambda group: WIDTH[group.kind])


@router.post("/groups", status_code=201, summary="Add a group")
async def post_group(desk: TheDesk, given: GroupIn) -> GroupOut:
    """Add a group, below one the adult may change or standing alone."""
    above = await changed_group(desk, given.parent_id) if given.parent_id else None
    if above is not None and WIDTH[given.kind] <= WIDTH[above.kind]:
        raise Misfit("kind", to_say("A group lies below a wider one."))
    async with desk.change(to_say("added the group {group}"), group=given.name) as tx:
        made = await groups.add(
            tx,
            name=given.name,
            zone=given.zone or desk.family.zone,
            language=given.language or desk.family.language,
            kind=given.kind,
            parent_id=given.parent_id,
        )
        if above is None:
            await adults.give_role(tx, desk.adult.id, made.id, Role.OWNER)
    role = Role.OWNER if above is None else (await _held(desk, above.id))[1]
    return _shown(made, role)


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
async def list_group_policies(desk: TheDesk, group: ThisGroup) -> list[PolicyOut]:
    """Return the last 50 versions, newest first."""
    async with desk.panel.db.read() as store:
        versions = await policies.history(store, group.id)
    return [PolicyOut.model_validate(version) for version in versions]


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
    what = to_say("{child} joined {group}")
    async with desk.change(what, child_id=child.id, child=child.name, group=group.name) as tx:
        await memberships.join(tx, child.id, group.id)
    return Response(status_code=204)


@router.delete("/groups/{group_id}/children/{child_id}", status_code=204, summary="End it")
async def delete_member(desk: TheDesk, group: ChangedGroup, child: ThisChild) -> Response:
    """End a child's membership of a group."""
    what = to_say("{child} left {group}")
    async with desk.change(what, child_id=child.id, child=child.name, group=group.name) as tx:
        await memberships.leave(tx, child.id, group.id)
    return Response(status_code=204)


async def role_on(desk: Desk, group: Group) -> Role | None:
    """Return the adult's role on a group, or on one above it."""
    return (await _held(desk, group.id))[1]


async def _held(desk: Desk, group_id: UUID) -> tuple[Group, Role | None]:
    async with desk.panel.db.read() as store:
        known = {group.id: group for group in await groups.list_all(store)}
    if group_id not in known:
        raise NotFound
    return known[group_id], _role(desk, known, known[group_id])


def _role(desk: Desk, known: dict[UUID, Group], group: Group) -> Role | None:
    """Return the adult's role on a group or the nearest above it, one that may change first.

    Whose role is for some children only looks at their group, and changes nothing of all.
    """
    if group.id in desk.adult.only:
        return Role.VIEWER
    held = [
        desk.adult.roles[above.id]
        for above in reversed(memberships.chain(known, [group.id]))
        if above.id in desk.adult.roles and above.id not in desk.adult.only
    ]
    return next((role for role in held if role in WRITERS), next(iter(held), None))


def _shown(group: Group, role: Role | None) -> GroupOut:
    return GroupOut(
        id=group.id,
        kind=group.kind,
        name=group.name,
        zone=group.zone,
        language=group.language,
        parent_id=group.parent_id,
        role=role,
    )
