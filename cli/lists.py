"""Imported lists on the command line: bring one in, show them all."""

import asyncio
from datetime import datetime, timedelta
from pathlib import Path

from rich.console import Console
from rich.table import Table

from cli.clock import system_clock
from cli.places import lists_folder
from cli.saying import spoken
from cli.settings import Settings
from feeds import lists
from feeds.catalogue import load
from feeds.errors import FeedError
from feeds.lists import ImportedList
from rules.explain import Sentence
from store.change import SYSTEM, change
from store.database import Database

REFRESH_AFTER = timedelta(hours=20)


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
    print(
        spoken(
            Sentence(
                "“{name}” is in: {n} sites in {category}, {mistaken} lines not understood.",
                {"name": kept.name, "n": kept.sites, "category": category}
                | {"mistaken": kept.mistaken},
            )
        )
    )
    return None


async def _bring_in(
    settings: Settings, folder: Path, source: str, category: str, name: str
) -> ImportedList:
    content = source if "://" in source else await asyncio.to_thread(Path(source).read_bytes)
    now = system_clock()
    kept = await lists.add_list(folder, name=name, category=category, source=content, now=now)
    db = await Database.open(settings.db_url)
    try:
        await _tell(db, "imported the list {name} with {sites} sites", kept, now)
    finally:
        await db.close()
    return kept


def show(settings: Settings) -> Sentence | None:
    """Print the imported lists."""
    kept = lists.list_all(lists_folder(settings))
    if not kept:
        print(spoken(Sentence("No list was imported; the starter catalogue is always there.", {})))
        return None
    titles = (
        Sentence("Name", {}),
        Sentence("Category", {}),
        Sentence("Sites", {}),
        Sentence("From", {}),
        Sentence("Note", {}),
    )
    table = Table(*map(spoken, titles))
    for one in kept:
        note = spoken(Sentence(one.warning, one.warning_values)) if one.warning else ""
        table.add_row(one.name, one.category, str(one.sites), one.source, note)
    Console(highlight=False).print(table)
    return None


async def refresh_due(db: Database, folder: Path, now: datetime) -> int:
    """Ask the source of every list that was not asked for most of a day; count what changed."""
    due = [
        kept
        for kept in lists.list_all(folder)
        if kept.source and (kept.checked is None or kept.checked < now - REFRESH_AFTER)
    ]
    asked = [await lists.refresh(folder, kept.id, now=now) for kept in due]
    fresh = [
        kept for before, kept in zip(due, asked, strict=True) if kept.changed != before.changed
    ]
    for kept in fresh:
        await _tell(db, "refreshed the list {name}: {sites} sites", kept, now)
    return len(fresh)


async def _tell(db: Database, what: str, kept: ImportedList, now: datetime) -> None:
    """Make a revision of it: the ledger shows what came in, and the doors look up."""
    values = {"name": kept.name, "sites": str(kept.sites)}
    async with change(db, by=SYSTEM, what=what, now=now, values=values):
        pass
