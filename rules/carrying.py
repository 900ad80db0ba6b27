"""Minutes that earlier days of the week leave to today."""

from collections.abc import Iterable


def carried(days: Iterable[tuple[int, int]], most: int) -> int:
    """Return what is carried over, given minutes and use of each earlier day of the week in order.

    What is left of a day goes to the next, never more than `most`; what was used up is gone.
    """
    left = 0
    for minutes, used in days:
        left = min(max(minutes + left - used, 0), most)
    return left
