"""Who a child is: add one with rules for its age, change its particulars, remove it."""

from dataclasses import dataclass
from typing import Annotated, Literal

from fastapi import APIRouter, Request
from pydantic import BaseModel, Field
from starlette.responses import Response

from api.forms import Filled, empty, fill
from api.labels import labels_of
from api.needs import Desk, TheDesk, ThisChild
from api.pages.child.brief import Line, brief
from api.pages.today.cards import standing
from api.render import redirect, render
from rules.family import Language
from rules.presets import preset_for
from store import children
from store.children import COLOURS, Child
from store.errors import Taken
from words.speech import to_say

router = APIRouter()

GROWN = 18
USUAL_AGE = 9
AGES = (
    (6, to_say("up to 6 years")),
    (11, to_say("7 to 11")),
    (15, to_say("12 to 15")),
    (17, to_say("16 and 17")),
)


class Particulars(BaseModel):
    """The form about a child."""

    name: Annotated[str, Field(min_length=1, max_length=60)]
    birth_year: Annotated[int, Field(ge=1990, le=2100)]
    language: Language = "vi"
    colour: Literal[COLOURS] = "blue"  # type: ignore[valid-type] # the store's own list


@dataclass(frozen=True, slots=True)
class Preset:
    """Rules for an age, in words."""

    ages: str
    lines: tuple[Line, ...]


@router.get("/children/new")
async def ask_new(request: Request, desk: TheDesk) -> Response:
    """Show the empty form, with what the rules for each age are."""
    beginning = empty(
        birth_year=desk.now.year - USUAL_AGE, language=desk.family.language, colour="blue"
    )
    return _new_page(request, desk, beginning)


@router.post("/children/new")
async def add(request: Request, desk: TheDesk) -> Response:
    """Add a child with the rules for its age."""
    filled = await fill(request, Particulars)
    if filled.model is None:
        return _new_page(request, desk, filled, 422)
    wanted = filled.model
    _, policy = preset_for(_age(desk, wanted.birth_year))
    try:
        async with desk.change(to_say("added {child}"), child=wanted.name) as tx:
            child = await children.add(
                tx, group_id=desk.family.id, policy=policy, **wanted.model_dump()
            )
    except Taken:
        filled.errors["name"] = desk.speech.say("There is a child of this name already.")
        return _new_page(request, desk, filled, 422)
    message = to_say("{child} was added with rules for this age. Look them over.")
    return redirect(request, f"/children/{child.id}/rules", message, child=child.name)


@router.get("/children/{child_id}/edit")
async def ask_edit(request: Request, desk: TheDesk, child: ThisChild) -> Response:
    """Show a child's particulars."""
    shown = empty(
        name=child.name, birth_year=child.birth_year, language=child.language, colour=child.colour
    )
    return await _edit_page(request, desk, child, shown)


@router.post("/children/{child_id}/edit")
async def edit(request: Request, desk: TheDesk, child: ThisChild) -> Response:
    """Change a child's particulars."""
    filled = await fill(request, Particulars)
    if filled.model is None:
        return await _edit_page(request, desk, child, filled, 422)
    try:
        async with desk.change(
            to_say("changed the particulars of {child}"), child_id=child.id, child=child.name
        ) as tx:
            await children.alter(tx, child.id, **filled.model.model_dump())
    except Taken:
        filled.errors["name"] = desk.speech.say("There is a child of this name already.")
        return await _edit_page(request, desk, child, filled, 422)
    message = to_say("Saved for {child}.")
    return redirect(request, f"/children/{child.id}", message, child=filled.model.name)


@router.post("/children/{child_id}/remove")
async def remove(request: Request, desk: TheDesk, child: ThisChild) -> Response:
    """Remove a child with everything recorded, once its name was typed."""
    async with request.form(max_files=0, max_fields=10) as form:
        typed = str(form.get("confirm", "")).strip()
    if typed.casefold() != child.name.casefold():
        shown = empty(
            name=child.name,
            birth_year=child.birth_year,
            language=child.language,
            colour=child.colour,
            confirm=typed,
        )
        shown.errors["confirm"] = desk.speech.say("This is not the name. Nothing was removed.")
        return await _edit_page(request, desk, child, shown, 422)
    # The name itself must not stay behind in the ledger.
    async with desk.change(to_say("removed a child with everything recorded")) as tx:
        await children.remove(tx, child.id)
    message = to_say("{child} was removed, with everything that was recorded.")
    return redirect(request, "/", message, child=child.name)


def _age(desk: Desk, birth_year: int) -> int:
    return min(max(desk.now.year - birth_year, 0), GROWN - 1)


def _presets(desk: Desk) -> list[Preset]:
    labels = labels_of(desk.panel, desk.speech)
    return [Preset(desk.speech.say(ages), brief(preset_for(age)[1], labels)) for age, ages in AGES]


def _new_page[M: BaseModel](
    request: Request, desk: Desk, form: Filled[M], status: int = 200
) -> Response:
    context = {
        "form": form,
        "colours": COLOURS,
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
        "years": _years(desk),
        "standing": await standing(desk),
    }
    return render(request, "child/edit.html", context, status=status)


def _years(desk: Desk) -> list[int]:
    return [desk.now.year - age for age in range(GROWN + 1)]
