"""Limits: what was allowed on each day of a week, and what was used."""

from collections.abc import Iterable, Mapping
from datetime import date

from reports.family.value import Limit
from reports.minutes import Bitmaps
from rules.earn import Credit, Exchange, earned
from rules.minutes import count
from rules.policy import MINUTES_A_DAY, Policy
from rules.scope import ScopeKind, split


def limits_of(
    policies: Iterable[Policy],
    bitmaps: Bitmaps,
    days: Iterable[date],
    credits_: Iterable[Credit],
    exchanges: Iterable[Exchange],
) -> tuple[Limit, ...]:
    """List the limits of a day; of several for one scope the strictest holds, as the rules stand.

    Minutes for each service of a category, and lists of sites, have no sum that could be told.
    """
    days, allowed = list(days), _allowed(policies)
    used = [_used(bitmaps, day) for day in days]
    added = [earned(credits_, exchanges, day, spent) for day, spent in zip(days, used, strict=True)]
    return tuple(
        Limit(
            scope=scope,
            allowed=tuple(
                min(MINUTES_A_DAY, minutes[day.weekday()] + more.get(scope, 0))
                for day, more in zip(days, added, strict=True)
            ),
            used=tuple(spent.get(scope, 0) for spent in used),
        )
        for scope, minutes in allowed.items()
    )


def _allowed(policies: Iterable[Policy]) -> dict[str, list[int]]:
    found: dict[str, list[int]] = {}
    for policy in policies:
        for allowance in policy.allowances:
            if allowance.per_service or split(allowance.scope)[0] is ScopeKind.LIST:
                continue
            before = found.get(allowance.scope, [MINUTES_A_DAY] * 7)
            found[allowance.scope] = [*map(min, before, allowance.minutes)]
    return {scope: each for scope, each in found.items() if min(each) < MINUTES_A_DAY}


def _used(bitmaps: Bitmaps, day: date) -> Mapping[str, int]:
    return {scope: count(bitmap) for (on, scope), bitmap in bitmaps.items() if on == day}
