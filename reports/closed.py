"""Which minutes of a local day the hours close, to see how much use fell into bedtime."""

from collections.abc import Iterable
from datetime import date, timedelta

from rules.minutes import MINUTES, Bitmap
from rules.policy import HoursEffect, Policy, Window
from rules.scope import EVERYTHING


def closed_windows(policies: Iterable[Policy]) -> tuple[Window, ...]:
    """Return the windows in which everything is closed, of all policies together."""
    return tuple(
        window
        for policy in policies
        for hours in policy.hours
        if hours.scope == EVERYTHING and hours.effect is HoursEffect.CLOSED
        for window in hours.windows
    )


def closed_minutes(windows: Iterable[Window], day: date) -> Bitmap:
    """Return the minutes of a day that lie in any of the windows."""
    closed = 0
    for window in windows:
        start, end = _minute(window.start), _minute(window.end)
        overnight = end <= start
        if day.weekday() in window.days:
            closed |= _stretch(start, MINUTES if overnight else end)
        if overnight and (day - timedelta(days=1)).weekday() in window.days:
            closed |= _stretch(0, end)
    return closed


def _minute(text: str) -> int:
    hours, _, minutes = text.partition(":")
    return int(hours) * 60 + int(minutes)


def _stretch(start: int, end: int) -> Bitmap:
    return (1 << end) - (1 << start)
