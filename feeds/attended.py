"""When a minute with a service counts as used: thresholds by service and by category."""

import tomllib
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any

from rules.visit import Known

FILE = Path(__file__).parent / "data" / "attended.toml"
KB = 1000


@dataclass(frozen=True, slots=True)
class Attended:
    """What makes a minute one that was used."""

    bytes: int
    """Both ways, within one minute."""
    connections: int
    """New ones within one minute: a page being opened, seen as tunnels."""
    media: bool = False
    """It flows on while someone only watches, listens or plays."""
    never: bool = False
    """Devices fetch it by themselves."""


@dataclass(frozen=True, slots=True)
class Thresholds:
    """All thresholds; a service's own come before those of its categories."""

    default: Attended
    categories: Mapping[str, Attended]
    services: Mapping[str, Attended]

    def of(self, known: Known) -> Attended:
        """Find what counts for a site; of several categories the easiest to reach."""
        categories = self._found(self.categories, known.categories)
        if any(each.never for each in categories):
            return Attended(0, 0, never=True)
        found = self._found(self.services, known.services) or categories
        return min(found, key=lambda each: each.bytes, default=self.default)

    @staticmethod
    def _found(table: Mapping[str, Attended], names: Iterable[str]) -> list[Attended]:
        return [table[name] for name in names if name in table]


@cache
def thresholds(file: Path = FILE) -> Thresholds:
    """Read the thresholds; a mistake in our own file stops the start."""
    read = tomllib.loads(file.read_text("utf-8"))
    default = _attended(read["default"], None)
    return Thresholds(default, _table(read, "category", default), _table(read, "service", default))


def _table(read: Mapping[str, Any], kind: str, default: Attended) -> dict[str, Attended]:
    return {name: _attended(entry, default) for name, entry in read.get(kind, {}).items()}


def _attended(entry: Mapping[str, Any], default: Attended | None) -> Attended:
    unknown = set(entry) - {"kilobytes", "connections", "media", "never"}
    if unknown:
        raise ValueError(f"{FILE.name}: {', '.join(sorted(unknown))} means nothing here")
    return Attended(
        bytes=entry["kilobytes"] * KB if "kilobytes" in entry else default.bytes if default else 0,
        connections=entry.get("connections", default.connections if default else 0),
        media=entry.get("media", False),
        never=entry.get("never", False),
    )
