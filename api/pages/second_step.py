"""The second step of signing in, as pages that need no script: a code, or a recovery code."""

from collections.abc import Awaitable, Callable
from typing import Annotated
from uuid import UUID

from fastapi import Request, Response
from pydantic import BaseModel, Field

from api.forms import Filled, empty, fill
from api.needs import ThePanel
from api.pages.sign_in import HALF, come_in
from api.panel import Panel
from api.reader import reader_of
from api.render import redirect, render
from api.routing import Router
from api.second import USED_UP, WRONG_CODE, is_code, is_recovery_code, steps_of
from store import adults, half_steps
from store.half_steps import HalfStep, Kind
from words.speech import to_say

router = Router(prefix="/sign-in")
TOO_LATE = to_say("That took too long. Please sign in again.")

type Check = Callable[[Panel, Request, UUID, str], Awaitable[bool]]


class CodeForm(BaseModel):
    code: Annotated[str, Field(min_length=1, max_length=40)]


@router.get("/code")
async def ask_code(request: Request, panel: ThePanel) -> Response:
    """Ask for the code an app shows."""
    return await _page(request, panel, "sign_in_code.html", empty())


@router.post("/code")
async def take_code(request: Request, panel: ThePanel) -> Response:
    """Let an adult in whose code is right."""
    return await _take(request, panel, "sign_in_code.html", is_code, WRONG_CODE)


@router.get("/recovery")
async def ask_recovery(request: Request, panel: ThePanel) -> Response:
    """Ask for a recovery code."""
    return await _page(request, panel, "sign_in_recovery.html", empty())


@router.post("/recovery")
async def take_recovery(request: Request, panel: ThePanel) -> Response:
    """Let an adult in who has a recovery code; it is used up."""
    return await _take(request, panel, "sign_in_recovery.html", is_recovery_code, USED_UP)


async def half_of(request: Request, panel: Panel) -> HalfStep | None:
    """Return the sign-in that this browser began, if it still waits."""
    async with panel.db.read() as store:
        token = request.cookies.get(HALF, "")
        return await half_steps.find(store, Kind.SIGN_IN, token, now=panel.clock())


async def finish(request: Request, panel: Panel) -> Response:
    """Let the adult in whose sign-in waited for its second step."""
    token = request.cookies.get(HALF, "")
    async with panel.db.write() as store:
        half = await half_steps.take(store, Kind.SIGN_IN, token, now=panel.clock())
    if half is None or half.adult_id is None:
        return redirect(request, "/sign-in", TOO_LATE)
    async with panel.db.read() as store:
        adult = await adults.get(store, half.adult_id)
    response = await come_in(request, panel, adult, half.data.decode())
    response.delete_cookie(HALF, path="/sign-in")
    return response


async def _take(
    request: Request, panel: Panel, template: str, check: Check, wrong: str
) -> Response:
    half = await half_of(request, panel)
    form = await fill(request, CodeForm)
    if half is None or half.adult_id is None:
        return redirect(request, "/sign-in", TOO_LATE)
    if form.model is not None:
        if await check(panel, request, half.adult_id, form.model.code):
            return await finish(request, panel)
        form.errors["code"] = reader_of(request).speech.say(wrong)
    return await _page(request, panel, template, form, status=422)


async def _page[M: BaseModel](
    request: Request, panel: Panel, template: str, form: Filled[M], *, status: int = 200
) -> Response:
    half = await half_of(request, panel)
    if half is None or half.adult_id is None:
        return redirect(request, "/sign-in", TOO_LATE)
    context = {"form": form, "held": await steps_of(panel, half.adult_id)}
    return render(request, template, context, status=status)
