"""The rules of a group: the overview, a page for each part, and the history."""

from dataclasses import replace
from typing import Annotated

from fastapi import APIRouter, Depends, Query, Request
from starlette.responses import Response

from api.errors import Refused
from api.grouping import ThisGroup, role_on
from api.needs import Desk, TheDesk
from api.pages.rules import apps, editor, history, overview
from api.pages.rules.of_child import Number, ThisPart, Undone
from api.pages.rules.whose import Whose, of_group
from store.adults import WRITERS

router = APIRouter(prefix="/groups/{group_id}")


async def whose_group(desk: TheDesk, group: ThisGroup) -> Whose:
    """Put the rules of the group of the address on the desk."""
    may_change = await role_on(desk, group) in WRITERS
    if desk.alters and not may_change:
        raise Refused(403, "may-only-look")
    return await of_group(desk, group, may_change=may_change)


type TheGroups = Annotated[Whose, Depends(whose_group)]


def desk_at(desk: TheDesk, group: ThisGroup) -> Desk:
    """Return the desk at which the group's ledger is written."""
    return replace(desk, family=group)


type GroupsDesk = Annotated[Desk, Depends(desk_at)]


@router.get("/rules")
async def show(request: Request, desk: GroupsDesk, whose: TheGroups) -> Response:
    """Show the rules in short."""
    return await overview.show(request, desk, whose)


@router.get("/rules/find")
async def find(
    request: Request,
    desk: GroupsDesk,
    whose: TheGroups,
    q: Annotated[str, Query(max_length=80)] = "",
    kind: Annotated[str, Query(max_length=80)] = "",
) -> Response:
    """Give the apps of a name or a kind, as rows of the form."""
    return await apps.rows(request, desk, whose, wanted=q, kind=kind)


@router.get("/rules/scopes", dependencies=[Depends(whose_group)])
async def scopes(request: Request, desk: GroupsDesk) -> Response:
    """Give everything a limit can be about, as options of a choice."""
    return apps.scopes(request, desk)


@router.get("/rules/{part}")
async def show_part(
    request: Request, desk: GroupsDesk, whose: TheGroups, part: ThisPart
) -> Response:
    """Show a part of the rules as a form."""
    return await editor.show(request, desk, whose, part)


@router.post("/rules/{part}")
async def save_part(
    request: Request, desk: GroupsDesk, whose: TheGroups, part: ThisPart
) -> Response:
    """Add or remove a row, or save the part."""
    return await editor.receive(request, desk, whose, part)


@router.get("/history")
async def show_history(request: Request, desk: GroupsDesk, whose: TheGroups) -> Response:
    """Show every version of the rules, newest first."""
    return await history.show(request, desk, whose)


@router.post("/restore")
async def restore(
    request: Request,
    desk: GroupsDesk,
    whose: TheGroups,
    number: Number,
    undoes: Undone = None,
) -> Response:
    """Bring an older version back, as a new one."""
    return await history.restore(request, desk, whose, number, undoes)
