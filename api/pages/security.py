"""How one signs in: second steps, recovery codes, where one is signed in, tokens for programs."""

from functools import partial
from typing import Annotated
from uuid import UUID

from fastapi import Request, Response
from pydantic import BaseModel, Field
from starlette.responses import JSONResponse

from api import passkeys, second
from api.agents import device_said
from api.forms import Filled, attempt, empty, fill
from api.needs import Desk, TheDesk
from api.pages.confirm import Answered
from api.people import PersonName
from api.programs import SCOPES, TokenForm, make_token, revoke_token, tokens_of
from api.proof import ProvenDesk
from api.render import redirect, render
from api.routing import Router
from store import sessions
from store.errors import NotFound
from store.sessions import Session
from words.speech import to_say

router = Router(prefix="/security")


class FirstCode(BaseModel):
    ticket: Annotated[str, Field(max_length=100)]
    code: Annotated[str, Field(min_length=1, max_length=40)]


@router.get("")
async def show(request: Request, desk: TheDesk) -> Response:
    """Show how one signs in, and where one is."""
    names = {child.id: child.name for child in await desk.looking().children()}
    context = {
        "held": await second.steps_of(desk.panel, desk.adult.id),
        "passkeys_work": passkeys.place_of(request) is not None,
        "sessions": await sessions_of(desk),
        "tokens": await tokens_of(desk),
        "scopes": SCOPES,
        "whose": lambda only: ", ".join(names[one] for one in only if one in names) or "–",
    }
    return render(request, "security/index.html", context)


async def sessions_of(desk: Desk) -> list[tuple[Session, str]]:
    """Return where the adult is signed in, this session first, each with its device."""
    async with desk.panel.db.read() as store:
        found = await sessions.of_adult(store, desk.adult.id, now=desk.now)
    here = desk.session.id if desk.session else None
    found.sort(key=lambda one: one.id != here)
    return [(one, device_said(one.agent, desk.speech)) for one in found]


async def end_session(desk: Desk, session_id: UUID) -> None:
    """End one of the adult's sessions. Raises NotFound."""
    async with desk.panel.db.write() as store:
        found = await sessions.of_adult(store, desk.adult.id, now=desk.now)
        if session_id not in {one.id for one in found}:
            raise NotFound
        await sessions.close(store, session_id)


async def end_others(desk: Desk) -> None:
    """End every session of the adult but this one."""
    async with desk.panel.db.write() as store:
        here = desk.session.id if desk.session else None
        await sessions.close_all(store, desk.adult.id, but=here)


@router.post("/sessions/{session_id}/end")
async def end_one(request: Request, desk: TheDesk, session_id: UUID) -> Response:
    """Sign out on one device."""
    await end_session(desk, session_id)
    return redirect(request, "/security", to_say("That device is signed out."))


@router.post("/sessions/end-others")
async def end_the_others(request: Request, desk: TheDesk) -> Response:
    """Sign out everywhere but here."""
    await end_others(desk)
    return redirect(request, "/security", to_say("Everywhere else you are signed out."))


@router.get("/app")
async def ask_app(request: Request, desk: ProvenDesk) -> Response:
    """Show what an app needs, and ask for its first code."""
    app = await second.begin_app(desk)
    return render(request, "security/app.html", {"app": app, "form": empty()})


@router.post("/app")
async def add_app(request: Request, desk: ProvenDesk) -> Response:
    """Switch codes from an app on."""
    form = await fill(request, FirstCode)

    async def verb(given: FirstCode) -> list[str]:
        return await second.finish_app(desk, given.ticket, given.code)

    codes = await attempt(form, verb, desk.speech)
    if codes is None:
        return await _app_again(request, desk, form)
    if codes:
        return _codes(request, codes)
    return redirect(request, "/security", to_say("From now on the app’s code is asked too."))


@router.post("/app/remove")
async def remove_app(request: Request, desk: ProvenDesk) -> Response:
    """Switch codes from an app off."""
    await second.remove_app(desk)
    return redirect(request, "/security", to_say("Codes from the app are no longer asked."))


@router.get("/recovery")
async def ask_recovery(request: Request, desk: ProvenDesk) -> Response:
    """Ask once more before the old recovery codes are worth nothing."""
    held = await second.steps_of(desk.panel, desk.adult.id)
    return render(request, "security/recovery.html", {"held": held})


@router.post("/recovery")
async def make_recovery(request: Request, desk: ProvenDesk) -> Response:
    """Make new recovery codes and show them this once."""
    if not (await second.steps_of(desk.panel, desk.adult.id)).is_asked:
        raise NotFound
    return _codes(request, await second.new_recovery_codes(desk))


@router.get("/passkeys/new")
async def ask_passkey(request: Request, desk: ProvenDesk) -> Response:
    """Explain passkeys and offer to make one here."""
    context = {
        "name": device_said(request.headers.get("user-agent", ""), desk.speech),
        "works": passkeys.place_of(request) is not None,
    }
    return render(request, "security/passkey.html", context)


class NewPasskey(Answered):
    name: PersonName


@router.post("/passkeys/challenge")
async def begin_passkey(request: Request, desk: ProvenDesk) -> Response:
    """Begin to make a passkey."""
    begun = await passkeys.begin_new(request, desk)
    return JSONResponse({"ticket": begun.ticket, "options": begun.options})


@router.post("/passkeys")
async def add_passkey(request: Request, desk: ProvenDesk, given: NewPasskey) -> Response:
    """Keep the passkey a browser made, and tell the page where to go on."""
    await passkeys.finish_new(request, desk, given.ticket, given.name, given.credential)
    held = await second.steps_of(desk.panel, desk.adult.id)
    return JSONResponse({"to": "/security" if held.recovery else "/security/recovery"})


@router.post("/passkeys/{passkey_id}/remove")
async def remove_passkey(request: Request, desk: ProvenDesk, passkey_id: UUID) -> Response:
    """Remove a passkey."""
    await passkeys.remove(desk, passkey_id)
    return redirect(request, "/security", to_say("The passkey opens nothing any more."))


@router.get("/tokens/new")
async def ask_token(request: Request, desk: ProvenDesk) -> Response:
    """Ask what the token is for."""
    return await _token_page(request, desk, empty(scope="read", days="365"))


@router.post("/tokens/new")
async def add_token(request: Request, desk: ProvenDesk) -> Response:
    """Make a token and show it this once."""
    form = await fill(request, TokenForm)
    made = await attempt(form, partial(make_token, desk), desk.speech)
    if made is None:
        return await _token_page(request, desk, form, status=422)
    token, secret = made
    return render(request, "security/token_made.html", {"token": token, "secret": secret})


@router.post("/tokens/{token_id}/revoke")
async def revoke(request: Request, desk: ProvenDesk, token_id: UUID) -> Response:
    """End a token."""
    token = await revoke_token(desk, token_id)
    return redirect(
        request, "/security", to_say("{token} opens nothing any more."), token=token.name
    )


async def _app_again(request: Request, desk: Desk, form: Filled[FirstCode]) -> Response:
    app = await second.same_app(desk, form.value("ticket"))
    if app is None:
        said = to_say("That took too long. Please begin again.")
        return redirect(request, "/security", said)
    return render(request, "security/app.html", {"app": app, "form": form}, status=422)


def _codes(request: Request, codes: list[str]) -> Response:
    return render(request, "security/codes.html", {"codes": codes})


async def _token_page[M: BaseModel](
    request: Request, desk: Desk, form: Filled[M], *, status: int = 200
) -> Response:
    context = {"form": form, "children": await desk.looking().children(), "scopes": SCOPES}
    return render(request, "security/token_new.html", context, status=status)
