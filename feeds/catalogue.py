"""The catalogue: host -> categories, services and standing protections."""

import hashlib
from collections.abc import Mapping
from functools import lru_cache, partial
from pathlib import Path
from types import MappingProxyType

from publicsuffixlist import PublicSuffixList

from feeds.by_name import FILE, is_on
from feeds.compiled import open_lists
from feeds.index import Both, DictIndex, Index, Listed, Step
from feeds.names import NO_GUESS, Guess, guess, is_odd
from feeds.packed import Packed, Vote
from feeds.schools import is_school
from feeds.starter import Category, Group, Inside, Service, Starter
from feeds.suffixes import all_suffixes
from feeds.trust import Judged, judge
from feeds.unsafe import Unsafes
from feeds.words.searches import is_chat, speaks
from rules.explain import Sentence
from rules.family import Language
from rules.visit import NOTHING, UNLISTED, Known

__all__ = ["Catalogue", "Category", "Group", "Service", "load"]

HOT_HOSTS = 16_384
"""Answers kept at hand: a household meets far fewer hosts in a day, a school about as many."""

DANGER = "danger"
HEARD = frozenset({"search", "video", "ai"})
"""Where what people type may be heard, if the family wants it; shops and libraries are not."""


class _Desk:
    """Finds what a catalogue answers, and knows nothing of who keeps the answers.

    A ring of the two would live until the garbage collector comes, and in a door, which spares it
    what was there at the start, for ever: with it the file of lists that were replaced long ago.
    """

    def __init__(self, starter: Starter, index: Index, *, by_name: bool) -> None:
        self.index = index
        self.unsafe = Unsafes(starter.unsafe)
        self.site_of = lru_cache(HOT_HOSTS)(partial(_site_of, all_suffixes()))
        self._by_name = by_name
        self._services = starter.services
        self._safe = {host: MappingProxyType(to) for host, to in starter.safe.items()}
        self._rank = {name: rank for rank, name in enumerate(starter.categories)}
        self._dangers = frozenset(c.id for c in starter.categories.values() if c.group == DANGER)

    def find(self, host: str) -> Known:
        """Tell what is known of a host."""
        steps = self.index.walk(host)
        safe = self._safe.get(host, NOTHING)
        if not steps and not is_odd(host):
            return Known(safe=safe) if safe else UNLISTED
        found = self.judge(host, steps)
        categories = self._with_service(found)
        return Known(
            categories=categories,
            services=(found.service,) if found.service else (),
            never_open=found.never_open,
            never_block=found.never_block,
            network_check=found.network_check,
            safe=safe,
            # Every such engine is listed as one, so that other hosts need not be walked up again.
            unsafe=self.unsafe.of(host) if "search" in categories and not safe else "",
            speaks=not HEARD.isdisjoint(categories) and speaks(host),
            chats="ai" in categories and is_chat(host),
            doubtful=found.doubtful,
        )

    def judge(self, host: str, steps: list[Step]) -> Judged:
        """Weigh what is listed for a host, and its name where nothing of ours is."""
        school, looks = partial(is_school, host), partial(self.guess, host)
        return judge(host, steps, self._dangers, is_school=school, guess=looks)

    def guess(self, host: str) -> Guess:
        """Tell what the name of a host looks like, unless that is switched off."""
        return guess(host, self.site_of(host)) if self._by_name and is_odd(host) else NO_GUESS

    def _with_service(self, found: Judged) -> tuple[str, ...]:
        """Return the categories, the gravest first, with that of the service among them."""
        service = self._services.get(found.service)
        names = {*found.categories, service.category} if service else set(found.categories)
        return tuple(sorted(names, key=lambda name: (self._rank.get(name, len(self._rank)), name)))


def _site_of(suffixes: PublicSuffixList, host: str) -> str:
    if ":" in host or host.replace(".", "").isdigit():
        return host
    return suffixes.privatesuffix(host) or host


class Catalogue:
    """Immutable: built whole, swapped whole."""

    version: str
    categories: Mapping[str, Category]
    services: Mapping[str, Service]
    groups: Mapping[str, Group]
    warnings: tuple[Sentence, ...]

    def __init__(
        self,
        starter: Starter,
        index: Index,
        *,
        version: str = "",
        warnings: tuple[Sentence, ...] = (),
        by_name: bool = True,
        imported: Packed | None = None,
    ) -> None:
        self.version = version
        self.warnings = warnings
        self.groups = MappingProxyType(starter.groups)
        self.categories = MappingProxyType(starter.categories)
        self.services = MappingProxyType(starter.services)
        self._inside = starter.inside
        self._imported = imported
        self._desk = _Desk(starter, index, by_name=by_name)
        # Bounded, so that a device asking for invented names cannot fill the memory.
        self._remembered = lru_cache(HOT_HOSTS)(self._desk.find)

    def look_up(self, host: str) -> Known:
        """Tell what is known of a normalised host, walking up its parents. Never raises."""
        return self._remembered(host)

    def inside(self, host: str) -> Inside | None:
        """Tell what makes a request to an engine safe where it is open to us."""
        return self._inside.get(host)

    def name_of(self, kind: str, identifier: str, language: Language) -> str:
        """Name a category, service or group in a language; an unknown id comes back as it is."""
        if kind == "engine":
            return self._desk.unsafe.names.get(identifier, identifier)
        if kind == "service":
            service = self.services.get(identifier)
            return service.name if service else identifier
        named = (self.groups if kind == "group" else self.categories).get(identifier)
        return named.names[language] if named else identifier

    def site_of(self, host: str) -> str:
        """Return the registrable domain of a host (public suffix list), or the host itself."""
        return self._desk.site_of(host)

    def judge(self, host: str) -> Judged:
        """Weigh what is listed for a normalised host, and its name where nothing of ours is."""
        return self._desk.judge(host, self._desk.index.walk(host))

    def guess(self, host: str) -> Guess:
        """Tell what the name of a host looks like, unless that is switched off."""
        return self._desk.guess(host)

    def votes(self, host: str) -> list[tuple[str, tuple[Vote, ...]]]:
        """Return which imported lists name a host or a parent of it, the nearest name first."""
        return self._imported.votes(host) if self._imported else []


def load(lists: Path | None = None) -> Catalogue:
    """Load our starter catalogue and the adult's imported lists from a folder.

    Sites that are listed nowhere are judged by their name, unless that is switched off there.

    A damaged imported list is left out and named in `Catalogue.warnings`; ours must be sound.
    """
    starter = Starter()
    ours = DictIndex()
    _add_starter(ours, starter)
    by_name = lists is None or is_on(lists)
    version = starter.fingerprint() if by_name else f"{starter.fingerprint()} {FILE}"
    opened = open_lists(lists, starter.categories) if lists else None
    if not opened or not opened.mark:
        return Catalogue(starter, ours, version=_mark(version), by_name=by_name)
    packed = opened.packed
    homeless = (
        s.name for s in (packed.sources if packed else ()) if s.category not in starter.categories
    )
    return Catalogue(
        starter,
        Both(ours, packed) if packed else ours,
        version=_mark(version, opened.mark),
        warnings=(
            *opened.warnings,
            *(Sentence("The list “{name}” has no category.", {"name": name}) for name in homeless),
        ),
        by_name=by_name,
        imported=packed,
    )


def _mark(*parts: str) -> str:
    return hashlib.sha256(" ".join(parts).encode()).hexdigest()[:16]


def _add_starter(index: DictIndex, starter: Starter) -> None:
    for service in starter.services.values():
        index.add(service.hosts, Listed(service=service.id))
    of_category: dict[str, tuple[str, ...]] = {}
    for category, names in starter.hosts():
        index.add(names.below, Listed(categories=(category,)))
        index.add(names.alone, Listed(alone=(category,)))
        of_category[category] = names.below
    for engine in starter.unsafe:
        index.add(engine.hosts.below, Listed(categories=("search",)))
        index.add(engine.hosts.alone, Listed(alone=("search",)))
    checks = starter.names("network_checks.txt")
    index.add(checks.alone, Listed(alone=("system",), network_check=True))
    for file, said in (
        ("never_open.txt", Listed(never_open=True)),
        ("never_block.txt", Listed(never_block=True)),
    ):
        names = starter.names(file)
        index.add(names.below, said)
        for category in names.categories:
            index.add(of_category.get(category, ()), said)
            index.add(_hosts_of_services(starter, category), said)


def _hosts_of_services(starter: Starter, category: str) -> list[str]:
    services = (s for s in starter.services.values() if s.category == category)
    return [host for service in services for host in service.hosts]
