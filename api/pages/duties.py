"""What the law asks of adults: the register of requests, and the record of supervision to print."""

from dataclasses import dataclass
from datetime import date, timedelta
from functools import partial
from uuid import UUID

from fastapi import Request, Response

from api import duties
from api.consenting import standing_of
from api.duties import DoneIn, ExtendIn, RequestIn, ThisRequest
from api.forms import Filled, carry_out, empty
from api.labels import labels_of
from api.needs import Desk, TheDesk, ThisChild
from api.pages.rules.brief import brief
from api.pages.today.cards import standing
from api.render import redirect, render
from api.routing import Router
from api.trail import deed_said, looked_at, whose_trail
from reports.weeks import local_day, midnight
from rules.verdict import Layer
from store import consents, ledger, memberships, policies, requests
from store.children import Child
from store.ledger import Filter, LedgerLine
from words.speech import to_say

router = Router()
HOME = "/requests"
MONTH = 30
LINES = 200
LOOKED = to_say("looked at the record of supervision of {child}")


@dataclass(frozen=True, slots=True)
class Deed:
    day: date
    who: str
    what: str
    looked: bool


@router.get("/requests")
async def show(request: Request, desk: TheDesk) -> Response:
    """Show what was asked for by law, with its deadlines."""
    return await _page(request, desk)


@router.post("/requests")
async def receive(request: Request, desk: TheDesk) -> Response:
    """Write down what somebody asks for."""
    form = await carry_out(request, RequestIn, partial(duties.receive, desk))
    if form.errors:
        return await _page(request, desk, form, status=422)
    return redirect(request, HOME, to_say("Written down. The deadlines stand beside it."))


@router.post("/requests/{request_id}/answered")
async def answer(request: Request, desk: TheDesk, found: ThisRequest) -> Response:
    """Say that who asked was told."""
    await duties.answer(desk, found)
    return redirect(request, HOME, to_say("Noted: who asked knows that it came in."))


@router.post("/requests/{request_id}/extend")
async def extend(request: Request, desk: TheDesk, found: ThisRequest) -> Response:
    """Extend it, once."""
    form = await carry_out(request, ExtendIn, partial(duties.extend, desk, found))
    if form.errors:
        return await _page(request, desk, wrong={found.id: form.errors}, status=422)
    return redirect(request, HOME, to_say("Extended. Tell who asked, and why."))


@router.post("/requests/{request_id}/done")
async def finish(request: Request, desk: TheDesk, found: ThisRequest) -> Response:
    """Say what became of it."""
    form = await carry_out(request, DoneIn, partial(duties.finish, desk, found))
    if form.errors:
        return await _page(request, desk, wrong={found.id: form.errors}, status=422)
    return redirect(request, HOME, to_say("Closed. It stays in the register."))


@router.get("/children/{child_id}/supervision")
async def supervision(request: Request, desk: TheDesk, child: ThisChild) -> Response:
    """Show the record of supervision of the last 30 days, to print."""
    await looked_at(desk, [child], LOOKED)
    return render(request, "duties/record.html", await _record(desk, child))


async def _record(desk: Desk, child: Child) -> dict[str, object]:
    since = midnight(
        local_day(desk.now, desk.family.zone) - timedelta(days=MONTH - 1), desk.family.zone
    )
    whose = await whose_trail(desk)
    async with desk.panel.db.read() as store:
        own = await policies.current(store, child.id)
        layers = [
            (group, version.policy)
            for group in await memberships.of_child(store, child.id)
            if (version := await policies.current(store, group.id))
        ]
        wanted = Filter(child_id=child.id, since=since)
        lines = await ledger.lines(store, limit=LINES, whose=whose, wanted=wanted)
        agreed = await consents.list_of(store, child.id)
        asked = await requests.list_of(store, [child.id])
    labels = labels_of(desk.panel, desk.speech)
    return {
        "child": child,
        "family": desk.family,
        "since": local_day(since, desk.family.zone),
        "until": local_day(desk.now, desk.family.zone),
        "own": brief(own.policy, labels) if own else (),
        "layers": [(group.name, brief(policy, labels)) for group, policy in layers],
        "level": (await standing_of(desk.panel, child, desk.now)).level(desk.now),
        "consents": agreed,
        "requests": asked,
        "kinds": duties.KINDS,
        "deeds": [_deed(desk, line) for line in lines],
        "cut": len(lines) == LINES,
        "standing": await standing(desk),
        "at_home": Layer.FAMILY,
    }


def _deed(desk: Desk, line: LedgerLine) -> Deed:
    said = deed_said(desk.speech, line)
    day = local_day(line.at, desk.family.zone)
    return Deed(day, line.by.name, said, line.revision is None)


async def _page(
    request: Request,
    desk: Desk,
    form: Filled[RequestIn] | None = None,
    *,
    wrong: dict[UUID, dict[str, str]] | None = None,
    status: int = 200,
) -> Response:
    looking = desk.looking()
    context = {
        "duties": await duties.told(desk),
        "form": form or empty(kind="access", party="parent"),
        "children": await looking.children(),
        "kinds": duties.KINDS,
        "parties": duties.PARTIES,
        "outcomes": duties.OUTCOMES,
        "wrong": wrong or {},
    }
    return render(request, "duties/index.html", context, status=status)
