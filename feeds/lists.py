"""An adult's imported lists: brought in, refreshed, and kept as they last were good."""

import asyncio
import hashlib
import os
import re
import unicodedata
from collections.abc import Iterator
from datetime import datetime
from pathlib import Path
from typing import NamedTuple

from pydantic import BaseModel, ConfigDict, ValidationError

from feeds.errors import FeedError
from feeds.fetch import Fetched, Limits, fetch, unpack
from feeds.parse import Mistake, Parsed, parse
from feeds.starter import Starter
from rules.explain import Sentence

SHRINKS_TO = 0.4
"""A refresh that leaves less than this share of the sites is not believed."""

LONGEST_NAME = 80


class KeptMistake(BaseModel):
    """A line of the list that was not understood."""

    model_config = ConfigDict(frozen=True)

    line: int
    text: str
    why: str
    values: dict[str, str | int] = {}


class ImportedList(BaseModel):
    """What is known of one imported list; the sites themselves stand in the file next to it."""

    model_config = ConfigDict(frozen=True)

    id: str
    name: str
    category: str
    source: str = ""
    """Its address; empty for a list that came as a file."""
    sites: int
    mistaken: int = 0
    mistakes: tuple[KeptMistake, ...] = ()
    changed: datetime | None = None
    """When the copy in use came in."""
    checked: datetime | None = None
    """When its source was last asked."""
    warning: str = ""
    """Why the last refresh was not used: an English message, the key of its translation."""
    warning_values: dict[str, str | int] = {}
    etag: str = ""
    modified: str = ""
    checksum: str = ""
    form: str = ""
    """How it is written, as it was guessed: hosts, plain, adblock, dnsmasq, rpz, json ..."""

    @property
    def trouble(self) -> Sentence | None:
        """Why the last refresh was not used, ready to be said; None if all is well."""
        return Sentence(self.warning, self.warning_values) if self.warning else None


class Sites(NamedTuple):
    """What a list names."""

    below: list[str]
    """Sites with everything below them."""
    alone: list[str]
    """Hosts alone: each stands for itself and its www."""


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
        id=_id_for(folder, name), name=name.strip(), category=category, source=address, sites=0
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


def list_all(folder: Path) -> tuple[ImportedList, ...]:
    """Return every imported list that can be read, by name."""
    found = [kept for kept in each(folder) if isinstance(kept, ImportedList)]
    return tuple(sorted(found, key=lambda kept: (kept.name.casefold(), kept.id)))


def each(folder: Path) -> Iterator[ImportedList | Sentence]:
    """Yield what is known of every imported list, or a notice saying why one cannot be read."""
    for path in sorted(folder.glob("*.json")):
        try:
            yield read_list(folder, path.stem)
        except FeedError as error:
            yield error.sentence


def read_list(folder: Path, list_id: str) -> ImportedList:
    """Return what is known of one list."""
    try:
        return ImportedList.model_validate_json(_about(folder, list_id).read_bytes())
    except FileNotFoundError:
        raise FeedError(Sentence("There is no such list. It may have been removed.", {})) from None
    except (OSError, ValidationError):
        raise FeedError(
            Sentence(
                "The list “{name}” is damaged. Remove it and bring it in again.", {"name": list_id}
            )
        ) from None


def remove(folder: Path, list_id: str) -> None:
    """Remove a list; one that is not there is no mistake."""
    # The description goes first: sites without one are ignored, the other way round is damage.
    _about(folder, list_id).unlink(missing_ok=True)
    _drop_copies(folder, list_id)


def sites_of(folder: Path, kept: ImportedList) -> Sites:
    """Return the sites of the copy in use."""
    try:
        content = _sites(folder, kept).read_bytes()
    except OSError:
        content = b""
    if hashlib.sha256(content).hexdigest() != kept.checksum:
        raise FeedError(
            Sentence(
                "The list “{name}” is damaged. Remove it and bring it in again.",
                {"name": kept.name},
            )
        )
    below: list[str] = []
    alone: list[str] = []
    for line in content.decode("ascii").split():
        host = line.removeprefix("=")
        if host == line:
            below.append(host)
        else:
            alone.append(host)
    return Sites(below, alone)


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
    _replace(_sites(folder, new), content)
    _replace(_about(folder, new.id), new.model_dump_json(indent=1).encode())
    _drop_copies(folder, new.id, but=_sites(folder, new))
    return new


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
    _replace(_about(folder, before.id), after.model_dump_json(indent=1).encode())
    return after


def _kept(mistake: Mistake) -> KeptMistake:
    why = mistake.why
    return KeptMistake(
        line=mistake.line, text=mistake.text, why=why.message, values=dict(why.values)
    )


def _replace(path: Path, content: bytes) -> None:
    """Put a file in place whole: a power cut leaves the old one or the new one."""
    beside = path.with_suffix(path.suffix + ".new")
    with beside.open("wb") as file:
        file.write(content)
        file.flush()
        os.fsync(file.fileno())
    beside.replace(path)


def _id_for(folder: Path, name: str) -> str:
    """Return the id of the list of that name, which is replaced then, or a new one."""
    for kept in list_all(folder):
        if kept.name.casefold() == name.strip().casefold():
            return kept.id
    plain = unicodedata.normalize("NFKD", name.casefold().replace("đ", "d"))
    slug = re.sub(r"[^a-z0-9]+", "-", plain.encode("ascii", "ignore").decode())[:32].strip("-")
    return next(i for i in _candidates(slug or "list") if not _about(folder, i).exists())


def _candidates(slug: str) -> Iterator[str]:
    yield slug
    number = 2
    while True:
        yield f"{slug}-{number}"
        number += 1


def _about(folder: Path, list_id: str) -> Path:
    if not re.fullmatch(r"[a-z0-9][a-z0-9-]{0,39}", list_id):
        raise FeedError(Sentence("There is no such list. It may have been removed.", {}))
    return folder / f"{list_id}.json"


def _sites(folder: Path, kept: ImportedList) -> Path:
    # Each copy has a name of its own: until the description names the new one, the old one holds.
    return _about(folder, kept.id).with_suffix(f".{kept.checksum[:16]}.txt")


def _drop_copies(folder: Path, list_id: str, but: Path | None = None) -> None:
    for path in folder.glob(f"{list_id}.*.txt"):
        if path != but:
            path.unlink(missing_ok=True)
