"""What is kept of the lists an adult has: a description each, and next to it the sites."""

import hashlib
import os
import re
import unicodedata
from collections.abc import Iterator
from datetime import datetime
from enum import StrEnum
from pathlib import Path
from typing import NamedTuple

from pydantic import BaseModel, ConfigDict, ValidationError

from feeds.errors import FeedError
from rules.explain import Sentence

USUAL_WEIGHT = 50


class Kind(StrEnum):
    """Where a list is from, which says how far it is believed."""

    OWN = "own"
    """The adult's own: pasted, from a file, or from an address they typed."""
    SUBSCRIPTION = "subscription"
    """One of the directory, switched on."""


class Part(BaseModel):
    """A value that never changes."""

    model_config = ConfigDict(frozen=True)


class KeptMistake(Part):
    """A line of the list that was not understood."""

    line: int
    text: str
    why: str
    values: dict[str, str | int] = {}


class Copy(Part):
    """One copy of a list: what it holds, and what tells whether its source has another."""

    sites: int = 0
    mistaken: int = 0
    mistakes: tuple[KeptMistake, ...] = ()
    pages: int = 0
    """Addresses of single pages on it: counted, never taken for the whole site."""
    patterns: int = 0
    """Patterns (regular expressions) on it: counted, not used."""
    form: str = ""
    """How it is written, as it was guessed: hosts, plain, adblock, dnsmasq, rpz, json ..."""
    etag: str = ""
    modified: str = ""
    checksum: str = ""


class Waiting(Copy):
    """A new copy that lost so much that an adult has to say whether it is used."""

    since: datetime | None = None
    declined: bool = False
    """An adult has looked at it and keeps the old copy."""


class ImportedList(Copy):
    """What is known of one imported list; the sites themselves stand in the file next to it."""

    id: str
    name: str
    category: str
    source: str = ""
    """Its address; empty for a list that came as a file."""
    kind: Kind = Kind.OWN
    weight: int = USUAL_WEIGHT
    """How much its word counts against that of other subscriptions, 1 to 100."""
    since: datetime | None = None
    """When the adult brought it in or switched it on."""
    entry: str = ""
    """Its id in the directory of well-known lists."""
    archive: str = ""
    """The archive it is a part of: all of its lists share one download."""
    folders: tuple[str, ...] = ()
    """The folders of the archive it is made of."""
    every_hours: int = 24
    """How often its source is asked."""
    next: datetime | None = None
    """When it is asked again."""
    failures: int = 0
    """How often in a row its source could not be used."""
    changed: datetime | None = None
    """When the copy in use came in."""
    checked: datetime | None = None
    """When its source was last asked."""
    warning: str = ""
    """Why the last refresh was not used: an English message, the key of its translation."""
    warning_values: dict[str, str | int] = {}
    waiting: Waiting | None = None
    """A copy an adult has to decide about."""

    @property
    def trouble(self) -> Sentence | None:
        """Why the last refresh was not used, ready to be said; None if all is well."""
        return Sentence(self.warning, self.warning_values) if self.warning else None

    @property
    def alarm(self) -> bool:
        """Tell whether an adult has to decide between the old copy and a new one."""
        return self.waiting is not None and not self.waiting.declined

    @property
    def arrived(self) -> bool:
        """Tell whether there is a copy at all; a list just switched on has none yet."""
        return self.changed is not None or self.sites > 0


class Sites(NamedTuple):
    """What a list names."""

    below: list[str]
    """Sites with everything below them."""
    alone: list[str]
    """Hosts alone: each stands for itself and its www."""


def list_all(folder: Path) -> tuple[ImportedList, ...]:
    """Return every imported list that can be read, by name."""
    found = [kept for kept in each(folder) if isinstance(kept, ImportedList)]
    return tuple(sorted(found, key=lambda kept: (kept.name.casefold(), kept.id)))


def alarmed(folder: Path) -> list[ImportedList]:
    """Return the lists about which an adult has to decide."""
    return [kept for kept in list_all(folder) if kept.alarm]


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
        return ImportedList.model_validate_json(about_path(folder, list_id).read_bytes())
    except FileNotFoundError:
        raise FeedError(Sentence("There is no such list. It may have been removed.", {})) from None
    except (OSError, ValidationError):
        raise damaged(list_id) from None


def sites_of(folder: Path, kept: ImportedList) -> Sites:
    """Return the sites of the copy in use."""
    if not kept.arrived:
        return Sites([], [])
    try:
        content = sites_path(folder, kept.id, kept.checksum).read_bytes()
    except OSError:
        content = b""
    if hashlib.sha256(content).hexdigest() != kept.checksum:
        raise damaged(kept.name)
    below: list[str] = []
    alone: list[str] = []
    for line in content.decode("ascii").split():
        host = line.removeprefix("=")
        if host == line:
            below.append(host)
        else:
            alone.append(host)
    return Sites(below, alone)


def damaged(name: str) -> FeedError:
    """Say that a list is damaged."""
    return FeedError(
        Sentence("The list “{name}” is damaged. Remove it and bring it in again.", {"name": name})
    )


def describe(folder: Path, kept: ImportedList) -> ImportedList:
    """Write the description of a list, whole; copies it no longer names go."""
    folder.mkdir(parents=True, exist_ok=True)
    replace(about_path(folder, kept.id), kept.model_dump_json(indent=1).encode())
    named = {kept.checksum, kept.waiting.checksum if kept.waiting else ""}
    _drop_copies(folder, kept.id, but={sites_path(folder, kept.id, one) for one in named})
    return kept


def remove(folder: Path, list_id: str) -> None:
    """Remove a list; one that is not there is no mistake."""
    # The description goes first: sites without one are ignored, the other way round is damage.
    about_path(folder, list_id).unlink(missing_ok=True)
    _drop_copies(folder, list_id, but=set())


def replace(path: Path, content: bytes) -> None:
    """Put a file in place whole: a power cut leaves the old one or the new one."""
    beside = path.with_suffix(path.suffix + ".new")
    with beside.open("wb") as file:
        file.write(content)
        file.flush()
        os.fsync(file.fileno())
    beside.replace(path)


def id_for(folder: Path, name: str) -> str:
    """Return the id of the list of that name, which is replaced then, or a new one."""
    for kept in list_all(folder):
        if kept.name.casefold() == name.strip().casefold():
            return kept.id
    return next(i for i in _candidates(slug_of(name)) if not about_path(folder, i).exists())


def slug_of(name: str) -> str:
    """Write a name so that it can be part of a file's name."""
    plain = unicodedata.normalize("NFKD", name.casefold().replace("đ", "d"))
    slug = re.sub(r"[^a-z0-9]+", "-", plain.encode("ascii", "ignore").decode())[:32].strip("-")
    return slug or "list"


def about_path(folder: Path, list_id: str) -> Path:
    """Name the file that describes a list."""
    if not re.fullmatch(r"[a-z0-9][a-z0-9-]{0,59}", list_id):
        raise FeedError(Sentence("There is no such list. It may have been removed.", {}))
    return folder / f"{list_id}.json"


def sites_path(folder: Path, list_id: str, checksum: str) -> Path:
    """Name the file of one copy: until the description names the new one, the old one holds."""
    return about_path(folder, list_id).with_suffix(f".{checksum[:16]}.txt")


def _candidates(slug: str) -> Iterator[str]:
    yield slug
    number = 2
    while True:
        yield f"{slug}-{number}"
        number += 1


def _drop_copies(folder: Path, list_id: str, *, but: set[Path]) -> None:
    for path in folder.glob(f"{list_id}.*.txt"):
        if path not in but:
            path.unlink(missing_ok=True)
