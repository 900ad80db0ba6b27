"""Presets and calendars taken into rules: shown first where `preview` is set, else kept."""

from typing import Annotated, Literal

from fastapi import Query, Request
from pydantic import BaseModel

from api import changing
from api.changing import Draft, Owner, owner_of
from api.errors import Refused
from api.grouping import ChangedGroup
from api.needs import Desk, TheDesk, ThisChild
from api.rest.rules import IfMatch, expected_of
from api.routing import Router
from rules import diff
from rules.adopting import AGES, NAMES, adopted
from rules.icalendar import Imported
from rules.policy import Policy
from rules.times import Like
from words.labels import CALENDAR_TAKEN, PRESET_TAKEN

router = Router(tags=["rules"])
CALENDAR = {
    "requestBody": {
        "required": True,
        "description": "An iCalendar file (RFC 5545) with whole days.",
        "content": {"text/calendar": {"schema": {"type": "string"}}},
    }
}
type LikeQuery = Annotated[Like, Query(description="What these days are like.")]
type Preview = Annotated[bool, Query(description="Only tell what would change.")]


class PresetOut(BaseModel):
    name: str
    ages: tuple[int, int] | None
    """First and last year of age; nothing for the limits of Decree 147."""
    policy: Policy
    sentences: list[str]
    """What it says, in the adult's language."""


class PresetIn(BaseModel):
    name: Literal["little", "child", "teen", "youth", "nd147"]
    preview: bool = False
    """Only tell what would change."""


class LineOut(BaseModel):
    line: int
    message: str


class Adopted(BaseModel):
    number: int
    """The version in force now."""
    before: int
    """The version before it: restore this one to undo."""
    policy: Policy
    sentences: list[str]
    """What changes, in the adult's language."""
    problems: list[LineOut] = []
    """What of a calendar was left out, and why."""


@router.get("/presets", summary="Presets by age, and Decree 147")
async def list_presets(desk: TheDesk) -> list[PresetOut]:
    """Return the presets with what they say in words."""
    return [_shown(desk, name) for name in NAMES]


@router.post("/children/{child_id}/policy/preset", summary="Take a preset")
async def preset_for_child(
    desk: TheDesk, child: ThisChild, given: PresetIn, if_match: IfMatch = None
) -> Adopted:
    """Take a preset into a child's rules; what an adult added stays."""
    return await _take_preset(desk, owner_of(child), given, if_match)


@router.post("/groups/{group_id}/policy/preset", summary="Take a preset")
async def preset_for_group(
    desk: TheDesk, group: ChangedGroup, given: PresetIn, if_match: IfMatch = None
) -> Adopted:
    """Take a preset into a group's rules; what an adult added stays."""
    return await _take_preset(desk, owner_of(group), given, if_match)


@router.post(
    "/children/{child_id}/policy/calendar", summary="Take a calendar", openapi_extra=CALENDAR
)
async def calendar_for_child(
    desk: TheDesk,
    child: ThisChild,
    request: Request,
    like: LikeQuery = Like.HOLIDAY,
    preview: Preview = False,
) -> Adopted:
    """Take the whole days of a calendar into a child's rules; the same event replaces itself."""
    return await _take_calendar(desk, owner_of(child), request, like, preview=preview)


@router.post(
    "/groups/{group_id}/policy/calendar", summary="Take a calendar", openapi_extra=CALENDAR
)
async def calendar_for_group(
    desk: TheDesk,
    group: ChangedGroup,
    request: Request,
    like: LikeQuery = Like.HOLIDAY,
    preview: Preview = False,
) -> Adopted:
    """Take the whole days of a calendar into a group's rules; the same event replaces itself."""
    return await _take_calendar(desk, owner_of(group), request, like, preview=preview)


def _shown(desk: Desk, name: str) -> PresetOut:
    policy = adopted(Policy(), name)
    said = [desk.speech.sentence(each, desk.now) for each in diff.describe(Policy(), policy)]
    return PresetOut(name=name, ages=AGES.get(name), policy=policy, sentences=said)


async def _take_preset(desk: Desk, owner: Owner, given: PresetIn, if_match: str | None) -> Adopted:
    made = await changing.with_preset(desk, owner, given.name)
    expected = expected_of(if_match)
    if expected is not None and expected != made.number:
        raise Refused(412, "changed-meanwhile")
    kept = made.number
    if not given.preview:
        kept = await changing.keep(desk, made, PRESET_TAKEN[given.name])
    return _adopted(desk, made, kept)


async def _take_calendar(
    desk: Desk, owner: Owner, request: Request, like: Like, *, preview: bool
) -> Adopted:
    imported = changing.calendar_of(await request.body(), like)
    made = await changing.with_days(desk, owner, imported)
    kept = made.number
    if not preview:
        kept = await changing.keep(desk, made, CALENDAR_TAKEN)
    return _adopted(desk, made, kept, imported)


def _adopted(desk: Desk, made: Draft, kept: int, imported: Imported | None = None) -> Adopted:
    problems = imported.problems if imported else ()
    return Adopted(
        number=kept,
        before=made.number,
        policy=made.after,
        sentences=made.told(desk),
        problems=[
            LineOut(line=each.line, message=desk.speech.sentence(each.sentence, desk.now))
            for each in problems
        ],
    )
