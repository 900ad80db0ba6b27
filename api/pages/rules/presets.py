"""Rules by age: read on one screen, taken with one tap, undone with another."""

from dataclasses import dataclass
from typing import Annotated

from fastapi import Form, Query, Request
from pydantic import BaseModel, Field
from starlette.responses import Response

from api import changing
from api.changing import Draft
from api.errors import Refused
from api.labels import labels_of
from api.needs import Desk
from api.pages.rules import rehearsal
from api.pages.rules.brief import Line, brief
from api.pages.rules.editor import whose_shown
from api.pages.rules.seat import Seat, TheSeat
from api.pages.rules.whose import Whose, reached
from api.pages.today.cards import standing
from api.render import redirect, render, wants_part
from api.routing import Router
from rules.adopting import NAMES, adopted
from rules.policy import Policy
from rules.presets import preset_for
from store import policies
from words.labels import LABELS, PRESET_TAKEN, to_say

router = Router()
TITLES = LABELS["preset"]
USUAL = "child"
"""Where nobody's age is known."""
ICONS = {"nd147": "device-gamepad-2"}
TAKEN = to_say("These rules hold for {child} now.")
MEANWHILE = to_say("Somebody changed these rules in the meantime. Look again, then decide.")


class Choice(BaseModel):
    """A preset accepted, as the page showed it."""

    name: str
    number: Annotated[int, Field(ge=0)]


@dataclass(frozen=True, slots=True)
class Tab:
    name: str
    title: str
    icon: str


@router.get("/presets")
async def show(
    request: Request,
    seat: TheSeat,
    name: Annotated[str, Query()] = "",
    days: Annotated[int, Query(ge=0, le=rehearsal.DAYS)] = 0,
) -> Response:
    """Show one preset whole: what it says, what it changes here, and what stays."""
    if name and name not in NAMES:
        raise Refused(404, "not-found")
    return await _page(request, seat, name or await _fitting(seat), tried=bool(days))


@router.post("/presets")
async def take(request: Request, seat: TheSeat, form: Annotated[Choice, Form()]) -> Response:
    """Take a preset into the rules, if they are still those that the page showed."""
    if form.name not in NAMES:
        raise Refused(404, "not-found")
    desk, whose = seat
    made = await changing.with_preset(desk, whose.owner, form.name)
    if made.number != form.number:
        return await _page(request, seat, form.name, meanwhile=True, status=409)
    await changing.keep(desk, made, PRESET_TAKEN[form.name])
    return redirect(request, changed_address(whose, made), TAKEN, child=whose.owner.name)


@router.get("/changed")
async def show_changed(
    request: Request,
    seat: TheSeat,
    was: Annotated[int, Query(ge=0, le=2**31 - 1)],
) -> Response:
    """Show what changed since a version, with a button that brings it back."""
    desk, whose = seat
    async with desk.panel.db.read() as store:
        now = await policies.current(store, whose.owner.id)
        old = await policies.version(store, whose.owner.id, was) if was else None
    before, after = (version.policy if version else Policy() for version in (old, now))
    made = Draft(whose.owner, was, before, after)
    context = {
        **whose_shown(whose, desk),
        "was": was,
        "changes": made.told(desk),
        "standing": await standing(desk),
    }
    return render(request, "rules/changed.html", context)


def changed_address(whose: Whose, made: Draft) -> str:
    """Name the page that tells what a draft changed and undoes it."""
    return f"{whose.above}/changed?was={made.number}"


async def _fitting(seat: Seat) -> str:
    """Name the preset for the child's age; for a group that of the youngest who is known."""
    desk, whose = seat
    meant = [whose.child] if whose.child else []
    if whose.group:
        meant = (await reached(desk, whose.group))[1]
    years = [child.birth_year for child in meant]
    return preset_for(desk.now.year - max(years))[0] if years else USUAL


async def _page(
    request: Request,
    seat: Seat,
    name: str,
    *,
    meanwhile: bool = False,
    tried: bool = False,
    status: int = 200,
) -> Response:
    desk, whose = seat
    made = await changing.with_preset(desk, whose.owner, name)
    found = await rehearsal.tried(desk, whose, made.after) if tried else {}
    if tried and wants_part(request):
        return render(request, "rules/_rehearsal.html", found)
    context = {
        **whose_shown(whose, desk),
        "name": name,
        "title": desk.speech.say(TITLES[name]),
        "tabs": [
            Tab(each, desk.speech.say(TITLES[each]), ICONS.get(each, "cake")) for each in NAMES
        ],
        "lines": _lines(desk, name),
        "number": made.number,
        "changes": made.told(desk),
        "stays": _stays(desk, made),
        "rehearsal": found,
        "wrong": desk.speech.say(MEANWHILE) if meanwhile else "",
        "standing": await standing(desk),
    }
    return render(request, "rules/presets.html", context, status=status)


def _lines(desk: Desk, name: str) -> tuple[Line, ...]:
    return brief(adopted(Policy(), name), labels_of(desk.panel, desk.speech))


def _stays(desk: Desk, made: Draft) -> list[str]:
    """Count what an adult added and a preset leaves alone."""
    speech, kept = desk.speech, made.after
    counted = [
        speech.count("{n} allowed site", "{n} allowed sites", len(kept.allow))
        if kept.allow
        else "",
        speech.count("{n} blocked site", "{n} blocked sites", len(kept.block))
        if kept.block
        else "",
        speech.count("{n} app", "{n} apps", len(kept.services)) if kept.services else "",
    ]
    return [said for said in counted if said]
