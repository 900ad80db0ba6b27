"""An adult's imported lists: brought in, refreshed, and kept as they last were good."""

import asyncio
import hashlib
from datetime import datetime
from pathlib import Path

from feeds import kept as keeping
from feeds.errors import FeedError
from feeds.fetch import Fetched, Limits, fetch, unpack
from feeds.kept import (
    ImportedList,
    KeptMistake,
    Sites,
    describe,
    each,
    id_for,
    list_all,
    read_list,
    remove,
    sites_of,
    sites_path,
)
from feeds.parse import Mistake, Parsed, parse
from feeds.starter import Starter
from rules.explain import Sentence

__all__ = [
    "ImportedList", "Sites", "add_list", "each", "list_all", "read_list", "refresh", "remove",
    "sites_of",
]  # fmt: skip

SHRINKS_TO = 0.4
"""A refresh that leaves less than this share of the sites is not believed."""

LONGEST_NAME = 80


async def add_list(
    folder: Path,
    *,
    name: str,
    category: str,
    source: str | bytes,
    now: datetime | None = None,
    limits: Limits | None = None,
) -> ImportedList:
    """Bring in a list from its address (text) or its content (bytes)."""
    _check(name, category)
    if isinstance(source, str):
        fetched = await fetch(source, limits=limits)
        address = source
    else:
        fetched = Fetched(unpack(source, (limits or Limits()).bytes))
        address = ""
    parsed = await _parse(fetched.body or b"")
    kept = ImportedList(
        id=id_for(folder, name), name=name.strip(), category=category, source=address, since=now
    )
    return await asyncio.to_thread(_write, folder, kept, parsed, fetched, now)


async def refresh(
    folder: Path, list_id: str, *, now: datetime | None = None, limits: Limits | None = None
) -> ImportedList:
    """Ask a list's source again. What cannot be believed is not used: the last good copy stays."""
    before = read_list(folder, list_id)
    if not before.source:
        return before
    try:
        fetched = await fetch(
            before.source, etag=before.etag, modified=before.modified, limits=limits
        )
        if fetched.body is None:
            return _note(folder, before, now, None)
        parsed = await _parse(fetched.body)
        _check_shrink(before, parsed)
    except FeedError as error:
        return _note(folder, before, now, error.sentence)
    return await asyncio.to_thread(_write, folder, before, parsed, fetched, now)


async def _parse(body: bytes) -> Parsed:
    # A large list takes seconds: the panel goes on answering meanwhile.
    parsed = await asyncio.to_thread(parse, body.decode("utf-8", errors="replace"))
    if not parsed.sites:
        raise FeedError(
            Sentence("There is no site in this list. Check that it is the right file.", {})
        )
    if parsed.mistaken > parsed.sites:
        raise FeedError(
            Sentence("Most of this list is not readable. Choose its “hosts” or “domains” form.", {})
        )
    return parsed


def _check(name: str, category: str) -> None:
    if not 0 < len(name.strip()) <= LONGEST_NAME:
        raise FeedError(Sentence("Give the list a name of up to {n} letters.", {"n": LONGEST_NAME}))
    if category not in Starter().categories:
        raise FeedError(Sentence("Choose one of the categories for this list.", {}))


def _check_shrink(before: ImportedList, parsed: Parsed) -> None:
    if parsed.sites < before.sites * SHRINKS_TO:
        raise FeedError(
            Sentence(
                "The list shrank from {before} to {after} sites; the last good copy stays in use.",
                {"before": before.sites, "after": parsed.sites},
            )
        )


def _write(
    folder: Path, kept: ImportedList, parsed: Parsed, fetched: Fetched, now: datetime | None
) -> ImportedList:
    lines = [*sorted(parsed.below), *(f"={host}" for host in sorted(parsed.alone - parsed.below))]
    content = ("\n".join(lines) + "\n").encode("ascii")
    new = kept.model_copy(
        update={
            "sites": parsed.sites,
            "mistaken": parsed.mistaken,
            "mistakes": tuple(_kept(mistake) for mistake in parsed.mistakes),
            "changed": now,
            "checked": now,
            "warning": "",
            "warning_values": {},
            "etag": fetched.etag,
            "modified": fetched.modified,
            "form": parsed.form,
            "checksum": hashlib.sha256(content).hexdigest(),
        }
    )
    folder.mkdir(parents=True, exist_ok=True)
    keeping.replace(sites_path(folder, new.id, new.checksum), content)
    return describe(folder, new)


def _note(
    folder: Path, before: ImportedList, now: datetime | None, warning: Sentence | None
) -> ImportedList:
    """Write down that the source was asked, and why its answer is not used."""
    after = before.model_copy(
        update={
            "checked": now,
            "warning": warning.message if warning else "",
            "warning_values": dict(warning.values) if warning else {},
        }
    )
    return describe(folder, after)


def _kept(mistake: Mistake) -> KeptMistake:
    why = mistake.why
    return KeptMistake(
        line=mistake.line, text=mistake.text, why=why.message, values=dict(why.values)
    )
