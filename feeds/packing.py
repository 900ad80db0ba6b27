"""Writes the file of all imported lists, in little memory: rows are sorted part by part."""

import json
import os
import secrets
from array import array
from collections.abc import Iterable, Iterator, Sequence
from hashlib import blake2b
from itertools import groupby
from pathlib import Path
from struct import Struct
from zlib import crc32

from feeds.packed import BIT, CRC_BITS, FRONT, KEY_BYTES, MAGIC, PLACE, Source

ROW = Struct(f">I{KEY_BYTES}sH")
"""Checksum and hash of a name, and what one list says of it."""
PART_BITS = 6
FEWEST_BITS = 6
NAMED_BITS = 24
"""Files grow no further than buckets for 32 million names."""
MOST_LISTS = 1 << 15
WIDE = 1 << 16
NARROW = 2
"""Bytes of the number of a set, unless there are very many."""


class Packer:
    """Gathers names with what is said of them, then writes one file."""

    def __init__(self, names: int) -> None:
        """Begin a file for about so many names; more or fewer cost only speed."""
        self._bucket_bits = min(max(FEWEST_BITS, (names // 3).bit_length()), NAMED_BITS)
        self._salt = secrets.token_bytes(blake2b.SALT_SIZE)
        self._rows = [bytearray() for _ in range(1 << PART_BITS)]
        self._filter = array("I", bytes(4 << self._bucket_bits))
        self._sets: dict[tuple[int, ...], int] = {}

    def add(self, hosts: Iterable[str], number: int, *, alone: bool) -> None:
        """Note that the list of that number names these hosts, alone or with all below them."""
        if number >= MOST_LISTS:
            raise ValueError(f"there is no room for list {number}")
        code, rows, pack = number << 1 | alone, self._rows, ROW.pack
        salt = self._salt
        bits, shift = self._filter, CRC_BITS - self._bucket_bits
        for host in hosts:
            name = host.encode("ascii")
            crc = crc32(name)
            key = blake2b(name, digest_size=KEY_BYTES, salt=salt).digest()
            rows[crc >> CRC_BITS - PART_BITS] += pack(crc, key, code)
            bits[crc >> shift] |= 1 << (crc & BIT)
            # The walk comes down from the top: it must be let through to here.
            dot = name.find(b".") + 1
            while dot:
                crc = crc32(name[dot:])
                bits[crc >> shift] |= 1 << (crc & BIT)
                dot = name.find(b".", dot) + 1

    def write(self, path: Path, sources: Sequence[Source], left_out: Sequence[str] = ()) -> int:
        """Write the file, whole or not at all; return the number of names."""
        keys, sets = bytearray(), array("I")
        table = array("Q", bytes(8 * ((1 << self._bucket_bits) + 1)))
        shift = CRC_BITS - self._bucket_bits
        for crc, key, number in self._merged():
            keys += key
            sets.append(number)
            table[(crc >> shift) + 1] += 1
        place = 0
        for bucket, bits in enumerate(self._filter):
            place += table[bucket]
            table[bucket] = place << PLACE | bits
        table[-1] = len(sets) << PLACE
        set_bytes = 4 if len(self._sets) > WIDE else NARROW
        about = {
            "names": len(sets),
            "bucket_bits": self._bucket_bits,
            "salt": self._salt.hex(),
            "lists": sources,
            "left_out": left_out,
            "sets": list(self._sets),
            "set_bytes": set_bytes,
        }
        _write(path, about, [table, _records(keys, sets, set_bytes)])
        return len(sets)

    def _merged(self) -> Iterator[tuple[int, bytes, int]]:
        """Yield checksum and hash of each name once, in order, with the number of its set."""
        for part in self._rows:
            rows = sorted(bytes(part[at : at + ROW.size]) for at in range(0, len(part), ROW.size))
            part.clear()
            for (crc, key), same in groupby(map(ROW.unpack, rows), key=lambda row: row[:2]):
                codes = tuple(dict.fromkeys(code for _, _, code in same))
                yield crc, key, self._sets.setdefault(codes, len(self._sets))


def _records(keys: bytearray, sets: array[int], set_bytes: int) -> bytearray:
    """Put the number of its set behind each hash."""
    size = KEY_BYTES + set_bytes
    records = bytearray(size * len(sets))
    numbers = array("H" if set_bytes == NARROW else "I", sets).tobytes()
    for at in range(KEY_BYTES):
        records[at::size] = keys[at::KEY_BYTES]
    for at in range(set_bytes):
        records[KEY_BYTES + at :: size] = numbers[at::set_bytes]
    return records


def _write(path: Path, about: dict[str, object], columns: list[bytearray | array[int]]) -> None:
    head = json.dumps(about, separators=(",", ":"), ensure_ascii=False).encode()
    head += b" " * (-(len(head) + FRONT.size) % 8)
    parts = [memoryview(head), *(memoryview(column).cast("B") for column in columns)]
    size = FRONT.size + sum(map(len, parts))
    # The two lengths are checked too: they are where the checksum begins.
    checksum = len(head) ^ size
    for part in parts:
        checksum = crc32(part, checksum)
    beside = path.with_suffix(f".{os.getpid()}.new")
    try:
        with beside.open("wb") as file:
            file.write(FRONT.pack(MAGIC, len(head), checksum, size))
            file.writelines(parts)
            file.flush()
            os.fsync(file.fileno())
        beside.replace(path)
    finally:
        beside.unlink(missing_ok=True)
