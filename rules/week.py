"""A child's minutes as a verdict needs them, from what was counted on each day of the week."""

from collections.abc import Mapping, Sequence
from datetime import date
from itertools import chain

from rules.book import Rulebook
from rules.calendar import day_number
from rules.carrying import carried
from rules.spent import NONE, Spent

A_MONDAY = 4
"""The 5th of January 1970."""


def spent_in_week(
    book: Rulebook,
    earlier: Sequence[Mapping[str, int]],
    today: Mapping[str, int],
    *,
    added: Mapping[str, int] = NONE,
    first: int = 0,
    today_is: date | None = None,
) -> Spent:
    """Return today's minutes with those of the week and what earlier days left over.

    `earlier` are the counts of the days before today, in order, from the weekday `first` on.
    With the date of today, days that are different left over what they had.
    """
    if not book.looks_back:
        return Spent(today, added=added)
    week: dict[str, int] = {}
    for scope, minutes in chain.from_iterable(day.items() for day in (*earlier, today)):
        week[scope] = week.get(scope, 0) + minutes
    # Without a date, a week of long ago stands for it.
    begin = day_number(today_is) - len(earlier) if today_is else A_MONDAY + first
    days = range(begin, begin + len(earlier))
    over: dict[str, int] = {}
    for layer in book.layers:
        for scope, entries in layer.allowances.items():
            for entry in (each for each in entries if each.carry):
                used = (day.get(scope, 0) for day in earlier)
                given = (entry.minutes[layer.calendar.weekday_of(day)] for day in days)
                left = carried(zip(given, used, strict=False), entry.carry)
                over[scope] = max(over.get(scope, 0), left)
    return Spent(today, week, over, added)
