"""When a child is told that minutes or hours come to an end, and what is left of each limit."""

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from itertools import chain

from rules.book import AllowanceEntry, LayerBook, Question, Rulebook
from rules.decide import holding, pose
from rules.explain import name
from rules.hours import next_turn
from rules.limited import Count, counts_of
from rules.scope import other, service
from rules.sentences import Sentence
from rules.spent import Spent
from rules.verdict import Layer
from rules.visit import NOTHING as NO_SERVICES
from rules.visit import Visit

ANYTHING = Visit("anything.invalid")
BEFORE_HOURS = (15, 5, 1)
"""Minutes before hours close everything at which the child is told."""


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


@dataclass(frozen=True, slots=True)
class Notice:
    """One thing to tell: minutes left of a scope, minutes of play, or hours that begin."""

    scope: str
    """What it is about; the name of the hours where they begin."""
    minutes: int
    sentence: Sentence


def crossed(points: Iterable[int], before: int, after: int) -> int | None:
    """Return the lowest point of what is left that lies between two amounts, `after` included.

    Somebody who was away for a while is told once, and what is true now.
    """
    return min((point for point in points if after <= point < before), default=None)


def rounds(every: int, before: int, after: int) -> int | None:
    """Return the minutes of use at the latest full round between two amounts, if one was made."""
    if not every or after // every <= before // every:
        return None
    return after // every * every


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


def of_minutes(before: Iterable[Left], now: Iterable[Left]) -> list[Notice]:
    """List what is to be told after some use: points of what is left, and rounds of play.

    Where several limits of one scope come to an end together, the tightest is told.
    """
    earlier = {(each.layer, each.scope, each.is_week): each for each in before}
    told: dict[str, Notice] = {}
    for each in now:
        was = earlier.get((each.layer, each.scope, each.is_week))
        if was is None or each.scope in told:
            continue
        point = crossed(each.entry.warn, was.left, each.left)
        if point is not None:
            values: dict[str, object] = {"left": each.left, "what": name(each.scope)}
            told[each.scope] = Notice(each.scope, point, _ending(values))
            continue
        done = rounds(each.entry.every, was.used, each.used)
        if done is not None and not each.is_week:
            told[each.scope] = Notice(each.scope, done, _played(each, done))
    return list(told.values())


def of_hours(rulebook: Rulebook, before: datetime, now: datetime) -> Notice | None:
    """Tell that hours are about to close everything, where a point lies between two moments."""
    turn = closing(rulebook, now)
    if turn is None:
        return None
    label, moment = turn
    seconds = [(moment - each).total_seconds() for each in (before, now)]
    point = crossed([minutes * 60 for minutes in BEFORE_HOURS], int(seconds[0]), int(seconds[1]))
    if point is None:
        return None
    values = {"hours": ("hours", label), "until": moment}
    return Notice(label, point // 60, Sentence("“{hours}” begins at {until}.", values))


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


def _ending(values: dict[str, object]) -> Sentence:
    return Sentence("{left} minutes of {what} are left.", values)


def _played(each: Left, minutes: int) -> Sentence:
    values = {"minutes": minutes, "what": name(each.scope), "limit": each.limit}
    return Sentence(
        "{minutes} minutes of {what} today. More than {limit} minutes a day is not good for you:"
        " take a break.",
        values,
    )
