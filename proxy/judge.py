"""Asks the rules about a visit under every name it goes by; the strictest answer counts."""

from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass, replace
from datetime import datetime
from typing import NamedTuple
from uuid import UUID

from proxy.current import GUEST, Current, Standing
from rules.carried import at_most_stopped, carried
from rules.clock import Clock
from rules.companions import WANTED
from rules.decide import decide, strictest, strictness, unknown_user
from rules.network_checks import as_check
from rules.spent import Spent
from rules.verdict import Action, Reason, Verdict
from rules.videos import at_path
from rules.visit import UNLISTED, Known, Visit

HOUSE_HOST = "haidang.internal"
"""The door's own site: who you are, why something was stopped, our certificate."""

ALONG = frozenset({Reason.UNKNOWN_SITE, Reason.COMPANION})

type SpentBy = Callable[[UUID, datetime], Spent]
"""Minutes a child spent by scope."""
type Along = Callable[[str], str]
"""Tells which allowed site needs a host that nobody knows; empty where none does."""
type Told = Callable[[str, Known], Known]
"""Adds to what the catalogue knows of a host what reading its pages told."""


def as_listed(_host: str, known: Known) -> Known:
    """Add nothing."""
    return known


class Asked(NamedTuple):
    """What a connection asks for besides its names, as far as it is known."""

    port: int
    scheme: str = "https"
    path: str = ""
    query: str = ""
    networks: frozenset[str] = frozenset()
    """Tags of the networks in which the device is."""
    page: str = ""
    """The granted page of which a request is a part, see `proxy.parts`."""
    along: Along | None = None


@dataclass(frozen=True, slots=True)
class Judged:
    """A verdict with the host it was given for."""

    host: str
    known: Known
    verdict: Verdict


type Key = tuple[UUID | None, str | tuple[str, ...], int, str, frozenset[str]]


class Memory:
    """Verdicts of this very second: a browser opens six connections to a host at once.

    They are forgotten when anything moves that a verdict is made of: the policy, the minutes
    spent, the second.
    """

    def __init__(self, current: Current, moves: Callable[[], int], clock: Clock) -> None:
        self._current = current
        self._moves = moves
        self._clock = clock
        self._standing: Standing | None = None
        self._moment = (0, 0)
        self._known: dict[Key, Judged] = {}

    def get(self, key: Key) -> Judged | None:
        """Return a verdict that still holds."""
        now = self._clock()
        standing, moment = self._current.standing, (self._moves(), int(now.timestamp()))
        if standing is not self._standing or moment != self._moment:
            self._standing, self._moment = standing, moment
            self._known = {}
            return None
        known = self._known.get(key)
        if known and known.verdict.until and known.verdict.until <= now:
            return None
        return known

    def keep(self, key: Key, judged: Judged) -> None:
        """Remember a verdict until something moves."""
        self._known[key] = judged


class Judge:
    """Judges visits by what is in force now."""

    def __init__(
        self,
        current: Current,
        spent: SpentBy,
        clock: Clock,
        moves: Callable[[], int] | None = None,
        told: Told = as_listed,
    ) -> None:
        self._current = current
        self._told = told
        self._spent = spent
        self._clock = clock
        self._memory = Memory(current, moves, clock) if moves else None

    def visit(self, device_id: UUID | None, host: str, asked: Asked) -> Judged:
        """Judge one host for a device."""
        standing = self._current.standing
        if standing.household is None:
            return Judged(host, UNLISTED, Verdict(Action.BLOCK, Reason.NO_POLICY))
        judged = self._alone(standing, device_id, host, asked)
        if judged.verdict.reason in WANTED and asked.along and (site := asked.along(host)):
            visit = visit_of(host, judged.known, asked)._replace(companion=site)
            verdict = self._decide(standing, device_id, visit)
            return Judged(host, judged.known, verdict)
        return judged

    def known_as(self, device_id: UUID | None, host: str, known: Known, asked: Asked) -> Judged:
        """Judge one host for a device, given what is known of it."""
        visit = visit_of(host, known, asked)
        return Judged(host, known, self._decide(self._current.standing, device_id, visit))

    def _alone(self, standing: Standing, device_id: UUID | None, host: str, asked: Asked) -> Judged:
        """Judge a host by itself; what is the same for all closed connections is remembered."""
        key = (device_id, host, asked.port, asked.scheme, asked.networks)
        memory = None if asked.path or asked.query or asked.page else self._memory
        judged = memory.get(key) if memory else None
        if judged is None:
            known = self._told(host, standing.catalogue.look_up(host))
            known = at_path(host, known, asked.path)
            visit = as_check(visit_of(host, known, asked))
            judged = Judged(host, visit.known, self._decide(standing, device_id, visit))
            if memory:
                memory.keep(key, judged)
        return judged

    def strictest(self, device_id: UUID | None, hosts: Iterable[str], asked: Asked) -> Judged:
        """Judge every name a connection gave; on a tie the first name speaks."""
        names = tuple(hosts)
        memory = None if asked.path or asked.query or asked.page else self._memory
        key = (device_id, names, asked.port, asked.scheme, asked.networks)
        known = memory.get(key) if memory else None
        if known is not None:
            return known
        judged = list(self._each(device_id, dict.fromkeys(names), asked))
        chosen = max(judged, key=lambda each: strictness(each.verdict))
        if len(judged) > 1:
            chosen = replace(chosen, verdict=strictest(each.verdict for each in judged))
        # Which page needs an unknown host may be another one in the next moment.
        if memory and chosen.verdict.reason not in ALONG:
            memory.keep(key, chosen)
        return chosen

    def _each(self, device_id: UUID | None, hosts: Iterable[str], asked: Asked) -> Iterator[Judged]:
        """Judge each name, and the sites that it shows under its own name."""
        for host in hosts:
            yield self.visit(device_id, host, asked)
            for site in carried(host, asked.path, asked.query):
                shown = self.visit(device_id, site, asked)
                yield replace(shown, verdict=at_most_stopped(shown.verdict))

    def never_opened(self, hosts: Iterable[str]) -> bool:
        """Tell whether one of the names is a bank, a clinic or an office: we never look inside."""
        catalogue = self._current.standing.catalogue
        return any(catalogue.look_up(host).never_open for host in hosts)

    def _decide(self, standing: Standing, device_id: UUID | None, visit: Visit) -> Verdict:
        now = self._clock()
        children = standing.children_of(device_id)
        verdicts = [
            decide(standing.rulebooks[child], visit, now, self._spent(child, now))
            for child in children
        ]
        verdict = strictest(verdicts)
        if standing.asks_who(device_id):
            return unknown_user(verdict, visit.known)
        if verdict.blocks and children == (GUEST,):
            return verdict._replace(reason=Reason.UNKNOWN_DEVICE)
        return verdict


def visit_of(host: str, known: Known, asked: Asked) -> Visit:
    """Put together the visit that a host and what is asked of it make."""
    return Visit(
        host,
        known,
        asked.port,
        asked.scheme,
        asked.path,
        query=asked.query,
        networks=asked.networks,
        page=asked.page,
    )
