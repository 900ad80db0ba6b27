"""Weekly hours as minutes of the week, and the moments at which they open and close.

Hours are wall-clock: when clocks change, a window keeps its hands and changes its length. A wall
time that comes twice is judged alike both times; one that is skipped never happens.
"""

from bisect import bisect_right
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from datetime import datetime, timedelta
from functools import cache
from typing import NamedTuple, Protocol
from zoneinfo import ZoneInfo

from rules.times import Hours, HoursEffect, Span, Window

DAY = 1440
WEEK = 7 * DAY
THURSDAY = 3 * DAY
"""The epoch began on a Thursday; our weeks begin on Monday."""
LOOK_AHEAD = 14
"""Days searched for a clock change: more than a week, so that most edges are plain additions."""


class Wall(NamedTuple):
    """What the clock on the wall shows in one minute, and how long its offset holds."""

    stamp: int
    """Minutes since the epoch."""
    minute: int
    """Minute of the local week; 0 is Monday 00:00."""
    steady: int
    """The stamp up to which the offset surely stays the same."""
    local: int
    """Minutes since the local clock showed the epoch."""

    @property
    def today(self) -> int:
        """Count the local days since the epoch."""
        return self.local // DAY

    @property
    def day(self) -> int:
        """Tell the day of the week; 0 is Monday."""
        return self.minute // DAY


class WallClock:
    """Tells the local minute of the week; remembers the offset so long as it holds."""

    __slots__ = ("_steady", "_zone")

    def __init__(self, zone: str) -> None:
        self._zone = ZoneInfo(zone)
        self._steady = (0, 0, 0)

    def at(self, stamp: int) -> Wall:
        """Read the clock in a minute since the epoch."""
        # One tuple, replaced whole: threads may race to fill it but never see half of it.
        begin, end, offset = self._steady
        if not begin <= stamp < end:
            begin, end, offset = self._steady = self._measure(stamp)
        local = stamp + offset
        return Wall(stamp, (local + THURSDAY) % WEEK, end, local)

    def _measure(self, stamp: int) -> tuple[int, int, int]:
        offset = self._offset(stamp)
        for day in range(LOOK_AHEAD):
            end = stamp + (day + 1) * DAY
            if self._offset(end) != offset:
                return stamp, self._turn(end - DAY, end, offset), offset
        return stamp, stamp + LOOK_AHEAD * DAY, offset

    def _turn(self, before: int, after: int, offset: int) -> int:
        """Halve the stretch in which the offset changes until the minute is found."""
        while after - before > 1:
            middle = (before + after) // 2
            if self._offset(middle) == offset:
                before = middle
            else:
                after = middle
        return after

    def _offset(self, stamp: int) -> int:
        offset = datetime.fromtimestamp(stamp * 60, self._zone).utcoffset() or timedelta()
        return offset // timedelta(minutes=1)


@cache
def clock_of(zone: str) -> WallClock:
    """Return the clock of a zone, shared by all children who live in it."""
    return WallClock(zone)


class Turning(Protocol):
    """What is closed at times, by the clock on the wall."""

    def shut(self, wall: Wall) -> bool:
        """Tell whether it is closed."""
        ...

    def rest(self, wall: Wall) -> int | None:
        """Tell how many minutes of the wall are left until it may turn; None: it never does."""
        ...


@dataclass(frozen=True, slots=True)
class WeeklyHours:
    """When something is closed: the minutes of the week at which it turns, and how it begins."""

    name: str
    turns: tuple[int, ...]
    closed_first: bool

    def closed(self, minute: int) -> bool:
        """Tell whether it is closed in a minute of the week."""
        return (bisect_right(self.turns, minute) % 2 == 1) != self.closed_first

    def left(self, minute: int) -> int | None:
        """Tell how many minutes of the week are left until it turns; None where it never does."""
        if not self.turns:
            return None
        index = bisect_right(self.turns, minute)
        if index == len(self.turns):
            return self.turns[0] + WEEK - minute
        return self.turns[index] - minute

    def shut(self, wall: Wall) -> bool:
        """Tell whether it is closed by the clock on the wall."""
        return (bisect_right(self.turns, wall.minute) % 2 == 1) != self.closed_first

    def rest(self, wall: Wall) -> int | None:
        """Tell how many minutes are left until it turns."""
        return self.left(wall.minute)


def compile_hours(hours: Hours) -> WeeklyHours:
    """Turn windows into the sorted turns of a week."""
    covered = merge(stretch for window in hours.windows for stretch in _stretches(window))
    turns = [turn for stretch in covered for turn in stretch]
    inside_first = bool(turns) and turns[0] == 0
    # Sunday's end is Monday's begin: a turn at either edge of the week is none.
    inner = tuple(turn for turn in turns if 0 < turn < WEEK)
    if inside_first != bool(turns and turns[-1] == WEEK):
        inner = (0, *inner)
        inside_first = not inside_first
    return WeeklyHours(hours.name, inner, inside_first != (hours.effect is HoursEffect.ONLY))


def next_turn(clock: WallClock, wall: Wall, hours: Turning) -> int | None:
    """Find the stamp at which hours next open or close."""
    left = hours.rest(wall)
    # Almost always; what follows is for the days on which clocks change.
    if left is not None and wall.stamp + left < wall.steady:
        return wall.stamp + left
    return _next(clock, wall, hours.rest, hours.shut)


def day_end(clock: WallClock, wall: Wall) -> int:
    """Find the stamp at which the local day ends."""
    end = _next(clock, wall, lambda wall: DAY - wall.local % DAY, lambda wall: wall.today)
    return wall.stamp + DAY if end is None else end


def week_end(clock: WallClock, wall: Wall) -> int:
    """Find the stamp at which the local week ends, at the end of Sunday."""
    end = _next(
        clock,
        wall,
        lambda wall: WEEK - wall.minute,
        lambda wall: (wall.local + THURSDAY) // WEEK,
    )
    return wall.stamp + WEEK if end is None else end


def _next(
    clock: WallClock,
    wall: Wall,
    left: Callable[[Wall], int | None],
    state: Callable[[Wall], int],
) -> int | None:
    """Add what is left of the stretch; if the clocks change on the way, look again from there."""
    while (rest := left(wall)) is not None:
        if wall.stamp + rest < wall.steady:
            return wall.stamp + rest
        later = clock.at(wall.steady)
        if state(later) != state(wall):
            return later.stamp
        wall = later
    return None


def _stretches(window: Window) -> Iterable[tuple[int, int]]:
    """Lay a window on each of its days; what runs over Sunday's end goes on on Monday."""
    start, length = reach(window)
    for day in window.days:
        begin = day * DAY + start
        yield begin, min(begin + length, WEEK)
        if begin + length > WEEK:
            yield 0, begin + length - WEEK


def reach(span: Span) -> tuple[int, int]:
    """Return the minute of the day at which a span begins, and its length."""
    start, end = _minutes(span.start), _minutes(span.end)
    return start, end - start if end > start else end - start + DAY


def merge(stretches: Iterable[tuple[int, int]]) -> list[tuple[int, int]]:
    """Join stretches that touch, in order."""
    merged: list[tuple[int, int]] = []
    for begin, end in sorted(stretches):
        if merged and begin <= merged[-1][1]:
            merged[-1] = merged[-1][0], max(end, merged[-1][1])
        else:
            merged.append((begin, end))
    return merged


def _minutes(text: str) -> int:
    hours, minutes = text.split(":")
    return int(hours) * 60 + int(minutes)
