"""Attended minutes of a week: each minute counted once, by day, hour, category and service."""

from collections.abc import Iterable, Mapping
from datetime import date

from reports.values import UNNAMED, DayUse, Use
from rules.minutes import MINUTES, Bitmap, count
from rules.scope import ScopeKind, split

HOURS = 24
HOUR = 60
WHOLE_DAY: Bitmap = (1 << MINUTES) - 1

type Bitmaps = Mapping[tuple[date, str], Bitmap]
"""(local day, scope) -> minutes."""


def total(bitmaps: Bitmaps, day: date) -> Bitmap:
    """Return the minutes of a day in any scope: learning, which no allowance counts, too."""
    minutes = 0
    for (on, _), bitmap in bitmaps.items():
        if on == day:
            minutes |= bitmap
    return minutes


def days_of(bitmaps: Bitmaps, days: Iterable[date]) -> tuple[DayUse, ...]:
    """Sum up each day; categories are taken in the order of their weight in the whole stretch."""
    order = [use.id for use in uses_of(bitmaps, {}, ScopeKind.CATEGORY)]
    return tuple(_day(bitmaps, day, order) for day in days)


def categories_of(days: Iterable[DayUse], before: Iterable[DayUse] | None) -> tuple[Use, ...]:
    """Sum up categories over days, heaviest first; the sums add up to the whole."""
    sums = _by_category(days)
    earlier = None if before is None else _by_category(before)
    uses = [
        Use(id=name, minutes=minutes, before=None if earlier is None else earlier.get(name, 0))
        for name, minutes in sums.items()
    ]
    return _heaviest_first(uses)


def uses_of(
    bitmaps: Bitmaps, before: Bitmaps, kind: ScopeKind, *, compare: bool = False
) -> tuple[Use, ...]:
    """Sum up every scope of a kind by itself, heaviest first; two at once count for both."""
    sums, earlier = _by_scope(bitmaps, kind), _by_scope(before, kind)
    uses = [
        Use(id=name, minutes=minutes, before=earlier.get(name, 0) if compare else None)
        for name, minutes in sums.items()
        if minutes
    ]
    return _heaviest_first(uses)


def until_minute(bitmaps: Bitmaps, last: date, minute: int) -> dict[tuple[date, str], Bitmap]:
    """Cut off everything from a minute of a day on: parts of weeks compare with like parts."""
    kept = {key: bitmap for key, bitmap in bitmaps.items() if key[0] < last}
    so_far = (1 << minute) - 1
    kept |= {key: bitmap & so_far for key, bitmap in bitmaps.items() if key[0] == last}
    return kept


def _day(bitmaps: Bitmaps, day: date, order: Iterable[str]) -> DayUse:
    whole = left = total(bitmaps, day)
    by_category = {}
    for name in order:
        share = bitmaps.get((day, f"{ScopeKind.CATEGORY}:{name}"), 0) & left
        left &= WHOLE_DAY ^ share
        by_category[name] = count(share)
    by_category[UNNAMED] = count(left)
    return DayUse(
        day=day,
        minutes=count(whole),
        by_category={name: minutes for name, minutes in by_category.items() if minutes},
        by_hour=tuple(_in_hour(whole, hour) for hour in range(HOURS)),
    )


def _in_hour(bitmap: Bitmap, hour: int) -> int:
    return count(bitmap >> (hour * HOUR) & ((1 << HOUR) - 1))


def _by_category(days: Iterable[DayUse]) -> dict[str, int]:
    sums: dict[str, int] = {}
    for day in days:
        for name, minutes in day.by_category.items():
            sums[name] = sums.get(name, 0) + minutes
    return sums


def _by_scope(bitmaps: Bitmaps, kind: ScopeKind) -> dict[str, int]:
    sums: dict[str, int] = {}
    for (_, scope), bitmap in bitmaps.items():
        what, name = split(scope)
        if what is kind:
            sums[name] = sums.get(name, 0) + count(bitmap)
    return sums


def _heaviest_first(uses: Iterable[Use]) -> tuple[Use, ...]:
    return tuple(sorted(uses, key=lambda use: (-use.minutes, use.id)))
