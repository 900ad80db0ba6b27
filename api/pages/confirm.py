"""Show once more that it is you, before a step that cannot be undone or that opens doors."""

from typing import Annotated, Any

from fastapi import Request, Response
from pydantic import BaseModel, Field
from starlette.responses import JSONResponse

from api import passkeys
from api.errors import Refused
from api.forms import Filled, empty, fill
from api.needs import Desk, TheDesk
from api.proof import WRONG_PASSWORD, keep_proof, prove_by_password
from api.render import local_path, redirect, render
from api.routing import Router
from api.second import steps_of

router = Router(prefix="/confirm")


class ProofForm(BaseModel):
    password: Annotated[str, Field(min_length=1, max_length=200)]


class Answered(BaseModel):
    """What a browser brings back from an authenticator."""

    ticket: Annotated[str, Field(max_length=100)]
    credential: dict[str, Any]


@router.get("")
async def ask(request: Request, desk: TheDesk, next: str = "/") -> Response:  # noqa: A002 the name in the address
    """Ask for the password, or a passkey."""
    return await _page(request, desk, empty(), local_path(next))


@router.post("")
async def prove(request: Request, desk: TheDesk, next: str = "/") -> Response:  # noqa: A002 the name in the address
    """Take the password as proof and go on."""
    form = await fill(request, ProofForm)
    if form.model is not None:
        if await prove_by_password(request, desk, form.model.password):
            return redirect(request, local_path(next))
        form.errors["password"] = desk.speech.say(WRONG_PASSWORD)
    return await _page(request, desk, form, local_path(next), status=422)


@router.post("/passkey/challenge")
async def challenge(request: Request, desk: TheDesk) -> Response:
    """Begin to ask for a passkey of this adult."""
    begun = await passkeys.begin_use(request, desk.panel, desk.adult.id)
    return JSONResponse({"ticket": begun.ticket, "options": begun.options})


@router.post("/passkey")
async def prove_by_passkey(
    request: Request,
    desk: TheDesk,
    given: Answered,
    next: str = "/",  # noqa: A002 the name in the address
) -> Response:
    """Take a passkey as proof and tell where to go on."""
    found = await passkeys.finish_use(request, desk.panel, given.ticket, given.credential)
    if found != desk.adult.id:
        raise Refused(422, "passkey", passkeys.NOT_KNOWN)
    await keep_proof(desk)
    return JSONResponse({"to": local_path(next)})


async def _page[M: BaseModel](
    request: Request, desk: Desk, form: Filled[M], to: str, *, status: int = 200
) -> Response:
    held = await steps_of(desk.panel, desk.adult.id)
    context = {
        "form": form,
        "to": to,
        "with_passkey": bool(held.passkeys) and passkeys.place_of(request) is not None,
    }
    return render(request, "confirm.html", context, status=status)
