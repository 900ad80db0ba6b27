"""A lesson on a teacher's phone: begin, see how long it still goes on, extend, end."""

from functools import partial

from fastapi import Request, Response
from pydantic import BaseModel

from api import lessons
from api.forms import Filled, carry_out, empty, fill
from api.grouping import TaughtGroup
from api.lessons import ExtendIn, LessonIn
from api.needs import Desk, TheDesk
from api.render import redirect, render
from api.routing import Router
from store.groups import Group
from words.speech import to_say

router = Router(prefix="/groups")
LENGTHS = (15, 30, 45, 90)


@router.get("/{group_id}/lesson")
async def show(request: Request, desk: TheDesk, group: TaughtGroup) -> Response:
    """Show the lesson that runs, or ask for one."""
    return await _page(request, desk, group)


@router.post("/{group_id}/lesson")
async def begin(request: Request, desk: TheDesk, group: TaughtGroup) -> Response:
    """Begin a lesson."""
    form = await carry_out(request, LessonIn, partial(lessons.begin, desk, group))
    if form.errors:
        return await _page(request, desk, group, form, status=422)
    return redirect(request, f"/groups/{group.id}/lesson", to_say("The lesson has begun."))


@router.post("/{group_id}/lesson/extend")
async def extend(request: Request, desk: TheDesk, group: TaughtGroup) -> Response:
    """Let it end later."""
    form = await fill(request, ExtendIn)
    await lessons.extend(desk, group, form.model.minutes if form.model else 10)
    return redirect(request, f"/groups/{group.id}/lesson", to_say("The lesson ends later."))


@router.post("/{group_id}/lesson/end")
async def end(request: Request, desk: TheDesk, group: TaughtGroup) -> Response:
    """End it now."""
    await lessons.end(desk, group)
    said = to_say("The lesson is over: the usual rules hold again.")
    return redirect(request, f"/groups/{group.id}/lesson", said)


async def _page[M: BaseModel](
    request: Request,
    desk: Desk,
    group: Group,
    form: Filled[M] | None = None,
    *,
    status: int = 200,
) -> Response:
    room = await lessons.room_of(desk, group)
    sites = "\n".join(room.last.sites) if room.last else ""
    context = {
        "group": group,
        "room": room,
        "form": form or empty(minutes=45, sites=sites),
        "lengths": LENGTHS,
        "left": _seconds(room, desk),
    }
    return render(request, "groups/lesson.html", context, status=status)


def _seconds(room: lessons.Room, desk: Desk) -> int:
    return int((room.running.until - desk.now).total_seconds()) if room.running else 0
