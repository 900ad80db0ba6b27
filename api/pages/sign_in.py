"""Coming in and going out, and how the panel looks and speaks meanwhile."""

from typing import Annotated

from fastapi import APIRouter, Request, Response
from pydantic import BaseModel, Field

from api.first_run import next_step
from api.forms import Filled, empty, fill
from api.needs import TheDesk, ThePanel, desk_of
from api.panel import Panel
from api.reader import LANGUAGE_COOKIE, THEME_COOKIE, THEMES, languages, reader_of
from api.render import local_path, redirect, render
from api.security import brake, hand_out, is_password, release, take_back
from rules.family import Language
from store import adults, sessions
from store.adults import Adult
from words.speech import to_say

router = APIRouter()
A_YEAR = 365 * 24 * 3600


class SignIn(BaseModel):
    email: Annotated[str, Field(min_length=1, max_length=200)]
    password: Annotated[str, Field(min_length=1, max_length=200)]


@router.get("/sign-in")
async def sign_in_page(request: Request, next: str = "/") -> Response:  # noqa: A002 the name in the address
    """Ask for e-mail and password."""
    if reader_of(request).adult:
        return redirect(request, local_path(next))
    return render(request, "sign_in.html", {"form": empty(), "next": local_path(next)})


@router.post("/sign-in")
async def sign_in(request: Request, panel: ThePanel, next: str = "/") -> Response:  # noqa: A002 the name in the address
    """Open a session, or say that the two do not belong together."""
    form = await fill(request, SignIn)
    adult = await known_adult(request, panel, form.model) if form.model else None
    if adult is None:
        return _again(request, form, local_path(next))
    to = local_path(next)
    if to == "/":
        # Where the first run was left half-way, it goes on.
        to = (await next_step(panel, request)).path
    return await welcome(request, panel, adult, to)


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
        token = await sessions.open_session(store, adult.id, now=panel.clock(), agent=agent)
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
    return render(request, "sign_in.html", {"form": form, "next": to}, status=422)
