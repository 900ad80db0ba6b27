"""A child's own rules: the overview, a page for each part, and the history."""

from typing import Annotated

from fastapi import APIRouter, Depends, Form, Query, Request
from starlette.responses import Response

from api.errors import Refused
from api.needs import TheDesk, ThisChild
from api.pages.rules import apps, editor, history, overview
from api.pages.rules.parts import PARTS, Part
from api.pages.rules.whose import Whose, of_child

router = APIRouter(prefix="/children/{child_id}")


async def this_part(part: str) -> Part:
    """Return the part of the address."""
    if part not in PARTS:
        raise Refused(404, "not-found")
    return PARTS[part]


async def whose_child(desk: TheDesk, child: ThisChild) -> Whose:
    """Put the rules of the child of the address on the desk."""
    return await of_child(desk, child)


type ThisPart = Annotated[Part, Depends(this_part)]
type TheChildsOwn = Annotated[Whose, Depends(whose_child)]
type Number = Annotated[int, Form(ge=1, le=2**31 - 1)]
type Undone = Annotated[int | None, Form(ge=1, le=2**31 - 1)]
"""The version that is undone; only while it is the newest."""


@router.get("/rules")
async def show(request: Request, desk: TheDesk, whose: TheChildsOwn) -> Response:
    """Show the rules in short."""
    return await overview.show(request, desk, whose)


@router.get("/rules/find")
async def find(
    request: Request,
    desk: TheDesk,
    whose: TheChildsOwn,
    q: Annotated[str, Query(max_length=80)] = "",
    kind: Annotated[str, Query(max_length=80)] = "",
) -> Response:
    """Give the apps of a name or a kind, as rows of the form."""
    return await apps.rows(request, desk, whose, wanted=q, kind=kind)


@router.get("/rules/scopes", dependencies=[Depends(whose_child)])
async def scopes(request: Request, desk: TheDesk) -> Response:
    """Give everything a limit can be about, as options of a choice."""
    return apps.scopes(request, desk)


@router.get("/rules/{part}")
async def show_part(
    request: Request, desk: TheDesk, whose: TheChildsOwn, part: ThisPart
) -> Response:
    """Show a part of the rules as a form."""
    return await editor.show(request, desk, whose, part)


@router.post("/rules/{part}")
async def save_part(
    request: Request, desk: TheDesk, whose: TheChildsOwn, part: ThisPart
) -> Response:
    """Add or remove a row, or save the part."""
    return await editor.receive(request, desk, whose, part)


@router.get("/history")
async def show_history(request: Request, desk: TheDesk, whose: TheChildsOwn) -> Response:
    """Show every version of the rules, newest first."""
    return await history.show(request, desk, whose)


@router.post("/restore")
async def restore(
    request: Request,
    desk: TheDesk,
    whose: TheChildsOwn,
    number: Number,
    undoes: Undone = None,
) -> Response:
    """Bring an older version back, as a new one."""
    return await history.restore(request, desk, whose, number, undoes)
