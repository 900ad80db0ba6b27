"""A child's day drawn: its hours, what closes them, and the week around it as a heat map."""

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import date, timedelta

from api.pages.today.strip import placed, runs
from reports.closed import closed_minutes
from reports.minutes import HOUR, HOURS, Bitmaps, days_of
from reports.values import DayUse
from reports.weeks import DAYS_A_WEEK, week_holding
from rules.calendar import calendar_of
from rules.dated import hours_of
from rules.family import ChildRules
from rules.minutes import MINUTES, Bitmap
from rules.scope import EVERYTHING
from words.labels import LABELS
from words.speech import Speech

LAYERS = LABELS["layer"]
HOURS_NAMED = LABELS["hours"]


@dataclass(frozen=True, slots=True)
class Closed:
    """Hours that close everything on this day, and where they lie on the strip."""

    name: str
    layer: str
    said: str
    """From when until when, as people write it."""
    places: tuple[tuple[float, float], ...]
    """Left and width in per cent of the strip."""


@dataclass(frozen=True, slots=True)
class HourUse:
    """One hour of the day."""

    hour: int
    minutes: int

    @property
    def said(self) -> str:
        """Write the hour as people do."""
        return f"{self.hour:02}:00"


def span_of(hour: int | None) -> range:
    """Return the minutes of the day that are shown: one hour, or all."""
    return range(MINUTES) if hour is None else range(hour * HOUR, (hour + 1) * HOUR)


def closed_on(rules: ChildRules, day: date, span: range, speech: Speech) -> Iterator[Closed]:
    """Tell which hours close everything on a day, as the rules are now, layer by layer."""
    mask = ((1 << len(span)) - 1) << span.start
    for layer, policy in rules.layers:
        calendar = calendar_of(policy.exceptions)
        for hours in policy.hours:
            if hours.scope != EVERYTHING:
                continue
            shut: Bitmap = closed_minutes([hours_of(hours, calendar)], day) & mask
            stretches = tuple(runs(shut, gap=0))
            if stretches:
                yield Closed(
                    speech.say(HOURS_NAMED.get(hours.name, "")) or hours.name,
                    speech.say(LAYERS[layer]),
                    ", ".join(f"{_clock(first)}–{_clock(last)}" for first, last in stretches),
                    tuple(placed(first, last, span) for first, last in stretches),
                )


def hours_used(use: DayUse) -> list[HourUse]:
    """Return the twenty-four hours of a day."""
    return [HourUse(hour, minutes) for hour, minutes in enumerate(use.by_hour)]


def week_of(day: date, today: date, zone: str) -> tuple[date, ...]:
    """Return the last seven days, or the whole week in which an earlier day lies."""
    last = tuple(today - timedelta(days=back) for back in reversed(range(DAYS_A_WEEK)))
    return last if day in last else week_holding(day, zone).days


def use_of(bitmaps: Bitmaps, days: Iterable[date]) -> dict[date, DayUse]:
    """Sum up each day."""
    return {use.day: use for use in days_of(bitmaps, days)}


def ticks(hour: int | None) -> list[str]:
    """Write what stands below the strip."""
    if hour is None:
        return [str(each) for each in range(0, HOURS + 1, 6)]
    return [*(f"{hour:02}:{minute:02}" for minute in range(0, HOUR, 15)), f"{hour + 1:02}:00"]


def around(day: date, today: date) -> Mapping[str, date | None]:
    """Return the days before and after; none after today."""
    return {
        "before": day - timedelta(days=1),
        "after": day + timedelta(days=1) if day < today else None,
    }


def _clock(minute: int) -> str:
    return f"{minute // HOUR:02}:{minute % HOUR:02}"
