"""The file of all imported lists: immutable, memory-mapped, shared by every process that reads it.

It has a word of 64 bits for each bucket: where its names begin, and a filter of 32 bits with one
for every listed name and every parent of one. Where that is not set, nothing is listed at or below.
What passes is compared by a 64-bit hash, salted for each file, among the few names of its bucket;
next to each hash stands the number of the set of lists that name it. So a step down touches one
place in memory, and a name that is found one more. A name that nobody listed is taken for a listed
one with a probability below 1e-17: once in many millions of years of a whole city.
"""

import json
import mmap
import struct
import sys
from collections.abc import Callable, Container, Mapping
from hashlib import blake2b
from itertools import starmap
from pathlib import Path
from typing import Any, NamedTuple
from zlib import crc32

from feeds.index import Listed, Step, Votes
from feeds.kept import USUAL_WEIGHT
from rules.hosts import LONGEST

MAGIC = b"HDINDEX2"
FRONT = struct.Struct("<8sIIQ")
"""Sign, length of the description, checksum, length of everything."""

KEY_BYTES = 8
WORD_BYTES = 8
CRC_BITS = 32
PLACE = 32
"""Bits of a word below the place where the names of its bucket begin: the filter."""
BIT = PLACE - 1


class DamagedError(ValueError):
    """The file is not one of ours, or not as it was written."""


class Source(NamedTuple):
    """A list that stands in the file."""

    id: str
    name: str
    category: str
    weight: int = USUAL_WEIGHT


class Vote(NamedTuple):
    """One list that names a host."""

    source: Source
    alone: bool
    """For the host and its www only, not for what lies below it."""


class Packed:
    """An index in a file. It stays readable after the file was replaced, until it is let go."""

    walk: Callable[[str], list[Step]]
    """Return what is listed for a host and its parents, the nearest first."""
    votes: Callable[[str], list[tuple[str, tuple[Vote, ...]]]]
    """Return which lists name a host or a parent of it, the nearest name first."""

    def __init__(self, path: Path, categories: Container[str] | None = None) -> None:
        """Open and check a file; lists whose category is not among those given say nothing."""
        with path.open("rb") as file:
            try:
                content = mmap.mmap(file.fileno(), 0, access=mmap.ACCESS_READ)
            except ValueError as error:
                raise DamagedError(f"{path.name} is empty") from error
        about, begin = _checked(content, path)
        self.names: int = about["names"]
        self.sources = tuple(starmap(Source, about["lists"]))
        self.left_out: tuple[str, ...] = tuple(about["left_out"])
        """Names of lists that were damaged when the file was made."""
        # Nothing here refers to this object again: the file is let go with it, not some day.
        sets = _Sets(about["sets"], self.sources, categories)
        self.walk = _walker(content, begin, about, _Made(sets.say))
        self.votes = _walker(content, begin, about, _Made(sets.voters))

    def __len__(self) -> int:
        return self.names


class _Sets(NamedTuple):
    """Which lists name the same hosts, and how."""

    codes: list[list[int]]
    sources: tuple[Source, ...]
    categories: Container[str] | None

    def say(self, number: int) -> Listed:
        """Tell what a set of lists says."""
        return Listed(votes=self._added(number, 0), votes_alone=self._added(number, 1))

    def voters(self, number: int) -> tuple[Vote, ...]:
        """Name the lists of a set."""
        codes = self.codes[number]
        return tuple(Vote(self.sources[code >> 1], bool(code & 1)) for code in codes)

    def _added(self, number: int, alone: int) -> Votes:
        """Add up, for each category, the weights of the lists that name it."""
        weights: dict[str, int] = {}
        for code in self.codes[number]:
            source = self.sources[code >> 1]
            if code & 1 == alone and (
                self.categories is None or source.category in self.categories
            ):
                weights[source.category] = weights.get(source.category, 0) + source.weight
        return tuple(sorted(weights.items()))


class _Made[T](dict[int, T]):
    """What is said by a set of lists, made when it is first met: there are far fewer than names."""

    def __init__(self, make: Callable[[int], T]) -> None:
        super().__init__()
        self._make = make

    def __missing__(self, number: int) -> T:
        made = self[number] = self._make(number)
        return made


def _walker[T](
    content: mmap.mmap, begin: int, about: dict[str, Any], said: Mapping[int, T]
) -> Callable[[str], list[tuple[str, T]]]:
    """Make the walk over a file; what it needs is at hand in it, as it is every visit's way."""
    records = begin + ((1 << about["bucket_bits"]) + 1) * WORD_BYTES
    size = KEY_BYTES + about["set_bytes"]
    shift = CRC_BITS - about["bucket_bits"]
    table = memoryview(content)[begin:records].cast("Q")
    find = _finder(content, records, size, bytes.fromhex(about["salt"]))

    def walk(host: str) -> list[tuple[str, T]]:
        raw = host.encode("utf-8", "replace")
        found: list[tuple[str, T]] = []
        # Down from the top, where nothing is listed: most hosts end at the first or second step.
        end = raw.rfind(b".") if len(raw) <= LONGEST else -1
        while end > 0:
            start = raw.rfind(b".", 0, end) + 1
            name = raw[start:]
            crc = crc32(name)
            bucket = crc >> shift
            word = table[bucket]
            if not word >> (crc & BIT) & 1:
                break
            low = records + (word >> PLACE) * size
            high = records + (table[bucket + 1] >> PLACE) * size
            if low != high:
                number = find(name, low, high)
                if number >= 0:
                    found.append((host[start:], said[number]))
            end = start - 1
        if len(found) > 1:
            found.reverse()
        return found

    return walk


def _finder(
    content: mmap.mmap, records: int, size: int, salt: bytes
) -> Callable[[bytes, int, int], int]:
    """Make what finds a name among those of its bucket: its set, or a negative number."""
    # A copy of a hash that has begun is ready in half the time of a new one.
    begun, search = blake2b(digest_size=KEY_BYTES, salt=salt).copy, content.find

    def find(name: bytes, low: int, high: int) -> int:
        hashed = begun()
        hashed.update(name)
        key = hashed.digest()
        at = search(key, low, high)
        while at >= 0 and (at - records) % size:
            at = search(key, at + 1, high)
        if at < 0:
            return at
        return int.from_bytes(content[at + KEY_BYTES : at + size], "little")

    return find


def _checked(content: mmap.mmap, path: Path) -> tuple[dict[str, Any], int]:
    """Compare the checksum, which takes milliseconds, and return description and its end."""
    if len(content) < FRONT.size:
        raise DamagedError(f"{path.name} is too short")
    magic, length, checksum, size = FRONT.unpack_from(content)
    if magic != MAGIC or size != len(content) or sys.byteorder != "little":
        raise DamagedError(f"{path.name} is not whole")
    with memoryview(content) as view:
        if crc32(view[FRONT.size :], length ^ size) != checksum:
            raise DamagedError(f"{path.name} does not fit its checksum")
    about: dict[str, Any] = json.loads(content[FRONT.size : FRONT.size + length])
    return about, FRONT.size + length
