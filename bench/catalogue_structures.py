"""The structures that were tried for the imported lists, each with the same two verbs."""

import mmap
import sqlite3
import struct
from array import array
from bisect import bisect_left
from collections.abc import Callable, Iterable, Iterator
from hashlib import blake2b
from itertools import groupby
from pathlib import Path
from typing import NamedTuple

import lmdb
import marisa_trie

from feeds.packed import Packed, Source
from feeds.packing import Packer

DOMAINS = 5_800_000

type Row = tuple[str, tuple[int, ...]]
type LookUp = Callable[[str], object]


class Structure(NamedTuple):
    """How to write a structure, and how to open it for look-ups that walk up."""

    build: Callable[[Iterable[Row], Path], None]
    open: Callable[[Path], LookUp]


class Sets:
    """Numbers for combinations of categories."""

    def __init__(self) -> None:
        self.numbers: dict[tuple[int, ...], int] = {}

    def __call__(self, categories: tuple[int, ...]) -> int:
        """Return the number of a combination."""
        return self.numbers.setdefault(categories, len(self.numbers))


def parents(host: str) -> Iterator[str]:
    """Walk up, without the top-level domain."""
    while "." in host:
        yield host
        host = host.partition(".")[2]


def build_packed(rows: Iterable[Row], path: Path) -> None:
    """Write the file of `feeds.packed`."""
    packer = Packer(DOMAINS)
    for number, same in groupby(_votes(rows), key=lambda vote: vote[0]):
        packer.add((domain for _, domain in same), number, alone=False)
    packer.write(path, [Source(str(n), f"List {n}", f"category-{n}") for n in range(60)])


def _votes(rows: Iterable[Row]) -> Iterator[tuple[int, str]]:
    for domain, categories in rows:
        for category in categories:
            yield category, domain


def open_packed(path: Path) -> LookUp:
    """Open the file of `feeds.packed`."""
    return Packed(path).walk


def hashed(name: str) -> int:
    """Return 64 bits of a name."""
    return int.from_bytes(blake2b(name.encode(), digest_size=8).digest(), "little")


def build_sorted(rows: Iterable[Row], path: Path) -> None:
    """Write an array of sorted 64-bit hashes, and one of the sets next to it."""
    sets = Sets()
    pairs = sorted(hashed(domain) << 16 | sets(categories) for domain, categories in rows)
    with path.open("wb") as file:
        array("Q", (pair >> 16 for pair in pairs)).tofile(file)
        array("H", (pair & 0xFFFF for pair in pairs)).tofile(file)


def open_sorted(path: Path) -> LookUp:
    """Search the sorted hashes by halving."""
    with path.open("rb") as file:
        view = memoryview(mmap.mmap(file.fileno(), 0, access=mmap.ACCESS_READ))
    names = len(view) // 10
    keys, sets = view[: names * 8].cast("Q"), view[names * 8 :].cast("H")

    def look_up(host: str) -> list[int]:
        found = []
        for name in parents(host):
            key = hashed(name)
            at = bisect_left(keys, key)
            if at < names and keys[at] == key:
                found.append(sets[at])
        return found

    return look_up


def turned(name: str) -> str:
    """Write a name backwards with a sign at its end, so that parents are prefixes."""
    return name[::-1] + "."


def build_marisa(rows: Iterable[Row], path: Path) -> None:
    """Write a trie of names, and an array with the set of each."""
    sets, kept = Sets(), []

    def keys() -> Iterator[str]:
        for domain, categories in rows:
            kept.append((domain, sets(categories)))
            yield turned(domain)

    trie = marisa_trie.Trie(keys())
    trie.save(str(path))
    of_key = array("H", bytes(2 * len(trie)))
    for domain, number in kept:
        of_key[trie[turned(domain)]] = number
    path.with_suffix(".sets").write_bytes(of_key.tobytes())


def open_marisa(path: Path) -> LookUp:
    """Map the trie; all parents of a host come from one call."""
    trie = marisa_trie.Trie()
    trie.mmap(str(path))
    with path.with_suffix(".sets").open("rb") as file:
        sets = memoryview(mmap.mmap(file.fileno(), 0, access=mmap.ACCESS_READ)).cast("H")
    return lambda host: [sets[n] for _, n in trie.iter_prefixes_with_ids(turned(host))]


def build_lmdb(rows: Iterable[Row], path: Path) -> None:
    """Write a B+ tree of names."""
    sets, pack = Sets(), struct.Struct("<H").pack
    with lmdb.open(str(path), map_size=4 << 30, subdir=False, lock=False) as base:
        pairs = sorted((domain.encode(), sets(categories)) for domain, categories in rows)
        with base.begin(write=True) as transaction:
            transaction.cursor().putmulti(
                ((domain, pack(number)) for domain, number in pairs), append=True
            )


def open_lmdb(path: Path) -> LookUp:
    """Ask for each parent within one open transaction."""
    get = lmdb.open(str(path), readonly=True, subdir=False, lock=False).begin().get
    return lambda host: [said for name in parents(host) if (said := get(name.encode()))]


def build_sqlite(rows: Iterable[Row], path: Path) -> None:
    """Write a table that is its own index."""
    sets = Sets()
    base = sqlite3.connect(path)
    base.execute("PRAGMA journal_mode = OFF")
    base.execute("CREATE TABLE listed (host TEXT PRIMARY KEY, number INTEGER) WITHOUT ROWID")
    pairs = sorted((domain, sets(categories)) for domain, categories in rows)
    base.executemany("INSERT INTO listed VALUES (?, ?)", pairs)
    base.commit()
    base.close()


def open_sqlite(path: Path) -> LookUp:
    """Ask for each parent by its key."""
    base = sqlite3.connect(f"file:{path}?mode=ro&immutable=1", uri=True)
    base.execute("PRAGMA mmap_size = 1073741824")
    ask = base.cursor().execute
    query = "SELECT number FROM listed WHERE host = ?"
    return lambda host: [r for name in parents(host) if (r := ask(query, (name,)).fetchone())]


MADE: dict[str, int] = {}


def build_dict(rows: Iterable[Row], _path: Path) -> None:
    """Fill a dictionary: what every process would have to build and to hold for itself."""
    sets = Sets()
    MADE.update((domain, sets(categories)) for domain, categories in rows)


def open_dict(_path: Path) -> LookUp:
    """Ask the dictionary of this process."""
    return lambda host: [MADE[name] for name in parents(host) if name in MADE]


STRUCTURES = {
    "packed buckets (ours)": Structure(build_packed, open_packed),
    "sorted 64-bit hashes": Structure(build_sorted, open_sorted),
    "marisa-trie": Structure(build_marisa, open_marisa),
    "LMDB": Structure(build_lmdb, open_lmdb),
    "SQLite": Structure(build_sqlite, open_sqlite),
    "dictionary in memory": Structure(build_dict, open_dict),
}
