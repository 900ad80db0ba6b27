"""One child of a group: a teacher gives it time, and lifts nothing but the rules of the group."""

from datetime import datetime, timedelta
from typing import Annotated
from uuid import UUID

from fastapi import Depends, Response

from api import lessons
from api.grouping import ChangedGroup, TaughtGroup, ThisGroup, reached
from api.lessons import ExtendIn, LessonIn
from api.needs import TheDesk
from api.rest.groups import GroupGrantIn
from api.rest.paging import ThePages
from api.rest.schemas import GrantOut, Noun
from api.routing import Router
from store import children, grants
from store.children import Child
from store.errors import NotFound
from words.speech import to_say

router = Router(tags=["groups"])


class MemberOut(Noun):
    id: UUID
    name: str


async def this_member(desk: TheDesk, group: ThisGroup, child_id: UUID) -> Child:
    """Return the child of the address, if it belongs to the group."""
    if child_id not in await reached(desk, group):
        raise NotFound
    async with desk.panel.db.read() as store:
        return await children.get(store, child_id)


type ThisMember = Annotated[Child, Depends(this_member)]


class LessonOut(Noun):
    by: str
    since: datetime
    until: datetime
    sites: tuple[str, ...]


@router.get("/groups/{group_id}/lesson", summary="The lesson that runs")
async def show_lesson(desk: TheDesk, group: TaughtGroup) -> LessonOut | None:
    """Return the lesson of a class or school; null where none runs."""
    running = (await lessons.room_of(desk, group)).running
    return LessonOut.model_validate(running) if running else None


@router.post("/groups/{group_id}/lesson", status_code=201, summary="Begin a lesson")
async def begin_lesson(desk: TheDesk, group: TaughtGroup, given: LessonIn) -> LessonOut:
    """Open only some sites for some minutes; families' rules stay, and it ends by itself."""
    return LessonOut.model_validate(await lessons.begin(desk, group, given))


@router.post("/groups/{group_id}/lesson/extend", summary="Let a lesson end later")
async def extend_lesson(desk: TheDesk, group: TaughtGroup, given: ExtendIn) -> LessonOut:
    """Add minutes to the lesson that runs; 240 in all at most."""
    return LessonOut.model_validate(await lessons.extend(desk, group, given.minutes))


@router.delete("/groups/{group_id}/lesson", status_code=204, summary="End a lesson")
async def end_lesson(desk: TheDesk, group: TaughtGroup) -> Response:
    """End the lesson that runs: the usual rules hold again."""
    await lessons.end(desk, group)
    return Response(status_code=204)


@router.get("/groups/{group_id}/children", summary="The children of a group")
async def list_members(desk: TheDesk, group: ThisGroup, pages: ThePages) -> list[MemberOut]:
    """Return who lives in a group, who joined it, and those of groups below, by name."""
    members = await reached(desk, group)
    async with desk.panel.db.read() as store:
        known = [child for child in await children.list_all(store) if child.id in members]
    shown = pages.cut(known, lambda one: (one.name, str(one.id)))
    return [MemberOut.model_validate(child) for child in shown]


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
