"""Going on in a sorted list behind a row, however many rows came before it meanwhile."""

from collections.abc import Sequence
from typing import Any

import sqlalchemy as sa

type Key = tuple[sa.ColumnElement[Any], bool]
"""What rows are sorted by, and whether it falls."""


def behind(place: Sequence[object] | None, *keys: Key) -> sa.ColumnElement[bool]:
    """Return the condition of rows that come after a place; of all where there is none."""
    if place is None:
        return sa.true()
    found: sa.ColumnElement[bool] = sa.false()
    for (column, falls), value in reversed(list(zip(keys, place, strict=True))):
        beyond = column < value if falls else column > value
        found = sa.or_(beyond, sa.and_(column == value, found))
    return found


def in_order(*keys: Key) -> list[sa.ColumnElement[Any]]:
    """Return how rows are sorted."""
    return [column.desc() if falls else column.asc() for column, falls in keys]
