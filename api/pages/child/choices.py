"""What the rules form offers: categories in plain groups, services with the popular ones first."""

from collections.abc import Container, Iterable, Iterator
from dataclasses import dataclass
from datetime import date, timedelta

from babel.dates import format_date

from api.labels import Labels
from feeds.catalogue import Category, Service
from rules.scope import EVERYTHING, ScopeKind, category, service, split
from words.speech import Speech

A_MONDAY = date(2026, 1, 5)
FINISH, SLOW = (0, 5, 10, 15, 20, 30), (0, 3, 5, 10, 15)
"""Minutes on offer."""
FIRST_GROUPS = frozenset({"play", "social", "watch"})
"""What parents decide about first."""
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
    popular: bool
    is_first: bool
    """Stands in the page from the beginning; all others are fetched when the page is there."""


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
    """What the form offers; it is long, so only `shown` services stand in it from the beginning."""

    groups: tuple[CategoryGroup, ...]
    services: tuple[ServiceChoice, ...]
    scopes: tuple[ScopeChoice, ...]
    days: tuple[Day, ...]

    def shown(self, decided: Container[str], *, every: bool) -> tuple[ServiceChoice, ...]:
        """Return the services in the page: the usual ones, and each that was decided about."""
        return tuple(each for each in self.services if every or each.is_first or each.id in decided)

    def finish(self, chosen: str) -> list[str]:
        """Offer minutes in which a running video may end, and what is chosen by now."""
        return _with(FINISH, chosen)

    def slow(self, chosen: str) -> list[str]:
        """Offer slow minutes before an end."""
        return _with(SLOW, chosen)

    def icons(self, shown: Iterable[ServiceChoice]) -> list[str]:
        """Return each icon the lists repeat, once."""
        kinds = {each.icon for group in self.groups for each in group.categories}
        return sorted(kinds.union(each.icon for each in shown))

    def named(self, scope: str, *, every: bool) -> list[ScopeChoice]:
        """Return what a row may be about: categories, the service chosen, or every service."""
        apps = ScopeKind.SERVICE
        return [
            each
            for each in self.scopes
            if every or each.scope == scope or split(each.scope)[0] is not apps
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
        is_first = each.popular and labels.catalogue.categories[each.category].group in FIRST_GROUPS
        yield ServiceChoice(
            each.id, each.name, each.icon, each.category, about, each.popular, is_first
        )


def _scopes(labels: Labels) -> Iterator[ScopeChoice]:
    yield ScopeChoice(EVERYTHING, labels.speech.say("Everything"))
    for each in labels.catalogue.categories.values():
        if each.group != HIDDEN_GROUP:
            yield ScopeChoice(category(each.id), labels.category(each.id).name)
    for found in sorted(labels.catalogue.services.values(), key=lambda one: one.name.lower()):
        yield ScopeChoice(service(found.id), found.name)
