"""Today: every child at a glance, and what an adult can do with one tap."""

import asyncio
from typing import Annotated, Literal
from uuid import UUID
from zoneinfo import ZoneInfo

from fastapi import APIRouter, Form, Request
from starlette.responses import Response

from api import alerted, answering, channels, live, verbs
from api.households import children_here, family_devices
from api.labels import labels_of
from api.needs import Desk, TheDesk, ThisChild
from api.pages.today.cards import cards_of, standing
from api.render import local_path, redirect, render, wants_part
from api.strangers import news_of_strangers
from feeds.kept import alarmed
from store.children import Child
from words.speech import to_say

router = APIRouter()

type Length = Literal["15", "30", "tonight"]
type Back = Annotated[str, Form()]


@router.get("/")
async def show(request: Request, desk: TheDesk) -> Response:
    """Show every child of the family."""
    return await _page(
        request, desk, "today/_cards.html" if wants_part(request) else "today/index.html"
    )


@router.get("/in-force")
async def in_force(request: Request, desk: TheDesk) -> Response:
    """Say whether what was decided is in force in every door."""
    return render(request, "today/_in_force.html", {"standing": await standing(desk)})


@router.get("/live")
async def events(desk: TheDesk) -> Response:
    """Tell an open page to look again whenever something changed."""
    return live.stream(desk.panel)


@router.post("/pause-everyone")
async def pause_everyone(request: Request, desk: TheDesk) -> Response:
    """Stop everything for every child: dinner time."""
    await verbs.pause(desk, await children_here(desk))
    return await _done(request, desk, "/", to_say("The internet is paused for everyone."))


@router.post("/resume-everyone")
async def resume_everyone(request: Request, desk: TheDesk) -> Response:
    """End every pause."""
    await verbs.resume(desk, await children_here(desk))
    return await _done(request, desk, "/", to_say("The pause is over for everyone."))


@router.post("/children/{child_id}/pause")
async def pause(request: Request, desk: TheDesk, child: ThisChild, back: Back = "/") -> Response:
    """Stop everything for one child."""
    await verbs.pause(desk, [child])
    return await _done(request, desk, back, to_say("{child} is paused."), child)


@router.post("/children/{child_id}/resume")
async def resume(request: Request, desk: TheDesk, child: ThisChild, back: Back = "/") -> Response:
    """End one child's pause."""
    await verbs.resume(desk, [child])
    return await _done(request, desk, back, to_say("The pause is over for {child}."), child)


@router.post("/children/{child_id}/more")
async def more(
    request: Request,
    desk: TheDesk,
    child: ThisChild,
    length: Annotated[Length, Form()],
    back: Back = "/",
) -> Response:
    """Give extra time for everything."""
    if length == "tonight":
        [card] = await cards_of(desk, only=child)
        grant = await verbs.give(desk, child, until=card.tonight)
    else:
        grant = await verbs.give_minutes(desk, child, int(length))
    until = desk.speech.when(grant.until, desk.now)
    return await _done(
        request, desk, back, to_say("{child} has extra time until {until}."), child, until=until
    )


@router.post("/children/{child_id}/take-back")
async def take_back(
    request: Request,
    desk: TheDesk,
    child: ThisChild,
    grant: Annotated[list[UUID], Form()],
    back: Back = "/",
) -> Response:
    """End extra time now: one grant as an undo, or all that run."""
    await verbs.end(desk, child, grant)
    return await _done(
        request, desk, back, to_say("The extra time of {child} was taken back."), child
    )


async def _done(
    request: Request,
    desk: Desk,
    back: str,
    message: str,
    child: Child | None = None,
    **values: object,
) -> Response:
    """Answer with the changed cards, or go back to the page with a sentence."""
    if child:
        values["child"] = child.name
    if wants_part(request) and back == "/":
        said = desk.speech.say(message, **values)
        return await _page(request, desk, "today/_cards.html", said=said)
    return redirect(request, local_path(back), message, **values)


async def _page(request: Request, desk: Desk, template: str, said: str = "") -> Response:
    desk = desk.looking()
    known = await family_devices(desk)
    context = {
        "waiting": await answering.waiting(desk),
        "lately": await answering.lately(desk),
        "alerts": await alerted.told(desk, only_open=True),
        "cards": await cards_of(desk),
        "standing": await standing(desk),
        "unclaimed": [device for device in known if not device.child_ids],
        "has_devices": any(device.child_ids for device in known),
        "labels": labels_of(desk.panel, desk.speech),
        "zone": ZoneInfo(desk.family.zone),
        "strangers": await news_of_strangers(desk),
        "alarmed": await asyncio.to_thread(alarmed, desk.panel.lists),
        "reach": await channels.reach(desk),
        "said": said,
        "back": "/",
    }
    return render(request, template, context)
