"""Reads an archive of lists, a .tar.gz with one folder for each category, as UT1 publishes it.

Nothing is ever written to where the archive says. Every byte and every entry is counted against a
limit, and what no honest archive holds (devices, ways out of the folder) makes it refused whole.
"""

import io
import tarfile
import tomllib
import zlib
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from functools import cache
from pathlib import Path, PurePosixPath
from typing import IO

from feeds.errors import FeedError
from feeds.parse import Parsed, parse
from rules.explain import Sentence

TABLE = Path(__file__).parent / "data" / "archives" / "ut1.toml"

MOST_ENTRIES = 20_000
MOST_USAGE = 4096
DEEPEST = 4
USTAR = slice(257, 262)
GZIP = b"\x1f\x8b"
CHUNK = 1024 * 1024
KINDS = frozenset({"domains", "urls", "expressions", "usage"})
WHITE = frozenset({"white"})
COLOURS = frozenset({"white", "black"})

UNSAFE = Sentence("This archive holds what no list needs, so it is not read.", {})
DAMAGED = Sentence("The list is damaged. Try again, or choose another file.", {})


@dataclass(slots=True)
class Seen:
    """What was seen of one folder."""

    name: str
    usage: tuple[str, ...] = ()
    """As what the publisher means it: black, white, or both."""
    domains: int = 0
    pages: int = 0
    """Addresses of single pages: they never stand for their whole site."""
    patterns: int = 0
    """Regular expressions."""

    @property
    def is_white(self) -> bool:
        """Tell whether its sites are meant to be let through, and only that."""
        return COLOURS.intersection(self.usage) == WHITE


@cache
def table() -> dict[str, str]:
    """Return our category of each folder that says the same thing."""
    return dict(tomllib.loads(TABLE.read_text("utf-8"))["folders"])


@cache
def suggestions() -> dict[str, str]:
    """Return the category nearest to a folder that is only offered."""
    return dict(tomllib.loads(TABLE.read_text("utf-8"))["suggested"])


def is_archive(body: bytes) -> bool:
    """Tell whether what came is an archive, packed or not."""
    if body.startswith(GZIP):
        try:
            body = zlib.decompressobj(wbits=31).decompress(body, 2 * USTAR.stop)
        except zlib.error:
            return False
    return body[USTAR] == b"ustar"


def read_archive(
    body: bytes, most: int, wanted: Callable[[str], bool], take: Callable[[str, Parsed], None]
) -> dict[str, Seen]:
    """Hand on the sites of each folder that is wanted, and tell what was seen of every folder.

    Raises FeedError for what is too large, damaged, or not safe.
    """
    found: dict[str, Seen] = {}
    try:
        unpacked = _Bounded(body, most)
        with tarfile.open(fileobj=unpacked, mode="r|") as archive:
            for folder, kind, member in _files(archive):
                file = archive.extractfile(member)
                if file is not None:
                    seen = found.setdefault(folder, Seen(folder))
                    _read_file(file, kind, seen, wanted, take)
        # What is missing at the very end, or does not fit its checksum, is only noticed there.
        while unpacked.read():
            pass
    except (tarfile.TarError, zlib.error, EOFError, UnicodeError, ValueError):
        raise FeedError(DAMAGED) from None
    return found


def _files(archive: tarfile.TarFile) -> Iterator[tuple[str, str, tarfile.TarInfo]]:
    """Yield folder, kind and entry of each file that means something to us."""
    for number, member in enumerate(archive):
        path = PurePosixPath(member.name)
        honest = member.isreg() or member.isdir() or member.issym() or member.islnk()
        outside = path.is_absolute() or ".." in path.parts
        if number >= MOST_ENTRIES or outside or not honest or member.issparse():
            raise FeedError(UNSAFE)
        # Links are never followed: in the real archive they are other names of its own folders.
        if member.isreg() and 1 < len(path.parts) <= DEEPEST and path.parts[-1] in KINDS:
            yield path.parts[-2], path.parts[-1], member


def _read_file(
    file: IO[bytes],
    kind: str,
    seen: Seen,
    wanted: Callable[[str], bool],
    take: Callable[[str, Parsed], None],
) -> None:
    if kind == "domains" and wanted(seen.name):
        parsed = parse(file.read())
        seen.domains += parsed.sites
        take(seen.name, parsed)
    elif kind == "domains":
        seen.domains += _lines(file)
    elif kind == "urls":
        seen.pages += _lines(file)
    elif kind == "expressions":
        seen.patterns += _lines(file)
    elif kind == "usage":
        seen.usage = tuple(_words(file.read(MOST_USAGE)))


def _words(content: bytes) -> Iterator[str]:
    for line in content.decode("utf-8", "replace").splitlines():
        word = line.partition("#")[0].strip().lower()
        if word:
            yield word


def _lines(file: IO[bytes]) -> int:
    """Count lines that say something, holding no more than a piece of one."""
    count, begun = 0, False
    while piece := file.read(CHUNK):
        first, *rest = piece.split(b"\n")
        begun = begun or bool(first.strip())
        for line in rest:
            count += begun
            begun = bool(line.strip())
    return count + begun


class _Bounded(io.RawIOBase):
    """What an archive unpacks to, piece by piece, and never more than is allowed."""

    def __init__(self, body: bytes, most: int) -> None:
        self._source = io.BytesIO(body)
        self._unpacking = zlib.decompressobj(wbits=31) if body.startswith(GZIP) else None
        self._waiting = b""
        self._left = most
        self._most = most

    def readable(self) -> bool:
        """Tell that it can be read."""
        return True

    def read(self, size: int = -1) -> bytes:
        """Return up to so many bytes; nothing at the end."""
        content = self._next(CHUNK if size < 0 else min(size, CHUNK))
        self._left -= len(content)
        if self._left < 0:
            megabytes = max(1, self._most // (1024 * 1024))
            said = "The list is larger than {megabytes} MB. Choose a smaller one."
            raise FeedError(Sentence(said, {"megabytes": megabytes}))
        return content

    def _next(self, size: int) -> bytes:
        if self._unpacking is None:
            return self._source.read(size)
        while not self._unpacking.eof:
            packed = self._waiting or self._source.read(CHUNK)
            if not packed:
                raise FeedError(Sentence("The list arrived incomplete. Try again.", {}))
            content = self._unpacking.decompress(packed, size)
            self._waiting = self._unpacking.unconsumed_tail
            if content:
                return content
        return b""
