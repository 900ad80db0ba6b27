"""Who a child is: add one with rules for its age, change its particulars, remove it."""

from dataclasses import dataclass
from functools import partial

from fastapi import Request
from pydantic import BaseModel
from starlette.responses import Response

from api.forms import Filled, attempt, empty, fill
from api.households import ChildForm, add_child, alter_child, child_form, remove_child
from api.labels import labels_of
from api.needs import Desk, TheDesk, ThisChild
from api.pages.rules.brief import Line, brief
from api.pages.today.cards import standing
from api.proof import ProvenDesk
from api.render import redirect, render
from api.routing import Router
from api.sharing import PinForm, has_pin, remove_pin, set_pin
from rules.presets import preset_for
from store.children import COLOURS, PICTURES, Child
from words.speech import to_say

router = Router()

GROWN = 18
AGES = (
    (6, to_say("up to 6 years")),
    (11, to_say("7 to 11")),
    (15, to_say("12 to 15")),
    (17, to_say("16 and 17")),
)


@dataclass(frozen=True, slots=True)
class Preset:
    """Rules for an age, in words."""

    ages: str
    lines: tuple[Line, ...]


@router.get("/children/new")
async def ask_new(request: Request, desk: TheDesk) -> Response:
    """Show the empty form, with what the rules for each age are."""
    return _new_page(request, desk, child_form(desk))


@router.post("/children/new")
async def add(request: Request, desk: TheDesk) -> Response:
    """Add a child with the rules for its age."""
    filled = await fill(request, ChildForm)
    child = await attempt(filled, partial(add_child, desk), desk.speech)
    if child is None:
        return _new_page(request, desk, filled, 422)
    message = to_say("{child} was added with rules for this age. Now read what is written down.")
    return redirect(request, f"/children/{child.id}/consent", message, child=child.name)


@router.get("/children/{child_id}/edit")
async def ask_edit(request: Request, desk: TheDesk, child: ThisChild) -> Response:
    """Show a child's particulars."""
    return await _edit_page(request, desk, child, _shown(child))


@router.post("/children/{child_id}/edit")
async def edit(request: Request, desk: TheDesk, child: ThisChild) -> Response:
    """Change a child's particulars."""
    filled = await fill(request, ChildForm)
    altered = await attempt(filled, partial(alter_child, desk, child), desk.speech)
    if altered is None:
        return await _edit_page(request, desk, child, filled, 422)
    message = to_say("Saved for {child}.")
    return redirect(request, f"/children/{child.id}", message, child=altered.name)


@router.post("/children/{child_id}/pin")
async def give_pin(request: Request, desk: TheDesk, child: ThisChild) -> Response:
    """Give a child a PIN for shared devices."""
    filled = await fill(request, PinForm)
    if filled.model is None:
        shown = _shown(child)
        shown.errors["pin"] = desk.speech.say("A PIN has four to eight digits.")
        return await _edit_page(request, desk, child, shown, 422)
    await set_pin(desk, child, filled.model)
    said = to_say("{child} has a PIN now. Tell it to nobody else.")
    return redirect(request, f"/children/{child.id}/edit", said, child=child.name)


@router.post("/children/{child_id}/pin/remove")
async def drop_pin(request: Request, desk: TheDesk, child: ThisChild) -> Response:
    """Take a child's PIN away."""
    await remove_pin(desk, child)
    said = to_say("{child} has no PIN any more.")
    return redirect(request, f"/children/{child.id}/edit", said, child=child.name)


@router.post("/children/{child_id}/remove")
async def remove(request: Request, desk: ProvenDesk, child: ThisChild) -> Response:
    """Remove a child with everything recorded, once its name was typed."""
    async with request.form(max_files=0, max_fields=10) as form:
        typed = str(form.get("confirm", "")).strip()
    if typed.casefold() != child.name.casefold():
        shown = _shown(child, confirm=typed)
        shown.errors["confirm"] = desk.speech.say("This is not the name. Nothing was removed.")
        return await _edit_page(request, desk, child, shown, 422)
    receipt = await remove_child(desk, child)
    message = to_say("Everything was erased. This is the proof.")
    return redirect(request, f"/settings/data/receipts/{receipt.number}", message)


def _shown(child: Child, **more: object) -> Filled[BaseModel]:
    return empty(
        name=child.name,
        birth_year=child.birth_year,
        language=child.language,
        colour=child.colour,
        picture=child.picture,
        **more,
    )


def _presets(desk: Desk) -> list[Preset]:
    labels = labels_of(desk.panel, desk.speech)
    return [Preset(desk.speech.say(ages), brief(preset_for(age)[1], labels)) for age, ages in AGES]


def _new_page[M: BaseModel](
    request: Request, desk: Desk, form: Filled[M], status: int = 200
) -> Response:
    context = {
        "form": form,
        "colours": COLOURS,
        "pictures": PICTURES,
        "years": _years(desk),
        "presets": _presets(desk),
    }
    return render(request, "child/new.html", context, status=status)


async def _edit_page[M: BaseModel](
    request: Request, desk: Desk, child: Child, form: Filled[M], status: int = 200
) -> Response:
    context = {
        "child": child,
        "form": form,
        "colours": COLOURS,
        "pictures": PICTURES,
        "years": _years(desk),
        "standing": await standing(desk),
        "has_pin": await has_pin(desk, child),
    }
    return render(request, "child/edit.html", context, status=status)


def _years(desk: Desk) -> list[int]:
    return [desk.now.year - age for age in range(GROWN + 1)]
