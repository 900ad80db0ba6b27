"""Agreeing to what is written down about a child: the words, a yes, taking it back, the record."""

from typing import Annotated

from fastapi import Form, Request
from starlette.responses import Response

from api import consenting
from api.errors import Misfit
from api.needs import Desk, TheDesk, ThisChild
from api.pages.today.cards import standing
from api.render import redirect, render
from api.routing import Router
from rules.consent import Agreed, Party
from rules.policy import Privacy
from store import consents
from store.children import Child
from store.errors import NotFound
from words.speech import to_say

router = Router(prefix="/children/{child_id}/consent")


@router.get("")
async def show(request: Request, desk: TheDesk, child: ThisChild) -> Response:
    """Show what is agreed, by whom, and in which words."""
    return await _page(request, desk, child)


@router.post("")
async def agree(
    request: Request,
    desk: TheDesk,
    child: ThisChild,
    level: Annotated[Privacy, Form()],
    words: Annotated[bool, Form()] = False,
) -> Response:
    """Agree to the words that were shown."""
    try:
        await consenting.agree(desk, child, Agreed(level=level, words=words))
    except Misfit as error:
        return await _page(request, desk, child, desk.speech.say(error.message), 409)
    message = to_say("You agreed. What you agreed to is kept with its words.")
    return redirect(request, f"/children/{child.id}/consent", message)


@router.post("/withdraw")
async def withdraw(request: Request, desk: TheDesk, child: ThisChild) -> Response:
    """Take the agreement back."""
    message = to_say("Taken back: from now on only minutes of {child} are written down.")
    try:
        await consenting.withdraw(desk, child)
    except NotFound:
        message = to_say("There was nothing to take back.")
    return redirect(request, f"/children/{child.id}/consent", message, child=child.name)


async def _page(
    request: Request, desk: Desk, child: Child, wrong: str = "", status: int = 200
) -> Response:
    found = await consenting.standing_of(desk.panel, child, desk.now)
    async with desk.panel.db.read() as store:
        record = await consents.list_of(store, child.id)
    context = {
        "child": child,
        "found": found,
        "words": consenting.said(desk.panel, desk.speech, Party.ADULT, found, child),
        "record": record,
        "level": found.level(desk.now),
        "is_private": found.is_private(desk.now),
        "wrong": wrong,
        "standing": await standing(desk),
    }
    return render(request, "child/consent.html", context, status=status)
