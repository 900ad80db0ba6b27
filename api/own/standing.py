"""What holds for a child right now: open or closed, minutes left, today's plan, extra time."""

from dataclasses import dataclass
from datetime import datetime, timedelta

from api.labels import Label, labels_of
from api.own.guests import Owner
from reports.weeks import local_day, midnight
from rules.compile import Rulebook, compile_child
from rules.decide import decide
from rules.explain import Sentence, for_child
from rules.family import ChildRules, Grant
from rules.left import Left, closing, limits
from rules.plan import plan
from rules.spent import Spent
from rules.verdict import Reason
from rules.visit import Visit
from store import household, spent

ORDINARY = Visit("an-ordinary-site.invalid")
"""A site that no list knows: what stops it stops everything."""


@dataclass(frozen=True, slots=True)
class Ring:
    """What is left of one limit, drawn as a ring."""

    label: Label
    left: int
    limit: int
    is_week: bool

    @property
    def percent(self) -> int:
        """Return how much is left, 0 to 100; more than the limit was earned."""
        return min(100, 100 * self.left // self.limit) if self.limit else 0


@dataclass(frozen=True, slots=True)
class Stretch:
    """A part of the day on the strip, in per cent of it."""

    since: datetime
    until: datetime
    hours: str
    left: float
    width: float


@dataclass(frozen=True, slots=True)
class Standing:
    """The whole of it."""

    rules: ChildRules
    book: Rulebook
    is_open: bool
    is_grown: bool
    only_chosen: bool
    why: Sentence
    closes: tuple[str, datetime] | None
    rings: tuple[Ring, ...]
    strip: tuple[Stretch, ...]
    here: float
    """Where now is on the strip, in per cent."""
    grants: tuple[Grant, ...]


async def rules_of(owner: Owner) -> ChildRules:
    """Return the child's rules as they are in force."""
    async with owner.panel.db.read() as store:
        return await household.of_child(store, owner.child.id, now=owner.now)


async def standing_of(owner: Owner) -> Standing:
    """Look at the child's rules, minutes and hours."""
    rules = await rules_of(owner)
    book = compile_child(rules)
    async with owner.panel.db.read() as store:
        used = await spent.of_child(store, rules, book, now=owner.now)
    verdict = decide(book, ORDINARY, owner.now, used)
    grown = verdict.reason is Reason.OF_AGE
    begin = midnight(local_day(owner.now, rules.zone), rules.zone)
    end = midnight(local_day(owner.now, rules.zone) + timedelta(days=1), rules.zone)
    return Standing(
        rules=rules,
        book=book,
        is_open=not verdict.blocks,
        is_grown=grown,
        only_chosen=verdict.reason is Reason.UNKNOWN_SITE,
        why=for_child(verdict),
        closes=None if grown else closing(book, owner.now),
        rings=() if grown else _rings(owner, book, used),
        strip=() if grown else _strip(book, begin, end),
        here=_share(begin, end, owner.now),
        grants=tuple(each for each in rules.grants if each.since <= owner.now < each.until),
    )


def _rings(owner: Owner, book: Rulebook, used: Spent) -> tuple[Ring, ...]:
    services = owner.panel.catalogue.services.values()
    found = limits(book, owner.now, used, {each.id: each.category for each in services})
    labels = labels_of(owner.panel, owner.speech)

    def ring(each: Left) -> Ring:
        return Ring(labels.scope(each.scope), each.left, each.limit, each.is_week)

    return tuple(ring(each) for each in found)


def _strip(book: Rulebook, begin: datetime, end: datetime) -> tuple[Stretch, ...]:
    return tuple(
        Stretch(
            part.since,
            part.until,
            part.hours,
            _share(begin, end, part.since),
            _share(begin, end, part.until) - _share(begin, end, part.since),
        )
        for part in plan(book, begin, end)
    )


def _share(begin: datetime, end: datetime, moment: datetime) -> float:
    return 100 * (moment - begin) / (end - begin)
