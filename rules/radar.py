"""What went past us, as far as anybody can know: attempts that were stopped, and unseen time."""

from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from enum import StrEnum
from math import ceil, floor, sqrt
from uuid import UUID
from zoneinfo import ZoneInfo

from rules.sentences import Sentence
from rules.verdict import Reason

DAYS = 7
"""The radar shows a week: what is older is history."""
SLOT = timedelta(minutes=5)
"""How often we look which devices are on the network."""
SLOTS = 12
"""In an hour."""
LEADS_AROUND = "proxy"
"""The category of VPNs, proxies, Tor, hidden names and translators."""
LIKELY = 1.96
"""So many deviations hold nineteen of twenty."""


class Way(StrEnum):
    """Kinds of attempts, as a parent would tell them apart."""

    SERVICE = "service"
    TUNNEL = "tunnel"
    DISGUISE = "disguise"
    HOME = "home"


WAYS = {
    Reason.NOT_TLS: Way.TUNNEL,
    Reason.PORT: Way.TUNNEL,
    Reason.UNNAMED: Way.TUNNEL,
    Reason.NAMES_DISAGREE: Way.DISGUISE,
    Reason.PRIVATE_ADDRESS: Way.HOME,
}
SAID = {
    Way.SERVICE: Sentence("A VPN, proxy, hidden DNS or translator", {}),
    Way.TUNNEL: Sentence("Something else than web pages, a closed port, or no name", {}),
    Way.DISGUISE: Sentence("A connection under two names", {}),
    Way.HOME: Sentence("An address of the home network", {}),
}


@dataclass(frozen=True, slots=True)
class Stopped:
    """Visits of one minute that were stopped for one reason."""

    at: datetime
    reason: Reason
    category: str
    times: int


@dataclass(frozen=True, slots=True)
class Tried:
    """How often one way was tried on one local day."""

    day: date
    way: Way
    times: int


@dataclass(frozen=True, slots=True)
class Look:
    """One hour of one device in slots of five minutes, each a bit."""

    device_id: UUID
    hour: datetime
    here: int
    """It answered on the network."""
    through: int
    """It also came through a door."""
    borrowed: int = 0
    """It came by the way in of somebody else's device."""


@dataclass(frozen=True, slots=True)
class Coverage:
    """How much of a device's time on the network we saw: a figure with its uncertainty."""

    looked: int
    """Times it was found on the network."""
    seen: int
    """Of these, how often it also came through us."""
    unseen_hours: int
    """Hours in which it was there most of the time, and never through us."""
    borrowed: int
    """Times it came by somebody else's way in."""

    @property
    def between(self) -> tuple[int, int] | None:
        """Return the least and the most percent that are likely; None where too little is known.

        What a device does in five minutes is much like what it did in the five before, so an hour
        counts as one observation (Wilson's interval).
        """
        hours = self.looked / SLOTS
        if hours < 1:
            return None
        share, spread = self.seen / self.looked, LIKELY**2 / hours
        middle = (share + spread / 2) / (1 + spread)
        half = LIKELY * sqrt(share * (1 - share) / hours + spread / hours / 4) / (1 + spread)
        # What was seen was seen: the bounds hold the share itself.
        low, high = min(middle - half, share), max(middle + half, share)
        return max(0, floor(100 * low)), min(100, ceil(100 * high))


def way_of(reason: Reason, category: str) -> Way | None:
    """Tell which way around a stopped visit was; None for an ordinary one."""
    return WAYS.get(reason) or (Way.SERVICE if category == LEADS_AROUND else None)


def tried(stopped: Iterable[Stopped], zone: ZoneInfo) -> tuple[Tried, ...]:
    """Count attempts by local day and way, the latest day first."""
    counts: Counter[tuple[date, Way]] = Counter()
    for each in stopped:
        if way := way_of(each.reason, each.category):
            counts[each.at.astimezone(zone).date(), way] += each.times
    found = [Tried(day, way, times) for (day, way), times in counts.items() if times]
    return tuple(sorted(found, key=lambda each: (-each.day.toordinal(), -each.times, each.way)))


def coverage(looks: Iterable[Look]) -> Coverage:
    """Add up what was seen of one device."""
    looked = seen = unseen = borrowed = 0
    for look in looks:
        here, both = look.here.bit_count(), (look.here & look.through).bit_count()
        looked, seen, borrowed = looked + here, seen + both, borrowed + look.borrowed.bit_count()
        unseen += here > SLOTS // 2 and not look.through
    return Coverage(looked, seen, unseen, borrowed)


def slot_of(moment: datetime) -> tuple[datetime, int]:
    """Return the hour that a moment lies in, and the bit of its five minutes."""
    hour = moment.replace(minute=0, second=0, microsecond=0)
    return hour, 1 << (moment.minute // (60 // SLOTS))


def say(coverage: Coverage, device: str) -> Sentence:
    """Say how much of a device's time on this network we saw."""
    if coverage.between is None:
        return Sentence(
            "{device}: not known. It was too seldom on this network, or we cannot see it there.",
            {"device": device},
        )
    low, high = coverage.between
    values: dict[str, object] = {"device": device, "low": low, "high": high}
    if low == high:
        return Sentence("{device}: we saw {low} % of its time on this network.", values)
    return Sentence(
        "{device}: we saw between {low} and {high} % of its time on this network.", values
    )
