"""A child's rules as the hot path reads them: slotted values, indexed by what a visit carries."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from math import inf

from rules.hours import Wall, WallClock, WeeklyHours
from rules.policy import Privacy
from rules.verdict import Layer, Verdict
from rules.visit import Known


@dataclass(frozen=True, slots=True)
class GrantEntry:
    """A grant of this layer or a wider one, in seconds since the epoch."""

    scope: str
    since: float
    until: float
    verdict: Verdict

    def runs(self, at: float) -> bool:
        """Tell whether it holds at a moment."""
        return self.since <= at < self.until


@dataclass(frozen=True, slots=True)
class PauseEntry:
    """A pause and when it ends by itself."""

    until: float
    verdict: Verdict


@dataclass(frozen=True, slots=True)
class HoursEntry:
    """Weekly hours and what they answer while closed."""

    hours: WeeklyHours
    verdict: Verdict


@dataclass(frozen=True, slots=True)
class AllowanceEntry:
    """Minutes a day for a scope."""

    scope: str
    minutes: tuple[int, ...]
    least: int
    """The smallest number of minutes of any day."""


@dataclass(slots=True)
class Question:
    """One visit at one moment, asked layer by layer; checks leave the edges of time in it."""

    known: Known
    hosts: tuple[str, ...]
    """The host and those of its parents that some rule names, longest first."""
    scopes: tuple[str, ...]
    """Those scopes of the visit that some timed rule or grant names."""
    at: float
    """Now, in seconds since the epoch."""
    wall: Wall
    clock: WallClock
    spent: Mapping[str, int]
    edge: float = inf
    """The earliest moment at which an answer given so far may change."""
    run_out: float = inf
    """The earliest moment at which a visit that goes on may have used up an allowance."""
    midnight: float = 0
    """The end of the local day; 0 until someone needs it."""
    freed: Verdict | None = None
    """The running grant for everything that lifts the time rules of the layer being asked."""
    granted: tuple[str, ...] = ()
    """The scopes of running grants for something, in the layer being asked."""
    settled: Verdict | None = None
    """What allows this visit in the layer being asked."""

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
    pause: PauseEntry | None
    hours: tuple[HoursEntry, ...]
    """Hours for everything."""
    sites: Mapping[str, Verdict]
    """Both lists by host."""
    services: Mapping[str, Verdict]
    categories: Mapping[str, Verdict]
    """The blocked ones."""
    unlisted: Verdict | None
    timed: Mapping[str, tuple[HoursEntry, ...]]
    """Hours by scope, without everything."""
    allowances: Mapping[str, AllowanceEntry]
    default: Verdict
    checks: tuple[Check, ...] = ()
    """The checks that can answer in this layer, in the order of `rules.checks.CHECKS`."""


@dataclass(frozen=True, slots=True)
class Rulebook:
    """A child's rules, ready for `rules.decide`."""

    layers: tuple[LayerBook, ...]
    clock: WallClock
    privacy: Privacy
    """How much is written down about this child's visits."""
    safe: tuple[tuple[str, Verdict], ...]
    """Safe search: keys of `Known.safe` and what to answer where the catalogue has such a host."""
    hosts: frozenset[str]
    """Hosts that some rule of some layer names."""
    services: Mapping[str, str]
    """Scopes by service, of those that some timed rule or grant names; likewise below."""
    categories: Mapping[str, str]
    sites: Mapping[str, tuple[str, ...]]
