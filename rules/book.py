"""A child's rules as the hot path reads them: slotted values, indexed by what a visit carries."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from math import inf
from types import MappingProxyType

from rules.calendar import Calendar
from rules.details import Detail
from rules.hours import Turning, Wall, WallClock
from rules.policy import Privacy
from rules.scope import EVERYTHING
from rules.sending import Homework, Sending
from rules.spent import Spent
from rules.urls import Address, Matcher
from rules.verdict import Layer, Verdict
from rules.videos import Videos, is_edited
from rules.visit import UNLISTED, Known, Visit, is_unlisted

NO_VERDICTS: Mapping[str, Verdict] = MappingProxyType({})
NOBODY = 99
"""Wider than no layer: where no floor stands, every grant counts."""


def is_unread(known: Known) -> bool:
    """Tell whether no list knows a site, and its pages were not read either."""
    return is_unlisted(known) and not known.read


@dataclass(frozen=True, slots=True)
class GrantEntry:
    """A grant of this layer or a wider one, in seconds since the epoch."""

    scope: str
    since: float
    until: float
    verdict: Verdict
    width: int = 0
    """How narrow the giver's layer is."""
    host: str = ""
    """For a grant for one page: its host, and its path below."""
    path: str = ""

    def runs(self, at: float) -> bool:
        """Tell whether it holds at a moment."""
        return self.since <= at < self.until


@dataclass(frozen=True, slots=True)
class PauseEntry:
    """A pause and when it ends by itself."""

    until: float
    verdict: Verdict


@dataclass(frozen=True, slots=True)
class LessonEntry:
    """A lesson: until when only some sites are open, and what the others are answered."""

    since: float
    until: float
    sites: Mapping[str, Verdict]
    """What opens each site."""
    verdict: Verdict


@dataclass(frozen=True, slots=True)
class HoursEntry:
    """Hours and what they answer while closed."""

    hours: Turning
    verdict: Verdict


@dataclass(frozen=True, slots=True)
class AllowanceEntry:
    """Minutes a day and a week for a scope."""

    scope: str
    minutes: tuple[int, ...]
    least: int
    """The smallest number of minutes of any day."""
    week: int | None = None
    carry: int = 0
    each: str = ""
    """The category whose services have these minutes each; empty for one count of all."""
    warn: tuple[int, ...] = ()
    every: int = 0
    is_daily: bool = True
    """Whether some day is limited at all."""


@dataclass(frozen=True, slots=True)
class UrlEntry:
    """A rule about addresses and what it answers where it is met."""

    scope: str
    matcher: Matcher
    verdict: Verdict


@dataclass(frozen=True, slots=True)
class FloorEntry:
    """What grants of layers narrower than this one do not open."""

    layer: Layer
    width: int
    scope: str
    minutes: int


@dataclass(slots=True)
class Question:
    """One visit at one moment, asked layer by layer; checks leave the edges of time in it."""

    visit: Visit
    known: Known
    hosts: tuple[str, ...]
    """The host and those of its parents that some rule names, longest first."""
    scopes: tuple[str, ...]
    """Those scopes of the visit that some timed rule, grant or floor names."""
    at: float
    """Now, in seconds since the epoch."""
    wall: Wall
    clock: WallClock
    spent: Spent
    edge: float = inf
    """The earliest moment at which an answer given so far may change."""
    run_out: float = inf
    """The earliest moment at which a visit that goes on may have used up an allowance."""
    midnight: float = 0
    """The end of the local day; 0 until someone needs it."""
    floor: int = NOBODY
    """How narrow a layer may be whose grants count for this visit."""
    freed: Verdict | None = None
    """The running grant for everything that lifts the time rules of the layer being asked."""
    granted: tuple[str, ...] = ()
    """The scopes of running grants for something, in the layer being asked."""
    settled: Verdict | None = None
    """What allows this visit in the layer being asked."""
    address: Address | None = None
    """The path and query in plain form, once somebody asked."""
    inside: bool = False
    """Whether some rule must see the address to be sure."""

    def note(self, edge: float) -> None:
        """Remember a moment at which the answer may change."""
        self.edge = min(self.edge, edge)


type Check = Callable[["LayerBook", Question], Verdict | None]


@dataclass(frozen=True, slots=True)
class LayerBook:
    """One layer's rules. Verdicts that never vary are made here, once."""

    layer: Layer
    free: tuple[GrantEntry, ...]
    """Grants for everything."""
    grants: tuple[GrantEntry, ...]
    """Grants for a category, a service or a site."""
    pages: tuple[GrantEntry, ...]
    """Grants for one page."""
    pause: PauseEntry | None
    hours: tuple[HoursEntry, ...]
    """Hours for everything."""
    urls: tuple[UrlEntry, ...]
    sites: Mapping[str, Verdict]
    """Both lists by host."""
    services: Mapping[str, Verdict]
    categories: Mapping[str, Verdict]
    """The blocked ones."""
    unlisted: Verdict | None
    unnamed: Verdict | None
    timed: Mapping[str, tuple[HoursEntry, ...]]
    """Hours by scope, without everything."""
    allowances: Mapping[str, tuple[AllowanceEntry, ...]]
    default: Verdict
    calendar: Calendar
    lesson: LessonEntry | None = None
    within: tuple[Turning, ...] = ()
    """The layer holds while all of these are shut: inside its windows, between its dates."""
    networks: frozenset[str] = frozenset()
    """The layer holds in these networks; empty: everywhere."""
    unsafe: Mapping[str, Verdict] = NO_VERDICTS
    """What safe search cannot reach, by kind: `engine`, `explicit`."""
    looks: Mapping[str, Verdict] = NO_VERDICTS
    """The blocked categories again, for sites whose pages told."""
    reads: bool = False
    """Pages of unlisted sites are read."""
    videos: Videos | None = None
    """What is taken out of YouTube’s pages; None where nothing is, Shorts included."""
    lifts_added: bool = False
    """Whether minutes added by the family come on top of this layer's."""
    checks: tuple[Check, ...] = ()
    """The checks that can answer in this layer, in the order of `rules.checks.CHECKS`."""


@dataclass(frozen=True, slots=True)
class Rulebook:
    """A child's rules, ready for `rules.decide`."""

    layers: tuple[LayerBook, ...]
    clock: WallClock
    privacy: Privacy
    """How much is written down about this child's visits, outside private hours."""
    safe: tuple[tuple[str, Verdict], ...]
    """Safe search: keys of `Known.safe` and what to answer where the catalogue has such a host."""
    hosts: frozenset[str]
    """Hosts that some rule of some layer names."""
    services: Mapping[str, str]
    """Scopes by service, of those that some timed rule or grant names; likewise below."""
    categories: Mapping[str, str]
    sites: Mapping[str, tuple[str, ...]]
    floors: tuple[FloorEntry, ...] = ()
    inside: frozenset[str] = frozenset()
    """The scopes of rules about addresses: only these make a host need opening."""
    pages: frozenset[str] = frozenset()
    """The hosts with a granted page: where they are closed, only the path tells which it is."""
    counted: frozenset[str] = frozenset()
    """The sites, lists and rests of categories that an allowance counts."""
    reads: bool = False
    """Whether some layer has pages of unlisted sites read."""
    edits: bool = False
    """Whether some layer takes something out of YouTube’s pages."""
    is_conditional: bool = False
    """Whether some layer does not hold always and everywhere."""
    hears: bool = False
    """Whether searches, videos and chats are opened for their words."""
    homework: Homework = field(default_factory=Homework)
    """What AI chats do about homework."""
    sending: Sending = field(default_factory=Sending)
    """Whether the child is asked before private details are sent."""
    details: tuple[Detail, ...] = ()
    tells: bool = True
    """Whether adults are told of grave words that were heard."""
    private: tuple[Turning, ...] = ()
    """Hours in which, while they are shut, nothing but minutes is written down or told."""
    let_finish: int = 0
    """Minutes for which a running video may go on after its time: the fewest of any layer."""
    slow_lane: int = 0
    """Minutes before an end in which everything that ends is slow: the most of any layer."""
    ends: float = inf
    """When the child is of age and all of this ends."""

    def is_private(self, at: float) -> bool:
        """Tell whether a moment, in seconds since the epoch, lies in private hours."""
        if not self.private:
            return False
        wall = self.clock.at(int(at // 60))
        return any(hours.shut(wall) for hours in self.private)

    def privacy_at(self, at: float) -> Privacy:
        """Return how much is written down at a moment."""
        return Privacy.MINUTES if self.is_private(at) else self.privacy

    @property
    def looks_back(self) -> bool:
        """Tell whether earlier days of the week matter for some allowance."""
        return any(
            entry.week is not None or entry.carry
            for layer in self.layers
            for entries in layer.allowances.values()
            for entry in entries
        )

    def opens(self, host: str, known: Known = UNLISTED) -> bool:
        """Tell whether a rule about what is inside, a granted page or reading needs a host open."""
        if known.never_open or known.never_block:
            return False
        if (self.reads and is_unread(known)) or (self.edits and is_edited(host)):
            return True
        if host in self.pages:
            return True
        if not self.inside:
            return False
        scopes = self.scopes_of(self.named(host), known)
        return EVERYTHING in self.inside or not self.inside.isdisjoint(scopes)

    def named(self, host: str) -> tuple[str, ...]:
        """List the host and those of its parents that some rule names, longest first."""
        if not self.hosts:
            return ()
        found, hosts, name = [], self.hosts, host
        # The walk of `rules.hosts.parents`, written out: every visit takes it.
        while name:
            if name in hosts:
                found.append(name)
            name = name.partition(".")[2]
        return tuple(found)

    def scopes_of(self, hosts: tuple[str, ...], known: Known) -> tuple[str, ...]:
        """List the scopes that some rule names, the particular ones first."""
        found: list[str] = []
        if self.sites:
            for host in hosts:
                found += self.sites.get(host, ())
        if self.services:
            found += [self.services[name] for name in known.services if name in self.services]
        if self.categories:
            names = self.categories
            found += [names[name] for name in known.categories if name in names]
        return tuple(found)
