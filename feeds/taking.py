"""Takes what was read into use, or holds it back where it lost too much to be believed."""

from dataclasses import dataclass
from datetime import datetime
from pathlib import Path

from feeds import changes
from feeds.errors import FeedError
from feeds.fetch import Fetched
from feeds.kept import Copy, ImportedList, Waiting, describe, read_list, sites_path
from feeds.reading import PartRead
from feeds.schedule import next_time
from rules.explain import Sentence

SHRINKS_TO = 0.4
"""A refresh that leaves less than this share of the sites is not believed."""

OF_A_COPY = set(Copy.model_fields)


@dataclass(frozen=True, slots=True)
class Came:
    """What came, from where, and when."""

    fetched: Fetched
    out: Path
    """The folder with the files that were read."""
    now: datetime | None


def take(folder: Path, kept: ImportedList, part: PartRead, came: Came) -> ImportedList:
    """Take a part into use, or hold it back where an adult has to decide first."""
    if part.sites < kept.sites * SHRINKS_TO:
        return _hold_back(folder, kept, part, came)
    folder.mkdir(parents=True, exist_ok=True)
    _put(folder, kept, part, came)
    copy = _copy(part, came)
    return _use(
        folder, kept.model_copy(update={**asked(kept, came.now), **_well()}), copy, came.now
    )


def is_empty(folder: Path, kept: ImportedList, came: Came) -> ImportedList:
    """Hold the old copy where the new one names no site at all: an adult has to know."""
    return _hold_back(folder, kept, PartRead(file=""), came)


def take_new(folder: Path, list_id: str, now: datetime | None) -> ImportedList:
    """Take the copy that waits: an adult has looked at it and believes it."""
    kept = read_list(folder, list_id)
    if kept.waiting is None:
        raise FeedError(Sentence("No new copy of this list waits for a decision.", {}))
    if not kept.waiting.sites:
        raise FeedError(Sentence("The new copy is empty. Remove the list if it is of no use.", {}))
    copy = Copy(**kept.waiting.model_dump(include=OF_A_COPY))
    return _use(folder, kept.model_copy(update=_well()), copy, now)


def keep_old(folder: Path, list_id: str) -> ImportedList:
    """Keep the copy in use: an adult has looked, and is not asked again while it stays so."""
    kept = read_list(folder, list_id)
    if kept.waiting is None:
        raise FeedError(Sentence("No new copy of this list waits for a decision.", {}))
    declined = kept.waiting.model_copy(update={"declined": True})
    return describe(folder, kept.model_copy(update={"waiting": declined, **_warned(None)}))


def unchanged(folder: Path, kept: ImportedList, now: datetime | None) -> ImportedList:
    """Note that the source had nothing new; what an adult has to decide stays open."""
    update = asked(kept, now) | ({} if kept.alarm else _warned(None))
    return describe(folder, kept.model_copy(update=update))


def failed(folder: Path, kept: ImportedList, now: datetime | None, why: Sentence) -> ImportedList:
    """Note that the source could not be used, and ask again later and ever later."""
    update = asked(kept, now, failures=kept.failures + 1) | _warned(why)
    return describe(folder, kept.model_copy(update=update))


def asked(kept: ImportedList, now: datetime | None, failures: int = 0) -> dict[str, object]:
    """Say when the source was asked, and when it is asked again."""
    key = kept.archive or kept.id
    again = next_time(key, now, kept.every_hours, failures) if now and kept.source else None
    return {"checked": now, "failures": failures, "next": again}


def _use(folder: Path, kept: ImportedList, copy: Copy, now: datetime | None) -> ImportedList:
    old = sites_path(folder, kept.id, kept.checksum)
    new = kept.model_copy(update={**_fields(copy), "changed": now})
    if kept.arrived and kept.checksum != copy.checksum and old.is_file():
        path = sites_path(folder, new.id, new.checksum)
        changes.note(folder, kept.id, changes.compare(old, path, now))
    return describe(folder, new)


def _hold_back(folder: Path, kept: ImportedList, part: PartRead, came: Came) -> ImportedList:
    if part.sites:
        _put(folder, kept, part, came)
    before = kept.waiting
    waiting = Waiting(
        **_fields(_copy(part, came)),
        since=before.since if before else came.now,
        declined=before.declined if before else False,
    )
    why = Sentence(
        "The list shrank from {before} to {after} sites; the last good copy stays in use.",
        {"before": kept.sites, "after": part.sites},
    )
    update = (
        asked(kept, came.now) | {"waiting": waiting} | _warned(None if waiting.declined else why)
    )
    return describe(folder, kept.model_copy(update=update))


def _put(folder: Path, kept: ImportedList, part: PartRead, came: Came) -> None:
    """Put the file of a copy where it is looked for; nothing names it yet."""
    (came.out / part.file).replace(sites_path(folder, kept.id, part.checksum))


def _copy(part: PartRead, came: Came) -> Copy:
    known = {"etag": came.fetched.etag, "modified": came.fetched.modified}
    return Copy(**part.model_dump(include=OF_A_COPY) | known)


def _fields(copy: Copy) -> dict[str, object]:
    return {name: getattr(copy, name) for name in OF_A_COPY}


def _well() -> dict[str, object]:
    return {"waiting": None, **_warned(None)}


def _warned(why: Sentence | None) -> dict[str, object]:
    return {
        "warning": why.message if why else "",
        "warning_values": dict(why.values) if why else {},
    }
