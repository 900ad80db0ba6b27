"""A list of pupils: send it, look what it would do, apply it, take it back, take it along."""

from typing import Annotated, Literal
from urllib.parse import quote
from uuid import UUID

from fastapi import Depends, Request, Response
from starlette.datastructures import UploadFile

from api import rostering
from api.errors import Misfit
from api.forms import fill
from api.grouping import TaughtGroup
from api.needs import Desk, TheDesk
from api.render import redirect, render
from api.rostering import FIELDS, ApplyForm, ColumnsForm
from api.routing import Router
from feeds.rosters.columns import options
from feeds.rosters.table import MOST_BYTES
from store import rosters
from store.groups import Group
from store.rosters import RosterChange
from words.speech import to_say

router = Router(prefix="/groups")
SHOWN = 12
"""So many of each are shown; the rest is counted."""
TYPES = {
    "csv": "text/csv; charset=utf-8",
    "xlsx": "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
}
WHAT = {
    "name": to_say("name"),
    "birth_year": to_say("year of birth"),
    "class": to_say("class"),
    "number": to_say("number"),
}


async def waiting_list(desk: TheDesk, group: TaughtGroup, change_id: UUID) -> RosterChange:
    """Return the list of the address that waits to be applied."""
    return await rostering.waiting(desk, group, change_id)


async def done_change(desk: TheDesk, group: TaughtGroup, change_id: UUID) -> RosterChange:
    """Return the change of the address."""
    async with desk.panel.db.read() as store:
        return await rosters.get(store, group.id, change_id)


type WaitingList = Annotated[RosterChange, Depends(waiting_list)]
type DoneChange = Annotated[RosterChange, Depends(done_change)]


@router.get("/{group_id}/roster")
async def show(request: Request, desk: TheDesk, group: TaughtGroup) -> Response:
    """Ask for a list, and show what was brought in before."""
    return await _page(request, desk, group)


@router.post("/{group_id}/roster")
async def send(request: Request, desk: TheDesk, group: TaughtGroup) -> Response:
    """Read a list and show what it would do."""
    async with request.form(max_files=1, max_fields=5) as form:
        file = form.get("file")
        name = file.filename or "" if isinstance(file, UploadFile) else ""
        data = await file.read(MOST_BYTES + 1) if isinstance(file, UploadFile) else b""
    try:
        key = await rostering.upload(desk, group, name, data)
    except Misfit as wrong:
        said = desk.speech.say(wrong.message, **wrong.values)
        return await _page(request, desk, group, wrong=said, status=422)
    return redirect(request, f"/groups/{group.id}/roster/{key}")


@router.get("/{group_id}/roster.{kind}")
async def export(desk: TheDesk, group: TaughtGroup, kind: Literal["csv", "xlsx"]) -> Response:
    """Give the roster as a file."""
    data = await rostering.exported(desk, group, kind)
    name = quote(f"{group.name}.{kind}")
    held = {"Content-Disposition": f"attachment; filename*=UTF-8''{name}"}
    return Response(data, media_type=TYPES[kind], headers=held)


@router.get("/{group_id}/roster/{change_id}")
async def look(
    request: Request, desk: TheDesk, group: TaughtGroup, change: WaitingList
) -> Response:
    """Show what a list would do."""
    return await _preview(request, desk, group, change)


@router.post("/{group_id}/roster/{change_id}/columns")
async def choose(
    request: Request, desk: TheDesk, group: TaughtGroup, change: WaitingList
) -> Response:
    """Choose other columns."""
    form = await fill(request, ColumnsForm)
    if form.model is None:
        return await _preview(request, desk, group, change, status=422)
    await rostering.choose(desk, change, form.model)
    return redirect(request, f"/groups/{group.id}/roster/{change.id}")


@router.post("/{group_id}/roster/{change_id}/apply")
async def apply(
    request: Request, desk: TheDesk, group: TaughtGroup, change: WaitingList
) -> Response:
    """Bring the list in."""
    form = await fill(request, ApplyForm)
    if form.model is None:
        return await _preview(request, desk, group, change, status=422)
    done = await rostering.apply(desk, group, change, form.model)
    said = to_say("Brought in: {new} new, {altered} changed, {left} left. It can be undone below.")
    counts = {name: done.counts[name] for name in ("new", "altered", "left")}
    return redirect(request, f"/groups/{group.id}/roster", said, **counts)


@router.post("/{group_id}/roster/{change_id}/drop")
async def drop(
    request: Request, desk: TheDesk, group: TaughtGroup, change: WaitingList
) -> Response:
    """Forget a list."""
    await rostering.drop(desk, change)
    said = to_say("The list was forgotten, and nothing was changed.")
    return redirect(request, f"/groups/{group.id}/roster", said)


@router.get("/{group_id}/roster/{change_id}/undo")
async def ask_undo(
    request: Request, desk: TheDesk, group: TaughtGroup, change: DoneChange
) -> Response:
    """Ask once more before a change is taken back."""
    removed, with_device = await rostering.lost_by_undo(desk, change)
    context = {"group": group, "change": change, "removed": removed, "with_device": with_device}
    return render(request, "groups/undo.html", context)


@router.post("/{group_id}/roster/{change_id}/undo")
async def undo(request: Request, desk: TheDesk, group: TaughtGroup, change: DoneChange) -> Response:
    """Take a change back."""
    await rostering.undo(desk, group, change)
    return redirect(
        request, f"/groups/{group.id}/roster", to_say("Everything is as it was before.")
    )


async def _page(
    request: Request, desk: Desk, group: Group, *, wrong: str = "", status: int = 200
) -> Response:
    done = await rostering.history(desk, group)
    context = {
        "group": group,
        "wrong": wrong,
        "done": done,
        "undoable": next((one.id for one in done if one.stands), None),
    }
    return render(request, "groups/roster.html", context, status=status)


async def _preview(
    request: Request, desk: Desk, group: Group, change: RosterChange, *, status: int = 200
) -> Response:
    seen = await rostering.preview(desk, group, change)
    columns = seen.columns
    chosen = {name: getattr(columns, name) for name in FIELDS}
    context = {
        "group": group,
        "change": change,
        "seen": seen,
        "plan": seen.plan,
        "fields": FIELDS,
        "chosen": chosen,
        "columns": options(seen.table, columns),
        "missing_columns": columns.missing,
        "needs_class": columns.class_ is None and group.kind == "school",
        "shown": SHOWN,
        "what": WHAT,
        "keep_days": desk.panel.keep_visits_days,
    }
    return render(request, "groups/preview.html", context, status=status)
