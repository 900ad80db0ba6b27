"""The directory of well-known lists that an adult can switch on; reading it fetches nothing."""

import tomllib
from collections.abc import Mapping
from datetime import datetime
from functools import cache
from pathlib import Path
from typing import Any, Literal

from pydantic import BaseModel, ConfigDict

from feeds.errors import FeedError
from feeds.kept import USUAL_WEIGHT, ImportedList, Kind, describe, list_all
from rules.explain import Sentence
from rules.family import Language

FILE = Path(__file__).parent / "data" / "directory.toml"

type Size = Literal["small", "middle", "large", "huge"]


class Entry(BaseModel):
    """One well-known list."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    id: str
    name: str
    category: str
    """What its sites are; of an archive, the one it is known for."""
    address: str
    home: str
    licence: str
    languages: tuple[str, ...]
    """Of the sites it knows best; `*` is the whole world."""
    size: Size
    sites: int = 0
    """Counted once; 0 where nobody knows."""
    weight: int = USUAL_WEIGHT
    every_hours: int = 24
    archive: bool = False
    first: bool = False
    """Shown as a good one to begin with."""
    good: Mapping[Language, str]
    fault: Mapping[Language, str]


@cache
def directory() -> dict[str, Entry]:
    """Return every well-known list by id, in the order of the file."""
    read = tomllib.loads(FILE.read_text("utf-8"))
    entries = (_entry(each) for each in read["list"])
    return {entry.id: entry for entry in entries}


def entry_of(entry_id: str) -> Entry:
    """Return one well-known list."""
    found = directory().get(entry_id)
    if found is None:
        raise FeedError(Sentence("There is no such list in the directory.", {}))
    return found


def switched_on(folder: Path) -> dict[str, list[ImportedList]]:
    """Return the lists that came of each entry that is switched on."""
    found: dict[str, list[ImportedList]] = {}
    for one in list_all(folder):
        if one.entry:
            found.setdefault(one.entry, []).append(one)
    return found


def switch_on(folder: Path, entry_id: str, now: datetime) -> ImportedList:
    """Switch a list on: it is due at once. Doing it twice changes nothing."""
    entry = entry_of(entry_id)
    if already := switched_on(folder).get(entry.id):
        return already[0]
    if any(one.id == entry.id for one in list_all(folder)):
        said = Sentence("You have a list named “{name}” already.", {"name": entry.id})
        raise FeedError(said)
    return describe(
        folder,
        ImportedList(
            id=entry.id,
            name=entry.name,
            category=entry.category,
            source=entry.address,
            kind=Kind.SUBSCRIPTION,
            weight=entry.weight,
            since=now,
            entry=entry.id,
            archive=entry.id if entry.archive else "",
            every_hours=entry.every_hours,
            next=now,
        ),
    )


def _entry(read: dict[str, Any]) -> Entry:
    good: dict[Language, str] = {"vi": read.pop("good_vi"), "en": read.pop("good_en")}
    fault: dict[Language, str] = {"vi": read.pop("fault_vi"), "en": read.pop("fault_en")}
    return Entry(**read, good=good, fault=fault)
