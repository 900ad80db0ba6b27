"""Minutes a child has used, as a verdict needs them."""

from collections.abc import Mapping
from dataclasses import dataclass
from types import MappingProxyType

NONE: Mapping[str, int] = MappingProxyType({})


@dataclass(frozen=True, slots=True)
class Spent:
    """Minutes by scope: used today, used this week (today included), and what comes on top."""

    today: Mapping[str, int] = NONE
    week: Mapping[str, int] = NONE
    carried: Mapping[str, int] = NONE
    """Left over from earlier days of this week; counts up to the allowance's `carry`."""
    added: Mapping[str, int] = NONE
    """Earned or given on top of today's minutes by the family: lifts nothing of wider layers."""


def as_spent(spent: Mapping[str, int] | Spent) -> Spent:
    """Read a plain mapping as minutes of today."""
    return spent if isinstance(spent, Spent) else Spent(spent)
