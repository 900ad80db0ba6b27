"""Why a visit was answered as it was, what the rules say now, and what to change from here."""

from dataclasses import dataclass
from typing import Annotated
from uuid import UUID

from fastapi import Query, Request
from pydantic import AwareDatetime, BaseModel, Field
from starlette.responses import Response

from api.explaining import account_of
from api.labels import labels_of
from api.needs import Desk, TheDesk
from api.pages.activity.decide import LIMITS, host_of
from api.pages.activity.wanted import ThePeople
from api.reader import speak
from api.render import local_path, render, wants_part
from api.routing import Router
from rules import explain
from rules.verdict import Action, Layer, Reason, Verdict
from rules.visit import Visit
from store import devices
from store.children import Child
from store.devices import Device
from words.labels import LABELS

router = Router()

LAYERS = LABELS["layer"]


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
    back: Annotated[str, Field(max_length=1000)] = ""
    """The page it stands on: what is done from here leads back there."""


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
    may_be_limited: bool
    """It is open, or would be if its minutes were not used up."""
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
    device = await _device(desk, line.device) if line.device in people.devices else None
    host = host_of(line.host)
    labels, known = labels_of(desk.panel, desk.speech), await desk.known(host)
    then = explain.for_parent(Verdict(line.action, line.reason, line.layer, line.rule))
    context = {
        "line": line,
        "back": local_path(line.back, "/activity"),
        "limits": LIMITS,
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


async def _now(desk: Desk, child: Child, host: str, device_id: UUID | None) -> Now:
    visit = Visit(host, await desk.known(host))
    told = await account_of(desk, child, visit, desk.now, device_id)
    to_child = speak(desk.panel, child.language, desk.family.zone)
    return Now(
        told.verdict.blocks,
        not told.verdict.blocks or told.verdict.reason is Reason.ALLOWANCE,
        desk.speech.sentence(told.parent, desk.now),
        to_child.sentence(told.child, desk.now),
        tuple(_step(desk, step) for step in told.steps),
    )


async def _device(desk: Desk, device_id: UUID | None) -> Device | None:
    async with desk.panel.db.read() as store:
        return await devices.get(store, device_id) if device_id else None


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
