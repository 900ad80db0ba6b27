"""An adult's imported lists: brought in, refreshed, and kept as they last were good."""

import asyncio
import shutil
import tempfile
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from datetime import datetime
from pathlib import Path

from feeds import bundles, changes, kept
from feeds.bundles import Bundle, members, read_bundle, write_bundle
from feeds.errors import EmptyError, FeedError
from feeds.fetch import Fetched, Limits, fetch
from feeds.kept import (
    ImportedList,
    Sites,
    each,
    id_for,
    list_all,
    read_list,
    sites_of,
    slug_of,
)
from feeds.progress import Step, Tell, at_work
from feeds.reading import Outcome, read_apart
from feeds.starter import Starter
from feeds.taking import Came, failed, is_empty, keep_old, take, take_new, unchanged
from rules.explain import Sentence

__all__ = [
    "ImportedList", "Sites", "add_list", "bring_in", "each", "is_due", "keep_old", "list_all",
    "read_list", "refresh", "remove", "sites_of", "take_new",
]  # fmt: skip

LONGEST_NAME = 80
COMING = "coming-"
"""Folders in which lists are read; one is left behind only by a power cut."""


async def add_list(
    folder: Path,
    *,
    name: str,
    category: str,
    source: str | bytes,
    now: datetime | None = None,
    limits: Limits | None = None,
    tell: Tell | None = None,
) -> ImportedList:
    """Bring in one list; of an archive, return the first of its lists."""
    given = await bring_in(
        folder, name=name, category=category, source=source, now=now, limits=limits, tell=tell
    )
    return given[0]


async def bring_in(
    folder: Path,
    *,
    name: str,
    category: str,
    source: str | bytes,
    now: datetime | None = None,
    limits: Limits | None = None,
    tell: Tell | None = None,
) -> list[ImportedList]:
    """Bring in a list or an archive from its address (text) or its content (bytes)."""
    limits = limits or Limits()
    _check(name, category)
    before = await asyncio.to_thread(_known_as, folder, name)
    address = source if isinstance(source, str) else ""
    with at_work(folder, before.archive or before.id, tell) as told:
        if isinstance(source, str):
            fetched = await fetch(source, limits=limits, tell=lambda d, of: told(Step.FETCH, d, of))
        else:
            fetched = Fetched(source)
        new = before.model_copy(update={"category": category, "source": address, "since": now})
        async with _room(folder) as out:
            told(Step.READ, 0, 0)
            choices = read_bundle(folder, new.archive).choices if new.archive else {}
            outcome = await read_apart(fetched.body or b"", out, limits.bytes, choices)
            came = Came(fetched, out, now)
            return await asyncio.to_thread(_replace_all, folder, new, outcome, came)


async def refresh(
    folder: Path,
    list_id: str,
    *,
    now: datetime | None = None,
    limits: Limits | None = None,
    tell: Tell | None = None,
) -> ImportedList:
    """Ask a list's source again. What cannot be believed is not used: the last good copy stays."""
    before = read_list(folder, list_id)
    if not before.source:
        return before
    group = members(folder, before)
    with at_work(folder, before.archive or before.id, tell) as told:
        try:
            await _ask(folder, group, now, limits or Limits(), told)
        except FeedError as error:
            for one in group:
                failed(folder, one, now, error.sentence)
    return await asyncio.to_thread(_now_called, folder, before)


async def _ask(
    folder: Path, group: list[ImportedList], now: datetime | None, limits: Limits, told: Tell
) -> None:
    first = group[0]
    etag, modified = _last_seen(group)
    fetched = await fetch(
        first.source,
        etag=etag,
        modified=modified,
        limits=limits,
        tell=lambda done, of: told(Step.FETCH, done, of),
    )
    if fetched.body is None:
        for one in group:
            unchanged(folder, one, now)
        return
    async with _room(folder) as out:
        told(Step.READ, 0, 0)
        choices = read_bundle(folder, first.archive).choices if first.archive else {}
        came = Came(fetched, out, now)
        try:
            outcome = await read_apart(fetched.body, out, limits.bytes, choices)
        except EmptyError:
            if not first.arrived:
                raise
            for one in group:
                is_empty(folder, one, came)
            return
        await asyncio.to_thread(_take_all, folder, group, outcome, came)


def is_due(one: ImportedList, now: datetime) -> bool:
    """Tell whether the source of a list should be asked now."""
    return bool(one.source) and (one.next is None or one.next <= now)


def remove(folder: Path, list_id: str) -> None:
    """Remove a list with all that is known of it; one that is not there is no mistake."""
    try:
        one = read_list(folder, list_id)
    except FeedError:
        one = None
    kept.remove(folder, list_id)
    changes.forget(folder, list_id)
    if one and one.archive:
        bundles.choose(folder, one.archive, dict.fromkeys(one.folders, ""))
        if not members(folder, one):
            bundles.forget(folder, one.archive)


def _now_called(folder: Path, before: ImportedList) -> ImportedList:
    """Return a list as it is now; lists of an archive take the place of what stood for it."""
    try:
        return read_list(folder, before.id)
    except FeedError:
        archive = before.archive or before.id
        for one in list_all(folder):
            if one.archive == archive:
                return one
        raise


def _check(name: str, category: str) -> None:
    if not 0 < len(name.strip()) <= LONGEST_NAME:
        raise FeedError(Sentence("Give the list a name of up to {n} letters.", {"n": LONGEST_NAME}))
    if category not in Starter().categories:
        raise FeedError(Sentence("Choose one of the categories for this list.", {}))


def _known_as(folder: Path, name: str) -> ImportedList:
    """Return the list of a name as it is to be replaced, or a new one."""
    archive = slug_of(name)
    if any(one.archive == archive for one in list_all(folder)):
        return ImportedList(id=archive, name=name.strip(), category="", archive=archive)
    return ImportedList(id=id_for(folder, name), name=name.strip(), category="")


def _replace_all(
    folder: Path, new: ImportedList, outcome: Outcome, came: Came
) -> list[ImportedList]:
    """Take what an adult just gave, whatever stood there before."""
    archive = new.archive or new.id
    old = [one for one in list_all(folder) if archive in (one.archive, one.id)]
    if outcome.folders:
        fresh = _take_parts(folder, new.model_copy(update={"archive": archive}), {}, outcome, came)
    else:
        fresh = [take(folder, new.model_copy(update={"archive": ""}), outcome.parts[0], came)]
    for one in old:
        if one.id not in {each.id for each in fresh}:
            kept.remove(folder, one.id)
    return fresh


def _take_all(folder: Path, group: list[ImportedList], outcome: Outcome, came: Came) -> None:
    first = group[0]
    if not outcome.folders:
        take(folder, first, outcome.parts[0], came)
        return
    archive = first.archive or first.id
    known = {one.category: one for one in group if one.folders}
    fresh = _take_parts(folder, first.model_copy(update={"archive": archive}), known, outcome, came)
    for category, one in known.items():
        if category not in {each.category for each in fresh}:
            is_empty(folder, one, came)
    if not known:
        # What stood for the archive until it came.
        kept.remove(folder, first.id)


def _take_parts(
    folder: Path,
    like: ImportedList,
    known: dict[str, ImportedList],
    outcome: Outcome,
    came: Came,
) -> list[ImportedList]:
    """Take each category of an archive as a list of its own."""
    if not outcome.parts and not known:
        raise FeedError(Sentence("No folder of this archive is one of our categories.", {}))
    choices = read_bundle(folder, like.archive).choices
    write_bundle(folder, Bundle(id=like.archive, folders=outcome.folders, choices=choices))
    stem = _stem(like, known)
    taken = []
    for part in outcome.parts:
        one = known.get(part.category) or ImportedList(
            id=f"{like.archive}-{part.category}",
            name=f"{stem} ({part.category})",
            category=part.category,
            source=like.source,
            kind=like.kind,
            weight=like.weight,
            since=like.since,
            entry=like.entry,
            archive=like.archive,
            every_hours=like.every_hours,
        )
        one = one.model_copy(update={"folders": part.folders})
        taken.append(take(folder, one, part, came))
    return taken


def _stem(like: ImportedList, known: dict[str, ImportedList]) -> str:
    return like.name.removesuffix(f" ({like.category})") if known else like.name


def _last_seen(group: list[ImportedList]) -> tuple[str, str]:
    """Return what tells whether there is something new, where all of a download agree."""
    seen = {
        (one.waiting.etag, one.waiting.modified) if one.waiting else (one.etag, one.modified)
        for one in group
    }
    return seen.pop() if len(seen) == 1 else ("", "")


@asynccontextmanager
async def _room(folder: Path) -> AsyncIterator[Path]:
    """Give a folder to read in, next to where its files will stand."""
    out = await asyncio.to_thread(_make_room, folder)
    try:
        yield out
    finally:
        await asyncio.to_thread(shutil.rmtree, out, ignore_errors=True)


def _make_room(folder: Path) -> Path:
    folder.mkdir(parents=True, exist_ok=True)
    return Path(tempfile.mkdtemp(prefix=COMING, dir=folder))
