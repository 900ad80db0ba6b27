"""A family's child and its classes: which it is in, joining one by its code, leaving again."""

from typing import Annotated
from uuid import UUID

from fastapi import Path, Query, Request, Response

from api import joining
from api.errors import Misfit
from api.forms import fill
from api.joining import FamilyChild, JoinForm, Offer
from api.needs import Desk, TheDesk
from api.pages.today.cards import standing
from api.render import redirect, render
from api.routing import Router
from rules.joining import LENGTH, WORDING
from rules.verdict import Layer
from store import groups
from store.children import Child
from store.errors import Impossible, NotFound
from words.speech import to_say

router = Router()
type Code = Annotated[str, Path(max_length=40)]
type Typed = Annotated[str, Query(max_length=40)]
ASKED = to_say("Asked. The school sees the name and answers; the class gets nothing before.")


@router.get("/class/{code}")
async def choose(request: Request, desk: TheDesk, code: Code) -> Response:
    """Ask which child is meant by whoever opened a class's link."""
    try:
        group, tidy = await joining.group_of_code(desk, request, code)
    except Misfit as wrong:
        said = desk.speech.say(wrong.message)
        nothing: dict[str, object] = {"group": None, "children": [], "wrong": said}
        return render(request, "classes/choose.html", nothing, status=404)
    async with desk.panel.db.read() as store:
        families = {one.id for one in await groups.list_all(store) if one.kind == Layer.FAMILY}
    mine = [
        child
        for child in await desk.children()
        if child.group_id in families and desk.adult.steers(child.group_id, child.id)
    ]
    if len(mine) == 1:
        return redirect(request, _join(mine[0], tidy))
    context = {"group": group, "children": mine, "code": tidy, "wrong": ""}
    return render(request, "classes/choose.html", context)


@router.get("/children/{child_id}/classes")
async def show(request: Request, desk: TheDesk, child: FamilyChild) -> Response:
    """Show a child's classes, what was asked, and where a code is typed."""
    return await _page(request, desk, child)


@router.get("/children/{child_id}/classes/join")
async def read(request: Request, desk: TheDesk, child: FamilyChild, code: Typed = "") -> Response:
    """Say what joining means, before anybody agrees."""
    try:
        offer = await joining.offer(desk, request, child, code)
    except Misfit as wrong:
        said = desk.speech.say(wrong.message)
        return await _page(request, desk, child, wrong=said, typed=code, status=422)
    return await _words(request, desk, child, offer)


@router.post("/children/{child_id}/classes/join")
async def agree(request: Request, desk: TheDesk, child: FamilyChild) -> Response:
    """Agree, and ask the school."""
    form = await fill(request, JoinForm)
    if form.model is None:
        return await _page(request, desk, child, wrong=desk.speech.say(joining.NO_CODE), status=422)
    try:
        await joining.ask(desk, request, child, form.model)
    except Misfit as wrong:
        said = desk.speech.say(wrong.message)
        if wrong.field == "code":
            return await _page(request, desk, child, wrong=said, status=422)
        offer = await joining.offer(desk, request, child, form.model.code)
        return await _words(request, desk, child, offer, wrong=said, status=422)
    except Impossible as refused:
        said = desk.speech.sentence(refused.sentence)
        return await _page(request, desk, child, wrong=said, status=409)
    return redirect(request, _here(child), ASKED)


@router.post("/children/{child_id}/classes/asked/{enrolment_id}/withdraw")
async def withdraw(
    request: Request, desk: TheDesk, child: FamilyChild, enrolment_id: UUID
) -> Response:
    """Take back what was asked."""
    await joining.withdraw(desk, child, enrolment_id)
    return redirect(request, _here(child), to_say("Taken back: the school sees it no more."))


@router.post("/children/{child_id}/classes/{class_id}/leave")
async def leave(request: Request, desk: TheDesk, child: FamilyChild, class_id: UUID) -> Response:
    """Take the child out of a class."""
    if class_id == child.group_id:
        raise NotFound
    group = await joining.leave(desk, child, class_id)
    said = to_say("{child} belongs to {group} no more. Its rules hold no more from now on.")
    return redirect(request, _here(child), said, child=child.name, group=group.name)


async def _page(
    request: Request,
    desk: Desk,
    child: Child,
    *,
    wrong: str = "",
    typed: str = "",
    status: int = 200,
) -> Response:
    joined, asked = await joining.classes_of(desk, child)
    async with desk.panel.db.read() as store:
        names = {one.id: one.name for one in await groups.list_all(store)}
    context = {
        "child": child,
        "joined": joined,
        "asked": asked,
        "names": names,
        "states": joining.STATES,
        "wrong": wrong,
        "typed": typed,
        "longest": LENGTH + 4,
        "steers": desk.adult.steers(child.group_id, child.id),
        "standing": await standing(desk),
    }
    return render(request, "classes/index.html", context, status=status)


async def _words(
    request: Request,
    desk: Desk,
    child: Child,
    offer: Offer,
    *,
    wrong: str = "",
    status: int = 200,
) -> Response:
    context = {
        "child": child,
        "offer": offer,
        "version": WORDING,
        "wrong": wrong,
        "standing": await standing(desk),
    }
    return render(request, "classes/join.html", context, status=status)


def _join(child: Child, code: str) -> str:
    return f"/children/{child.id}/classes/join?code={code}"


def _here(child: Child) -> str:
    return f"/children/{child.id}/classes"
