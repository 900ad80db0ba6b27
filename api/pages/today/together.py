"""Dinner time: everyone is paused with one tap, for a while, and can be let go on again."""

from collections.abc import Sequence
from datetime import datetime, time, timedelta
from typing import Annotated, Literal
from uuid import UUID

from fastapi import Form, Request
from pydantic import AwareDatetime
from starlette.responses import Response

from api import together, verbs
from api.errors import Misfit
from api.needs import Desk, TheDesk
from api.pages.today.classes import FEW
from api.pages.today.page import done
from api.render import Undo
from api.routing import Router
from api.together import Dinner, next_at
from store.children import Child
from words.speech import to_say

router = Router()

type Length = Literal["", "15", "30", "60", "until"]
type Whose = Annotated[UUID | None, Form()]
type Back = Annotated[str, Form()]
MORNING = time(6)
PAUSED = to_say("The internet is paused until {until} for {children}.")
PAUSED_OPEN = to_say("The internet is paused for {children}, until you resume it.")
NOBODY = to_say("Everyone was paused for that long already, so nothing was changed.")
WHEN = to_say("Please write a time such as 19:30.")


@router.post("/pause-everyone")
async def pause_everyone(
    request: Request,
    desk: TheDesk,
    length: Annotated[Length, Form()] = "",
    at: Annotated[str, Form(max_length=5)] = "",
    *,
    group: Whose = None,
    back: Back = "/",
) -> Response:
    """Stop everything for every child, or every child of a class: dinner time."""
    until = _until(desk, length, at)
    dinner = await together.pause(desk, until, group)
    if not dinner.children:
        return await done(request, desk, back, NOBODY)
    said = PAUSED if until else PAUSED_OPEN
    values = {"children": names_of(desk, dinner.children)}
    if until:
        values["until"] = desk.speech.when(until, desk.now)
    return await done(request, desk, back, said, _undo(dinner, group, back), **values)


@router.post("/resume-everyone")
async def resume_everyone(
    request: Request, desk: TheDesk, group: Whose = None, back: Back = "/"
) -> Response:
    """End every pause, or every one in a class."""
    await verbs.resume(desk, await together.at_table(desk, group))
    return await done(request, desk, back, to_say("The pause is over for everyone."))


@router.post("/undo-everyone")
async def undo_everyone(
    request: Request,
    desk: TheDesk,
    at: Annotated[AwareDatetime, Form()],
    *,
    group: Whose = None,
    back: Back = "/",
) -> Response:
    """Take a pause of everyone back: the extra time that ran goes on, too."""
    undone = await together.take_back(desk, at, group)
    said = to_say("Taken back for {children}: all is as before.")
    if not undone:
        said = to_say("The rules were changed again since, so nothing was taken back.")
    return await done(request, desk, back, said, children=names_of(desk, undone))


def names_of(desk: Desk, children: Sequence[Child]) -> str:
    """Write the names of children in a row; of many only how many they are."""
    if len(children) > FEW:
        return desk.speech.count("{n} child", "{n} children", len(children))
    return ", ".join(child.name for child in children)


def _until(desk: Desk, length: Length, at: str) -> datetime | None:
    if not length:
        return None
    if length != "until":
        return desk.now + timedelta(minutes=int(length))
    try:
        return next_at(desk, time.fromisoformat(at))
    except ValueError as error:
        raise Misfit("at", WHEN) from error


def _undo(dinner: Dinner, group: UUID | None, back: str) -> Undo:
    where = (("group", str(group)), ("back", back)) if group else ()
    return Undo("/undo-everyone", (("at", dinner.at.isoformat()), *where))
