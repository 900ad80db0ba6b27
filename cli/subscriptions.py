"""The directory of well-known lists on the command line: look, switch on and off, decide."""

import asyncio
from collections.abc import Callable
from pathlib import Path

from rich.console import Console
from rich.table import Table

from cli.clock import system_clock
from cli.downloads import shown
from cli.family import opened
from cli.lists import REFRESHED, tell_ledger
from cli.places import lists_folder
from cli.saying import language, spoken
from cli.settings import Settings
from feeds import changes, lists
from feeds.catalogue import load
from feeds.compiled import make_ready
from feeds.directory import directory, switch_on, switched_on
from feeds.errors import FeedError
from feeds.kept import ImportedList
from feeds.starter import Starter
from rules.explain import Sentence
from words.speech import to_say

SWITCHED_ON = to_say("switched on the list {name}")
REMOVED = to_say("removed the list {name} with {sites} sites")
TOOK_NEW = to_say("took the new copy of the list {name}: {sites} sites")
KEPT_OLD = to_say("kept the old copy of the list {name}: {sites} sites")


def show_directory(settings: Settings) -> Sentence | None:
    """Print the well-known lists; nothing is fetched."""
    on, speaks, known = switched_on(lists_folder(settings)), language(), load()
    table = Table()
    table.add_column("")
    table.add_column(spoken(Sentence("Id", {})), no_wrap=True)
    table.add_column(spoken(Sentence("Category", {})))
    table.add_column(spoken(Sentence("Good for, and but", {})))
    for entry in directory().values():
        category = known.name_of("category", entry.category, speaks)
        sites = spoken(Sentence("about {n} sites", {"n": entry.sites})) if entry.sites else ""
        head = " · ".join(filter(None, (entry.name, sites, entry.licence)))
        told = f"{head}\n+ {entry.good[speaks]}\n− {entry.fault[speaks]}"
        table.add_row("✓" if entry.id in on else "", entry.id, category, told, end_section=True)
    Console(highlight=False).print(table)
    return None


def turn_on(settings: Settings, entry_id: str) -> Sentence | None:
    """Switch a well-known list on, and fetch it now."""

    def do(folder: Path) -> ImportedList:
        return switch_on(folder, entry_id, system_clock())

    trouble = _changed(settings, do, SWITCHED_ON)
    return trouble or refresh(settings, entry_id)


def turn_off(settings: Settings, entry_id: str) -> Sentence | None:
    """Switch a well-known list off: all that came of it goes."""
    mine = switched_on(lists_folder(settings)).get(entry_id)
    if not mine:
        return Sentence("“{name}” is not switched on.", {"name": entry_id})
    return next(filter(None, (remove(settings, kept.id) for kept in mine)), None)


def remove(settings: Settings, list_id: str) -> Sentence | None:
    """Remove a list."""

    def do(folder: Path) -> ImportedList:
        kept = lists.read_list(folder, list_id)
        lists.remove(folder, list_id)
        return kept

    return _changed(settings, do, REMOVED)


def take_new(settings: Settings, list_id: str) -> Sentence | None:
    """Use the new copy of a list although it lost much."""
    return _changed(
        settings, lambda folder: lists.take_new(folder, list_id, system_clock()), TOOK_NEW
    )


def keep_old(settings: Settings, list_id: str) -> Sentence | None:
    """Keep the old copy of a list."""
    return _changed(settings, lambda folder: lists.keep_old(folder, list_id), KEPT_OLD)


def refresh(settings: Settings, list_id: str = "") -> Sentence | None:
    """Ask the source of one list, or of all, now."""
    folder = lists_folder(settings)
    wanted = [
        kept
        for kept in lists.list_all(folder)
        if kept.source and (not list_id or list_id in (kept.id, kept.archive))
    ]
    if list_id and not wanted:
        return Sentence("There is no such list. It may have been removed.", {})
    asked = {kept.archive or kept.id: kept for kept in wanted}
    for kept in asked.values():
        try:
            asyncio.run(_refresh(settings, folder, kept))
        except FeedError as error:
            return error.sentence
    troubles = [one for one in lists.list_all(folder) if one.trouble and _is_of(one, asked)]
    return troubles[0].trouble if troubles else None


def show_changes(settings: Settings, list_id: str) -> Sentence | None:
    """Print what the last refreshes of a list changed."""
    folder = lists_folder(settings)
    try:
        found = changes.history(folder, lists.read_list(folder, list_id).id)
    except FeedError as error:
        return error.sentence
    if not found:
        print(spoken(Sentence("Nothing has changed since it came.", {})))
    for one in found:
        at = f"{one.at:%Y-%m-%d %H:%M}" if one.at else ""
        print(f"{at}  +{one.added} −{one.removed}  ({one.before} → {one.after})")
        for sign, names in (("+", one.some_added), ("−", one.some_removed)):
            if names:
                print(f"  {sign} {', '.join(names)}")
    return None


async def _refresh(settings: Settings, folder: Path, kept: ImportedList) -> None:
    before = {one.id: one.checksum for one in lists.list_all(folder)}
    now = system_clock()
    with shown() as tell:
        await lists.refresh(folder, kept.id, now=now, tell=tell)
    here = [one for one in lists.list_all(folder) if _is_of(one, {kept.archive or kept.id: kept})]
    fresh = [one for one in here if before.get(one.id, "") != one.checksum]
    if fresh:
        await make_ready(folder, kept.archive or kept.id, Starter().categories)
        async with opened(settings) as db:
            for one in fresh:
                await tell_ledger(db, REFRESHED, one, now)
    for one in here:
        if not one.trouble:
            print(spoken(Sentence("“{name}”: {n} sites.", {"name": one.name, "n": one.sites})))


def _is_of(one: ImportedList, asked: dict[str, ImportedList]) -> bool:
    return (one.archive or one.id) in asked


def _changed(settings: Settings, do: Callable[[Path], ImportedList], what: str) -> Sentence | None:
    """Change a list and write it into the ledger; what cannot be done is said."""

    async def note(kept: ImportedList) -> None:
        async with opened(settings) as db:
            await tell_ledger(db, what, kept, system_clock())

    try:
        kept = do(lists_folder(settings))
    except FeedError as error:
        return error.sentence
    asyncio.run(note(kept))
    return None
