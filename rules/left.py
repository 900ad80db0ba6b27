"""What is left of each limit, and which hours close everything next."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from itertools import chain

from rules.book import AllowanceEntry, LayerBook, Question, Rulebook
from rules.decide import holding, pose
from rules.hours import next_turn
from rules.limited import Count, counts_of
from rules.scope import other, service
from rules.spent import Spent
from rules.verdict import Layer
from rules.visit import NOTHING as NO_SERVICES
from rules.visit import Visit

ANYTHING = Visit("anything.invalid")


@dataclass(frozen=True, slots=True)
class Left:
    """What is left of one limit."""

    layer: Layer
    scope: str
    used: int
    limit: int
    is_week: bool
    entry: AllowanceEntry

    @property
    def left(self) -> int:
        """Return the minutes that are left."""
        return max(self.limit - self.used, 0)


def limits(
    rulebook: Rulebook,
    now: datetime,
    spent: Mapping[str, int] | Spent,
    categories: Mapping[str, str] = NO_SERVICES,
) -> list[Left]:
    """List every limit that holds now: of equal ones (scope, day or week) the tightest layer's.

    `categories` tells the category of each service, for allowances that each service has.
    """
    question = pose(rulebook, ANYTHING, now.timestamp(), spent)
    tightest: dict[tuple[str, bool], Left] = {}
    for layer in holding(rulebook, question):
        for entry in chain.from_iterable(layer.allowances.values()):
            for count in _counts(layer, entry, question, categories):
                left = Left(layer.layer, count.scope, count.used, count.limit, count.is_week, entry)
                key = left.scope, left.is_week
                if key not in tightest or left.left < tightest[key].left:
                    tightest[key] = left
    return sorted(tightest.values(), key=lambda each: (each.left, each.is_week, each.scope))


def closing(rulebook: Rulebook, now: datetime) -> tuple[str, datetime] | None:
    """Find the hours that will be the first to close everything, and when."""
    question = pose(rulebook, ANYTHING, now.timestamp(), {})
    found = []
    for layer in holding(rulebook, question):
        for entry in layer.hours:
            if entry.hours.shut(question.wall):
                return None
            turn = next_turn(question.clock, question.wall, entry.hours)
            if turn is not None:
                found.append((datetime.fromtimestamp(turn * 60, UTC), entry.verdict.rule))
    if not found:
        return None
    moment, label = min(found)
    return label, moment


def _counts(
    layer: LayerBook, entry: AllowanceEntry, question: Question, categories: Mapping[str, str]
) -> Iterator[Count]:
    """Count an allowance; one that each service has is counted for those used today."""
    scopes = [entry.scope]
    if entry.each:
        of_category = [service(name) for name, of in categories.items() if of == entry.each]
        used = question.spent.today
        scopes = [scope for scope in (*of_category, other(entry.each)) if used.get(scope)]
    for scope in scopes:
        yield from counts_of(layer, entry, scope, question)
