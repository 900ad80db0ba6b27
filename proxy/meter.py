"""Attended minutes: which minutes of a day a child really used something, per scope."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field, replace
from datetime import date, datetime, timedelta
from uuid import UUID

from feeds.attended import Attended, Thresholds, thresholds
from proxy.current import Current
from proxy.opening import Openings
from rules.calendar import day_number
from rules.carrying import carried
from rules.counting import is_limited, is_noted, scopes_of_minute
from rules.earn import earned
from rules.family import ChildRules
from rules.minutes import Bitmap, count
from rules.minutes import mark as marked
from rules.spent import Spent
from rules.visit import Known
from store.journal import MinuteMark

RHYTHM = 3
"""Minutes in which use shows itself again; what stirs once and is silent then was the device."""
IDLE = timedelta(minutes=10)
"""How long a page that the child opened counts while it only goes on by itself."""
MOST_TALLIES = 4096
A_MINUTE = timedelta(minutes=1)

type Day = tuple[UUID, str]
type Use = tuple[UUID, str]
"""A child and what it uses: a service, else a category, else the site."""
type Film = Callable[[UUID | None, str, int, datetime], None]
type Mark = Callable[[MinuteMark], None]


@dataclass(slots=True)
class Tally:
    """What one child did with one service in one minute, and when it last stirred."""

    minute: int
    bytes: int = 0
    connections: int = 0
    stirred: int = 0
    """The latest minute with enough bytes or connections for use."""
    pages: set[str] = field(default_factory=set)
    """Hosts of which a page was seen to be opened in it."""


class Meter:
    """Counts minutes from what flows through this door, merged with what other doors saw."""

    def __init__(self, current: Current, mark: Mark, table: Thresholds | None = None) -> None:
        self._current = current
        self._mark = mark
        self._thresholds = table or thresholds()
        self._bitmaps: dict[Day, dict[str, Bitmap]] = {}
        self._counts: dict[Day, dict[str, int]] = {}
        self._tallies: dict[Use, Tally] = {}
        self._openings = Openings()
        self._sites: dict[str, str] = {}
        self._wanted: dict[tuple[tuple[str, ...], tuple[str, ...]], Attended] = {}
        self._opened: dict[Use, datetime] = {}
        self._changed: set[UUID] = set()
        self.moves = 0
        """Grows with every minute that is counted anew."""
        self.films: list[Film] = []
        """Who wants to know what film flows."""

    def spent(self, child_id: UUID, now: datetime) -> Spent:
        """Return minutes spent today and this week by scope, and what earlier days left over."""
        today = self._local(child_id, now)[0]
        day, used = date.fromisoformat(today), self._counts.get((child_id, today), {})
        standing = self._current.standing
        child, book = standing.people.get(child_id), standing.rulebooks.get(child_id)
        if child is None or book is None:
            return Spent(used)
        given = child.credits or child.exchanges
        added = earned(child.credits, child.exchanges, day, used) if given else {}
        if not book.looks_back:
            return Spent(used, added=added)
        return replace(self._with_week(child_id, day, used), added=added)

    def is_there(self, child_id: UUID, now: datetime, within: timedelta) -> bool:
        """Tell whether a child used anything a moment ago; who comes after midnight is new."""
        day, minute = self._local(child_id, now)
        lately = (2 << minute) - (1 << max(minute - within // A_MINUTE + 1, 0))
        scopes = self._bitmaps.get((child_id, day), {})
        return any(bitmap & lately for bitmap in scopes.values())

    def film(self, device_id: UUID | None, host: str, size: int, now: datetime) -> None:
        """Tell of film that flows in time."""
        for each in self.films:
            each(device_id, host, size, now)

    def traffic(
        self,
        device_id: UUID | None,
        known: Known,
        size: int,
        now: datetime,
        *,
        host: str = "",
        opened: bool = False,
    ) -> None:
        """Count bytes that flowed; enough of them, minute after minute, are use."""
        wanted = self._of(known)
        # In an opened page the child's own steps are seen: bytes alone count only for media.
        if opened and not wanted.media:
            self.goes_on(device_id, known, now, host=host)
            return
        tally = None if wanted.never else self._tally(device_id, known, now)
        if tally:
            tally.bytes += size
            self._flowed(device_id, known, host, size, tally)
            if tally.bytes >= wanted.bytes:
                self._stir(device_id, known, host, now, tally)
            self._see_page(device_id, known, host, now, tally)

    def connected(
        self,
        device_id: UUID | None,
        known: Known,
        now: datetime,
        *,
        host: str = "",
        times: int = 1,
    ) -> None:
        """Count a new connection, or several alike."""
        self.called(device_id, known, now, host=host, let_in=times)
        wanted = self._of(known)
        tally = None if wanted.never else self._tally(device_id, known, now)
        if tally:
            tally.connections += times
            if tally.connections >= wanted.connections:
                self._stir(device_id, known, host, now, tally)
            self._see_page(device_id, known, host, now, tally)

    def called(
        self,
        device_id: UUID | None,
        known: Known,
        now: datetime,
        *,
        host: str = "",
        let_in: int = 0,
    ) -> None:
        """Note that a site was called, and how many of the connections were let in."""
        child = self._current.standing.one_child(device_id)
        if child:
            minute, name = _minute(now), self._site(known, host)
            self._openings.called(child.id, minute, name, known, let_in=let_in)

    def attend(
        self, device_id: UUID | None, known: Known, now: datetime, *, host: str = ""
    ) -> None:
        """Mark this minute as attended, because the child opened a page."""
        child = self._child(device_id, known)
        if child:
            if len(self._opened) >= MOST_TALLIES:
                self._opened.clear()
            self._opened[_use(child, known, host)] = now
            self._attend(child, known, host, now)

    def goes_on(
        self, device_id: UUID | None, known: Known, now: datetime, *, host: str = ""
    ) -> None:
        """Mark this minute if it belongs to a page that the child opened not long ago."""
        child = self._child(device_id, known)
        opened = self._opened.get(_use(child, known, host)) if child else None
        if child and opened and now - opened < IDLE:
            self._attend(child, known, host, now)

    def _see_page(
        self, device_id: UUID | None, known: Known, host: str, now: datetime, tally: Tally
    ) -> None:
        """Count one minute where a single page was opened: nobody waits for a rhythm to read it."""
        wanted = self._of(known)
        if tally.connections < wanted.connections and tally.bytes < wanted.bytes:
            return
        child = self._child(device_id, known)
        if child is None:
            return
        name = self._site(known, host)
        if host in tally.pages:
            return
        if self._openings.is_page(child.id, tally.minute, name, wanted, tally.bytes):
            tally.stirred = tally.minute
            tally.pages.add(host)
            self._attend(child, known, host, now)

    def _flowed(
        self, device_id: UUID | None, known: Known, host: str, size: int, tally: Tally
    ) -> None:
        child = self._current.standing.one_child(device_id)
        if child:
            self._openings.flowed(child.id, tally.minute, self._site(known, host), size)

    def _of(self, known: Known) -> Attended:
        """Return what makes a minute one that was used."""
        key = known.services, known.categories
        wanted = self._wanted.get(key)
        if wanted is None:
            if len(self._wanted) >= MOST_TALLIES:
                self._wanted.clear()
            wanted = self._wanted[key] = self._thresholds.of(known)
        return wanted

    def _site(self, known: Known, host: str) -> str:
        if known.services:
            return known.services[0]
        name = self._sites.get(host)
        if name is None:
            if len(self._sites) >= MOST_TALLIES:
                self._sites.clear()
            name = self._current.standing.catalogue.site_of(host) if host else ""
            self._sites[host] = name
        return name

    def _stir(
        self, device_id: UUID | None, known: Known, host: str, now: datetime, tally: Tally
    ) -> None:
        """Note that there was enough for use; it is use if it was so a moment ago, too."""
        child = self._child(device_id, known)
        if child is None or tally.stirred == tally.minute:
            return
        last = max(tally.stirred, self._last_marked(child, known, host, now, tally.minute))
        tally.stirred = tally.minute
        gap = tally.minute - last
        if gap <= RHYTHM:
            # A film loads ahead and is watched in between.
            for back in range(gap, -1, -1):
                self._attend(child, known, host, now - back * A_MINUTE)

    def _last_marked(
        self, child: ChildRules, known: Known, host: str, now: datetime, minute: int
    ) -> int:
        """Find the latest marked minute, also by another worker or before a restart."""
        scope = self._scopes(child, known, host)[0]
        for back in range(1, RHYTHM + 1):
            day, local = self._local(child.id, now - back * A_MINUTE)
            if self._bitmaps.get((child.id, day), {}).get(scope, 0) >> local & 1:
                return minute - back
        return 0

    def _child(self, device_id: UUID | None, known: Known) -> ChildRules | None:
        if self._of(known).never:
            return None
        return self._current.standing.one_child(device_id)

    def _is_of_age(self, child: ChildRules, now: datetime) -> bool:
        return now.timestamp() >= self._current.standing.rulebooks[child.id].ends

    def _attend(self, child: ChildRules, known: Known, host: str, now: datetime) -> None:
        if self._is_of_age(child, now):
            return
        day, minute = self._local(child.id, now)
        book = self._current.standing.rulebooks[child.id]
        privacy = book.privacy_at(now.timestamp())
        for scope in self._scopes(child, known, host):
            noted = is_noted(scope, privacy) or is_limited(scope, book, child.exchanges, known)
            self._set(child.id, day, scope, minute, noted=noted)

    def _scopes(self, child: ChildRules, known: Known, host: str) -> list[str]:
        """List what a minute counts for; the particular first, so that it tells uses apart."""
        scopes = scopes_of_minute(self._current.standing.rulebooks[child.id], host, known)
        own = [scope for scope in scopes if scope.startswith("service:")]
        return [*own, *(scope for scope in scopes if scope not in own)]

    def _with_week(self, child_id: UUID, today: date, used: Mapping[str, int]) -> Spent:
        days = [today - timedelta(days=back) for back in range(today.weekday(), -1, -1)]
        counts = [self._counts.get((child_id, day.isoformat()), {}) for day in days]
        numbers = [day_number(day) for day in days[:-1]]
        week: dict[str, int] = {}
        for of_day in counts:
            for scope, minutes in of_day.items():
                week[scope] = week.get(scope, 0) + minutes
        over: dict[str, int] = {}
        for layer in self._current.standing.rulebooks[child_id].layers:
            for scope, entries in layer.allowances.items():
                for entry in (each for each in entries if each.carry):
                    given = (entry.minutes[layer.calendar.weekday_of(n)] for n in numbers)
                    pairs = zip(given, (c.get(scope, 0) for c in counts[:-1]), strict=True)
                    over[scope] = max(over.get(scope, 0), carried(pairs, entry.carry))
        return Spent(used, week, over)

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
        minute = _minute(now)
        key = _use(child, known, "")
        tally = self._tallies.get(key)
        if tally is None or tally.minute != minute:
            if len(self._tallies) >= MOST_TALLIES:
                self._tallies.clear()
            stirred = tally.stirred if tally else 0
            tally = self._tallies[key] = Tally(minute, stirred=stirred)
        return tally

    def _set(self, child_id: UUID, day: str, scope: str, minute: int, *, noted: bool) -> None:
        if self._keep(child_id, day, scope, marked(0, minute)) and noted:
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
        self.moves += 1
        return True


def _use(child: ChildRules, known: Known, host: str) -> Use:
    return child.id, next(iter(known.services or known.categories), host)


def _minute(now: datetime) -> int:
    return int(now.timestamp()) // 60
