"""Imported lists: which there are and how they do; switch one on, bring one in, decide, remove."""

import asyncio
from typing import Annotated

from fastapi import BackgroundTasks, Depends, Form, Request, Response
from pydantic import BaseModel, Field

from api import listing
from api.errors import Misfit
from api.forms import Filled, attempt, empty, fill
from api.listing import ListForm
from api.needs import Desk, TheDesk
from api.render import redirect, render
from api.routing import Router
from feeds import changes, lists
from feeds.bundles import read_bundle
from feeds.directory import directory, switched_on
from feeds.kept import ImportedList
from feeds.progress import under_way
from rules.policy import Slug
from words.speech import to_say

router = Router(prefix="/settings/lists")
HERE = "/settings/lists"


class FolderForm(BaseModel):
    name: Annotated[str, Field(max_length=80)]
    category: Annotated[str, Field(max_length=64)] = ""


def this_list(list_id: Slug, desk: TheDesk) -> ImportedList:
    """Return the list of the address."""
    return listing.one_list(desk, list_id)


type ThisList = Annotated[ImportedList, Depends(this_list)]


@router.get("")
async def show(request: Request, desk: TheDesk) -> Response:
    """Show every list with its state, the directory, and the form for another."""
    return await _page(request, desk, empty(category="adult"))


@router.post("")
async def bring_in(request: Request, desk: TheDesk) -> Response:
    """Bring in a list from an address, or from lines pasted."""
    form = await fill(request, ListForm)

    async def verb(given: ListForm) -> list[ImportedList]:
        return await listing.bring_in(desk, given)

    kept = await attempt(form, verb, desk.speech)
    if kept is None:
        return await _page(request, desk, form, status=422)
    said = to_say("“{name}” is in, with {sites} sites.")
    sites = desk.speech.number(sum(one.sites for one in kept))
    return redirect(request, HERE, said, name=form.value("name"), sites=sites)


@router.post("/directory/{entry_id}/on")
async def switch_on(
    request: Request, desk: TheDesk, entry_id: Slug, later: BackgroundTasks
) -> Response:
    """Switch a well-known list on; it is fetched while the page is shown."""
    kept = await listing.begin(desk, entry_id, later)
    said = to_say("“{name}” is switched on and is being fetched.")
    return redirect(request, HERE, said, name=kept.name)


@router.post("/directory/{entry_id}/off")
async def switch_off(request: Request, desk: TheDesk, entry_id: Slug) -> Response:
    """Switch a well-known list off."""
    entry = directory().get(entry_id)
    await listing.end(desk, entry_id)
    name = entry.name if entry else entry_id
    return redirect(request, HERE, to_say("“{name}” is switched off."), name=name)


@router.get("/{list_id}")
async def show_one(request: Request, desk: TheDesk, kept: ThisList) -> Response:
    """Show what is known of one list: what changed, what was not understood, what is offered."""
    bundle = read_bundle(desk.panel.lists, kept.archive) if kept.archive else None
    context = _names(desk) | {
        "kept": kept,
        "standing": listing.standing_of(desk, kept),
        "entry": directory().get(kept.entry),
        "history": changes.history(desk.panel.lists, kept.id),
        "bundle": bundle,
        "forms": listing.FORMS,
    }
    return render(request, "settings/list.html", context)


@router.get("/{list_id}/progress")
async def show_progress(request: Request, desk: TheDesk, list_id: Slug) -> Response:
    """Show how far a refresh is; when it is over, the whole page anew."""
    standing = under_way(desk.panel.lists).get(list_id)
    if standing is None:
        return redirect(request, HERE)
    context = {"standing": standing, "key": list_id}
    return render(request, "settings/_list_progress.html", context)


@router.post("/{list_id}/refresh")
async def ask_again(
    request: Request, desk: TheDesk, kept: ThisList, later: BackgroundTasks
) -> Response:
    """Ask the source of a list again, while the page is shown."""
    listing.ask_later(desk, kept, later)
    said = to_say("“{name}” is being asked again.")
    return redirect(request, HERE, said, name=kept.name)


@router.post("/{list_id}/take")
async def take_new(request: Request, desk: TheDesk, kept: ThisList) -> Response:
    """Use the new copy, although it lost much."""
    fresh = await listing.take_new(desk, kept)
    said = to_say("The new copy of “{name}” is in use, with {sites} sites.")
    return redirect(request, HERE, said, name=fresh.name, sites=desk.speech.number(fresh.sites))


@router.post("/{list_id}/keep")
async def keep_old(request: Request, desk: TheDesk, kept: ThisList) -> Response:
    """Keep the old copy."""
    await listing.keep_old(desk, kept)
    said = to_say("The old copy of “{name}” stays in use.")
    return redirect(request, HERE, said, name=kept.name)


@router.post("/{list_id}/folders")
async def choose_folder(
    request: Request,
    desk: TheDesk,
    kept: ThisList,
    later: BackgroundTasks,
    given: Annotated[FolderForm, Form()],
) -> Response:
    """Say what a folder of an archive is to us; without a category it is left out."""
    if given.category and given.category not in desk.panel.catalogue.categories:
        raise Misfit("category", to_say("Please choose one of these."))
    await listing.say_what_folders_are(desk, kept, {given.name: given.category}, later)
    said = to_say("“{name}” is noted and comes with the next refresh.")
    return redirect(request, f"{HERE}/{kept.id}", said, name=given.name)


@router.post("/{list_id}/remove")
async def take_away(request: Request, desk: TheDesk, kept: ThisList) -> Response:
    """Take a list away."""
    await listing.take_away(desk, kept)
    return redirect(request, HERE, to_say("“{name}” is gone."), name=kept.name)


async def _page[M: BaseModel](
    request: Request, desk: Desk, form: Filled[M], *, status: int = 200
) -> Response:
    folder = desk.panel.lists
    kept = await asyncio.to_thread(lists.list_all, folder)
    context = _names(desk) | {
        "form": form,
        # What an adult has to decide comes first.
        "lists": sorted(kept, key=lambda one: not one.alarm),
        "under_way": under_way(folder),
        "shelves": _shelves(desk),
        "on": switched_on(folder),
    }
    return render(request, "settings/lists.html", context, status=status)


def _shelves(desk: Desk) -> list[tuple[str, list[object]]]:
    """Return the directory by category, in the catalogue's order: the gravest first."""
    entries = list(directory().values())
    found = []
    for category in desk.panel.catalogue.categories:
        here: list[object] = [entry for entry in entries if entry.category == category]
        if here:
            found.append((category, here))
    return found


def _names(desk: Desk) -> dict[str, object]:
    known = desk.panel.catalogue
    language = desk.speech.language
    return {
        "categories": [
            (name, known.name_of("category", name, language)) for name in known.categories
        ],
        "named": lambda name: known.name_of("category", name, language),
        "icon_of": lambda name: known.categories[name].icon if name in known.categories else "list",
        "key_of": listing.key_of,
    }
