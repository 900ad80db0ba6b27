"""What an adult does with lists from outside: the verbs of the page and of the REST interface."""

import asyncio
import logging
from pathlib import Path
from typing import Annotated

from fastapi import BackgroundTasks
from pydantic import BaseModel, Field

from api.errors import Misfit, Refused
from api.needs import Desk
from api.panel import Panel
from api.people import PersonName
from feeds import lists
from feeds.bundles import choose
from feeds.compiled import make_ready
from feeds.directory import switch_on, switched_on
from feeds.errors import FeedError
from feeds.kept import ImportedList, describe, list_all
from feeds.progress import Standing, under_way
from rules.policy import Slug
from store.change import Actor, change
from store.errors import NotFound
from words.speech import to_say

log = logging.getLogger(__name__)

IMPORTED = to_say("imported the list {name} with {sites} sites")
REFRESHED = to_say("refreshed the list {name}: {sites} sites")
REMOVED = to_say("removed the list {name} with {sites} sites")
SWITCHED_ON = to_say("switched on the list {name}")
TOOK_NEW = to_say("took the new copy of the list {name}: {sites} sites")
KEPT_OLD = to_say("kept the old copy of the list {name}: {sites} sites")
CHOSE = to_say("chose folders of the list {name}")
FORMS = {
    "hosts": to_say("A hosts file"),
    "plain": to_say("One site a line"),
    "wildcard": to_say("One site a line"),
    "adblock": to_say("Filters of an ad blocker"),
    "dnsmasq": to_say("Settings of dnsmasq"),
    "unbound": to_say("Settings of Unbound"),
    "rpz": to_say("A zone of refused names (RPZ)"),
    "v2fly": to_say("A domain list of V2Fly"),
    "clash": to_say("Rules of Clash"),
    "csv": to_say("A table (CSV)"),
    "ut1": to_say("Folders of an archive (UT1)"),
}
"""How a list is written, as feeds.lines calls it, in words."""


class ListForm(BaseModel):
    name: PersonName
    category: Slug
    address: Annotated[str, Field(max_length=2000)] = ""
    lines: str = ""


def folder_of(desk: Desk) -> Path:
    """Name the folder of the lists."""
    return desk.panel.lists


def one_list(desk: Desk, list_id: str) -> ImportedList:
    """Return one list, or say that there is none."""
    for kept in list_all(folder_of(desk)):
        if kept.id == list_id:
            return kept
    raise NotFound


def key_of(kept: ImportedList) -> str:
    """Name the download a list comes with."""
    return kept.archive or kept.id


def standing_of(desk: Desk, kept: ImportedList) -> Standing | None:
    """Tell how far a refresh is that runs just now."""
    return under_way(folder_of(desk)).get(key_of(kept))


def refused(error: FeedError) -> Refused:
    """Say what is wrong with a list, in the words of the feeds."""
    return Refused(409, "list", error.sentence.message, dict(error.sentence.values))


async def begin(desk: Desk, entry_id: str, later: BackgroundTasks) -> ImportedList:
    """Switch a list of the directory on, and fetch it while the adult goes on."""
    try:
        kept = await asyncio.to_thread(switch_on, folder_of(desk), entry_id, desk.now)
    except FeedError as error:
        raise refused(error) from error
    if not kept.arrived and kept.since == desk.now:
        await note(desk, SWITCHED_ON, kept)
    ask_later(desk, kept, later)
    return kept


async def end(desk: Desk, entry_id: str) -> None:
    """Switch a list of the directory off: all that came of it goes."""
    for kept in switched_on(folder_of(desk)).get(entry_id, []):
        await take_away(desk, kept)


async def bring_in(desk: Desk, given: ListForm) -> list[ImportedList]:
    """Bring in a list from an address, or from lines pasted. Raises Misfit."""
    if given.category not in desk.panel.catalogue.categories:
        raise Misfit("category", to_say("Please choose one of these."))
    if bool(given.address) == bool(given.lines):
        raise Misfit("address", to_say("Give an address or paste the lines: one of the two."))
    source = given.address or given.lines.encode()
    try:
        kept = await lists.bring_in(
            desk.panel.lists, name=given.name, category=given.category, source=source, now=desk.now
        )
    except FeedError as error:
        field = "address" if given.address else "lines"
        raise Misfit(field, error.sentence.message, **error.sentence.values) from error
    for one in kept:
        await note(desk, IMPORTED, one)
    return kept


async def take_away(desk: Desk, kept: ImportedList) -> None:
    """Remove a list."""
    await asyncio.to_thread(lists.remove, folder_of(desk), kept.id)
    await note(desk, REMOVED, kept)


async def take_new(desk: Desk, kept: ImportedList) -> ImportedList:
    """Use the copy that waits."""
    try:
        fresh = await asyncio.to_thread(lists.take_new, folder_of(desk), kept.id, desk.now)
    except FeedError as error:
        raise refused(error) from error
    await note(desk, TOOK_NEW, fresh)
    return fresh


async def keep_old(desk: Desk, kept: ImportedList) -> ImportedList:
    """Keep the copy in use."""
    try:
        fresh = await asyncio.to_thread(lists.keep_old, folder_of(desk), kept.id)
    except FeedError as error:
        raise refused(error) from error
    await note(desk, KEPT_OLD, fresh)
    return fresh


async def say_what_folders_are(
    desk: Desk, kept: ImportedList, choices: dict[str, str], later: BackgroundTasks
) -> None:
    """Take folders of an archive as categories, or leave them out, from the next refresh on."""

    def chosen() -> None:
        choose(folder_of(desk), kept.archive, choices)
        for one in list_all(folder_of(desk)):
            if one.archive == kept.archive:
                # Its source has nothing new, but we want something else of it.
                again = {"etag": "", "modified": "", "next": desk.now}
                describe(folder_of(desk), one.model_copy(update=again))

    await asyncio.to_thread(chosen)
    await note(desk, CHOSE, kept)
    ask_later(desk, kept, later)


def ask_later(desk: Desk, kept: ImportedList, later: BackgroundTasks) -> None:
    """Ask a list's source once the answer is sent; the page shows how far it is.

    What a restart ends, the clock takes up: a list that is due stays due.
    """
    if kept.source and key_of(kept) not in under_way(folder_of(desk)):
        later.add_task(_ask, desk.panel, desk.actor, kept)


async def note(desk: Desk, what: str, kept: ImportedList) -> None:
    """Make a revision of it: the ledger shows what came in, and the doors look up."""
    async with desk.change(what, name=kept.name, sites=str(kept.sites)):
        pass


async def _ask(panel: Panel, actor: Actor, kept: ImportedList) -> None:
    before = {one.id: one.checksum for one in list_all(panel.lists)}
    try:
        await lists.refresh(panel.lists, kept.id, now=panel.clock())
        fresh = [one for one in list_all(panel.lists) if before.get(one.id, "") != one.checksum]
        if fresh:
            await make_ready(panel.lists, key_of(kept), panel.catalogue.categories)
        for one in fresh:
            values = {"name": one.name, "sites": str(one.sites)}
            async with change(panel.db, by=actor, what=REFRESHED, now=panel.clock(), values=values):
                pass
    except FeedError:
        # Somebody else is at it already, or the list is gone.
        log.info("a list was not asked", extra={"list": kept.id})
