"""Rules by age: read on one screen, taken with one tap, undone with another."""

from dataclasses import dataclass
from typing import Annotated

from fastapi import APIRouter, Form, Query, Request
from pydantic import BaseModel, Field
from starlette.responses import Response

from api import changing
from api.changing import Draft, owner_of
from api.errors import Refused
from api.labels import labels_of
from api.needs import Desk, TheDesk, ThisChild
from api.pages.rules import rehearsal
from api.pages.rules.brief import Line, brief
from api.pages.rules.whose import of_child
from api.pages.today.cards import standing
from api.render import redirect, render, wants_part
from rules.adopting import NAMES, adopted
from rules.policy import Policy
from rules.presets import preset_for
from store import policies
from store.children import Child
from words.labels import LABELS, PRESET_TAKEN, to_say

router = APIRouter()
TITLES = LABELS["preset"]
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


@router.get("/children/{child_id}/presets")
async def show(
    request: Request,
    desk: TheDesk,
    child: ThisChild,
    name: Annotated[str, Query()] = "",
    days: Annotated[int, Query(ge=0, le=rehearsal.DAYS)] = 0,
) -> Response:
    """Show one preset whole: what it says, what it changes here, and what stays."""
    if name and name not in NAMES:
        raise Refused(404, "not-found")
    fitting, _ = preset_for(desk.now.year - child.birth_year)
    return await _page(request, desk, child, name or fitting, tried=bool(days))


@router.post("/children/{child_id}/presets")
async def take(
    request: Request, desk: TheDesk, child: ThisChild, form: Annotated[Choice, Form()]
) -> Response:
    """Take a preset into the rules, if they are still those that the page showed."""
    if form.name not in NAMES:
        raise Refused(404, "not-found")
    made = await changing.with_preset(desk, owner_of(child), form.name)
    if made.number != form.number:
        return await _page(request, desk, child, form.name, meanwhile=True, status=409)
    await changing.keep(desk, made, PRESET_TAKEN[form.name])
    return redirect(request, changed_address(child, made), TAKEN, child=child.name)


@router.get("/children/{child_id}/changed")
async def show_changed(
    request: Request,
    desk: TheDesk,
    child: ThisChild,
    was: Annotated[int, Query(ge=0, le=2**31 - 1)],
) -> Response:
    """Show what changed since a version, with a button that brings it back."""
    async with desk.panel.db.read() as store:
        now = await policies.current(store, child.id)
        old = await policies.version(store, child.id, was) if was else None
    before, after = (version.policy if version else Policy() for version in (old, now))
    made = Draft(owner_of(child), was, before, after)
    context = {
        "child": child,
        "was": was,
        "changes": made.told(desk),
        "standing": await standing(desk),
    }
    return render(request, "child/changed.html", context)


def changed_address(child: Child, made: Draft) -> str:
    """Name the page that tells what a draft changed and undoes it."""
    return f"/children/{child.id}/changed?was={made.number}"


async def _page(
    request: Request,
    desk: Desk,
    child: Child,
    name: str,
    *,
    meanwhile: bool = False,
    tried: bool = False,
    status: int = 200,
) -> Response:
    made = await changing.with_preset(desk, owner_of(child), name)
    whose = await of_child(desk, child)
    found = await rehearsal.tried(desk, whose, made.after) if tried else {}
    if tried and wants_part(request):
        return render(request, "rules/_rehearsal.html", found)
    context = {
        "child": child,
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
    return render(request, "child/presets.html", context, status=status)


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
