"""What a card of Today says about a child: open or closed, minutes and limits, what they do now."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from enum import StrEnum
from uuid import UUID

from api.consenting import is_short
from api.households import children_here
from api.labels import Label, Labels, labels_of
from api.needs import Desk
from api.pages.today.strip import Strip, strip_of
from api.pages.today.told import Line, growing_up, lines_of
from reports.minutes import total
from reports.weeks import local_day, midnight
from rules import explain
from rules.compile import Rulebook, compile_child
from rules.decide import decide
from rules.family import LEARNING, ChildRules, Grant
from rules.hours import next_turn
from rules.left import limits
from rules.minutes import Bitmap, count
from rules.policy import Privacy
from rules.scope import EVERYTHING, category
from rules.verdict import Reason, Verdict
from rules.visit import Visit
from store import doors, household, notices, spent, visits
from store.children import Child
from store.notices import Told
from store.visits import VisitRow

ORDINARY = Visit("an-ordinary-site.invalid")
"""A site that no list knows: what is true of it is true of everything that no rule names."""
LATELY = timedelta(minutes=3)
JUST_NOW = timedelta(minutes=2)
"""How long an undo is offered."""


class State(StrEnum):
    OPEN = "open"
    EXTRA = "extra"
    PAUSED = "paused"
    SPENT = "spent"
    """The day's minutes are used up."""
    CLOSED = "closed"
    GROWN = "grown"
    """Of age: neither rules nor records any more."""
    CHOSEN = "chosen"
    """Only chosen sites are open."""


@dataclass(frozen=True, slots=True)
class Limit:
    """An allowance of today and what is used of it."""

    label: Label
    used: int
    limit: int
    is_whole: bool
    """For everything, not for one category or service."""

    @property
    def left(self) -> int:
        """Minutes left today."""
        return max(self.limit - self.used, 0)

    @property
    def percent(self) -> int:
        """How full it is, 0 to 100."""
        return min(100, self.used * 100 // self.limit) if self.limit else 100


@dataclass(frozen=True, slots=True)
class Doing:
    """What a child used last; the site only where the child's privacy level shows sites."""

    label: Label
    site: str
    at: datetime
    is_now: bool


@dataclass(frozen=True, slots=True)
class Card:
    """One child on Today."""

    child: Child
    state: State
    sentence: explain.Sentence
    until: datetime | None
    minutes: int
    uncounted: int
    """Minutes of learning, which no allowance for everything counts."""
    limits: tuple[Limit, ...]
    strip: Strip
    doing: Doing | None
    grants: tuple[Grant, ...]
    undo: Grant | None
    """Extra time given a moment ago."""
    closes: datetime | None
    """When hours next close everything."""
    told: tuple[Line, ...]
    """What the child was told today, newest first."""
    age: explain.Sentence | None
    """How near the end of control and recording is."""
    is_short: bool
    """Less is written down than the rules want, for want of agreement."""
    tonight: datetime
    """When “until tonight” ends: at the next bedtime of today, else at midnight."""

    @property
    def whole(self) -> Limit | None:
        """The allowance for everything, if there is one."""
        return next((limit for limit in self.limits if limit.is_whole), None)


@dataclass(frozen=True, slots=True)
class Standing:
    """Whether what was decided is in force in every door."""

    doors: int
    in_force: bool


async def standing(desk: Desk) -> Standing:
    """Compare the doors' revisions with the household's; the sample family needs no door."""
    if desk.panel.is_sample:
        return Standing(1, in_force=True)
    async with desk.panel.db.read() as store:
        wanted = await household.revision(store)
        alive = await doors.alive(store, now=desk.now)
    return Standing(len(alive), bool(alive) and all(door.revision >= wanted for door in alive))


async def cards_of(desk: Desk, only: Child | None = None) -> list[Card]:
    """Make the cards of the family's children, or of one."""
    day = local_day(desk.now, desk.family.zone)
    family = [only] if only else await children_here(desk)
    async with desk.panel.db.read() as store:
        ids = [child.id for child in family]
        rules = await household.rules_of(store, ids, now=desk.now)
        used = await spent.load(store, child_ids=ids, day=day)
        last = await visits.last_seen(store, ids)
        begin = midnight(day, desk.family.zone)
        told = await notices.list_of(store, ids, since=begin, limit=200)
    labels = labels_of(desk.panel, desk.speech)
    return [
        _card(
            child,
            rules[child.id],
            mine_of(used, child.id),
            last.get(child.id),
            told,
            labels=labels,
            now=desk.now,
        )
        for child in family
        if child.id in rules
    ]


def mine_of(used: Mapping[tuple[UUID, str], Bitmap], child_id: UUID) -> dict[str, Bitmap]:
    """Return what one child used, by scope."""
    return {scope: bitmap for (owner, scope), bitmap in used.items() if owner == child_id}


def _card(
    child: Child,
    rules: ChildRules,
    used: Mapping[str, Bitmap],
    last: VisitRow | None,
    told: Iterable[Told],
    *,
    labels: Labels,
    now: datetime,
) -> Card:
    book = compile_child(rules)
    spent_today = {scope: count(bitmap) for scope, bitmap in used.items()}
    verdict = decide(book, ORDINARY, now, spent_today)
    grown = verdict.reason is Reason.OF_AGE
    running = tuple(grant for grant in rules.grants if grant.since <= now < grant.until)
    day, closes = local_day(now, rules.zone), _closes(book, now)
    bitmaps = {(day, scope): bitmap for scope, bitmap in used.items()}
    return Card(
        child=child,
        state=state_of(verdict),
        sentence=explain.for_parent(verdict),
        until=verdict.until,
        minutes=count(total(bitmaps, day)),
        uncounted=_uncounted(used),
        limits=() if grown else tuple(_limits(book, spent_today, labels, now)),
        strip=strip_of(bitmaps, day, labels),
        doing=_doing(last, book.privacy, labels, now),
        grants=() if grown else running,
        undo=_undo(running, now),
        closes=closes,
        told=lines_of(told, rules),
        age=growing_up(rules, now),
        is_short=is_short(rules),
        tonight=_tonight(closes, now, rules.zone),
    )


def _uncounted(used: Mapping[str, Bitmap]) -> int:
    learning, counted = used.get(category(LEARNING), 0), used.get(EVERYTHING, 0)
    return count(learning & ~counted)


def state_of(verdict: Verdict) -> State:
    """Tell in which state a child is, by what happens to an ordinary site."""
    match verdict.reason:
        case Reason.PAUSED:
            return State.PAUSED
        case Reason.GRANT:
            return State.EXTRA
        case Reason.ALLOWANCE:
            return State.SPENT
        case Reason.UNKNOWN_SITE | Reason.LESSON:
            return State.CHOSEN
        case Reason.OF_AGE:
            return State.GROWN
        case _:
            return State.CLOSED if verdict.blocks else State.OPEN


def _limits(
    book: Rulebook, spent_today: Mapping[str, int], labels: Labels, now: datetime
) -> Iterable[Limit]:
    """Give each allowance of today, the strictest of all layers; the one for everything first."""
    found = [left for left in limits(book, now, spent_today) if not left.is_week]
    for left in sorted(found, key=lambda left: (left.scope != EVERYTHING, left.scope)):
        whole = left.scope == EVERYTHING
        yield Limit(labels.scope(left.scope), left.used, left.limit, is_whole=whole)


def _doing(last: VisitRow | None, privacy: Privacy, labels: Labels, now: datetime) -> Doing | None:
    if last is None:
        return None
    label = labels.best(last.category, last.service)
    site = labels.catalogue.site_of(last.host) if privacy.names_sites else ""
    return Doing(label, site, last.last, now - last.last < LATELY)


def _undo(running: Iterable[Grant], now: datetime) -> Grant | None:
    newest = max(running, key=lambda grant: grant.since, default=None)
    return newest if newest and now - newest.since < JUST_NOW else None


def _closes(book: Rulebook, now: datetime) -> datetime | None:
    """Find when hours next close everything; None where they never do, or are closed now."""
    wall = book.clock.at(int(now.timestamp()) // 60)
    turns = [
        next_turn(book.clock, wall, entry.hours)
        for layer in book.layers
        for entry in layer.hours
        if not entry.hours.shut(wall)
    ]
    closing = [datetime.fromtimestamp(turn * 60, UTC) for turn in turns if turn is not None]
    return min(closing, default=None)


def _tonight(closes: datetime | None, now: datetime, zone: str) -> datetime:
    end = midnight(local_day(now, zone) + timedelta(days=1), zone)
    return min(end, closes) if closes else end
