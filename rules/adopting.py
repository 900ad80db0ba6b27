"""Puts a preset or a calendar into a policy that people have already made their own.

What an adult added stays; what an earlier preset brought and nobody touched gives way.
"""

from collections.abc import Iterable

from rules.icalendar import Imported
from rules.mistakes import Mistake
from rules.policy import DateException, Policy
from rules.presets import PRESETS, nd147

ND147 = "nd147"
NAMES = (*PRESETS, ND147)
AGES = {"little": (0, 6), "child": (7, 11), "teen": (12, 15), "youth": (16, 17)}
MOST_DATES = 400
OWN = frozenset(
    {
        *("allow", "block", "services", "lists", "urls", "floors", "applies", "pause", "lesson"),
        *("unsafe_search", "videos", "private_hours"),
    }
)
"""What people write themselves, and no preset speaks of."""
MERGED = frozenset({"categories", "hours", "allowances", "exceptions"})
SWITCHES = tuple(name for name in Policy.model_fields if name not in OWN | MERGED)
"""What a preset decides whole."""


def adopted(policy: Policy, name: str) -> Policy:
    """Return a policy with a preset in it. Raises Mistake for a name that is none.

    The preset decides its kinds of sites, bedtime, limits, filters, the known holidays and how much
    is written down. Lists of sites, apps, other hours, other limits, addresses, floors, dates, a
    pause, and kinds of sites that an adult decided on stay.
    """
    if name == ND147:
        return nd147(policy)
    if name not in PRESETS:
        raise Mistake("There is no preset “{name}”; there are {names}.", **_names(name))
    preset, before = PRESETS[name], likest(policy)
    hours = {(each.name, each.scope) for each in preset.hours}
    limits = {(each.scope, each.per_service) for each in preset.allowances}
    own_hours = _beyond(policy.hours, before.hours)
    own_limits = _beyond(policy.allowances, before.allowances)
    own_dates = _beyond(policy.exceptions, before.exceptions)
    chosen = {k: v for k, v in policy.categories.items() if before.categories.get(k) is not v}
    parts = {
        "categories": preset.categories | chosen,
        "hours": (*preset.hours, *(h for h in own_hours if (h.name, h.scope) not in hours)),
        "allowances": (
            *preset.allowances,
            *(a for a in own_limits if (a.scope, a.per_service) not in limits),
        ),
        # Of several for one date the last one holds: an adult's own come after the usual ones.
        "exceptions": (*preset.exceptions, *_beyond(own_dates, preset.exceptions)),
    }
    switches = {name: getattr(preset, name) for name in SWITCHES}
    return Policy.model_validate(dict(policy) | switches | parts)


def likest(policy: Policy) -> Policy:
    """Return the preset that a policy comes from, as far as one can tell."""
    return max(PRESETS.values(), key=lambda preset: _likeness(policy, preset))


def with_calendar(policy: Policy, imported: Imported) -> Policy:
    """Return a policy with the days of a calendar in it. Raises Mistake where there are too many.

    A day that came from the same event before is replaced in its place, so that a calendar may be
    read again whenever it changed; an event that was called off is taken out.
    """
    new = {_key(each): each for each in imported.exceptions}
    gone = imported.cancelled - {each.uid for each in imported.exceptions}
    kept: dict[tuple[str, str], DateException] = {}
    for number, old in enumerate(policy.exceptions):
        if old.uid not in gone or not old.uid:
            key = _key(old)
            # A date that an adult wrote has no event: where no other says the same it is its own.
            kept[key if key in new or old.uid else ("", str(number))] = new.get(key, old)
    together = tuple((kept | new).values())
    if len(together) > MOST_DATES:
        raise Mistake(
            "There would be more than {most} dates: take out those that are over.", most=MOST_DATES
        )
    return policy.model_copy(update={"exceptions": together})


def without_date(policy: Policy, number: int) -> Policy:
    """Return a policy without one of its dates."""
    kept = tuple(each for place, each in enumerate(policy.exceptions) if place != number)
    return policy.model_copy(update={"exceptions": kept})


def _key(date: DateException) -> tuple[str, str]:
    """Tell by what a date is known again: its event, else what it says."""
    return (date.uid, "") if date.uid else ("", date.model_dump_json())


def _beyond[T](mine: Iterable[T], preset: Iterable[T]) -> list[T]:
    brought = list(preset)
    return [each for each in mine if each not in brought]


def _likeness(policy: Policy, preset: Policy) -> float:
    hours = sum(each in policy.hours for each in preset.hours)
    limits = sum(each in policy.allowances for each in preset.allowances)
    switches = sum(bool(getattr(policy, part) == getattr(preset, part)) for part in SWITCHES)
    mine, theirs = set(policy.categories.items()), set(preset.categories.items())
    return hours + limits + switches + len(mine & theirs) / max(len(mine | theirs), 1)


def _names(name: str) -> dict[str, object]:
    return {"name": name[:40], "names": ", ".join(NAMES)}
