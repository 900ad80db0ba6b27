"""Imported lists: which there are and how they do; bring one in, ask again, take one away."""

import asyncio
from pathlib import Path
from typing import Annotated

from fastapi import APIRouter, Depends, Request, Response
from pydantic import BaseModel, Field

from api.errors import Misfit
from api.forms import Filled, attempt, empty, fill
from api.needs import Desk, TheDesk
from api.people import PersonName
from api.render import redirect, render
from feeds import lists
from feeds.errors import FeedError
from feeds.lists import ImportedList
from rules.policy import Slug
from store.errors import NotFound
from words.speech import to_say

router = APIRouter(prefix="/settings/lists")


class ListForm(BaseModel):
    name: PersonName
    category: Slug
    address: Annotated[str, Field(max_length=2000)] = ""
    lines: str = ""


def this_list(list_id: Slug, desk: TheDesk) -> ImportedList:
    """Return the list of the address."""
    for kept in lists.list_all(_folder(desk)):
        if kept.id == list_id:
            return kept
    raise NotFound


type ThisList = Annotated[ImportedList, Depends(this_list)]


@router.get("")
async def show(request: Request, desk: TheDesk) -> Response:
    """Show every list with its state, and the form for another."""
    return await _page(request, desk, empty(category="adult"))


@router.post("")
async def bring_in(request: Request, desk: TheDesk) -> Response:
    """Bring in a list from an address, or from lines pasted."""
    form = await fill(request, ListForm)

    async def verb(given: ListForm) -> ImportedList:
        return await _bring_in(desk, given)

    kept = await attempt(form, verb, desk.speech)
    if kept is None:
        return await _page(request, desk, form, status=422)
    said = to_say("“{name}” is in, with {sites} sites.")
    return redirect(
        request, "/settings/lists", said, name=kept.name, sites=desk.speech.number(kept.sites)
    )


@router.post("/{list_id}/refresh")
async def ask_again(request: Request, desk: TheDesk, kept: ThisList) -> Response:
    """Ask the source of a list again; what cannot be believed is not used, and the page says so."""
    fresh = await lists.refresh(_folder(desk), kept.id, now=desk.now)
    if fresh.changed != kept.changed:
        await _tell(desk, to_say("refreshed the list {name}: {sites} sites"), fresh)
    said = to_say("“{name}” stays as it was.") if fresh.trouble else to_say("“{name}” is new.")
    return redirect(request, "/settings/lists", said, name=kept.name)


@router.post("/{list_id}/remove")
async def take_away(request: Request, desk: TheDesk, kept: ThisList) -> Response:
    """Take a list away."""
    await asyncio.to_thread(lists.remove, _folder(desk), kept.id)
    await _tell(desk, to_say("removed the list {name} with {sites} sites"), kept)
    return redirect(request, "/settings/lists", to_say("“{name}” is gone."), name=kept.name)


async def _bring_in(desk: Desk, given: ListForm) -> ImportedList:
    if given.category not in desk.panel.catalogue.categories:
        raise Misfit("category", to_say("Please choose one of these."))
    if bool(given.address) == bool(given.lines):
        raise Misfit("address", to_say("Give an address or paste the lines: one of the two."))
    source = given.address or given.lines.encode()
    try:
        kept = await lists.add_list(
            _folder(desk), name=given.name, category=given.category, source=source, now=desk.now
        )
    except FeedError as error:
        field = "address" if given.address else "lines"
        raise Misfit(field, error.sentence.message, **error.sentence.values) from error
    await _tell(desk, to_say("imported the list {name} with {sites} sites"), kept)
    return kept


async def _tell(desk: Desk, what: str, kept: ImportedList) -> None:
    """Make a revision of it: the ledger shows what came in, and the doors look up."""
    async with desk.change(what, name=kept.name, sites=str(kept.sites)):
        pass


def _folder(desk: Desk) -> Path:
    return desk.panel.lists


async def _page[M: BaseModel](
    request: Request, desk: Desk, form: Filled[M], *, status: int = 200
) -> Response:
    known = desk.panel.catalogue
    context = {
        "form": form,
        "lists": await asyncio.to_thread(lists.list_all, _folder(desk)),
        "categories": [
            (name, known.name_of("category", name, desk.speech.language))
            for name in known.categories
        ],
        "named": lambda name: known.name_of("category", name, desk.speech.language),
    }
    return render(request, "settings/lists.html", context, status=status)
