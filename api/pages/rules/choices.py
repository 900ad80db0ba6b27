"""What the rules form offers: categories in plain groups, services with the popular ones first."""

from collections.abc import Container, Iterator, Sequence
from dataclasses import dataclass
from datetime import date, timedelta

from babel.dates import format_date

from api.choosing import plain
from api.labels import Labels
from feeds.catalogue import Category, Service
from rules.scope import EVERYTHING, ScopeKind, category, service, split
from words.speech import Speech

A_MONDAY = date(2026, 1, 5)
FINISH, SLOW = (0, 5, 10, 15, 20, 30), (0, 3, 5, 10, 15)
"""Minutes on offer."""
MOST_FOUND = 30
FIRST = (
    *("youtube", "tiktok", "facebook", "messenger", "zalo", "instagram"),
    *("roblox", "minecraft", "free-fire", "lien-quan", "discord", "chatgpt"),
)
"""The apps that parents in Viet Nam decide about first."""
HIDDEN_GROUP = "around"
"""What works behind web pages; nobody limits the time of it."""


@dataclass(frozen=True, slots=True)
class CategoryChoice:
    id: str
    name: str
    about: str
    examples: str
    icon: str


@dataclass(frozen=True, slots=True)
class CategoryGroup:
    id: str
    name: str
    categories: tuple[CategoryChoice, ...]


@dataclass(frozen=True, slots=True)
class ServiceChoice:
    id: str
    name: str
    icon: str
    category: str
    category_name: str
    is_first: bool
    """Stands in the page from the beginning; all others are folded by their kind."""
    kind_icon: str


@dataclass(frozen=True, slots=True)
class AppKind:
    """The less usual apps of a kind of site."""

    id: str
    name: str
    icon: str
    apps: tuple[ServiceChoice, ...]
    opened: bool
    """They stand in the page; else they are fetched when somebody unfolds them."""


@dataclass(frozen=True, slots=True)
class AppsLaidOut:
    """The page of apps: few first, the others folded."""

    first: tuple[ServiceChoice, ...]
    kinds: tuple[AppKind, ...]


@dataclass(frozen=True, slots=True)
class ScopeChoice:
    scope: str
    name: str


@dataclass(frozen=True, slots=True)
class Day:
    """A day of the week on a button."""

    number: int
    short: str
    name: str


@dataclass(frozen=True, slots=True)
class Choices:
    """What the form offers."""

    groups: tuple[CategoryGroup, ...]
    services: tuple[ServiceChoice, ...]
    scopes: tuple[ScopeChoice, ...]
    days: tuple[Day, ...]

    def laid_out(
        self, decided: Container[str], used: Sequence[str] = (), opened: str = ""
    ) -> AppsLaidOut:
        """Lay the apps out: decided, used and usual ones first, the others folded by their kind."""
        first = [
            each for each in self.services if each.is_first or each.id in decided or each.id in used
        ]
        kinds: dict[str, list[ServiceChoice]] = {}
        for each in self.services:
            if each not in first:
                kinds.setdefault(each.category, []).append(each)
        place = {name: number for number, name in enumerate((*used, *FIRST))}
        # What was decided comes first, then what is used most, then what is usual.
        first.sort(key=lambda each: (each.id not in decided, place.get(each.id, 0)))
        folded = [
            AppKind(kind, apps[0].category_name, apps[0].kind_icon, tuple(apps), kind == opened)
            for kind, apps in kinds.items()
        ]
        return AppsLaidOut(tuple(first), tuple(sorted(folded, key=lambda each: each.name)))

    def of_kind(self, kind: str) -> list[ServiceChoice]:
        """Return the less usual apps of a kind."""
        return [each for each in self.services if each.category == kind and not each.is_first]

    def found(self, wanted: str) -> list[ServiceChoice]:
        """Return the apps whose name or kind holds a word, written with or without its marks."""
        word = plain(wanted.strip())
        if not word:
            return []
        best = [each for each in self.services if word in plain(each.name)]
        more = [each for each in self.services if word in plain(each.category_name)]
        return list(dict.fromkeys((*best, *more)))[:MOST_FOUND]

    def finish(self, chosen: str) -> list[str]:
        """Offer minutes in which a running video may end, and what is chosen by now."""
        return _with(FINISH, chosen)

    def slow(self, chosen: str) -> list[str]:
        """Offer slow minutes before an end."""
        return _with(SLOW, chosen)

    @property
    def icons(self) -> list[str]:
        """Return each icon the kinds of sites repeat, once."""
        return sorted({each.icon for group in self.groups for each in group.categories})

    def named(self, scope: str, *, every: bool = False) -> list[ScopeChoice]:
        """Return what a row may be about: kinds of sites, usual apps and the one chosen, or all."""
        usual = {service(each.id) for each in self.services if each.is_first} | {scope}
        return [
            each
            for each in self.scopes
            if every or each.scope in usual or split(each.scope)[0] is not ScopeKind.SERVICE
        ]


def _with(usual: tuple[int, ...], chosen: str) -> list[str]:
    more = {int(chosen)} if chosen.isdecimal() else set()
    return [str(minutes) for minutes in sorted({*usual, *more})]


def choices_of(labels: Labels) -> Choices:
    """Lay out everything a policy can speak about, in the reader's language."""
    return Choices(
        groups=tuple(_groups(labels)),
        services=tuple(_services(labels)),
        scopes=tuple(_scopes(labels)),
        days=days_of(labels.speech),
    )


def days_of(speech: Speech) -> tuple[Day, ...]:
    """Name the seven days, Monday first."""
    dates = [A_MONDAY + timedelta(days=number) for number in range(7)]
    return tuple(
        Day(number, format_date(day, "EEEEEE", locale=speech.language), speech.weekday(day))
        for number, day in enumerate(dates)
    )


def _groups(labels: Labels) -> Iterator[CategoryGroup]:
    for group in labels.catalogue.groups.values():
        members = [each for each in labels.catalogue.categories.values() if each.group == group.id]
        choices = tuple(_category(labels, each) for each in members)
        yield CategoryGroup(group.id, labels.of("group", group.id), choices)


def _category(labels: Labels, each: Category) -> CategoryChoice:
    language = labels.speech.language
    about, examples = each.descriptions[language], ", ".join(each.examples[language])
    return CategoryChoice(each.id, labels.category(each.id).name, about, examples, each.icon)


def _services(labels: Labels) -> Iterator[ServiceChoice]:
    def order(each: Service) -> tuple[bool, str]:
        return not each.popular, each.name.lower()

    for each in sorted(labels.catalogue.services.values(), key=order):
        if each.part_of:
            # It is decided on beside what it is a part of.
            continue
        about = labels.category(each.category).name
        kind = labels.catalogue.categories[each.category]
        is_first = each.id in FIRST
        yield ServiceChoice(
            each.id, each.name, each.icon, each.category, about, is_first, kind.icon
        )


def _scopes(labels: Labels) -> Iterator[ScopeChoice]:
    yield ScopeChoice(EVERYTHING, labels.speech.say("Everything"))
    for each in labels.catalogue.categories.values():
        if each.group != HIDDEN_GROUP:
            yield ScopeChoice(category(each.id), labels.category(each.id).name)
    for found in sorted(labels.catalogue.services.values(), key=lambda one: one.name.lower()):
        yield ScopeChoice(service(found.id), found.name)
