"""Reads what came into sorted files: one for a list, one for each category of an archive.

Large ones are read by a process of their own, whose memory and time have an end whatever the list
holds, and which gives its memory back when it is done.
"""

import asyncio
import contextlib
import hashlib
import heapq
import os
import resource
import sys
from collections.abc import Iterable, Iterator, Mapping
from itertools import groupby
from pathlib import Path
from typing import BinaryIO

from pydantic import BaseModel

from feeds import archive
from feeds.errors import EmptyError, FeedError
from feeds.fetch import GZIP, unpack
from feeds.kept import Copy, KeptMistake
from feeds.parse import KEPT_MISTAKES, Mistake, Parsed, parse
from rules.explain import Sentence

LARGE = 2 * 1024 * 1024
LARGE_PACKED = 64 * 1024
"""Bytes as they came; more than this is read by a process of its own. Packed ones may grow."""
MEMORY = 2 * 1024**3
SECONDS = 600.0

NO_SITE = Sentence("There is no site in this list. Check that it is the right file.", {})
TOO_MUCH = Sentence("This list is too large for this machine. Choose a smaller one.", {})


class Folder(BaseModel):
    """One folder of an archive, and what is made of it."""

    name: str
    usage: tuple[str, ...] = ()
    white: bool = False
    domains: int = 0
    pages: int = 0
    patterns: int = 0
    category: str = ""
    """What its sites are to us; empty where nobody has said so."""
    suggested: str = ""


class PartRead(Copy):
    """One category read: what it holds, and the file with its sites."""

    category: str = ""
    folders: tuple[str, ...] = ()
    file: str


class Outcome(BaseModel):
    """All that was read."""

    parts: tuple[PartRead, ...] = ()
    folders: tuple[Folder, ...] = ()
    """Those of an archive; empty for a single list."""


class _Failure(BaseModel):
    message: str
    values: dict[str, str | int] = {}
    empty: bool = False


def read(body: bytes, out: Path, most: int, choices: Mapping[str, str] | None = None) -> Outcome:
    """Read a list or an archive into files in a folder. Raises FeedError saying what is wrong."""
    if archive.is_archive(body):
        return _read_archive(body, out, most, {**archive.table(), **(choices or {})})
    parsed = parse(unpack(body, most))
    _check(parsed)
    return Outcome(parts=(_part(out, "", [_facts("", parsed, _spill(out, 0, parsed))]),))


async def read_apart(
    body: bytes, out: Path, most: int, choices: Mapping[str, str] | None = None
) -> Outcome:
    """Read without holding up anything else: in a thread, or in a process where it is large."""
    if len(body) <= (LARGE_PACKED if body.startswith(GZIP) else LARGE):
        return await asyncio.to_thread(read, body, out, most, choices)
    came = out / "came"
    await asyncio.to_thread(came.write_bytes, body)
    said = [str(came), str(most), *(f"{name}={to}" for name, to in (choices or {}).items())]
    room = Path(__file__).parents[1]
    child = await asyncio.create_subprocess_exec(
        sys.executable, "-m", "feeds.reading", *said, cwd=room, stdout=asyncio.subprocess.PIPE
    )
    try:
        async with asyncio.timeout(SECONDS):
            answer, _ = await child.communicate()
    except TimeoutError:
        raise FeedError(TOO_MUCH) from None
    finally:
        if child.returncode is None:
            child.kill()
            await child.wait()
    if child.returncode == 0:
        return Outcome.model_validate_json(answer)
    if not answer:
        raise FeedError(TOO_MUCH)
    failure = _Failure.model_validate_json(answer)
    raise (EmptyError if failure.empty else FeedError)(Sentence(failure.message, failure.values))


class _Facts(BaseModel):
    """One folder or list, read and laid aside."""

    folder: str
    file: Path
    mistaken: int
    mistakes: tuple[KeptMistake, ...]
    form: str


def _read_archive(body: bytes, out: Path, most: int, choices: dict[str, str]) -> Outcome:
    facts: dict[str, list[_Facts]] = {}

    def take(name: str, parsed: Parsed) -> None:
        laid = facts.setdefault(name, [])
        laid.append(_facts(name, parsed, _spill(out, sum(map(len, facts.values())), parsed)))

    seen = archive.read_archive(body, most, lambda name: bool(choices.get(name)), take)
    folders = tuple(_folder(each, choices) for _, each in sorted(seen.items()))
    parts = []
    taken = sorted((f.category, f.name) for f in folders if f.category and facts.get(f.name))
    for category, names in groupby(taken, key=lambda pair: pair[0]):
        listed = [name for _, name in names]
        part = _part(out, category, [one for name in listed for one in facts[name]])
        counted = {"pages": 0, "patterns": 0}
        for name in listed:
            counted["pages"] += seen[name].pages
            counted["patterns"] += seen[name].patterns
        if part.sites:
            parts.append(part.model_copy(update=counted))
    if not folders:
        raise FeedError(Sentence("There is no list in this archive that can be read.", {}))
    return Outcome(parts=tuple(parts), folders=folders)


def _folder(seen: archive.Seen, choices: Mapping[str, str]) -> Folder:
    # A white list is taken only where an adult has said as what.
    mapped = "" if seen.is_white and seen.name in archive.table() else choices.get(seen.name, "")
    return Folder(
        name=seen.name[:80],
        usage=tuple(word[:40] for word in seen.usage[:6]),
        white=seen.is_white,
        domains=seen.domains,
        pages=seen.pages,
        patterns=seen.patterns,
        category=mapped,
        suggested=archive.suggestions().get(seen.name, ""),
    )


def _check(parsed: Parsed) -> None:
    if not parsed.sites:
        raise EmptyError(NO_SITE)
    if parsed.mistaken > parsed.sites:
        raise FeedError(
            Sentence("Most of this list is not readable. Choose its “hosts” or “domains” form.", {})
        )


def _facts(folder: str, parsed: Parsed, file: Path) -> _Facts:
    mistakes = tuple(_kept(mistake, folder) for mistake in parsed.mistakes)
    return _Facts(
        folder=folder, file=file, mistaken=parsed.mistaken, mistakes=mistakes, form=parsed.form
    )


def _kept(mistake: Mistake, folder: str) -> KeptMistake:
    why, text = mistake.why, f"{folder}: {mistake.text}" if folder else mistake.text
    return KeptMistake(line=mistake.line, text=text, why=why.message, values=dict(why.values))


def _spill(out: Path, number: int, parsed: Parsed) -> Path:
    """Write what was read, sorted, and let its memory go."""
    path = out / f"laid-{number}"
    parsed.alone -= parsed.below
    lines = heapq.merge(sorted(parsed.below), (f"={host}" for host in sorted(parsed.alone)))
    with path.open("wb") as file:
        file.writelines(f"{line}\n".encode("ascii") for line in lines)
    parsed.below.clear()
    parsed.alone.clear()
    return path


def _part(out: Path, category: str, laid: list[_Facts]) -> PartRead:
    """Put together what makes one category."""
    path = out / f"part-{category}"
    with contextlib.ExitStack() as open_files, path.open("wb") as file:
        files = [open_files.enter_context(one.file.open("rb")) for one in laid]
        checksum, sites = _write(file, heapq.merge(*files))
    mistakes = [mistake for one in laid for mistake in one.mistakes]
    return PartRead(
        category=category,
        folders=tuple(sorted({one.folder for one in laid if one.folder})),
        file=path.name,
        sites=sites,
        mistaken=sum(one.mistaken for one in laid),
        mistakes=tuple(mistakes[:KEPT_MISTAKES]),
        form=laid[0].form if not laid[0].folder else "ut1",
        checksum=checksum,
    )


def _write(file: BinaryIO, lines: Iterable[bytes]) -> tuple[str, int]:
    total, count = hashlib.sha256(), 0
    for line in _once(lines):
        file.write(line)
        total.update(line)
        count += 1
    file.flush()
    os.fsync(file.fileno())
    return total.hexdigest(), count


def _once(lines: Iterable[bytes]) -> Iterator[bytes]:
    return (line for line, _ in groupby(lines))


def _main(came: Path, most: int, pairs: list[str]) -> int:
    resource.setrlimit(resource.RLIMIT_AS, (MEMORY, MEMORY))
    choices = dict(pair.split("=", 1) for pair in pairs)
    try:
        said: BaseModel = read(came.read_bytes(), came.parent, most, choices)
        code = 0
    except FeedError as error:
        given = error.sentence
        empty = isinstance(error, EmptyError)
        said = _Failure(message=given.message, values=dict(given.values), empty=empty)
        code = 1
    except MemoryError:
        said, code = _Failure(message=TOO_MUCH.message), 1
    sys.stdout.write(said.model_dump_json())
    return code


if __name__ == "__main__":
    sys.exit(_main(Path(sys.argv[1]), int(sys.argv[2]), sys.argv[3:]))
