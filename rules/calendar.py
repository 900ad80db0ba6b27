"""Which days are different: a date is looked up, and says what the day is like."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from functools import lru_cache

from rules.times import DateException, Like, Span

EPOCH = date(1970, 1, 1).toordinal()
"""Days are counted from here, as minutes are."""
WEEKDAYS = {like: number for number, like in enumerate(tuple(Like)[:7])}
SATURDAY = 5
MOST_REMEMBERED = 512


@dataclass(frozen=True, slots=True)
class Different:
    """What is different on a day."""

    name: str
    like: Like | None
    windows: tuple[Span, ...] | None


class Calendar:
    """The different days of one policy; remembers the few days that visits ask about."""

    __slots__ = ("_exceptions", "_found")

    def __init__(self, exceptions: tuple[DateException, ...] = ()) -> None:
        self._exceptions = exceptions
        self._found: dict[tuple[int, str], Different | None] = {}

    def __bool__(self) -> bool:
        return bool(self._exceptions)

    def on(self, day: int, hours: str = "") -> Different | None:
        """Tell what is different on a day since the epoch, for hours of a name or for minutes."""
        key = day, hours
        if key not in self._found:
            if len(self._found) >= MOST_REMEMBERED:
                self._found = {}
            self._found[key] = self._find(date.fromordinal(day + EPOCH), hours)
        return self._found.get(key)

    def weekday_of(self, day: int) -> int:
        """Tell which weekday's minutes a day has: a holiday has Saturday's."""
        different = self.on(day) if self._exceptions else None
        if different and different.like is Like.HOLIDAY:
            return SATURDAY
        if different and different.like in WEEKDAYS:
            return WEEKDAYS[different.like]
        return weekday(day)

    def _find(self, day: date, hours: str) -> Different | None:
        for each in reversed(self._exceptions):
            if (not each.hours or hours in each.hours) and _covers(each, day):
                return Different(each.name, each.like, each.windows)
        return None


@lru_cache(1024)
def calendar_of(exceptions: tuple[DateException, ...]) -> Calendar:
    """Return the calendar of some exceptions, shared by all whose policies say the same."""
    return Calendar(exceptions)


def weekday(day: int) -> int:
    """Tell the day of the week of a day since the epoch; 0 is Monday."""
    return (day + 3) % 7


def day_number(day: date) -> int:
    """Count the days since the epoch."""
    return day.toordinal() - EPOCH


def _covers(exception: DateException, day: date) -> bool:
    if not exception.yearly:
        return exception.first <= day <= exception.end
    # A stretch over New Year's Eve may have begun the year before.
    return any(first <= day <= last for first, last in _years(exception, (day.year, day.year - 1)))


def _years(exception: DateException, years: Iterable[int]) -> Iterable[tuple[date, date]]:
    length = exception.end - exception.first
    for year in years:
        try:
            first = exception.first.replace(year=year)
            yield first, first + length
        except (ValueError, OverflowError):
            continue  # the 29th of February, in a year without one
