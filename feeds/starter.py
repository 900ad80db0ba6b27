"""Reads our own data files; a mistake in them stops the start, naming file and line."""

import hashlib
import tomllib
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path
from typing import Any

from rules.family import Language
from rules.hosts import normalise

DATA = Path(__file__).parent / "data"
LANGUAGES: tuple[Language, ...] = ("vi", "en")


@dataclass(frozen=True, slots=True)
class Group:
    """Categories that are shown together: danger, play, social, watch, learn, life, around."""

    id: str
    names: Mapping[Language, str]


@dataclass(frozen=True, slots=True)
class Category:
    id: str
    names: dict[Language, str]
    descriptions: dict[Language, str]
    examples: dict[Language, tuple[str, ...]]
    icon: str
    """Name of a Tabler icon."""
    group: str
    """Plain group it is shown in: danger, play, social, watch, learn, life, around."""


@dataclass(frozen=True, slots=True)
class Service:
    id: str
    name: str
    category: str
    hosts: tuple[str, ...]
    icon: str
    popular: bool = False
    """Shown first: what children in Viet Nam use most."""
    note: str = ""
    """What to know about it, and where its hosts are known from."""
    group: str = ""
    """The file it is kept in."""
    part_of: str = ""
    """The service of which it is a part without hosts of its own, known by its addresses."""


@dataclass(frozen=True, slots=True)
class Names:
    """A plain list of ours: hosts with everything below them, hosts alone, whole categories."""

    below: tuple[str, ...] = ()
    alone: tuple[str, ...] = ()
    categories: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Unsafe:
    """A search engine that cannot be made safe from outside: its kind and id, name, hosts."""

    id: str
    name: str
    hosts: Names


@dataclass(frozen=True, slots=True)
class Inside:
    """What makes requests to an engine safe: parameters at some paths, headers by level."""

    paths: tuple[str, ...]
    params: Mapping[str, str]
    headers: Mapping[str, Mapping[str, str]]


class Starter:
    """Our data files, each read when it is first asked for."""

    def __init__(self, folder: Path = DATA) -> None:
        self.folder = folder

    @cached_property
    def groups(self) -> dict[str, Group]:
        """Groups of categories, in the order in which they are shown."""
        return {
            entry["id"]: Group(entry["id"], {language: entry[language] for language in LANGUAGES})
            for entry in self._toml("categories.toml")["group"]
        }

    @cached_property
    def categories(self) -> dict[str, Category]:
        """Categories by id, in the order in which they are shown."""
        entries = self._toml("categories.toml")["category"]
        return {entry["id"]: _category(entry) for entry in entries}

    @cached_property
    def services(self) -> dict[str, Service]:
        """Services by id."""
        found: dict[str, Service] = {}
        for path in sorted((self.folder / "services").glob("*.toml")):
            for entry in self._toml(f"services/{path.name}")["service"]:
                service = _service(entry, path)
                if service.id in found:
                    raise ValueError(f"{path.name}: there is another service {service.id}")
                found[service.id] = service
        return found

    @cached_property
    def safe(self) -> dict[str, dict[str, str]]:
        """The safe hosts to connect to instead, by the host that is asked for."""
        found: dict[str, dict[str, str]] = {}
        for entry in self._toml("safe_hosts.toml")["engine"]:
            found.update((host, dict(entry["connect_to"])) for host in _hosts_of(entry))
        return found

    @cached_property
    def inside(self) -> dict[str, Inside]:
        """What makes a request safe where it is open to us, by the host that is asked for."""
        found: dict[str, Inside] = {}
        for entry in self._toml("safe_hosts.toml")["engine"]:
            paths, params = tuple(entry.get("paths", ())), entry.get("params", {})
            made = Inside(paths, params, entry.get("headers", {}))
            found.update(dict.fromkeys(_hosts_of(entry), made))
        return found

    @cached_property
    def unsafe(self) -> tuple[Unsafe, ...]:
        """What safe search cannot reach: engines without a safe mode, hosts of what it hides."""
        data = self._toml("unsafe_engines.toml")
        return tuple(
            Unsafe(
                f"{kind}:{entry['id']}",
                entry["name"],
                Names(*(_all_checked(entry, name) for name in ("hosts", "alone"))),
            )
            for kind in ("engine", "explicit")
            for entry in data[kind]
        )

    def hosts(self) -> Iterator[tuple[str, Names]]:
        """Yield our own list of each category that has one."""
        for path in sorted((self.folder / "hosts").glob("*.txt")):
            yield path.stem, read_names(path)

    def names(self, file: str) -> Names:
        """Read one plain list: never_open.txt, never_block.txt or network_checks.txt."""
        return read_names(self.folder / file)

    def fingerprint(self) -> str:
        """Return a checksum that moves when any data file changes."""
        total = hashlib.sha256()
        for path in sorted(self.folder.rglob("*.t*t*")):
            total.update(path.name.encode() + path.read_bytes())
        return total.hexdigest()

    def _toml(self, file: str) -> dict[str, Any]:
        try:
            return tomllib.loads((self.folder / file).read_text("utf-8"))
        except tomllib.TOMLDecodeError as error:
            raise ValueError(f"{file}: {error}") from error


def read_names(path: Path) -> Names:
    """Read a plain list of ours: `host`, `=host` (this host only), `*.suffix`, `@category`."""
    below: list[str] = []
    alone: list[str] = []
    categories: list[str] = []
    for number, line in enumerate(path.read_text("utf-8").splitlines(), start=1):
        text = line.partition("#")[0].strip()
        if text.startswith("@"):
            categories.append(text[1:])
        elif text:
            kept = alone if text.startswith("=") else below
            kept.append(
                _checked(text.removeprefix("=").removeprefix("*."), f"{path.name}:{number}")
            )
    return Names(tuple(below), tuple(alone), tuple(categories))


def _hosts_of(entry: dict[str, Any]) -> list[str]:
    """List the hosts of an engine, each without its www. too where the entry says so."""
    hosts = [normalise(host) for host in entry["hosts"]]
    bare = [host.removeprefix("www.") for host in hosts] if entry.get("with_bare") else []
    return list(dict.fromkeys((*hosts, *bare)))


def _all_checked(entry: dict[str, Any], name: str) -> tuple[str, ...]:
    place = f"unsafe_engines.toml: {entry['id']}"
    return tuple(_checked(host, place) for host in entry.get(name, ()))


def _checked(host: str, place: str) -> str:
    if normalise(host) != host:
        raise ValueError(f"{place}: write {normalise(host)} instead of {host}")
    return host


def _category(entry: dict[str, Any]) -> Category:
    return Category(
        id=entry["id"],
        names={language: entry[language] for language in LANGUAGES},
        descriptions={language: entry[f"about_{language}"] for language in LANGUAGES},
        examples={
            language: tuple(entry.get(f"examples_{language}") or entry["examples"])
            for language in LANGUAGES
        },
        icon=entry["icon"],
        group=entry["group"],
    )


def _service(entry: dict[str, Any], path: Path) -> Service:
    return Service(
        id=entry["id"],
        name=entry["name"],
        category=entry["category"],
        hosts=tuple(_checked(host, f"{path.name}: {entry['id']}") for host in entry["hosts"]),
        icon=entry["icon"],
        popular=entry.get("popular", False),
        note=entry.get("note", ""),
        group=path.stem,
        part_of=entry.get("part_of", ""),
    )
