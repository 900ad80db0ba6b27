"""A new school year: what becomes of each class, before it happens."""

from uuid import UUID

from fastapi import Request, Response

from api import rostering
from api.errors import Misfit
from api.grouping import ChangedSchool
from api.needs import Desk, TheDesk
from api.render import redirect, render
from api.routing import Router
from store.groups import Group
from words.speech import to_say

router = Router(prefix="/groups")


@router.get("/{group_id}/year")
async def show(request: Request, desk: TheDesk, group: ChangedSchool) -> Response:
    """Show what would become of each class."""
    return await _page(request, desk, group, {})


@router.post("/{group_id}/year")
async def begin(request: Request, desk: TheDesk, group: ChangedSchool) -> Response:
    """Let the classes move up."""
    wanted = await _wanted(request)
    try:
        await rostering.begin_year(desk, group, wanted)
    except Misfit as wrong:
        said = desk.speech.say(wrong.message, **wrong.values)
        return await _page(request, desk, group, wanted, said)
    said = to_say("The new school year has begun. It can be undone below.")
    return redirect(request, f"/groups/{group.id}/roster", said)


async def _wanted(request: Request) -> dict[UUID, str]:
    """Read the new name of each class; one that leaves has none."""
    found: dict[UUID, str] = {}
    async with request.form(max_files=0, max_fields=1000) as form:
        leaving = {str(value) for value in form.getlist("leaves")}
        for name, value in form.multi_items():
            kind, _, key = name.partition(":")
            if kind != "to":
                continue
            try:
                group_id = UUID(key)
            except ValueError:
                continue
            found[group_id] = "" if key in leaving else str(value)
    return found


async def _page(
    request: Request, desk: Desk, group: Group, wanted: dict[UUID, str], wrong: str = ""
) -> Response:
    steps = await rostering.year_steps(desk, group)
    context = {"group": group, "steps": steps, "wanted": wanted, "wrong": wrong}
    return render(request, "groups/year.html", context, status=422 if wrong else 200)
