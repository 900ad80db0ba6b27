"""The last thing each device was refused: its browser often shows an error of its own instead.

What the child went to stays before what its browser fetched meanwhile by itself, and whatever one
door refused is told to the other doors of the machine: the next connection may meet any of them.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from enum import IntEnum
from uuid import UUID

from proxy.news import Line, News
from rules.verdict import Action, Layer, Reason, Verdict
from rules.vouching import Refusal

MOST_REMEMBERED = 1000
STANDS = timedelta(minutes=10)
"""So long nothing that happened by itself takes the place of what the child did."""
QUIET = frozenset({"category:ads", "category:tracking"})
"""Stopped before any page could show: nobody navigates there, and handshakes cost time."""


class Step(IntEnum):
    """How surely a refusal met what the child itself was doing."""

    ASIDE = 0
    """Something beside a page: a picture, a script, an advertisement."""
    UNSEEN = 1
    """A tunnel that shows only its name."""
    TAKEN = 2
    """The child went there, or sent it off."""


@dataclass(frozen=True, slots=True)
class Stopped:
    """Something that a device was refused."""

    host: str
    verdict: Verdict
    at: datetime
    step: Step = Step.UNSEEN


class Refusals:
    """What each device was refused last, by any door of this machine."""

    def __init__(self) -> None:
        self._last: dict[str, Stopped] = {}
        self.news = News()

    def note(self, device_id: UUID | None, address: str, stopped: Stopped) -> None:
        """Remember a refusal, unless something that matters more happened a moment ago."""
        who = str(device_id or address)
        if self._take_in(who, stopped):
            self.news.add((who, *_line(stopped)))

    def last(self, device_id: UUID | None, address: str) -> Stopped | None:
        """Return what a device was refused last."""
        return self._last.get(str(device_id or address))

    def told(self, device_id: UUID | None, address: str) -> Refusal | None:
        """Return the same as the panel is told of it."""
        last = self.last(device_id, address)
        return Refusal(last.host, last.verdict.reason, last.at) if last else None

    def hear(self, lines: Iterable[Sequence[object]]) -> None:
        """Take in what another door said. Raises ValueError, TypeError for what makes no sense."""
        for who, *said in lines:
            self._take_in(str(who), _stopped(said))

    def _take_in(self, who: str, stopped: Stopped) -> bool:
        last = self._last.get(who)
        if last and _weight(stopped) < _weight(last) and stopped.at - last.at < STANDS:
            return False
        if len(self._last) >= MOST_REMEMBERED:
            self._last.clear()
        self._last[who] = stopped
        return True


def _weight(stopped: Stopped) -> Step:
    is_noise = stopped.verdict.rule in QUIET and stopped.step is Step.UNSEEN
    return Step.ASIDE if is_noise else stopped.step


def _line(stopped: Stopped) -> Line:
    verdict = stopped.verdict
    until = verdict.until.timestamp() if verdict.until else None
    why = (str(verdict.reason), str(verdict.layer), verdict.rule, until)
    minutes = (verdict.used, verdict.limit, verdict.week)
    return stopped.host, stopped.at.timestamp(), int(stopped.step), *why, *minutes


def _stopped(said: Sequence[object]) -> Stopped:
    host, at, step, reason, layer, rule, until, used, limit, week = said
    verdict = Verdict(
        Action.BLOCK,
        Reason(str(reason)),
        Layer(str(layer)),
        str(rule),
        until=None if until is None else _moment(until),
        used=None if used is None else int(str(used)),
        limit=None if limit is None else int(str(limit)),
        week=bool(week),
    )
    return Stopped(str(host), verdict, _moment(at), Step(int(str(step))))


def _moment(said: object) -> datetime:
    return datetime.fromtimestamp(float(str(said)), UTC)
