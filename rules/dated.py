"""Hours that know of different days, and the dates between which a layer holds."""

from bisect import bisect_right
from collections.abc import Iterable, Iterator
from datetime import date
from functools import lru_cache

from rules.calendar import SATURDAY, WEEKDAYS, Calendar, day_number, weekday
from rules.hours import DAY, Turning, Wall, compile_hours, merge, reach
from rules.times import Hours, HoursEffect, Like, Span

AHEAD = 15
"""Days looked ahead for a turn; a rule that does not turn for so long is looked at again then."""
MOST_DAYS = 10

type Stretch = tuple[int, int]
WHOLE_DAY: Stretch = (0, DAY)


class DatedHours:
    """When something is closed, day by day: exceptions change the windows that begin on a date."""

    __slots__ = ("_calendar", "_days", "_hours", "_week", "_weekly")

    def __init__(self, hours: Hours, calendar: Calendar) -> None:
        self._hours = hours
        self._calendar = calendar
        self._week = [_spans_of(hours, day) for day in range(7)]
        self._weekly = compile_hours(hours)
        self._days: dict[int, tuple[int, ...] | None] = {}

    def shut(self, wall: Wall) -> bool:
        """Tell whether it is closed by the clock on the wall."""
        turns = self._turns(wall.local // DAY)
        if turns is None:
            return self._weekly.shut(wall)
        inside = bisect_right(turns, wall.local) % 2 == 1
        return inside == (self._hours.effect is HoursEffect.CLOSED)

    def rest(self, wall: Wall) -> int | None:
        """Tell how many minutes are left until it turns, or until we look at the days anew."""
        turns = self._turns(wall.local // DAY)
        if turns is None:
            return self._weekly.rest(wall)
        index = bisect_right(turns, wall.local)
        horizon = (wall.today + AHEAD) * DAY
        return (turns[index] if index < len(turns) else horizon) - wall.local

    def _turns(self, today: int) -> tuple[int, ...] | None:
        """Return the turns of the days around today; None where they are like any week's."""
        try:
            return self._days[today]
        except KeyError:
            pass
        # Few days are ever asked about, so few are kept; replaced whole, for threads.
        kept = self._days if len(self._days) < MOST_DAYS else {}
        turns = None if self._is_ordinary(today) else self._find(today)
        self._days = {**kept, today: turns}
        return turns

    def _is_ordinary(self, today: int) -> bool:
        """Tell whether no day is different from yesterday until a week's turn is surely seen."""
        days = range(today - 1, today + AHEAD)
        return all(self._calendar.on(day, self._hours.name) is None for day in days)

    def _find(self, today: int) -> tuple[int, ...]:
        days = range(today - 1, today + AHEAD)
        stretches = merge(stretch for day in days for stretch in self._stretches(day))
        horizon = (today + AHEAD) * DAY
        return tuple(turn for stretch in stretches for turn in stretch if turn < horizon)

    def _stretches(self, day: int) -> Iterator[Stretch]:
        for begin, length in self._plan(day):
            yield day * DAY + begin, day * DAY + begin + length

    def _plan(self, day: int) -> Iterable[Stretch]:
        """Return where the windows of a day begin and how long they are."""
        different = self._calendar.on(day, self._hours.name)
        if different is None:
            return self._week[weekday(day)]
        if different.windows is not None:
            return [reach(span) for span in different.windows]
        if different.like is Like.OFF:
            return [WHOLE_DAY] if self._hours.effect is HoursEffect.ONLY else []
        if different.like is Like.HOLIDAY:
            return _or(self._hours.holiday, self._week[SATURDAY])
        if different.like is Like.EXAM:
            return _or(self._hours.exam, self._week[weekday(day)])
        return self._week[WEEKDAYS[different.like or Like.MONDAY]]


class Dates:
    """What is shut between some dates, like hours without a time of day."""

    __slots__ = ("_turns",)

    def __init__(self, dates: Iterable[tuple[date, date]]) -> None:
        stretches = [
            (day_number(first) * DAY, (day_number(last) + 1) * DAY) for first, last in dates
        ]
        self._turns = tuple(turn for stretch in merge(stretches) for turn in stretch)

    def shut(self, wall: Wall) -> bool:
        """Tell whether today is one of the dates."""
        return bisect_right(self._turns, wall.local) % 2 == 1

    def rest(self, wall: Wall) -> int | None:
        """Tell how many minutes are left until a stretch begins or ends."""
        index = bisect_right(self._turns, wall.local)
        return self._turns[index] - wall.local if index < len(self._turns) else None


@lru_cache(4096)
def hours_of(hours: Hours, calendar: Calendar) -> Turning:
    """Compile hours; only where days differ is the calendar asked.

    Children with the same hours share what is compiled, and what it remembers of a day.
    """
    return DatedHours(hours, calendar) if calendar else compile_hours(hours)


def _spans_of(hours: Hours, day: int) -> list[Stretch]:
    return [reach(window) for window in hours.windows if day in window.days]


def _or(spans: tuple[Span, ...] | None, usual: list[Stretch]) -> list[Stretch]:
    return usual if spans is None else [reach(span) for span in spans]
