"""A rehearsal: what rules that are not in force yet would have done on the days gone by.

What was recorded is judged anew, minute by minute. Minutes of what would have been stopped are
taken out, so that an allowance is used up only by what would still have been used. What was granted
then is granted again, for as long; minutes that were added to a day count from its beginning; what
learning earns now is earned then, too. A pause or lesson is left out: it belonged to its day. A
week is counted from the first day rehearsed.
"""

from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from datetime import UTC, date, datetime
from itertools import chain, groupby
from math import inf
from typing import NamedTuple
from uuid import UUID

from rules.book import Rulebook
from rules.compile import compile_layers
from rules.decide import decide
from rules.earn import Exchange, earned
from rules.family import LEARNING, ChildRules, Grant
from rules.limits import MINUTES_A_DAY
from rules.minutes import Bitmap, count
from rules.policy import Policy
from rules.rehearsed import Cause, DayRecord, DayRehearsed, HostCount, Rehearsal, Seen
from rules.scope import EVERYTHING, ScopeKind, category, other, service, split
from rules.spent import Spent
from rules.verdict import Layer, Reason, Verdict
from rules.visit import Known, Visit
from rules.week import spent_in_week

MOST_HOSTS = 20
"""So many sites are named; the sums are of all."""
COUNTED_BY_DOORS = (ScopeKind.EVERYTHING, ScopeKind.CATEGORY, ScopeKind.SERVICE)
"""Scopes whose minutes are recorded for every child; those of others follow from the visits."""

EPOCH = date(1970, 1, 1)

type KnownOf = Callable[[str], Known]
type Layers = tuple[tuple[Layer, Policy], ...]


class SiteSeen(NamedTuple):
    """What visits are counted by: a site, or its kind where the name was not written down."""

    host: str
    category: str
    service: str


@dataclass(slots=True)
class Site:
    """What stays the same about a site during a rehearsal, and the verdict that still holds."""

    visit: Visit
    scopes: frozenset[str]
    kind: tuple[str, str]
    """Its first category and service."""
    is_learning: bool
    verdict: Verdict | None = None
    until: float = -inf


@dataclass(slots=True)
class Today:
    """The day under way: minutes counted, minutes taken out, sums."""

    record: DayRecord
    bits: dict[str, Bitmap]
    visits: int = 0
    stopped: int = 0
    lost: dict[str, Bitmap] = field(default_factory=dict)
    added: Mapping[str, int] = field(default_factory=dict)
    """Minutes that were added so far, and what of the day they were reckoned by."""
    sources: Mapping[str, int] = field(default_factory=dict)

    def used(self, scope: str, before: int) -> int:
        """Return the minutes of a scope that would have been used before a minute of the day."""
        bits = self.bits.get(scope, 0) & ~self.lost.get(scope, 0)
        return count(bits & ((1 << before) - 1))


class Rehearser:
    """Judges day after day; `result` may be asked at any time."""

    def __init__(
        self,
        layers: Layers,
        zone: str,
        known: KnownOf,
        exchanges: tuple[Exchange, ...] = (),
    ) -> None:
        self._layers, self._zone = layers, zone
        self._granted: tuple[Grant, ...] = ()
        self._rulebook = rulebook = compile_layers(layers, zone)
        self._known = known
        self._exchanges = exchanges
        self._limited = {*_limited(rulebook), *(each.source for each in exchanges)}
        self._each: dict[str, set[str]] = {name: set() for name in _each(rulebook)}
        self._sites: dict[tuple[str, str, str], Site] = {}
        self._earlier: list[dict[str, int]] = []
        self._before = Spent()
        """What the days before this one used of the week, and left over."""
        self._first = 0
        """The weekday of the first of the earlier days of this week."""
        self._days: list[DayRehearsed] = []
        self._causes: dict[tuple[Layer, Reason, str], Counter[str]] = {}
        self._learning: Counter[str] = Counter()
        self.by_site: Counter[SiteSeen] = Counter()
        """How often each site would have been stopped."""
        self._newly_stopped = self._newly_open = 0

    def day(self, record: DayRecord) -> None:
        """Judge a day anew. Days come in their order."""
        if record.day.weekday() == 0 or not self._days:
            self._earlier, self._first = [], record.day.weekday()
        self._grant(record.grants)
        today = Today(record, dict(record.minutes))
        today.added = earned(record.credits, (), record.day, {})
        self._before = spent_in_week(
            self._rulebook, self._earlier, {}, first=self._first, today_is=record.day
        )
        for stamp, rows in groupby(record.seen, key=lambda seen: seen.stamp):
            self._minute(today, stamp, rows)
        self._days.append(self._closed(today))

    def _grant(self, granted: tuple[Grant, ...]) -> None:
        """Let the grants of a day run in it, and no others."""
        if granted != self._granted:
            self._granted = granted
            self._rulebook = compile_layers(self._layers, self._zone, granted)
        # Yesterday's verdicts knew neither these grants nor the minutes added to this day.
        self._forget()

    def _forget(self) -> None:
        for site in self._sites.values():
            site.until = -inf

    def result(self) -> Rehearsal:
        """Return what was found so far."""
        causes = [_cause(key, hosts) for key, hosts in self._causes.items()]
        return Rehearsal(
            visits=sum(day.visits for day in self._days),
            stopped=sum(day.stopped for day in self._days),
            newly_stopped=self._newly_stopped,
            newly_open=self._newly_open,
            learning=_hosts(self._learning),
            learning_visits=self._learning.total(),
            causes=tuple(sorted(causes, key=lambda cause: -cause.visits)),
            days=tuple(self._days),
        )

    def _minute(self, today: Today, stamp: int, rows: Iterable[Seen]) -> None:
        minute = self._rulebook.clock.at(stamp).minute % MINUTES_A_DAY
        if self._exchanges:
            self._earn(today, minute)
        spent: Spent | None = None
        going: set[str] = set()
        stopped: set[str] = set()
        for seen in rows:
            site = self._site(seen)
            if stamp * 60 >= site.until:
                spent = spent or self._spent(today, minute)
                self._judge(site, stamp, spent)
            blocks = site.verdict is not None and site.verdict.blocks
            (stopped if blocks else going).update(site.scopes)
            self._add(today, site, seen)
        bit = 1 << minute
        for scope in stopped - going:
            today.lost[scope] = today.lost.get(scope, 0) | bit
        for scope in going:
            if split(scope)[0] not in COUNTED_BY_DOORS:
                today.bits[scope] = today.bits.get(scope, 0) | bit

    def _earn(self, today: Today, minute: int) -> None:
        """Add what learning earned before a minute; where that is more, judge all anew."""
        sources = {each.source: today.used(each.source, minute) for each in self._exchanges}
        if sources != today.sources:
            today.sources = sources
            added = earned(today.record.credits, self._exchanges, today.record.day, sources)
            if added != today.added:
                today.added = added
                self._forget()

    def _spent(self, today: Today, minute: int) -> Spent:
        used = {scope: today.used(scope, minute) for scope in self._limited}
        if not self._rulebook.looks_back:
            return Spent(used, added=today.added)
        before = self._before
        week = {scope: before.week.get(scope, 0) + minutes for scope, minutes in used.items()}
        return Spent(used, week, before.carried, today.added)

    def _judge(self, site: Site, stamp: int, spent: Spent) -> None:
        at = datetime.fromtimestamp(stamp * 60, UTC)
        site.verdict = verdict = decide(self._rulebook, site.visit, at, spent)
        site.until = inf if verdict.until is None else verdict.until.timestamp()

    def _add(self, today: Today, site: Site, seen: Seen) -> None:
        today.visits += seen.visits
        verdict = site.verdict
        if verdict is None or not verdict.blocks:
            self._newly_open += seen.visits if seen.blocked else 0
            return
        today.stopped += seen.visits
        self._newly_stopped += 0 if seen.blocked else seen.visits
        key = (verdict.layer, verdict.reason, verdict.rule)
        if key not in self._causes:
            self._causes[key] = Counter()
        self._causes[key][seen.host] += seen.visits
        self.by_site[SiteSeen(seen.host, *site.kind)] += seen.visits
        if site.is_learning:
            self._learning[seen.host] += seen.visits

    def _site(self, seen: Seen) -> Site:
        key = (seen.host, seen.category, seen.service)
        site = self._sites.get(key)
        if site is None:
            known = self._known(seen.host) if seen.host else _told(seen)
            self._limit_each(known)
            site = self._sites[key] = Site(
                Visit(seen.host, known),
                frozenset(self._scopes(seen.host, known)),
                (next(iter(known.categories), ""), next(iter(known.services), "")),
                LEARNING in known.categories,
            )
        return site

    def _limit_each(self, known: Known) -> None:
        """Count each service of a category whose services have minutes each."""
        for name in known.categories:
            if name in self._each:
                mine = {service(each) for each in known.services} or {other(name)}
                self._each[name] |= mine
                self._limited |= mine

    def _scopes(self, host: str, known: Known) -> Iterator[str]:
        """List the scopes in which a minute on a site counts, of those that matter here."""
        found = {*self._rulebook.scopes_of(self._rulebook.named(host), known)}
        found |= {category(name) for name in known.categories}
        found |= {service(name) for name in known.services}
        if not known.services:
            found |= {other(name) for name in known.categories}
        yield from found & self._limited
        if LEARNING not in known.categories:
            yield EVERYTHING

    def _closed(self, today: Today) -> DayRehearsed:
        spent = self._spent(today, MINUTES_A_DAY)
        left = self._left(today.record.day, spent)
        self._earlier.append(dict(spent.today))
        return DayRehearsed(
            day=today.record.day,
            visits=today.visits,
            stopped=today.stopped,
            minutes_lost=count(today.bits.get(EVERYTHING, 0) & today.lost.get(EVERYTHING, 0)),
            left=left,
        )

    def _left(self, day: date, spent: Spent) -> dict[str, int]:
        left: dict[str, int] = {}
        today = (day - EPOCH).days
        for layer in self._rulebook.layers:
            weekday = layer.calendar.weekday_of(today)
            for entry in chain.from_iterable(layer.allowances.values()):
                for scope in self._each[entry.each] if entry.each else (entry.scope,):
                    over = min(spent.carried.get(scope, 0), entry.carry)
                    added = spent.added.get(scope, 0) if layer.lifts_added else 0
                    rest = entry.minutes[weekday] + over + added - spent.today[scope]
                    if entry.week is not None:
                        rest = min(rest, entry.week - spent.week[scope])
                    left[scope] = max(0, min(left.get(scope, MINUTES_A_DAY), rest))
        return left


def rehearse(
    layers: Layers,
    zone: str,
    days: Iterable[DayRecord],
    known: KnownOf,
    exchanges: tuple[Exchange, ...] = (),
) -> Rehearsal:
    """Judge recorded days, in their order, by layers that are not in force."""
    rehearser = begin(layers, zone, known, exchanges)
    for record in days:
        rehearser.day(record)
    return rehearser.result()


def begin(
    layers: Layers,
    zone: str,
    known: KnownOf,
    exchanges: tuple[Exchange, ...] = (),
) -> Rehearser:
    """Return a rehearser for layers that are not in force, with what learning earns."""
    passing = {"pause": None, "lesson": None}
    calm = [(layer, policy.model_copy(update=passing)) for layer, policy in layers]
    return Rehearser(tuple(calm), zone, known, exchanges)


def with_draft(layers: Layers, draft: Policy, of: Layer = Layer.CHILD) -> Layers:
    """Return a child's layers with a draft in place of the one it is meant for."""
    others = [pair for pair in layers if pair[0] is not of]
    return _in_order([*others, (of, draft)])


def with_draft_of(child: ChildRules, owner: UUID, of: Layer, draft: Policy) -> Layers:
    """Return a child's layers with a draft in place of its owner's rules, if there are any yet."""
    held = zip(child.owners, child.layers, strict=True)
    return _in_order([*(pair for whose, pair in held if whose != owner), (of, draft)])


def _in_order(layers: Iterable[tuple[Layer, Policy]]) -> Layers:
    order = list(Layer)
    return tuple(sorted(layers, key=lambda pair: order.index(pair[0])))


def _limited(rulebook: Rulebook) -> Iterator[str]:
    """List the scopes that allowances count, those of each service of a category included."""
    for layer in rulebook.layers:
        yield from layer.allowances
    yield from rulebook.counted


def _each(rulebook: Rulebook) -> Iterator[str]:
    """List the categories whose services have minutes each."""
    for layer in rulebook.layers:
        for entry in chain.from_iterable(layer.allowances.values()):
            if entry.each:
                yield entry.each


def _told(seen: Seen) -> Known:
    return Known((seen.category,) if seen.category else (), (seen.service,) if seen.service else ())


def _cause(key: tuple[Layer, Reason, str], hosts: Counter[str]) -> Cause:
    layer, reason, rule = key
    return Cause(layer=layer, reason=reason, rule=rule, visits=hosts.total(), hosts=_hosts(hosts))


def _hosts(counted: Counter[str]) -> tuple[HostCount, ...]:
    most = counted.most_common(MOST_HOSTS)
    return tuple(HostCount(host=host, visits=visits) for host, visits in most)
