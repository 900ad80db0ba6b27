"""Asks the rules about a visit under every name it goes by; the strictest answer counts."""

from collections.abc import Callable, Iterable
from dataclasses import dataclass, replace
from datetime import datetime
from uuid import UUID

from proxy.current import GUEST, Current, Standing
from rules.clock import Clock
from rules.decide import decide, strictest, strictness, unknown_user
from rules.spent import Spent
from rules.verdict import Action, Reason, Verdict
from rules.visit import UNLISTED, Known, Visit

HOUSE_HOST = "haidang.internal"
"""The door's own site: who you are, why something was stopped, our certificate."""

type SpentBy = Callable[[UUID, datetime], Spent]
"""Minutes a child spent by scope."""
type Along = Callable[[str], str]
"""Tells which allowed site needs a host that nobody knows; empty where none does."""


@dataclass(frozen=True, slots=True)
class Asked:
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


class Judge:
    """Judges visits by what is in force now."""

    def __init__(self, current: Current, spent: SpentBy, clock: Clock) -> None:
        self._current = current
        self._spent = spent
        self._clock = clock

    def visit(self, device_id: UUID | None, host: str, asked: Asked) -> Judged:
        """Judge one host for a device."""
        standing = self._current.standing
        if standing.household is None:
            return Judged(host, UNLISTED, Verdict(Action.BLOCK, Reason.NO_POLICY))
        known = standing.catalogue.look_up(host)
        visit = Visit(
            host,
            known,
            asked.port,
            asked.scheme,
            asked.path,
            query=asked.query,
            networks=asked.networks,
            page=asked.page,
        )
        verdict = self._decide(standing, device_id, visit)
        if verdict.reason is Reason.UNKNOWN_SITE and asked.along and (site := asked.along(host)):
            verdict = self._decide(standing, device_id, visit._replace(companion=site))
        return Judged(host, known, verdict)

    def strictest(self, device_id: UUID | None, hosts: Iterable[str], asked: Asked) -> Judged:
        """Judge every name a connection gave; on a tie the first name speaks."""
        judged = [self.visit(device_id, host, asked) for host in dict.fromkeys(hosts)]
        chosen = max(judged, key=lambda each: strictness(each.verdict))
        return replace(chosen, verdict=strictest(each.verdict for each in judged))

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
