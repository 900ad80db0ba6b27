"""One's own account: name, language, password, and where one is signed in."""

from fastapi import Request, Response
from pydantic import BaseModel

from api import accounts
from api.accounts import Me, PasswordChange
from api.choices import LANGUAGES
from api.forms import Filled, attempt, empty, fill
from api.needs import Desk, TheDesk
from api.pages.sign_in import keep_language, welcome
from api.render import redirect, render
from api.routing import Router
from api.security import take_back
from store import sessions
from words.speech import to_say

router = Router()


@router.get("/account")
async def show(request: Request, desk: TheDesk) -> Response:
    """Show one's own account."""
    return _page(request, desk, _me(desk), empty())


@router.post("/account")
async def alter(request: Request, desk: TheDesk) -> Response:
    """Change one's name and language."""
    form = await fill(request, Me)
    if form.model is None:
        return _page(request, desk, form, empty(), status=422)
    await accounts.alter(desk, form.model)
    response = redirect(request, "/account", to_say("Saved."))
    keep_language(response, form.model.language)
    return response


@router.post("/account/password")
async def change_password(request: Request, desk: TheDesk) -> Response:
    """Change the password; every other session ends, and this one gets a new token."""
    form = await fill(request, PasswordChange)

    async def verb(given: PasswordChange) -> bool:
        await accounts.change_password(request, desk, given)
        return True

    if not await attempt(form, verb, desk.speech):
        return _page(request, desk, _me(desk), form, status=422)
    said = to_say("Your password is changed. Everywhere else you are signed out.")
    return await welcome(request, desk.panel, desk.adult, "/account", said)


@router.post("/sign-out/everywhere")
async def sign_out_everywhere(request: Request, desk: TheDesk) -> Response:
    """End every session of this adult."""
    async with desk.panel.db.write() as store:
        await sessions.close_all(store, desk.adult.id)
    response = redirect(request, "/sign-in", to_say("You are signed out everywhere."))
    take_back(response, request, desk.panel)
    return response


def _me(desk: Desk) -> Filled[BaseModel]:
    return empty(name=desk.adult.name, language=desk.adult.language)


def _page[M: BaseModel, P: BaseModel](
    request: Request, desk: Desk, me: Filled[M], password: Filled[P], *, status: int = 200
) -> Response:
    context = {
        "me": me,
        "password_form": password,
        "adult": desk.adult,
        "languages": LANGUAGES.items(),
    }
    return render(request, "account.html", context, status=status)
