"""How families join a class: its code, and the children who wait for an answer."""

from datetime import timedelta
from uuid import UUID

from fastapi import Request, Response

from api import joining
from api.errors import Misfit
from api.forms import fill
from api.grouping import TaughtGroup
from api.joining import AskedEnrolment, CodeForm, TakeInForm
from api.needs import Desk, TheDesk
from api.render import redirect, render
from api.routing import Router
from api.ways import panel_address, qr_of
from rules.joining import spaced
from store.errors import NotFound
from store.groups import Group
from words.speech import to_say

router = Router(prefix="/groups/{group_id}/joining")


@router.get("")
async def show(request: Request, desk: TheDesk, group: TaughtGroup) -> Response:
    """Show the code, and who waits."""
    return await _page(request, desk, group)


@router.post("/code")
async def make(request: Request, desk: TheDesk, group: TaughtGroup) -> Response:
    """Make a code, in place of the one before."""
    form = await fill(request, CodeForm)
    await joining.make_code(desk, group, form.model or CodeForm())
    return redirect(request, _here(group), to_say("Here is the code. Families can use it now."))


@router.post("/code/end")
async def end(request: Request, desk: TheDesk, group: TaughtGroup) -> Response:
    """End the code."""
    try:
        await joining.end_code(desk, group)
    except NotFound:
        return redirect(request, _here(group))
    return redirect(request, _here(group), to_say("The code is ended: nobody asks with it."))


@router.post("/{enrolment_id}/accept")
async def accept(
    request: Request, desk: TheDesk, group: TaughtGroup, asked: AskedEnrolment
) -> Response:
    """Take a child in."""
    form = await fill(request, TakeInForm)
    try:
        child = await joining.take_in(desk, group, asked, form.model or TakeInForm())
    except Misfit as wrong:
        said = desk.speech.say(wrong.message)
        return await _page(request, desk, group, wrong={asked.id: said}, status=422)
    said = to_say("{child} belongs to the class now. It can be undone under “Brought in before”.")
    return redirect(request, _here(group), said, child=child.name)


@router.post("/{enrolment_id}/refuse")
async def refuse(
    request: Request, desk: TheDesk, group: TaughtGroup, asked: AskedEnrolment
) -> Response:
    """Do not take a child in."""
    await joining.refuse(desk, asked)
    said = to_say("Not taken in. The family reads it, and may ask again with the code.")
    return redirect(request, _here(group), said)


async def _page(
    request: Request,
    desk: Desk,
    group: Group,
    *,
    wrong: dict[UUID, str] | None = None,
    status: int = 200,
) -> Response:
    code = await joining.code_of(desk, group)
    is_open = code is not None and code.is_open(desk.now)
    link = f"{panel_address(request)}/class/{spaced(code.code)}" if code else ""
    context = {
        "group": group,
        "code": code,
        "is_open": is_open,
        "shown": spaced(code.code) if code else "",
        "link": link,
        "qr": qr_of(link) if is_open else "",
        "wishes": await joining.wishes(desk, group),
        "wrong": wrong or {},
        "soon": is_open and code is not None and code.until - desk.now < timedelta(days=1),
    }
    return render(request, "groups/joining.html", context, status=status)


def _here(group: Group) -> str:
    return f"/groups/{group.id}/joining"
