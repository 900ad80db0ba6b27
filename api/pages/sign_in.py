"""Coming in and going out, and how the panel looks and speaks meanwhile."""

from typing import Annotated

from fastapi import Request, Response
from pydantic import BaseModel, Field

from api.first_run import next_step
from api.forms import Filled, empty, fill
from api.needs import TheDesk, ThePanel, desk_of
from api.panel import Panel
from api.passkeys import place_of
from api.reader import LANGUAGE_COOKIE, THEME_COOKIE, THEMES, languages, reader_of
from api.render import local_path, redirect, render
from api.routing import Router
from api.second import steps_of
from api.security import (
    address_of,
    brake,
    hand_out,
    is_password,
    is_secure,
    release,
    take_back,
)
from rules.family import Language
from store import adults, half_steps, sessions
from store.adults import Adult
from store.half_steps import Kind
from words.speech import to_say

router = Router()
A_YEAR = 365 * 24 * 3600
HALF = "haidang_half"
"""The cookie of a sign-in whose second step is missing."""


class SignIn(BaseModel):
    email: Annotated[str, Field(min_length=1, max_length=200)]
    password: Annotated[str, Field(min_length=1, max_length=200)]


@router.get("/sign-in")
async def sign_in_page(request: Request, next: str = "/") -> Response:  # noqa: A002 the name in the address
    """Ask for e-mail and password."""
    if reader_of(request).adult:
        return redirect(request, local_path(next))
    return _page(request, empty(), local_path(next))


@router.post("/sign-in")
async def sign_in(request: Request, panel: ThePanel, next: str = "/") -> Response:  # noqa: A002 the name in the address
    """Open a session, or say that the two do not belong together."""
    form = await fill(request, SignIn)
    adult = await known_adult(request, panel, form.model) if form.model else None
    if adult is None:
        return _again(request, form, local_path(next))
    to = local_path(next)
    if (await steps_of(panel, adult.id)).is_asked:
        return await ask_second_step(request, panel, adult, to)
    return await come_in(request, panel, adult, to)


async def come_in(request: Request, panel: Panel, adult: Adult, to: str) -> Response:
    """Let an adult in who has shown everything that is asked of them."""
    if to == "/":
        # Where the first run was left half-way, it goes on.
        to = (await next_step(panel, request)).path
    return await welcome(request, panel, adult, to)


async def ask_second_step(request: Request, panel: Panel, adult: Adult, to: str) -> Response:
    """Keep that the password was right, and ask for the second step."""
    async with panel.db.write() as store:
        token = await half_steps.begin(
            store, Kind.SIGN_IN, now=panel.clock(), adult_id=adult.id, data=to.encode()
        )
    response = redirect(request, "/sign-in/code")
    response.set_cookie(
        HALF,
        token,
        max_age=int(half_steps.LIFE.total_seconds()),
        path="/sign-in",
        httponly=True,
        samesite="strict",
        secure=is_secure(request, panel.settings),
    )
    return response


async def known_adult(request: Request, panel: Panel, given: SignIn) -> Adult | None:
    """Return the adult with this e-mail and password; every try counts, known or not."""
    email = given.email.lower()
    await brake(panel, request, email)
    async with panel.db.read() as store:
        adult = await adults.find_by_email(store, email)
    if not await is_password(adult.password_hash if adult else None, given.password):
        return None
    await release(panel, request, email)
    return adult


async def welcome(
    request: Request, panel: Panel, adult: Adult, to: str, message: str = ""
) -> Response:
    """Open a new session for an adult and send them on."""
    agent = request.headers.get("user-agent", "")[:200]
    async with panel.db.write() as store:
        token = await sessions.open_session(
            store, adult.id, now=panel.clock(), agent=agent, address=address_of(request)
        )
    response = redirect(request, to, message)
    hand_out(response, request, panel, token)
    keep_language(response, adult.language)
    return response


def keep_language(response: Response, language: Language) -> None:
    """Let the browser remember the language, for pages before anyone signs in."""
    response.set_cookie(LANGUAGE_COOKIE, language, max_age=A_YEAR, samesite="lax")


@router.post("/sign-out")
async def sign_out(request: Request, desk: TheDesk) -> Response:
    """End this session."""
    async with desk.panel.db.write() as store:
        if desk.session is not None:
            await sessions.close(store, desk.session.id)
    response = redirect(request, "/sign-in", to_say("You are signed out."))
    take_back(response, request, desk.panel)
    return response


@router.post("/look")
async def look(request: Request) -> Response:
    """Change language or light; for an adult the language is kept with the account."""
    async with request.form(max_files=0, max_fields=10) as form:
        chosen = {name: str(value) for name, value in form.items()}
    response = redirect(request, local_path(chosen.get("next", "/")))
    if chosen.get("theme") in THEMES:
        response.set_cookie(THEME_COOKIE, chosen["theme"], max_age=A_YEAR, samesite="lax")
    for language in languages():
        if chosen.get("language") == language:
            await _speak(request, response, language)
    return response


async def _speak(request: Request, response: Response, language: Language) -> None:
    keep_language(response, language)
    reader = reader_of(request)
    if reader.adult and reader.family and reader.adult.language != language:
        desk = desk_of(request)
        async with desk.change(to_say("changed their language")) as tx:
            await adults.alter(tx, desk.adult.id, language=language)


def _again(request: Request, form: Filled[SignIn], to: str) -> Response:
    if form.model:
        sentence = reader_of(request).speech.say("E-mail and password do not belong together.")
        form.errors["password"] = sentence
    return _page(request, form, to, status=422)


def _page[M: BaseModel](
    request: Request, form: Filled[M], to: str, *, status: int = 200
) -> Response:
    context = {"form": form, "next": to, "passkeys_work": place_of(request) is not None}
    return render(request, "sign_in.html", context, status=status)
