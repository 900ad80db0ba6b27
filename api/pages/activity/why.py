"""Why a visit was answered as it was, what the rules say now, and what to change from here."""

from dataclasses import dataclass
from typing import Annotated, Literal
from uuid import UUID

from fastapi import APIRouter, Form, Query, Request
from pydantic import AwareDatetime, BaseModel, Field
from starlette.responses import Response

from api import verbs
from api.errors import Refused
from api.explaining import account_of
from api.labels import labels_of
from api.needs import Desk, TheDesk, ThisChild
from api.pages.activity.wanted import ThePeople
from api.reader import speak
from api.render import local_path, redirect, render, wants_part
from rules import explain
from rules.hosts import normalise
from rules.policy import Choice
from rules.scope import ScopeKind, split
from rules.scope import service as of_service
from rules.scope import site as of_site
from rules.verdict import Action, Layer, Reason, Verdict
from rules.visit import Visit
from store.children import Child
from store.devices import Device
from words.labels import LABELS, to_say

router = APIRouter()

AN_HOUR = 60
LAYERS = LABELS["layer"]
DONE = {
    "allow": to_say("{site} is on the list of allowed sites of {child}."),
    "block": to_say("{site} is on the list of blocked sites of {child}."),
    "hour": to_say("{site} is open for {child} for an hour."),
}
SERVICE_DONE = DONE | {
    "allow": to_say("{site} is allowed for {child}, with everything that belongs to it."),
    "block": to_say("{site} is blocked for {child}, with everything that belongs to it."),
}


class SiteForm(BaseModel):
    """What to do with a site, or with the app it belongs to."""

    host: Annotated[str, Field(max_length=253)]
    what: Literal["allow", "block", "hour"]
    service: Annotated[str, Field(max_length=60)] = ""
    """Empty where only the site is meant."""
    back: str = "/activity"


class Line(BaseModel):
    """A line of the log, as its link carries it."""

    host: Annotated[str, Field(max_length=253)]
    at: AwareDatetime
    action: Action
    reason: Reason
    layer: Layer
    rule: Annotated[str, Field(max_length=300)] = ""
    child: UUID | None = None
    device: UUID | None = None


@dataclass(frozen=True, slots=True)
class Step:
    """One check of one layer, for the engineer."""

    layer: str
    check: str
    said: str


@dataclass(frozen=True, slots=True)
class Now:
    """What the rules answer at this moment."""

    blocks: bool
    sentence: str
    """For the adult: who, on what, which layers hold, which rule, what is left."""
    to_child: str
    """In the child's language."""
    steps: tuple[Step, ...]


@router.get("/activity/why")
async def why(
    request: Request, desk: TheDesk, people: ThePeople, line: Annotated[Line, Query()]
) -> Response:
    """Tell the whole story of one line of the log."""
    child = people.children.get(line.child) if line.child else None
    device = people.devices.get(line.device) if line.device else None
    host = _host(line.host)
    labels, known = labels_of(desk.panel, desk.speech), await desk.known(host)
    then = explain.for_parent(Verdict(line.action, line.reason, line.layer, line.rule))
    context = {
        "line": line,
        "site": _site(desk, host),
        "child": child,
        "device": device,
        "known": known,
        "service": desk.panel.catalogue.services.get(next(iter(known.services), "")),
        "kinds": ", ".join(labels.category(name).name for name in known.categories),
        "then": desk.speech.sentence(then, desk.now),
        "today": await _now(desk, child, host, _of(child, device)) if child else None,
    }
    part = wants_part(request)
    return render(request, "activity/_why.html" if part else "activity/why.html", context)


@router.post("/children/{child_id}/site")
async def decide_site(
    request: Request, desk: TheDesk, child: ThisChild, form: Annotated[SiteForm, Form()]
) -> Response:
    """Allow or block a site or an app for a child, or open it for an hour."""
    site, back = _host(form.host), local_path(form.back, "/activity")
    if form.service:
        service = desk.panel.catalogue.services.get(form.service)
        if service is None:
            raise Refused(422, "service")
        await _decide(desk, child, of_service(service.id), form.what)
        done, site = SERVICE_DONE[form.what], service.name
    else:
        await _decide(desk, child, of_site(site), form.what)
        done = DONE[form.what]
    return redirect(request, back, done, site=site, child=child.name)


async def _decide(desk: Desk, child: Child, scope: str, what: str) -> None:
    kind, name = split(scope)
    if what == "hour":
        await verbs.open_for(desk, child, scope, AN_HOUR)
    elif kind is ScopeKind.SERVICE:
        await verbs.choose_service(desk, child, name, Choice(what))
    else:
        await verbs.list_site(desk, child, name, Choice(what))


async def _now(desk: Desk, child: Child, host: str, device_id: UUID | None) -> Now:
    visit = Visit(host, await desk.known(host))
    told = await account_of(desk, child, visit, desk.now, device_id)
    to_child = speak(desk.panel, child.language, desk.family.zone)
    return Now(
        told.verdict.blocks,
        desk.speech.sentence(told.parent, desk.now),
        to_child.sentence(told.child, desk.now),
        tuple(_step(desk, step) for step in told.steps),
    )


def _of(child: Child, device: Device | None) -> UUID | None:
    """Return a device while it is the child's: it may have been given to another since."""
    return device.id if device and child.id in device.child_ids else None


def _site(desk: Desk, host: str) -> str:
    """Name what a rule from here would be about: the whole site, where all of it is the same."""
    catalogue = desk.panel.catalogue
    whole = catalogue.site_of(host)
    return whole if catalogue.look_up(whole) == catalogue.look_up(host) else host


def _step(desk: Desk, step: explain.Step) -> Step:
    layer = desk.speech.say(LAYERS[step.layer])
    if step.verdict is None:
        return Step(layer, step.check, "")
    sentence = explain.for_parent(step.verdict)
    return Step(layer, step.check, desk.speech.sentence(sentence, desk.now))


def _host(text: str) -> str:
    try:
        return normalise(text)
    except ValueError as error:
        raise Refused(422, "host") from error
