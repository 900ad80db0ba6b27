"""The verdict on a visit: one walk along a list of checks, whose order is the specification."""

from collections.abc import Mapping
from datetime import datetime

from rules.compile import Rulebook
from rules.verdict import Verdict
from rules.visit import Visit


def decide(rulebook: Rulebook, visit: Visit, now: datetime, spent: Mapping[str, int]) -> Verdict:
    """Judge a visit at a moment (aware, any zone), given minutes spent today by scope.

    Every layer is asked; the strictest answer wins. Pure: no I/O, no clock, never raises.
    """
    raise NotImplementedError
