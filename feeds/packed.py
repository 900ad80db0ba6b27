"""The file of all imported lists: immutable, memory-mapped, shared by every process that reads it.

A filter has a bit for every listed name and every parent of one: where it is not set, nothing is
listed at or below. What passes is compared by a 64-bit hash, salted for each file, among the few
names of its bucket. A name that nobody listed is so taken for
a listed one with a probability below 1e-17: once in many millions of years of a whole city.
"""

import json
import mmap
import struct
import sys
from collections.abc import Container
from hashlib import blake2b
from itertools import starmap
from pathlib import Path
from typing import Any, NamedTuple
from zlib import crc32

from feeds.index import Listed, Step
from rules.hosts import LONGEST

MAGIC = b"HDINDEX1"
FRONT = struct.Struct("<8sIIQ")
"""Sign, length of the description, checksum, length of everything."""

KEY_BYTES = 8
CRC_BITS = 32


class DamagedError(ValueError):
    """The file is not one of ours, or not as it was written."""


class Source(NamedTuple):
    """A list that stands in the file."""

    id: str
    name: str
    category: str


class Vote(NamedTuple):
    """One list that names a host."""

    source: Source
    alone: bool
    """For the host and its www only, not for what lies below it."""


class Packed:
    """An index in a file. It stays readable after the file was replaced, until it is let go."""

    def __init__(self, path: Path, categories: Container[str] | None = None) -> None:
        """Open and check a file; lists whose category is not among those given say nothing."""
        with path.open("rb") as file:
            try:
                self._map = mmap.mmap(file.fileno(), 0, access=mmap.ACCESS_READ)
            except ValueError as error:
                raise DamagedError(f"{path.name} is empty") from error
        about, begin = _checked(self._map, path)
        self.names: int = about["names"]
        self.sources = tuple(starmap(Source, about["lists"]))
        salt = bytes.fromhex(about["salt"])
        # A copy of a hash that has begun is ready in half the time of a new one.
        self._hash = blake2b(digest_size=KEY_BYTES, salt=salt)
        self.left_out: tuple[str, ...] = tuple(about["left_out"])
        """Names of lists that were damaged when the file was made."""
        self._categories = categories
        self._sets: list[list[int]] = about["sets"]
        self._listed: dict[int, Listed] = {}
        self._lay_out(memoryview(self._map)[begin:], about)

    def _lay_out(self, rest: memoryview, about: dict[str, Any]) -> None:
        buckets, bits, sets = 1 << about["bucket_bits"], 1 << about["filter_bits"], about["set"]
        self._shift = CRC_BITS - about["bucket_bits"]
        self._filter_mask = bits // 8 - 1
        self._keys_at = len(self._map) - len(rest)
        rest = rest[self.names * KEY_BYTES :]
        self._filter, rest = rest[: bits // 8], rest[bits // 8 :]
        self._offsets, rest = rest[: (buckets + 1) * 4].cast("I"), rest[(buckets + 1) * 4 :]
        self._set_of = rest.cast(sets)

    def __len__(self) -> int:
        return self.names

    def steps(self, host: str) -> list[tuple[int, int]]:
        """Return where in the host each listed name begins, and its set; the nearest name first."""
        raw = host.encode("utf-8", "replace")
        bits, mask, found = self._filter, self._filter_mask, []
        offsets, shift = self._offsets, self._shift
        # Down from the top, where nothing is listed: most hosts end at the first or second step.
        end = raw.rfind(b".") if len(raw) <= LONGEST else -1
        while end > 0:
            start = raw.rfind(b".", 0, end) + 1
            name = raw[start:]
            crc = crc32(name)
            if not bits[crc >> 3 & mask] >> (crc & 7) & 1:
                break
            bucket = crc >> shift
            low = offsets[bucket]
            if low != (high := offsets[bucket + 1]):
                at = self._find(name, low, high)
                if at >= 0:
                    found.append((start, self._set_of[at]))
            end = start - 1
        found.reverse()
        return found

    def _find(self, name: bytes, low: int, high: int) -> int:
        """Return the place of a name among those of its bucket, or a negative number."""
        hashed = self._hash.copy()
        hashed.update(name)
        key, first = hashed.digest(), self._keys_at
        end = first + high * KEY_BYTES
        at = self._map.find(key, first + low * KEY_BYTES, end) - first
        while at >= 0 and at % KEY_BYTES:
            at = self._map.find(key, first + at + 1, end) - first
        return at // KEY_BYTES

    def walk(self, host: str) -> list[Step]:
        """Return what is listed for the host and its parents, the nearest first."""
        return [(host[start:], self._say(number)) for start, number in self.steps(host)]

    def votes(self, host: str) -> list[tuple[str, tuple[Vote, ...]]]:
        """Return which lists name the host or a parent of it, the nearest name first."""
        return [
            (host[start:], tuple(Vote(self.sources[c >> 1], bool(c & 1)) for c in self._sets[n]))
            for start, n in self.steps(host)
        ]

    def _say(self, number: int) -> Listed:
        listed = self._listed.get(number)
        if listed is None:
            below, alone = self._named(number, 0), self._named(number, 1)
            listed = self._listed[number] = Listed(categories=below, alone=alone)
        return listed

    def _named(self, number: int, alone: int) -> tuple[str, ...]:
        names = {
            self.sources[code >> 1].category for code in self._sets[number] if code & 1 == alone
        }
        return tuple(sorted(n for n in names if self._categories is None or n in self._categories))


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
