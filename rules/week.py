"""A child's minutes as a verdict needs them, from what was counted on each day of the week."""

from collections.abc import Mapping, Sequence
from itertools import chain

from rules.book import Rulebook
from rules.carrying import carried
from rules.spent import NONE, Spent


def spent_in_week(
    book: Rulebook,
    earlier: Sequence[Mapping[str, int]],
    today: Mapping[str, int],
    *,
    added: Mapping[str, int] = NONE,
    first: int = 0,
) -> Spent:
    """Return today's minutes with those of the week and what earlier days left over.

    `earlier` are the counts of the days before today, in order, from the weekday `first` on.
    """
    if not book.looks_back:
        return Spent(today, added=added)
    week: dict[str, int] = {}
    for scope, minutes in chain.from_iterable(day.items() for day in (*earlier, today)):
        week[scope] = week.get(scope, 0) + minutes
    over: dict[str, int] = {}
    for layer in book.layers:
        for scope, entries in layer.allowances.items():
            for entry in (each for each in entries if each.carry):
                used = (day.get(scope, 0) for day in earlier)
                left = carried(zip(entry.minutes[first:], used, strict=False), entry.carry)
                over[scope] = max(over.get(scope, 0), left)
    return Spent(today, week, over, added)
