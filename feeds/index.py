"""The index: what all lists together say of one host name, without walking its parents."""

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Protocol


@dataclass(frozen=True, slots=True)
class Listed:
    """What the lists say of a host name."""

    categories: tuple[str, ...] = ()
    """For this host and everything below it."""
    alone: tuple[str, ...] = ()
    """For this host only."""
    service: str = ""
    never_open: bool = False
    never_block: bool = False


class Index(Protocol):
    """Finds what is listed for a name: a dictionary today, a memory-mapped file one day."""

    def find(self, host: str) -> Listed | None:
        """Return what is listed for exactly this name."""
        ...


class DictIndex:
    """An index in memory. Hosts that are listed alike share one value."""

    def __init__(self) -> None:
        self._listed: dict[str, Listed] = {}
        self._merged: dict[tuple[Listed, Listed], Listed] = {}
        self.find = self._listed.get

    def __len__(self) -> int:
        return len(self._listed)

    def add(self, hosts: Iterable[str], said: Listed) -> None:
        """Note the same thing of many hosts, next to what is noted of them already."""
        listed = self._listed
        for host in hosts:
            before = listed.get(host)
            listed[host] = said if before is None else self._merge(before, said)

    def _merge(self, before: Listed, said: Listed) -> Listed:
        both = self._merged.get((before, said))
        if both is None:
            both = self._merged[before, said] = _union(before, said)
        return both


def _union(one: Listed, other: Listed) -> Listed:
    return Listed(
        categories=tuple(sorted({*one.categories, *other.categories})),
        alone=tuple(sorted({*one.alone, *other.alone})),
        service=one.service or other.service,
        never_open=one.never_open or other.never_open,
        never_block=one.never_block or other.never_block,
    )
