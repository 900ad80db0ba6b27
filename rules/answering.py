"""Who may answer an ask: the one whose rule stops it, while that rule holds; else the family.

A grant lifts only the layer of its giver, so a yes of anybody else would open nothing. School hours
end, and then it is the family's matter again.
"""

from collections.abc import Mapping
from datetime import UTC, datetime
from itertools import zip_longest
from math import inf
from typing import NamedTuple
from uuid import UUID

from rules.book import Rulebook
from rules.checks import ask
from rules.decide import holding, pose, stand_on
from rules.family import ChildRules
from rules.scope import ScopeKind, split
from rules.spent import Spent
from rules.verdict import Layer, Verdict
from rules.visit import UNLISTED, Known, LookUp, Visit

AT_HOME = frozenset({Layer.FAMILY, Layer.CHILD})
ANY = "any-other-site.invalid"


class Stop(NamedTuple):
    """What stops a visit: whose layer, which group's, and how."""

    layer: Layer
    group_id: UUID | None
    verdict: Verdict


def stopped_by(
    child: ChildRules,
    book: Rulebook,
    visit: Visit,
    now: datetime,
    spent: Mapping[str, int] | Spent,
) -> Stop | None:
    """Find the widest layer that stops a visit: the first that must be lifted. None: it is open."""
    question = pose(book, visit, now.timestamp(), spent)
    layers = holding(book, question)
    stand_on(book, layers, question)
    for layer, owner in zip_longest(book.layers, child.owners):
        if layer is None or layer not in layers:
            continue
        verdict = ask(layer, question)
        if verdict.blocks:
            edge = min(question.edge, book.ends)
            until = None if edge == inf else datetime.fromtimestamp(edge, UTC)
            return Stop(layer.layer, owner, verdict._replace(until=until))
    return None


def addressee(child: ChildRules, stop: Stop | None) -> UUID | None:
    """Return the group whose adults answer; None: the adults at home."""
    if stop is None or stop.layer in AT_HOME or stop.group_id == child.group_id:
        return None
    return stop.group_id


def visit_of(scope: str, look_up: LookUp) -> Visit:
    """Return a visit that stands for what is asked for."""
    kind, name = split(scope)
    match kind:
        case ScopeKind.SITE:
            return Visit(name, look_up(name))
        case ScopeKind.URL:
            host, slash, path = name.partition("/")
            return Visit(host, look_up(host), path=slash + path)
        case ScopeKind.CATEGORY:
            return Visit(ANY, Known(categories=(name,)))
        case ScopeKind.SERVICE:
            return Visit(ANY, Known(services=(name,)))
        case _:
            return Visit(ANY, UNLISTED)
