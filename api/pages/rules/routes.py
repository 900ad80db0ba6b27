"""The overview of rules, a page for each part of them, and their history."""

from typing import Annotated

from fastapi import Depends, Form, Query, Request
from starlette.responses import Response

from api.errors import Refused
from api.pages.rules import apps, editor, history, overview
from api.pages.rules.parts import PARTS, Part
from api.pages.rules.seat import TheSeat
from api.routing import Router

router = Router()


async def this_part(part: str) -> Part:
    """Return the part of the address."""
    if part not in PARTS:
        raise Refused(404, "not-found")
    return PARTS[part]


type ThisPart = Annotated[Part, Depends(this_part)]
type Wanted = Annotated[str, Query(max_length=80)]
type Number = Annotated[int, Form(ge=1, le=2**31 - 1)]
type Undone = Annotated[int | None, Form(ge=1, le=2**31 - 1)]
"""The version that is undone; only while it is the newest."""


@router.get("/rules")
async def show(request: Request, seat: TheSeat) -> Response:
    """Show the rules in short."""
    return await overview.show(request, *seat)


@router.get("/rules/find")
async def find(request: Request, seat: TheSeat, q: Wanted = "", kind: Wanted = "") -> Response:
    """Give the apps of a name or a kind, as rows of the form."""
    return await apps.rows(request, *seat, wanted=q, kind=kind)


@router.get("/rules/scopes")
async def scopes(request: Request, seat: TheSeat) -> Response:
    """Give everything a limit can be about, as options of a choice."""
    return apps.scopes(request, seat.desk)


@router.get("/rules/{part}")
async def show_part(request: Request, seat: TheSeat, part: ThisPart) -> Response:
    """Show a part of the rules as a form."""
    return await editor.show(request, *seat, part)


@router.post("/rules/{part}")
async def save_part(request: Request, seat: TheSeat, part: ThisPart) -> Response:
    """Add or remove a row, or save the part."""
    return await editor.receive(request, *seat, part)


@router.get("/history")
async def show_history(request: Request, seat: TheSeat) -> Response:
    """Show every version of the rules, newest first."""
    return await history.show(request, *seat)


@router.post("/restore")
async def restore(
    request: Request, seat: TheSeat, number: Number, undoes: Undone = None
) -> Response:
    """Bring an older version back, as a new one."""
    return await history.restore(request, *seat, number, undoes)
