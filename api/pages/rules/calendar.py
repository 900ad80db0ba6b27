"""Holidays and exams: from a calendar's file into the rules, shown before anything changes."""

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Annotated

from fastapi import Form, Request
from pydantic import BaseModel, Field, TypeAdapter, ValidationError
from starlette.datastructures import UploadFile
from starlette.responses import Response

from api import changing
from api.changing import Draft
from api.errors import Misfit, Refused
from api.needs import Desk
from api.pages.rules.editor import whose_shown
from api.pages.rules.presets import changed_address
from api.pages.rules.seat import Seat, TheSeat
from api.pages.today.cards import standing
from api.render import redirect, render
from api.routing import Router
from rules.adopting import without_date
from rules.icalendar import Imported
from rules.policy import DateException
from rules.sentences import Sentence
from rules.times import Like
from words.labels import CALENDAR_TAKEN, DATE_REMOVED, LABELS, to_say

router = Router()
OFFERED = (
    (Like.HOLIDAY, "beach", to_say("Holidays"), to_say("Bedtime and minutes as on a Saturday.")),
    (Like.EXAM, "school", to_say("Exams"), to_say("Hours you set for days of exams.")),
    (Like.OFF, "sun", to_say("Free days"), to_say("No hours close anything.")),
)
DAYS = TypeAdapter(tuple[DateException, ...])
CHOOSE = to_say("Choose the calendar’s file first; its name ends in .ics.")
DATES_TAKEN = to_say("The dates are in the rules of {child}.")
TAKEN_OUT = to_say("The date was taken out.")
MOST_BYTES = 2_000_000


class Accepted(BaseModel):
    """A calendar as the preview showed it."""

    days: Annotated[str, Field(max_length=MOST_BYTES)]
    cancelled: list[str] = []
    number: Annotated[int, Field(ge=0)]


class Place(BaseModel):
    """Which date to take out, of which version."""

    place: Annotated[int, Field(ge=0)]
    number: Annotated[int, Field(ge=0)]


@dataclass(frozen=True, slots=True)
class Date:
    """A date of the rules, as it is shown."""

    place: int
    name: str
    when: str
    like: str
    over: bool


@router.get("/calendar")
async def show(request: Request, seat: TheSeat) -> Response:
    """Show the dates that are different, and how to bring in more."""
    return await _page(request, seat)


@router.post("/calendar")
async def preview(request: Request, seat: TheSeat) -> Response:
    """Read a calendar's file and show what it would change."""
    desk, whose = seat
    async with request.form(max_files=1, max_fields=5) as form:
        file, like = form.get("file"), str(form.get("like", Like.HOLIDAY))
        data = await file.read(MOST_BYTES + 1) if isinstance(file, UploadFile) else b""
    chosen = Like(like) if like in {each for each, *_ in OFFERED} else Like.HOLIDAY
    if not data:
        return await _page(request, seat, like=chosen, wrong=desk.speech.say(CHOOSE))
    try:
        imported = changing.calendar_of(data, chosen)
        made = await changing.with_days(desk, whose.owner, imported)
    except Misfit as error:
        said = desk.speech.sentence(Sentence(error.message, error.values), desk.now)
        return await _page(request, seat, like=chosen, wrong=said)
    return await _preview(request, seat, made, imported)


@router.post("/calendar/accept")
async def accept(request: Request, seat: TheSeat, form: Annotated[Accepted, Form()]) -> Response:
    """Take the days of a preview into the rules."""
    desk, whose = seat
    try:
        imported = Imported(DAYS.validate_json(form.days), frozenset(form.cancelled))
    except ValidationError as error:
        raise Refused(422, "days") from error
    made = await changing.with_days(desk, whose.owner, imported)
    if made.number != form.number:
        # Somebody changed the rules meanwhile: show what it would change now.
        return await _preview(request, seat, made, imported, status=409)
    await changing.keep(desk, made, CALENDAR_TAKEN)
    return redirect(request, changed_address(whose, made), DATES_TAKEN, child=whose.owner.name)


@router.post("/calendar/remove")
async def remove(request: Request, seat: TheSeat, form: Annotated[Place, Form()]) -> Response:
    """Take one date out of the rules."""
    desk, whose = seat
    made = await changing.draft(
        desk, whose.owner, lambda policy: without_date(policy, form.place), field="place"
    )
    if made.number != form.number:
        raise Refused(409, "changed-meanwhile")
    await changing.keep(desk, made, DATE_REMOVED)
    return redirect(request, changed_address(whose, made), TAKEN_OUT)


async def _page(
    request: Request, seat: Seat, *, like: Like = Like.HOLIDAY, wrong: str = ""
) -> Response:
    desk, whose = seat
    made = await changing.draft(desk, whose.owner, lambda policy: policy, field="file")
    context = {
        **whose_shown(whose, desk),
        "dates": _dates(desk, made.before.exceptions),
        "number": made.number,
        "offered": [
            (each.value, desk.speech.say(title), desk.speech.say(about), drawing)
            for each, drawing, title, about in OFFERED
        ],
        "like": like.value,
        "wrong": wrong,
        "standing": await standing(desk),
    }
    return render(request, "rules/calendar.html", context, status=422 if wrong else 200)


async def _preview(
    request: Request,
    seat: Seat,
    made: Draft,
    imported: Imported,
    *,
    status: int = 200,
) -> Response:
    desk, whose = seat
    context = {
        **whose_shown(whose, desk),
        "made": made,
        "changes": made.told(desk),
        "days": DAYS.dump_json(imported.exceptions, exclude_defaults=True).decode(),
        "cancelled": sorted(imported.cancelled),
        "problems": [
            (str(each.line), desk.speech.sentence(each.sentence, desk.now))
            for each in imported.problems
        ],
        "meanwhile": status != 200,  # noqa: PLR2004 the usual answer
        "standing": await standing(desk),
    }
    return render(request, "rules/calendar_preview.html", context, status=status)


def _dates(desk: Desk, exceptions: Iterable[DateException]) -> list[Date]:
    """List the dates by the day they begin, those every year first."""
    today = desk.now.date()
    found = [
        (
            (not each.yearly, each.first),
            Date(
                place,
                each.name,
                _when(desk, each),
                desk.speech.say(_like(each)),
                not each.yearly and each.end < today,
            ),
        )
        for place, each in enumerate(exceptions)
    ]
    return [date for _, date in sorted(found, key=lambda pair: pair[0])]


def _when(desk: Desk, each: DateException) -> str:
    said = desk.speech.between(each.first, each.end, each.yearly)
    return desk.speech.say("{dates}, every year", dates=said) if each.yearly else said


def _like(each: DateException) -> str:
    key = each.like or ""
    return LABELS["like"][key]
