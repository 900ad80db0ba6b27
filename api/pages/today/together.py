"""Dinner time: everyone is paused with one tap, for a while, and can be let go on again."""

from collections.abc import Iterable
from datetime import date, datetime, time, timedelta
from typing import Annotated, Literal
from zoneinfo import ZoneInfo

from fastapi import APIRouter, Form, Request
from pydantic import AwareDatetime, ValidationError
from starlette.responses import Response

from api import together, verbs
from api.errors import Misfit
from api.households import children_here
from api.needs import Desk, TheDesk
from api.pages.today.page import done
from api.render import Undo
from api.together import Dinner, Ended, EndedText
from reports.weeks import local_day
from store.children import Child
from words.speech import to_say

router = APIRouter()

type Length = Literal["", "15", "30", "60", "until"]
MORNING = time(6)
MOST_GRANTS = 12
"""Extra time that is given back by an undo: more does not fit what a browser keeps for us."""
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
) -> Response:
    """Stop everything for every child: dinner time."""
    until = _until(desk, length, at)
    dinner = await together.pause(desk, until)
    if not dinner.children:
        return await done(request, desk, "/", NOBODY)
    said = PAUSED if until else PAUSED_OPEN
    values = {"children": names_of(dinner.children)}
    if until:
        values["until"] = desk.speech.when(until, desk.now)
    return await done(request, desk, "/", said, _undo(dinner), **values)


@router.post("/resume-everyone")
async def resume_everyone(request: Request, desk: TheDesk) -> Response:
    """End every pause."""
    await verbs.resume(desk, await children_here(desk))
    return await done(request, desk, "/", to_say("The pause is over for everyone."))


@router.post("/undo-everyone")
async def undo_everyone(
    request: Request,
    desk: TheDesk,
    at: Annotated[AwareDatetime, Form()],
    ended: Annotated[list[EndedText], Form(max_length=MOST_GRANTS)] = [],  # noqa: B006 FastAPI copies it
) -> Response:
    """Take a pause of everyone back: the extra time that ran goes on, too."""
    undone = await together.take_back(desk, at, _read(ended))
    said = to_say("Taken back for {children}: all is as before.")
    if not undone:
        said = to_say("The rules were changed again since, so nothing was taken back.")
    return await done(request, desk, "/", said, children=names_of(undone))


def names_of(children: Iterable[Child]) -> str:
    """Write the names of children in a row."""
    return ", ".join(child.name for child in children)


def next_at(desk: Desk, clock: time) -> datetime:
    """Return the next moment at which the family's clock shows a time."""
    day: date = local_day(desk.now, desk.family.zone)
    zone = ZoneInfo(desk.family.zone)
    moment = datetime.combine(day, clock, zone)
    return moment if moment > desk.now else datetime.combine(day + timedelta(days=1), clock, zone)


def _until(desk: Desk, length: Length, at: str) -> datetime | None:
    if not length:
        return None
    if length != "until":
        return desk.now + timedelta(minutes=int(length))
    try:
        return next_at(desk, time.fromisoformat(at))
    except ValueError as error:
        raise Misfit("at", WHEN) from error


def _undo(dinner: Dinner) -> Undo:
    ended = (("ended", each.told) for each in dinner.ended[:MOST_GRANTS])
    return Undo("/undo-everyone", (("at", dinner.at.isoformat()), *ended))


def _read(ended: Iterable[str]) -> list[Ended]:
    try:
        return [Ended.read(text) for text in ended]
    except ValidationError as error:
        raise Misfit("ended", WHEN) from error
