"""A child's day as a strip of 24 hours: which minutes were attended, and in what colour."""

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
"""Stretches closer together than so many minutes are drawn as one."""


@dataclass(frozen=True, slots=True)
class Stretch:
    """Some minutes of the day in one colour; left and width in per cent of 24 hours."""

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


def strip_of(bitmaps: Bitmaps, day: date, labels: Labels) -> Strip:
    """Draw a day by category, the heaviest first."""
    [use] = days_of(bitmaps, [day])
    order = sorted(use.by_category, key=lambda name: (-use.by_category[name], name))
    stretches = [
        Stretch(first * 100 / MINUTES, (last - first) * 100 / MINUTES, colour_of(name))
        for name, bitmap in _shares(bitmaps, day, order)
        for first, last in runs(bitmap)
    ]
    parts = [Part(labels.category(name), use.by_category[name], colour_of(name)) for name in order]
    return Strip(tuple(stretches), tuple(parts))


def runs(bitmap: Bitmap) -> Iterator[tuple[int, int]]:
    """Walk the stretches of a bitmap, [first, last), small gaps closed."""
    first = last = -1
    for minute in range(MINUTES):
        if not bitmap >> minute & 1:
            continue
        if first >= 0 and minute - last > GAP:
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
