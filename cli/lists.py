"""Imported lists on the command line: bring one in, show them all."""

import asyncio
from collections.abc import Container
from contextlib import suppress
from datetime import datetime
from pathlib import Path

from cli.clock import system_clock
from cli.downloads import shown
from cli.family import opened
from cli.places import lists_folder
from cli.saying import spoken
from cli.settings import Settings
from feeds import lists
from feeds.catalogue import load
from feeds.compiled import make_ready
from feeds.errors import FeedError
from feeds.lists import ImportedList
from rules.explain import Sentence
from rules.telling import Kind, Matter
from store.change import SYSTEM, change
from store.database import Database
from words.speech import to_say

PATIENCE = 3
"""A source that was away once or twice is asked again by itself."""
IMPORTED = to_say("imported the list {name} with {sites} sites")
REFRESHED = to_say("refreshed the list {name}: {sites} sites")


def bring_in(settings: Settings, source: str, *, category: str, name: str) -> Sentence | None:
    """Import a list; one of the same name is replaced."""
    folder = lists_folder(settings)
    known = load(folder).categories
    if category not in known:
        return Sentence(
            "There is no category “{category}”; there are {names}.",
            {"category": category, "names": ", ".join(known)},
        )
    try:
        kept = asyncio.run(_bring_in(settings, folder, source, category, name))
    except FeedError as error:
        return error.sentence
    except OSError as error:
        return Sentence(
            "{file} cannot be read ({error}).", {"file": source, "error": str(error.strerror)}
        )
    for one in kept:
        values = {"name": one.name, "n": one.sites, "mistaken": one.mistaken}
        said = "“{name}” is in: {n} sites in {category}, {mistaken} lines not understood."
        print(spoken(Sentence(said, values | {"category": one.category})))
    return None


async def _bring_in(
    settings: Settings, folder: Path, source: str, category: str, name: str
) -> list[ImportedList]:
    content = source if "://" in source else await asyncio.to_thread(Path(source).read_bytes)
    now = system_clock()
    with shown() as tell:
        kept = await lists.bring_in(
            folder, name=name, category=category, source=content, now=now, tell=tell
        )
    async with opened(settings) as db:
        for one in kept:
            await tell_ledger(db, IMPORTED, one, now)
    return kept


def show(settings: Settings) -> Sentence | None:
    """Print the imported lists."""
    from rich.console import Console
    from rich.table import Table

    kept = lists.list_all(lists_folder(settings))
    if not kept:
        print(spoken(Sentence("No list was imported; the starter catalogue is always there.", {})))
        return None
    titles = (
        Sentence("Id", {}),
        Sentence("Name", {}),
        Sentence("Category", {}),
        Sentence("Sites", {}),
        Sentence("From", {}),
        Sentence("Note", {}),
    )
    table = Table(*map(spoken, titles))
    for one in kept:
        note = spoken(one.trouble) if one.trouble else ""
        if one.next and not note:
            note = spoken(Sentence("asked again {when}", {"when": f"{one.next:%Y-%m-%d %H:%M}"}))
        table.add_row(one.id, one.name, one.category, str(one.sites), one.source, note)
    Console(highlight=False).print(table)
    return None


async def refresh_due(db: Database, folder: Path, now: datetime, categories: Container[str]) -> int:
    """Ask the source of every list that is due, one after the other; count what changed."""
    before = {kept.id: kept.checksum for kept in lists.list_all(folder)}
    asked: set[str] = set()
    for kept in lists.list_all(folder):
        key = kept.archive or kept.id
        if lists.is_due(kept, now) and key not in asked:
            asked.add(key)
            # Somebody in the panel may be at it already: then it is done there.
            with suppress(FeedError):
                await lists.refresh(folder, kept.id, now=now)
    if not asked:
        return 0
    fresh = [one for one in lists.list_all(folder) if before.get(one.id, "") != one.checksum]
    if fresh:
        with suppress(FeedError):
            await make_ready(folder, fresh[0].archive or fresh[0].id, categories)
    for one in fresh:
        await tell_ledger(db, REFRESHED, one, now)
    return len(fresh)


def matters_of_lists(folder: Path, now: datetime) -> list[Matter]:
    """Return which lists need an adult: they cannot be had for long, or wait for a decision."""
    found = []
    for kept in lists.list_all(folder):
        waits = kept.waiting is not None and not kept.waiting.declined
        if waits or kept.failures >= PATIENCE:
            state = "waits" if waits else "fails"
            key = f"{Kind.FEED}:{kept.id}:{state}:{kept.changed or kept.since}"
            found.append(Matter(Kind.FEED, key, now, about={"name": kept.name, "waits": waits}))
    return found


async def tell_ledger(db: Database, what: str, kept: ImportedList, now: datetime) -> None:
    """Make a revision of it: the ledger shows what came in, and the doors look up."""
    values = {"name": kept.name, "sites": str(kept.sites)}
    async with change(db, by=SYSTEM, what=what, now=now, values=values):
        pass
