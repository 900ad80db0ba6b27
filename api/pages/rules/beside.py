"""What wider layers say beside each setting of a form, in the reader's language."""

from collections.abc import Iterator
from dataclasses import dataclass

from api.labels import Labels
from api.needs import Desk
from api.pages.rules import brief
from api.pages.rules.parts import Part
from api.pages.rules.whose import Other, Whose
from rules import explain
from rules.beside import Remark, Wider, remarks, sometimes
from rules.compile import compile_layers
from rules.decide import decide
from rules.policy import Hours, HoursEffect, Policy
from rules.scope import EVERYTHING
from rules.sentences import Sentence
from rules.spent import Spent
from rules.values import Choice
from rules.verdict import Reason
from rules.visit import Visit

PASSING = (Reason.HOURS, Reason.ALLOWANCE)
"""What closes a site at times only."""
MOST_SITES = 200


@dataclass(frozen=True, slots=True)
class Said:
    """What another layer says of a part."""

    other: Other
    lines: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Beside:
    """What stands beside the settings of one form."""

    whose: Whose
    above: tuple[Said, ...]
    """What each wider layer says of the whole part."""
    sometimes: tuple[str, ...]
    said: dict[str, list[str]]
    excepted: frozenset[str]
    """Apps that a wider layer allows while it blocks their kind."""

    def at(self, place: str) -> list[str]:
        """Return the remarks at a place."""
        return self.said.get(place, [])

    def app(self, service: str, category: str) -> list[str]:
        """Return the remarks about an app: about itself, else about its kind."""
        of_kind = [] if service in self.excepted else self.at(f"kind:{category}")
        return self.at(f"service:{service}") or of_kind

    def hours(self, scope: str) -> list[dict[str, object]]:
        """Return the windows in which a wider layer closes this, for the painted week."""
        return [
            {
                "by": other.name,
                "opens": hours.effect is HoursEffect.ONLY,
                "windows": _windows(hours),
            }
            for other in self.whose.wider
            for hours in other.policy.hours
            if hours.scope in (EVERYTHING, scope)
        ]


def said(part: Part, policy: Policy, labels: Labels) -> tuple[str, ...]:
    """Say a part of a policy, line by line."""
    return tuple(line.text for line in brief.of_part(part.name, policy, labels))


def wider(part: Part, whose: Whose, labels: Labels) -> tuple[Said, ...]:
    """Say what the layers above say of a part; nothing where only the narrowest decides."""
    if part.narrowest:
        return ()
    found = (Said(other, said(part, other.policy, labels)) for other in whose.wider)
    return tuple(each for each in found if each.lines)


def beside_of(desk: Desk, whose: Whose, part: Part, policy: Policy, labels: Labels) -> Beside:
    """Say what wider layers make of a part of the rules."""
    layers = [Wider(other.layer, other.name, other.policy) for other in whose.wider]
    said: dict[str, list[str]] = {}
    if not part.narrowest:
        for place, sentence in (*remarks(layers), *_sites(desk, layers, policy)):
            said.setdefault(place, []).append(desk.speech.sentence(sentence, desk.now))
    at_times = tuple(desk.speech.sentence(each) for each in sometimes(layers))
    above = wider(part, whose, labels)
    excepted = frozenset(
        name
        for other in whose.wider
        for name, choice in other.policy.services.items()
        if choice is Choice.ALLOW
    )
    return Beside(whose, above, at_times if above else (), said, excepted)


def _sites(desk: Desk, layers: list[Wider], policy: Policy) -> Iterator[Remark]:
    """Name the sites of the allow list that a wider layer keeps closed, and why."""
    if not layers:
        return
    book = compile_layers(tuple((each.layer, each.policy) for each in layers), desk.family.zone)
    for host in policy.allow[:MOST_SITES]:
        visit = Visit(host, desk.panel.catalogue.look_up(host))
        verdict = decide(book, visit, desk.now, Spent())
        if verdict.blocks and verdict.reason not in PASSING:
            values = {"site": host, "why": explain.for_parent(verdict._replace(until=None))}
            yield Remark("allow", Sentence("{site} stays closed. {why}", values))


def _opens(hours: Hours) -> bool:
    return hours.effect is HoursEffect.ONLY


def _windows(hours: Hours) -> list[dict[str, object]]:
    return [
        {"days": window.days, "start": _minute(window.start), "end": _minute(window.end)}
        for window in hours.windows
    ]


def _minute(text: str) -> int:
    hour, minute = text.split(":")
    return int(hour) * 60 + int(minute)
