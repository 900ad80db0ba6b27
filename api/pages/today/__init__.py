"""Today: every child at a glance, and what an adult can do with one tap."""

from typing import Annotated, Literal
from uuid import UUID

from fastapi import Form, Query, Request
from starlette.responses import Response

from api import live, verbs
from api.needs import TheDesk, ThisChild
from api.pages.today import together
from api.pages.today.cards import cards_of, standing
from api.pages.today.page import done, page
from api.pages.today.register import Place
from api.pages.today.together import MORNING
from api.render import render, wants_part
from api.routing import Router
from api.together import next_at
from words.speech import to_say

router = Router()
router.take(together.router)

type Length = Literal["15", "30", "tonight"]
type Until = Literal["", "morning"]
type Back = Annotated[str, Form()]


@router.get("/")
async def show(request: Request, desk: TheDesk, place: Annotated[Place, Query()]) -> Response:
    """Show every child: of many, the classes, and the children of one or those that are named."""
    return await page(request, desk, place=place, is_part=wants_part(request))


@router.get("/in-force")
async def in_force(request: Request, desk: TheDesk) -> Response:
    """Say whether what was decided is in force in every door."""
    return render(request, "today/_in_force.html", {"standing": await standing(desk)})


@router.get("/live")
async def events(desk: TheDesk) -> Response:
    """Tell an open page to look again whenever something changed."""
    return live.stream(desk.panel)


@router.post("/children/{child_id}/pause")
async def pause(
    request: Request,
    desk: TheDesk,
    child: ThisChild,
    until: Annotated[Until, Form()] = "",
    back: Back = "/",
) -> Response:
    """Stop everything for one child: until resumed, or until the morning."""
    if not until:
        await verbs.pause(desk, [child])
        return await done(request, desk, back, to_say("{child} is paused."), child=child.name)
    morning = next_at(desk, MORNING)
    await verbs.pause(desk, [child], morning)
    when = desk.speech.when(morning, desk.now)
    said = to_say("{child} is locked until {until}.")
    return await done(request, desk, back, said, child=child.name, until=when)


@router.post("/children/{child_id}/resume")
async def resume(request: Request, desk: TheDesk, child: ThisChild, back: Back = "/") -> Response:
    """End one child's pause."""
    await verbs.resume(desk, [child])
    return await done(
        request, desk, back, to_say("The pause is over for {child}."), child=child.name
    )


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
    return await done(
        request,
        desk,
        back,
        to_say("{child} has extra time until {until}."),
        child=child.name,
        until=until,
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
    return await done(
        request, desk, back, to_say("The extra time of {child} was taken back."), child=child.name
    )
