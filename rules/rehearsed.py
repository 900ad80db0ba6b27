"""What a rehearsal reads of each day, and what it finds."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date
from typing import NamedTuple

from rules.earn import Credit
from rules.family import Grant
from rules.minutes import Bitmap
from rules.policy import Frozen
from rules.verdict import Action, Layer, Reason, Verdict


class Seen(NamedTuple):
    """Visits to one site within one minute, as the journal has them."""

    stamp: int
    """Minutes since the epoch."""
    host: str
    category: str = ""
    """What is known where the name of the site was not written down; likewise `service`."""
    service: str = ""
    visits: int = 1
    blocked: bool = False


@dataclass(frozen=True, slots=True)
class DayRecord:
    """One local day of a child: what was visited, in the order of time, and what was counted."""

    day: date
    seen: Iterable[Seen]
    minutes: Mapping[str, Bitmap]
    grants: tuple[Grant, ...] = ()
    """What was granted and ran on that day."""
    credits: tuple[Credit, ...] = ()
    """Minutes added to that day."""


class HostCount(Frozen):
    host: str
    visits: int


class Cause(Frozen):
    """What would have stopped visits: a rule of a layer."""

    layer: Layer
    reason: Reason
    rule: str
    visits: int
    hosts: tuple[HostCount, ...]

    @property
    def verdict(self) -> Verdict:
        """Return what would have been answered, to say it in words."""
        return Verdict(Action.BLOCK, self.reason, self.layer, self.rule)


class DayRehearsed(Frozen):
    day: date
    visits: int
    stopped: int
    minutes_lost: int
    """Attended minutes in which everything would have been stopped."""
    left: dict[str, int]
    """Minutes of each allowance that would have been left at the end of the day."""


class Rehearsal(Frozen):
    """What the rules would have done."""

    visits: int
    stopped: int
    newly_stopped: int
    """Of these, what was open at the time."""
    newly_open: int
    """What was stopped at the time and would have been open."""
    learning: tuple[HostCount, ...]
    """Sites for learning among what would have been stopped: look here before you switch it on."""
    learning_visits: int
    causes: tuple[Cause, ...]
    days: tuple[DayRehearsed, ...]
