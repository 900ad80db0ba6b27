"""A child's day, or a part of it, as a strip: which minutes were attended, and in what colour."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date

from api.labels import Label, Labels
from reports.colours import colour_of
from reports.minutes import Bitmaps, days_of, total
from reports.values import UNNAMED
from rules.minutes import MINUTES, Bitmap
from rules.scope import category

GAP = 2
"""Stretches of a whole day closer together than so many minutes are drawn as one."""
WHOLE = range(MINUTES)


@dataclass(frozen=True, slots=True)
class Stretch:
    """Some minutes in one colour; left and width in per cent of the strip."""

    left: float
    width: float
    colour: str


@dataclass(frozen=True, slots=True)
class Part:
    """A category's share of the day."""

    label: Label
    minutes: int
    colour: str


@dataclass(frozen=True, slots=True)
class Strip:
    """The day drawn, and its legend."""

    stretches: tuple[Stretch, ...]
    parts: tuple[Part, ...]


def strip_of(bitmaps: Bitmaps, day: date, labels: Labels, span: range = WHOLE) -> Strip:
    """Draw the minutes of a day that lie in a span by category, the heaviest first."""
    drawn = within(bitmaps, day, span)
    [use] = days_of(drawn, [day])
    order = sorted(use.by_category, key=lambda name: (-use.by_category[name], name))
    gap = GAP if span == WHOLE else 0
    stretches = [
        Stretch(*placed(first, last, span), colour_of(name))
        for name, bitmap in _shares(drawn, day, order)
        for first, last in runs(bitmap, gap)
    ]
    parts = [Part(labels.category(name), use.by_category[name], colour_of(name)) for name in order]
    return Strip(tuple(stretches), tuple(parts))


def within(bitmaps: Bitmaps, day: date, span: range) -> dict[tuple[date, str], Bitmap]:
    """Keep the minutes of a day that lie in a span."""
    mask = ((1 << len(span)) - 1) << span.start
    return {key: bitmap & mask for key, bitmap in bitmaps.items() if key[0] == day}


def placed(first: int, last: int, span: range) -> tuple[float, float]:
    """Place minutes [first, last) on a strip: left and width in per cent of it."""
    return (first - span.start) * 100 / len(span), (last - first) * 100 / len(span)


def runs(bitmap: Bitmap, gap: int = GAP) -> Iterator[tuple[int, int]]:
    """Walk the stretches of a bitmap, [first, last), small gaps closed."""
    first = last = -1
    for minute in range(MINUTES):
        if not bitmap >> minute & 1:
            continue
        if first >= 0 and minute - last > gap:
            yield first, last
            first = minute
        elif first < 0:
            first = minute
        last = minute + 1
    if first >= 0:
        yield first, last


def _shares(bitmaps: Bitmaps, day: date, order: list[str]) -> Iterator[tuple[str, Bitmap]]:
    """Give each category its minutes, each minute once; what is left belongs to other sites."""
    left = total(bitmaps, day)
    for name in order:
        mine = bitmaps.get((day, category(name)), 0) & left if name != UNNAMED else 0
        left &= ~mine
        yield name, mine
    yield UNNAMED, left
