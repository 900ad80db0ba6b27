"""Attended minutes: which minutes of a day a child really used something, per scope."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import date, datetime
from types import MappingProxyType
from uuid import UUID

from proxy.current import Current
from rules.family import LEARNING
from rules.minutes import Bitmap, count
from rules.minutes import mark as marked
from rules.scope import EVERYTHING, category, service
from rules.visit import Known
from store.journal import MinuteMark

KB = 1000
DEFAULT_BYTES = 200 * KB
ATTENDED_BYTES: Mapping[str, int] = MappingProxyType(
    {
        # A live game sends little but steadily: 20-60 kB/s at most, 50 kB a minute at least;
        # a launcher asking for news in the background stays below.
        "games": 50 * KB,
        # Text and stickers; push connections alone move 1-3 kB a minute.
        "chat": 20 * KB,
        # A search or an answer of an assistant is mostly text.
        "search": 50 * KB,
        "ai": 30 * KB,
    }
)
"""Bytes both ways within one minute from which it counts; every other category takes 200 kB,
which the lowest video quality exceeds in three seconds and a notification never reaches."""
ATTENDED_CONNECTIONS = 3
"""New connections to one service within a minute: a page being opened, seen as tunnels."""
PAGE_BYTES = 20 * KB
"""What such a page brings at least; an app that only looks for news brings less."""
NEVER_ATTENDED = frozenset({"ads", "tracking", "system"})
"""What devices fetch by themselves, whoever sits before them or not."""
MOST_TALLIES = 4096

NONE: Mapping[str, int] = MappingProxyType({})

type Day = tuple[UUID, str]
type Mark = Callable[[MinuteMark], None]


@dataclass(slots=True)
class Tally:
    """What one child did with one service in one minute."""

    minute: int
    bytes: int = 0
    connections: int = 0


class Meter:
    """Counts minutes from what flows through this door, merged with what other doors saw."""

    def __init__(self, current: Current, mark: Mark) -> None:
        self._current = current
        self._mark = mark
        self._bitmaps: dict[Day, dict[str, Bitmap]] = {}
        self._counts: dict[Day, dict[str, int]] = {}
        self._tallies: dict[tuple[UUID, str], Tally] = {}
        self._changed: set[UUID] = set()

    def spent(self, child_id: UUID, now: datetime) -> Mapping[str, int]:
        """Return minutes spent today by scope."""
        return self._counts.get((child_id, self._local(child_id, now)[0]), NONE)

    def traffic(self, device_id: UUID | None, known: Known, size: int, now: datetime) -> None:
        """Count bytes that flowed; enough of them in one minute make it attended."""
        tally = self._tally(device_id, known, now)
        if tally:
            tally.bytes += size
            if _is_attended(tally, known):
                self.attend(device_id, known, now)

    def connected(self, device_id: UUID | None, known: Known, now: datetime) -> None:
        """Count a new connection; several with some traffic are a page being opened."""
        tally = self._tally(device_id, known, now)
        if tally:
            tally.connections += 1
            if _is_attended(tally, known):
                self.attend(device_id, known, now)

    def attend(self, device_id: UUID | None, known: Known, now: datetime) -> None:
        """Mark this minute as attended in every scope of the site."""
        child = self._current.standing.one_child(device_id)
        if child is None or not NEVER_ATTENDED.isdisjoint(known.categories):
            return
        day, minute = self._local(child.id, now)
        for scope in _scopes(known):
            self._set(child.id, day, scope, minute)

    def take_changed(self) -> set[UUID]:
        """Return the children whose minutes grew since the last call."""
        changed, self._changed = self._changed, set()
        return changed

    def merge(self, day: date, bitmaps: Mapping[tuple[UUID, str], Bitmap]) -> None:
        """Take in what the store knows of a day, from earlier or from other doors."""
        for (child_id, scope), bitmap in bitmaps.items():
            self._keep(child_id, day.isoformat(), scope, bitmap)

    def days(self, now: datetime) -> dict[date, list[UUID]]:
        """Return which children live which local day at this moment."""
        days: dict[date, list[UUID]] = {}
        for child_id in self._current.standing.people:
            day = now.astimezone(self._current.standing.zone_of(child_id)).date()
            days.setdefault(day, []).append(child_id)
        return days

    def forget_before(self, oldest: date) -> None:
        """Drop days that are over everywhere."""
        for kept in (self._bitmaps, self._counts):
            for key in [key for key in kept if key[1] < oldest.isoformat()]:
                del kept[key]

    def _local(self, child_id: UUID, now: datetime) -> tuple[str, int]:
        local = now.astimezone(self._current.standing.zone_of(child_id))
        return local.date().isoformat(), local.hour * 60 + local.minute

    def _tally(self, device_id: UUID | None, known: Known, now: datetime) -> Tally | None:
        child = self._current.standing.one_child(device_id)
        if child is None:
            return None
        minute = int(now.timestamp()) // 60
        key = (child.id, next(iter(known.services or known.categories), ""))
        tally = self._tallies.get(key)
        if tally is None or tally.minute != minute:
            if len(self._tallies) >= MOST_TALLIES:
                self._tallies.clear()
            tally = self._tallies[key] = Tally(minute)
        return tally

    def _set(self, child_id: UUID, day: str, scope: str, minute: int) -> None:
        if self._keep(child_id, day, scope, marked(0, minute)):
            self._mark(MinuteMark(child_id, day, scope, minute))

    def _keep(self, child_id: UUID, day: str, scope: str, bitmap: Bitmap) -> bool:
        """Merge a bitmap; tell whether it said anything new."""
        scopes = self._bitmaps.setdefault((child_id, day), {})
        before = scopes.get(scope, 0)
        after = before | bitmap
        if after == before:
            return False
        scopes[scope] = after
        self._counts.setdefault((child_id, day), {})[scope] = count(after)
        self._changed.add(child_id)
        return True


def _is_attended(tally: Tally, known: Known) -> bool:
    names = known.categories or ("",)
    if tally.bytes >= min(ATTENDED_BYTES.get(name, DEFAULT_BYTES) for name in names):
        return True
    return tally.connections >= ATTENDED_CONNECTIONS and tally.bytes >= PAGE_BYTES


def _scopes(known: Known) -> list[str]:
    """List the scopes a minute counts in; learning has its own and never uses up everything."""
    scopes = [category(name) for name in known.categories]
    scopes += [service(name) for name in known.services]
    if LEARNING not in known.categories:
        scopes.append(EVERYTHING)
    return scopes
