"""Short ways to write rules down, and hypothesis strategies over a small world of them."""

from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from uuid import UUID, uuid4

from hypothesis import strategies as st

from rules.compile import Rulebook, compile_child
from rules.decide import decide
from rules.family import ChildRules, Grant
from rules.policy import (
    Allowance,
    Applies,
    Choice,
    DateException,
    Floor,
    Hours,
    HoursEffect,
    Pause,
    Policy,
    Privacy,
    Span,
    UrlRule,
    Window,
    YouTube,
)
from rules.scope import EVERYTHING
from rules.spent import Spent
from rules.times import Like
from rules.verdict import Layer, Verdict
from rules.visit import Known, Visit

CHILD = UUID(int=1)
HANOI = "Asia/Ho_Chi_Minh"
MONDAY_NOON = datetime(2026, 11, 23, 5, 0, tzinfo=UTC)
"""Monday 12:00 in Hà Nội."""


def hours(start, end, name="bedtime", scope=EVERYTHING, *, days=range(7), effect="closed") -> Hours:
    window = Window(days=tuple(days), start=start, end=end)
    return Hours(name=name, scope=scope, effect=HoursEffect(effect), windows=(window,))


def daily(scope: str, *minutes: int) -> Allowance:
    return Allowance(scope=scope, minutes=minutes if len(minutes) == 7 else minutes * 7)


def granted(scope=EVERYTHING, layer=Layer.FAMILY, minutes=30, after=0) -> Grant:
    since = MONDAY_NOON + timedelta(minutes=after)
    until = since + timedelta(minutes=minutes)
    return Grant(
        id=uuid4(), child_id=CHILD, scope=scope, since=since, until=until, by="Mẹ", layer=layer
    )


def book(*layers: tuple[Layer, Policy], grants=(), zone=HANOI) -> Rulebook:
    child = ChildRules(
        id=CHILD, name="An", group_id=CHILD, zone=zone, layers=layers, grants=tuple(grants)
    )
    return compile_child(child)


def family(grants=(), **rules) -> Rulebook:
    return book((Layer.FAMILY, Policy(**rules)), grants=grants)


def games(host="play.vn", **known) -> Visit:
    return Visit(host, Known(categories=("games",), **known))


def judge(rulebook: Rulebook, visit: Visit, at=MONDAY_NOON, **spent: int) -> Verdict:
    """Judge; `spent` is written with an underscore for the colon: category_games=60."""
    minutes = {key.replace("_", ":", 1): value for key, value in spent.items()}
    return decide(rulebook, visit, at, minutes)


def local(hour: int, minute: int = 0, day: int = 23) -> datetime:
    """A moment of November 2026 in Hà Nội; the 23rd is a Monday."""
    return datetime(2026, 11, day, hour, minute, tzinfo=UTC) - timedelta(hours=7)


# A world small enough for rules to meet.
CATEGORIES = ("games", "adult", "learning", "video")
SERVICES = ("roblox", "youtube")
SITES = ("a.vn", "b.a.vn", "c.vn")
SCOPES = (
    "list:mine",
    EVERYTHING,
    "category:games",
    "category:video",
    "category:learning",
    "service:roblox",
    "site:a.vn",
    "site:b.a.vn",
)
PAGE = "url:a.vn/shorts"
ZONES = (HANOI, "Europe/Berlin", "America/New_York")
LAYERS = tuple(layer for layer in Layer if layer is not Layer.HOUSE)

clock_times = st.builds("{:02}:{:02}".format, st.integers(0, 23), st.sampled_from((0, 15, 30)))
days = st.lists(st.integers(0, 6), min_size=1, max_size=7).map(tuple)
windows = st.builds(Window, days=days, start=clock_times, end=clock_times | st.just("24:00"))
spans = st.builds(Span, start=clock_times, end=clock_times | st.just("24:00"))
some_spans = st.lists(spans, max_size=2).map(tuple)
weekly_hours = st.builds(
    Hours,
    holiday=st.none() | some_spans,
    exam=st.none() | some_spans,
    name=st.sampled_from(("bedtime", "study", "free")),
    scope=st.sampled_from(SCOPES),
    effect=st.sampled_from(HoursEffect),
    windows=st.lists(windows, min_size=1, max_size=2).map(tuple),
)
minutes_a_day = st.lists(st.sampled_from((0, 30, 60, 1440)), min_size=7, max_size=7).map(tuple)
allowances = st.builds(
    Allowance,
    scope=st.sampled_from(SCOPES),
    minutes=minutes_a_day,
    week=st.none() | st.sampled_from((0, 60, 300)),
    carry=st.sampled_from((0, 30)),
) | st.builds(
    Allowance,
    scope=st.sampled_from(("category:games", "category:video")),
    minutes=minutes_a_day,
    per_service=st.just(True),
)

# All of the days on which the moments below lie, and their neighbours.
dates = st.sampled_from((3, 10, 11)).flatmap(
    lambda month: st.builds(date, st.just(2026), st.just(month), st.integers(1, 30))
)
exceptions = st.one_of(
    st.builds(
        lambda first, length, yearly, like: DateException(
            name="x", first=first, last=first + timedelta(days=length), yearly=yearly, like=like
        ),
        dates,
        st.integers(0, 3),
        st.booleans(),
        st.sampled_from(Like),
    ),
    st.builds(
        lambda first, windows: DateException(name="y", first=first, windows=windows),
        dates,
        some_spans,
    ),
)
networks = st.sampled_from(((), ("school",)))
applies = st.just(Applies()) | st.builds(
    Applies,
    windows=st.lists(windows, max_size=2).map(tuple),
    dates=st.lists(
        st.builds(
            lambda first, days: (first, first + timedelta(days=days)), dates, st.integers(0, 9)
        ),
        max_size=2,
    ).map(tuple),
    networks=networks,
)
floors = st.builds(Floor, scope=st.sampled_from(SCOPES), minutes=st.sampled_from((0, 45)))
# Days on which the clocks change in Berlin or New York, and days on which they do not.
moments = st.builds(
    lambda begin, seconds: begin + timedelta(seconds=seconds),
    st.sampled_from(
        [
            datetime(2026, month, day, tzinfo=UTC)
            for month, day in ((3, 7), (3, 28), (10, 24), (10, 31), (11, 23))
        ]
    ),
    st.integers(0, 3 * 86400),
)
choices = st.sampled_from(Choice)
pauses = st.none() | st.builds(Pause, by=st.just("Mẹ"), until=st.none() | moments)
url_rules = st.builds(
    UrlRule,
    scope=st.sampled_from(SCOPES),
    effect=choices,
    path=st.just("/shorts"),
)
policies = st.builds(
    Policy,
    categories=st.dictionaries(st.sampled_from(CATEGORIES), choices, max_size=2),
    services=st.dictionaries(st.sampled_from(SERVICES), choices, max_size=1),
    allow=st.lists(st.sampled_from(SITES), max_size=1).map(tuple),
    block=st.lists(st.sampled_from(SITES), max_size=1).map(tuple),
    hours=st.lists(weekly_hours, max_size=2).map(tuple),
    allowances=st.lists(allowances, max_size=2, unique_by=lambda a: (a.scope, a.per_service)).map(
        tuple
    ),
    unlisted=choices,
    unnamed=choices,
    safe_search=st.booleans(),
    let_finish=st.integers(0, 30),
    slow_lane=st.integers(0, 15),
    youtube=st.sampled_from(YouTube),
    privacy=st.sampled_from(Privacy),
    pause=pauses,
    lists=st.just({"mine": ("a.vn", "c.vn")}),
    exceptions=st.lists(exceptions, max_size=2).map(tuple),
    urls=st.lists(url_rules, max_size=1).map(tuple),
    floors=st.lists(floors, max_size=1).map(tuple),
    applies=applies,
)
layer_lists = st.lists(st.sampled_from(LAYERS), min_size=1, max_size=3, unique=True).flatmap(
    lambda chosen: st.tuples(
        *(st.tuples(st.just(layer), policies) for layer in sorted(chosen, key=LAYERS.index))
    )
)
grants = st.builds(
    lambda scope, layer, since, minutes: Grant(
        id=CHILD,
        child_id=CHILD,
        scope=scope,
        layer=layer,
        since=since,
        until=since + timedelta(minutes=minutes),
        by="Mẹ",
    ),
    # Without the list: it would mean nothing until its layer is there.
    st.sampled_from((*SCOPES[1:], PAGE)),
    st.sampled_from(LAYERS),
    moments,
    st.integers(1, 600),
)
grant_lists = st.lists(grants, max_size=3).map(tuple)
knowns = st.builds(
    Known,
    categories=st.lists(st.sampled_from(CATEGORIES), max_size=2, unique=True).map(tuple),
    services=st.lists(st.sampled_from(SERVICES), max_size=1).map(tuple),
    safe=st.sampled_from(({}, {"search": "safe.vn"}, {"youtube_strict": "strict.vn"})),
)
visits = st.builds(
    Visit,
    st.sampled_from((*SITES, "x.b.a.vn", "other.com")),
    knowns,
    path=st.sampled_from(("", "/", "/shorts/1")),
    networks=networks.map(frozenset),
)
COUNTED = (*SCOPES, "other:games", "service:youtube", "list:family/mine")
some_minutes = st.dictionaries(st.sampled_from(COUNTED), st.integers(0, 90), max_size=3)
spendings = some_minutes | st.builds(Spent, some_minutes, some_minutes, some_minutes, some_minutes)


@dataclass(frozen=True)
class Case:
    """Rules and a visit at a moment, whatever they are."""

    layers: tuple[tuple[Layer, Policy], ...]
    grants: tuple[Grant, ...]
    zone: str
    visit: Visit
    now: datetime
    spent: dict[str, int] | Spent

    def book(self, layers=None, grants=None) -> Rulebook:
        """Compile the case's rules, or others in their place."""
        return book(
            *(self.layers if layers is None else layers),
            grants=self.grants if grants is None else grants,
            zone=self.zone,
        )

    def judge(self, rules: Rulebook | None = None, at: datetime | None = None) -> Verdict:
        """Judge the visit, by other rules or at another moment where they are given."""
        return decide(rules or self.book(), self.visit, at or self.now, self.spent)


cases = st.builds(
    Case,
    layers=layer_lists,
    grants=grant_lists,
    zone=st.sampled_from(ZONES),
    visit=visits,
    now=moments,
    spent=spendings,
)
