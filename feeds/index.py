"""The index: what all lists together say of one host name, without walking its parents."""

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Protocol

from rules.hosts import parents

type Votes = tuple[tuple[str, int], ...]
"""Categories, each with the weights of the lists that name it added up."""


@dataclass(frozen=True, slots=True)
class Listed:
    """What is listed for a host name: our own word, and the votes of imported lists."""

    categories: tuple[str, ...] = ()
    """For this host and everything below it."""
    alone: tuple[str, ...] = ()
    """For this host and its www only."""
    service: str = ""
    never_open: bool = False
    never_block: bool = False
    network_check: bool = False
    """For this host and its www only."""
    votes: Votes = ()
    """Of imported lists, for this host and everything below it."""
    votes_alone: Votes = ()


type Step = tuple[str, Listed]
"""A name on the way up from a host, and what is listed for it."""


class Index(Protocol):
    """Finds what is listed for a host on the way up: a dictionary, a memory-mapped file, both."""

    def walk(self, host: str) -> list[Step]:
        """Return what is listed for the host and its parents, the nearest first."""
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

    def walk(self, host: str) -> list[Step]:
        """Return what is listed for the host and its parents, the nearest first."""
        find = self._listed.get
        return [(name, listed) for name in parents(host) if (listed := find(name))]

    def _merge(self, before: Listed, said: Listed) -> Listed:
        both = self._merged.get((before, said))
        if both is None:
            both = self._merged[before, said] = _union(before, said)
        return both


class Both:
    """Two indexes asked as one: ours in memory, the imported lists in their file."""

    def __init__(self, ours: Index, imported: Index) -> None:
        self._ours = ours
        self._imported = imported

    def walk(self, host: str) -> list[Step]:
        """Return what is listed for the host and its parents, the nearest first."""
        ours, imported = self._ours.walk(host), self._imported.walk(host)
        if not imported or not ours:
            return ours or imported
        found = dict(ours)
        for name, listed in imported:
            found[name] = _union(found[name], listed) if name in found else listed
        return sorted(found.items(), key=lambda step: -len(step[0]))


def _union(one: Listed, other: Listed) -> Listed:
    return Listed(
        categories=tuple(sorted({*one.categories, *other.categories})),
        alone=tuple(sorted({*one.alone, *other.alone})),
        service=one.service or other.service,
        never_open=one.never_open or other.never_open,
        never_block=one.never_block or other.never_block,
        network_check=one.network_check or other.network_check,
        votes=_added(one.votes, other.votes),
        votes_alone=_added(one.votes_alone, other.votes_alone),
    )


def _added(one: Votes, other: Votes) -> Votes:
    if not one or not other:
        return one or other
    weights = dict(one)
    for category, weight in other:
        weights[category] = weights.get(category, 0) + weight
    return tuple(sorted(weights.items()))
