"""The page of an invitation: read what it is for, then come in with a new account or one's own."""

from functools import partial
from typing import Annotated

from fastapi import Path, Request, Response
from pydantic import BaseModel

from api.choices import LANGUAGES, ROLES
from api.errors import Refused
from api.forms import Filled, attempt, empty, fill
from api.invited import Invited, NewcomerForm, come, invited, join
from api.needs import ThePanel
from api.pages.sign_in import welcome
from api.panel import Panel
from api.reader import reader_of
from api.render import redirect, render
from api.routing import Router
from store.adults import Adult
from words.speech import to_say

router = Router(prefix="/invite")

type Secret = Annotated[str, Path(pattern=r"^[\w-]{20,60}$")]


@router.get("/{token}")
async def show(request: Request, panel: ThePanel, token: Secret) -> Response:
    """Show what an invitation is for."""
    try:
        asked = await invited(panel, request, token)
    except Refused as error:
        return _gone(request, error)
    form = empty(name=asked.invitation.name, language=reader_of(request).speech.language)
    return _page(request, asked, token, form)


@router.post("/{token}")
async def take(request: Request, panel: ThePanel, token: Secret) -> Response:
    """Come in: with the account one has, or with a new one."""
    try:
        asked = await invited(panel, request, token)
        reader = reader_of(request)
        if reader.adult is not None:
            await join(panel, reader.adult, asked, token)
            said = to_say("You belong to {group} now.")
            return redirect(request, "/", said, group=asked.group.name)
        return await _newcomer(request, panel, asked, token)
    except Refused as error:
        return _gone(request, error)


async def _newcomer(request: Request, panel: Panel, asked: Invited, token: str) -> Response:
    form = await fill(request, NewcomerForm)
    verb = partial(come, panel, asked, token)
    adult: Adult | None = await attempt(form, verb, reader_of(request).speech)
    if adult is None:
        return _page(request, asked, token, form, status=422)
    said = to_say("Welcome, {name}. You belong to {group} now.")
    speech = reader_of(request).speech
    message = speech.say(said, name=adult.name, group=asked.group.name)
    return await welcome(request, panel, adult, "/", message)


def _page[M: BaseModel](
    request: Request, asked: Invited, token: str, form: Filled[M], *, status: int = 200
) -> Response:
    context = {
        "asked": asked,
        "token": token,
        "form": form,
        "roles": ROLES,
        "languages": LANGUAGES.items(),
    }
    return render(request, "adults/invited.html", context, status=status)


def _gone(request: Request, error: Refused) -> Response:
    sentence = reader_of(request).speech.say(error.message, **error.values)
    return render(request, "adults/gone.html", {"sentence": sentence}, status=error.status)
