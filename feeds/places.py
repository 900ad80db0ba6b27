"""Finds where a name stands in our own files, by reading them: nothing is kept for it."""

import re
from collections.abc import Iterator
from pathlib import Path
from typing import NamedTuple

from feeds.starter import DATA
from rules.hosts import parents

ID = re.compile(r'id = "([a-z0-9_-]+)"')
QUOTED = re.compile(r'"([^"]+)"')


class Place(NamedTuple):
    """A line of one of our files that names a host or a parent of it."""

    kind: str
    """ours, service, helpline or private: see `feeds.why.By`."""
    file: str
    line: int
    entry: str
    says: str
    """The category or service; empty for what only protects."""


def places_of(host: str, folder: Path = DATA) -> list[Place]:
    """List where a host stands, or a parent of it; the nearest name first."""
    names = {name: depth for depth, name in enumerate(parents(host))}
    found = [*_in_services(names, folder), *_in_plain(names, host, folder)]
    return sorted(found, key=lambda place: (names[_bare(place.entry)], place.kind, place.file))


def _in_services(names: dict[str, int], folder: Path) -> Iterator[Place]:
    for path in sorted((folder / "services").glob("*.toml")):
        service, is_hosts = "", False
        for number, line in enumerate(path.read_text("utf-8").splitlines(), start=1):
            if given := ID.fullmatch(line.partition("#")[0].strip()):
                service = given[1]
            is_hosts = line.startswith("hosts") or (is_hosts and " = " not in line)
            for entry in QUOTED.findall(line) if is_hosts else ():
                if entry in names:
                    yield Place("service", f"services/{path.name}", number, entry, service)


def _in_plain(names: dict[str, int], host: str, folder: Path) -> Iterator[Place]:
    files = [("ours", path, path.stem) for path in sorted((folder / "hosts").glob("*.txt"))]
    files += [
        ("helpline", folder / "never_block.txt", ""),
        ("private", folder / "never_open.txt", ""),
        ("ours", folder / "network_checks.txt", "system"),
    ]
    for kind, path, says in files:
        for number, line in enumerate(path.read_text("utf-8").splitlines(), start=1):
            entry = line.partition("#")[0].strip()
            bare = _bare(entry)
            if bare in names and (not entry.startswith("=") or host in (bare, f"www.{bare}")):
                yield Place(kind, path.relative_to(folder).as_posix(), number, entry, says)


def _bare(entry: str) -> str:
    return entry.removeprefix("=").removeprefix("*.")
