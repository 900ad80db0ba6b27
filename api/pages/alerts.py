"""Alerts from words: what was heard, what it means, what to do, and what was done."""

from typing import Annotated
from uuid import UUID

from fastapi import Depends, Query, Request, Response
from pydantic import BaseModel, Field

from api import alerted
from api.forms import carry_out
from api.needs import TheDesk
from api.people import Plain
from api.render import redirect, render
from api.routing import Router
from store.alerts import Alert
from words.speech import to_say

router = Router(prefix="/alerts")
HOME = "/alerts"
AT_ONCE = 30


class CommentForm(BaseModel):
    comment: Annotated[Plain, Field(max_length=500)] = ""


async def this_alert(desk: TheDesk, alert_id: UUID) -> Alert:
    """Return the alert of the address, if it is about a child of the adult's."""
    return await alerted.one(desk, alert_id)


type ThisAlert = Annotated[Alert, Depends(this_alert)]


@router.get("")
async def show(
    request: Request, desk: TheDesk, page: Annotated[int, Query(ge=1, le=10_000)] = 1
) -> Response:
    """Show the alerts, the open ones first, a page at a time."""
    return await _page(request, desk, page=page)


@router.post("/{alert_id}/seen")
async def see(request: Request, desk: TheDesk, alert: ThisAlert) -> Response:
    """Take note of an alert."""
    await alerted.see(desk, alert)
    return redirect(request, HOME, to_say("You have taken note of it. It stays here until closed."))


@router.post("/{alert_id}/close")
async def close(request: Request, desk: TheDesk, alert: ThisAlert) -> Response:
    """Say that it is dealt with."""
    await alerted.close(desk, alert)
    return redirect(request, HOME, to_say("The alert is closed. You can open it again below."))


@router.post("/{alert_id}/reopen")
async def reopen(request: Request, desk: TheDesk, alert: ThisAlert) -> Response:
    """Take back that it is dealt with."""
    await alerted.reopen(desk, alert)
    return redirect(request, HOME, to_say("The alert is open again."))


@router.post("/{alert_id}/comment")
async def comment(request: Request, desk: TheDesk, alert: ThisAlert) -> Response:
    """Keep a note with the alert."""
    form = await carry_out(
        request, CommentForm, lambda given: alerted.comment(desk, alert, given.comment)
    )
    if form.errors:
        return await _page(request, desk, wrong={alert.id: form.errors}, status=422)
    return redirect(request, HOME, to_say("Your note is kept with the alert."))


async def _page(
    request: Request,
    desk: TheDesk,
    *,
    wrong: dict[UUID, object] | None = None,
    page: int = 1,
    status: int = 200,
) -> Response:
    skip = (page - 1) * AT_ONCE
    several = await alerted.told(desk, limit=AT_ONCE + 1, skip=skip)
    found = several[:AT_ONCE]
    await alerted.note_look(desk, [told.alert for told in found])
    context = {
        "open": [told for told in found if told.alert.is_open],
        "closed": [told for told in found if not told.alert.is_open],
        "wrong": wrong or {},
        "page": page,
        "has_more": len(several) > AT_ONCE,
    }
    return render(request, "alerts/index.html", context, status=status)
