"""Compiles the imported lists into one file when they have changed, and opens the last good one."""

import asyncio
import fcntl
import hashlib
import logging
import subprocess
import sys
from collections.abc import Callable, Container, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import NamedTuple

from feeds.errors import FeedError
from feeds.kept import ImportedList, each, sites_of
from feeds.packed import DamagedError, Packed, Source
from feeds.packing import Packer
from feeds.progress import Step, at_work
from feeds.trust import weight_of
from rules.explain import Sentence

log = logging.getLogger(__name__)

FOLDER = "compiled"
FORM = "2"
"""Moves when files of an older version can no longer be read."""
KEPT = 2
"""Files kept: the one in use, and the last good one before it."""
TOO_MANY = 200_000
"""More sites than this are compiled in a process of their own: a door goes on serving."""

type Tell = Callable[[str, int, int], None]
"""Told the name of a list, how many lists are done and how many there are."""


class Opened(NamedTuple):
    """The imported lists as they can be used."""

    packed: Packed | None
    mark: str
    """Moves when any list does; empty without lists."""
    warnings: tuple[Sentence, ...]


def open_lists(folder: Path, categories: Container[str]) -> Opened:
    """Open what the lists compile to, compiling if they have changed. Never raises for damage."""
    found = list(each(folder))
    if not found:
        return Opened(None, "", ())
    path = _path(folder, found)
    try:
        packed = _sound(path, categories) or _made(folder, path, found, categories)
        return Opened(packed, path.stem, (*_damaged(found), *_left_out(packed)))
    except (OSError, subprocess.SubprocessError, DamagedError) as error:
        log.warning("the imported lists cannot be compiled: %s", error)
        trouble = Sentence("The lists cannot be compiled; the last good copy is used.", {})
        return Opened(_last_good(folder, categories), path.stem, (trouble, *_damaged(found)))


async def make_ready(folder: Path, key: str, categories: Container[str]) -> None:
    """Compile what has changed, so that nobody waits for it later; the page shows that it runs."""
    with at_work(folder, key) as tell:
        tell(Step.COMPILE, 0, 0)
        await asyncio.to_thread(open_lists, folder, categories)


def compile_lists(folder: Path, tell: Tell | None = None) -> Path | None:
    """Compile all lists into a new file, which takes the place of the old one; None without any."""
    found = list(each(folder))
    if not found:
        return None
    path = _path(folder, found)
    kept = [one for one in found if isinstance(one, ImportedList)]
    packer = Packer(sum(one.sites for one in kept))
    sources: list[Source] = []
    left_out: list[str] = []
    for number, one in enumerate(kept):
        if tell:
            tell(one.name, number, len(kept))
        try:
            below, alone = sites_of(folder, one)
        except FeedError:
            left_out.append(one.name)
            continue
        packer.add(below, len(sources), alone=False)
        packer.add(alone, len(sources), alone=True)
        sources.append(Source(one.id, one.name, one.category, weight_of(one)))
    path.parent.mkdir(parents=True, exist_ok=True)
    packer.write(path, sources, left_out)
    _drop_old(path)
    return path


def _path(folder: Path, found: list[ImportedList | Sentence]) -> Path:
    mark = hashlib.sha256(FORM.encode())
    for one in found:
        said = (
            (one.id, one.name, one.category, one.checksum, weight_of(one))
            if isinstance(one, ImportedList)
            else one
        )
        mark.update(repr(said).encode())
    return folder / FOLDER / f"{mark.hexdigest()[:16]}.lists"


def _sound(path: Path, categories: Container[str]) -> Packed | None:
    """Open a file; one that is damaged counts as not there."""
    try:
        return Packed(path, categories)
    except FileNotFoundError:
        return None
    except (DamagedError, OSError) as error:
        log.warning("a compiled file is damaged: %s", error)
        return None


def _made(
    folder: Path, path: Path, found: list[ImportedList | Sentence], categories: Container[str]
) -> Packed:
    with _held(path.parent):
        # Whoever waited finds what another process has made meanwhile.
        if packed := _sound(path, categories):
            return packed
        if sum(one.sites for one in found if isinstance(one, ImportedList)) > TOO_MANY:
            command = [sys.executable, "-m", "feeds.compiled", str(folder.resolve())]
            room = Path(__file__).parents[1]
            subprocess.run(command, check=True, cwd=room)  # noqa: S603 our own words
        else:
            compile_lists(folder)
        return Packed(path, categories)


@contextmanager
def _held(folder: Path) -> Iterator[None]:
    """Let one process at a time compile."""
    folder.mkdir(parents=True, exist_ok=True)
    with (folder / "lock").open("a") as file:
        fcntl.flock(file, fcntl.LOCK_EX)
        yield


def _last_good(folder: Path, categories: Container[str]) -> Packed | None:
    for path in _by_age(folder / FOLDER):
        if packed := _sound(path, categories):
            return packed
    return None


def _by_age(folder: Path) -> list[Path]:
    """Return the compiled files, the newest first."""
    return sorted(folder.glob("*.lists"), key=lambda path: -path.stat().st_mtime_ns)


def _drop_old(path: Path) -> None:
    # Who still reads a dropped file keeps it: its room on the disk is free when the last lets go.
    for old in [other for other in _by_age(path.parent) if other != path][KEPT - 1 :]:
        old.unlink(missing_ok=True)


def _damaged(found: list[ImportedList | Sentence]) -> tuple[Sentence, ...]:
    return tuple(one for one in found if isinstance(one, Sentence))


def _left_out(packed: Packed) -> Iterator[Sentence]:
    for name in packed.left_out:
        yield Sentence(
            "The list “{name}” is damaged. Remove it and bring it in again.", {"name": name}
        )


if __name__ == "__main__":
    compile_lists(Path(sys.argv[1]))
