"""What an adult decides about a site or an app from a line of the record, and taking it back."""

from typing import Annotated, Literal
from uuid import UUID

from fastapi import Form, Request
from pydantic import BaseModel, Field
from starlette.responses import Response

from api import verbs
from api.deciding import Decision, decide, scope_of
from api.errors import Refused
from api.needs import Desk, TheDesk, ThisChild
from api.render import Undo, local_path, redirect
from api.routing import Router
from rules.hosts import normalise
from store.children import Child
from words.speech import to_say

router = Router()

AN_HOUR = 60
LIMITS = (15, 30, 45, 60, 90, 120)
"""Minutes a day that are offered."""
DONE = {
    "allow": to_say("{site} is on the list of allowed sites of {child}."),
    "block": to_say("{site} is on the list of blocked sites of {child}."),
    "hour": to_say("{site} is open for {child} for an hour."),
    "limit": to_say("{child} has {time} a day for {site}, on all devices together."),
}
SERVICE_DONE = DONE | {
    "allow": to_say("{site} is allowed for {child}, with everything that belongs to it."),
    "block": to_say("{site} is blocked for {child}, with everything that belongs to it."),
}
UNDONE = to_say("Taken back: the rules of {child} are as they were.")
TOO_LATE = to_say("The rules of {child} were changed again since, so nothing was taken back.")


class SiteForm(BaseModel):
    """What to do with a site, or with the app it belongs to."""

    host: Annotated[str, Field(max_length=253)]
    what: Literal["allow", "block", "hour", "limit"]
    service: Annotated[str, Field(max_length=60)] = ""
    """Empty where only the site is meant."""
    minutes: Annotated[int, Field(ge=0, le=1440)] = 30
    """A day, for a limit."""
    back: str = "/activity"


@router.post("/children/{child_id}/site")
async def decide_site(
    request: Request, desk: TheDesk, child: ThisChild, form: Annotated[SiteForm, Form()]
) -> Response:
    """Allow, block or limit a site or an app for a child, or open it for an hour."""
    site, back = host_of(form.host), local_path(form.back, "/activity")
    scope, done = scope_of(desk, site, form.service), DONE[form.what]
    if form.service:
        done, site = SERVICE_DONE[form.what], desk.panel.catalogue.services[form.service].name
    taken_back = await _decide(desk, child, scope, form, back)
    time = desk.speech.minutes(form.minutes)
    return redirect(request, back, done, taken_back, site=site, child=child.name, time=time)


@router.post("/children/{child_id}/undo")
async def undo(
    request: Request,
    desk: TheDesk,
    child: ThisChild,
    number: Annotated[int, Form()],
    back: Annotated[str, Form()] = "/",
) -> Response:
    """Take the newest change of a child's rules back, if it still is the newest."""
    if await verbs.undo(desk, child, number):
        return redirect(request, local_path(back), UNDONE, child=child.name)
    return redirect(request, f"/children/{child.id}/history", TOO_LATE, child=child.name)


async def _decide(desk: Desk, child: Child, scope: str, form: SiteForm, back: str) -> Undo:
    minutes = AN_HOUR if form.what == "hour" else form.minutes
    what: Decision = "open" if form.what == "hour" else form.what
    done = await decide(desk, child, scope, what, minutes)
    if done.grant is not None:
        return _take_back(child, done.grant.id, back)
    return Undo(f"/children/{child.id}/undo", (("number", str(done.number)), ("back", back)))


def _take_back(child: Child, grant_id: UUID, back: str) -> Undo:
    return Undo(f"/children/{child.id}/take-back", (("grant", str(grant_id)), ("back", back)))


def host_of(text: str) -> str:
    """Return a host in its one form. Raises Refused."""
    try:
        return normalise(text)
    except ValueError as error:
        raise Refused(422, "host") from error
