"""Batches on disk while the database is away: one file each, whole or not there at all."""

import json
import logging
import os
import re
from collections import OrderedDict
from contextlib import suppress
from pathlib import Path
from typing import Any, Final
from uuid import UUID

from pydantic import TypeAdapter, ValidationError

from rules.verdict import Action
from store.batch import Batch, DayMinutes
from store.devices import Sighting
from store.notes import Alarm
from store.notices import Told
from store.visits import PageRow, VisitRow

log = logging.getLogger(__name__)

FOLDER = "spool"
"""Its name in the data folder."""
SUFFIX = ".jsonl"
LIMIT_BYTES = 512 * 1024 * 1024
"""Weeks of a family's visits; beyond it the oldest allowed visits go."""

LINES: Final[dict[str, TypeAdapter[Any]]] = {
    "visits": TypeAdapter(VisitRow),
    "pages": TypeAdapter(PageRow),
    "minutes": TypeAdapter(DayMinutes),
    "sightings": TypeAdapter(Sighting),
    "notices": TypeAdapter(Told),
    "alarms": TypeAdapter(Alarm),
}


class Damaged(ValueError):  # noqa: N818
    """A spool file does not hold what was written into it."""


class Spool:
    """The files of waiting batches in one folder, oldest first."""

    def __init__(self, folder: Path, worker: str, *, limit_bytes: int = LIMIT_BYTES) -> None:
        folder.mkdir(mode=0o700, parents=True, exist_ok=True)
        self._folder = folder
        self._worker = re.sub(r"[^\w.-]", "_", worker)
        self._limit = limit_bytes
        for unfinished in folder.glob(f"*-{self._worker}.part"):
            unfinished.unlink(missing_ok=True)
        # File name -> size. Thinned ones move to the second dictionary.
        found = sorted(folder.glob(f"*{SUFFIX}"))
        self._whole: OrderedDict[str, int] = OrderedDict(
            (path.name, path.stat().st_size) for path in found
        )
        self._thinned: OrderedDict[str, int] = OrderedDict()

    def __len__(self) -> int:
        return len(self._whole) + len(self._thinned)

    def add(self, batch: Batch) -> int:
        """Keep a batch on disk; return how many visits had to go for it."""
        name = f"{batch.id.hex}-{self._worker}{SUFFIX}"
        self._whole[name] = self._put(name, batch)
        dropped = 0
        while self._whole and sum_of(self._whole, self._thinned) > self._limit:
            dropped += self._thin()
        return dropped

    def oldest(self) -> tuple[str, Batch] | None:
        """Return the oldest batch and its file's name; a damaged file is set aside on the way."""
        while self:
            name = min(name for names in (self._thinned, self._whole) for name in list(names)[:1])
            try:
                return name, _parse((self._folder / name).read_bytes())
            except FileNotFoundError:
                # Another worker was quicker.
                self._forget(name)
            except Damaged as error:
                self.set_aside(name, str(error))
        return None

    def remove(self, name: str) -> None:
        """Remove a file whose batch has been written."""
        (self._folder / name).unlink(missing_ok=True)
        self._forget(name)

    def set_aside(self, name: str, why: str) -> None:
        """Take a file out of the line without losing it, for somebody to look at."""
        path = self._folder / name
        path.rename(path.with_name(f"{name}.damaged"))
        self._forget(name)
        log.error("a journal file was set aside: %s", why, extra={"event": "spool_damaged"})

    def _forget(self, name: str) -> None:
        self._whole.pop(name, None)
        self._thinned.pop(name, None)

    def _put(self, name: str, batch: Batch) -> int:
        data = _format(batch)
        part = (self._folder / name).with_suffix(".part")
        with open(part, "wb", opener=_private) as file:
            file.write(data)
            file.flush()
            os.fsync(file.fileno())
        part.rename(self._folder / name)
        folder = os.open(self._folder, os.O_RDONLY)
        try:
            os.fsync(folder)
        finally:
            os.close(folder)
        return len(data)

    def _thin(self) -> int:
        """Drop the allowed visits and the pages of the oldest whole file."""
        name, _ = self._whole.popitem(last=False)
        try:
            batch = _parse((self._folder / name).read_bytes())
        except (FileNotFoundError, Damaged):
            self._thinned[name] = 0
            return 0
        blocks = [row for row in batch.visits if row.action is Action.BLOCK]
        thin = Batch(
            batch.id, blocks, [], batch.minutes, batch.sightings, batch.notices, batch.alarms
        )
        self._thinned[name] = self._put(name, thin)
        return sum(row.visits for row in batch.visits) - sum(row.visits for row in blocks)


def erase_from(folder: Path, child_id: UUID) -> int:
    """Take what is about a child out of every file that waits; return how many records went.

    A door that just reads a file writes none of it: the database refuses a removed child's rows.
    """
    gone, mark = 0, str(child_id)
    for path in sorted(folder.glob("*")) if folder.is_dir() else ():
        with suppress(FileNotFoundError):
            said = path.read_text(encoding="utf-8", errors="replace").splitlines()
            kept = [line for line in said if mark not in line]
            if len(kept) < len(said):
                gone += len(said) - len(kept)
                _write_again(path, kept, len(said) - len(kept))
    return gone


def _write_again(path: Path, lines: list[str], fewer: int) -> None:
    with suppress(ValueError, KeyError, IndexError, TypeError):
        header = json.loads(lines[0])
        lines[0] = json.dumps(header | {"lines": header["lines"] - fewer})
    part = path.with_name(f"{path.name}.erasing")
    with open(part, "wb", opener=_private) as file:
        file.write("".join(f"{line}\n" for line in lines).encode())
    part.replace(path)


def sum_of(*sizes: OrderedDict[str, int]) -> int:
    """Return the bytes of all files."""
    return sum(sum(part.values()) for part in sizes)


def _private(path: str, flags: int) -> int:
    return os.open(path, flags, 0o600)


def _format(batch: Batch) -> bytes:
    lines: list[object] = [{"batch": str(batch.id), "lines": len(batch)}]
    for kind, adapter in LINES.items():
        lines += [{kind: adapter.dump_python(row, mode="json")} for row in getattr(batch, kind)]
    return "".join(json.dumps(line, ensure_ascii=False) + "\n" for line in lines).encode()


def _parse(data: bytes) -> Batch:
    try:
        header, *lines = [json.loads(line) for line in data.splitlines()]
        batch = Batch(UUID(header["batch"]))
        for line in lines:
            [(kind, row)] = line.items()
            getattr(batch, kind).append(LINES[kind].validate_python(row))
    except (ValueError, KeyError, TypeError, AttributeError, ValidationError) as error:
        raise Damaged(f"a line cannot be read ({type(error).__name__})") from error
    if len(batch) != header["lines"]:
        raise Damaged("lines are missing")
    return batch
