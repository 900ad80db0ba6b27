"""Which counts may be published: none below k, and none that the others give away.

A table has a row for each area, how many children there were, and for each fact how many of them it
is true of; the totals of all areas stand below. A count and what it leaves of the whole are both of
at least k children, or both are withheld. What is withheld must be of at least two areas, and
together of at least k children: the totals would tell it otherwise.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

K = 10
"""The fewest children a published count is of."""


@dataclass(frozen=True, slots=True)
class Table:
    """What is known, before anything is withheld."""

    there: Mapping[str, int]
    """Area -> children."""
    facts: Mapping[str, Mapping[str, int]]
    """Fact -> area -> of how many children it is true; an area that is missing has none."""


@dataclass(frozen=True, slots=True)
class Cell:
    """One published line; None where it is withheld."""

    area: str
    """Empty for all areas together."""
    fact: str
    """Empty for all children."""
    children: int | None


def publish(table: Table, k: int = K) -> list[Cell]:
    """Return every cell of a table, those that must not be told as None."""
    areas = sorted(table.there)
    counts = [(table.there[area],) for area in areas]
    hidden = withheld(counts, k)
    total = sum(table.there.values())
    cells = [_cell(area, "", table.there[area], area in _named(areas, hidden)) for area in areas]
    cells.append(_cell("", "", total, total < k))
    for fact in sorted(table.facts):
        cells += _of_fact(table, fact, areas, hidden, k)
    return cells


def withheld(counts: Sequence[tuple[int, ...]], k: int, begin: Iterable[int] = ()) -> set[int]:
    """Return which rows to withhold: those with a count below k, and as many as hide those.

    `begin` are withheld in any case. Rows with the fewest children hide the others.
    """
    hidden = {*begin, *(row for row, parts in enumerate(counts) if min(parts) < k)}
    order = sorted(range(len(counts)), key=lambda row: (sum(counts[row]), row))
    for row in order:
        if _is_safe([counts[each] for each in hidden], k):
            return hidden
        hidden.add(row)
    return hidden


def _is_safe(hidden: Sequence[tuple[int, ...]], k: int) -> bool:
    """Tell whether withheld rows say nothing by their sum, which the totals tell."""
    if not hidden:
        return True
    return len(hidden) > 1 and min(map(sum, zip(*hidden, strict=True))) >= k


def _of_fact(table: Table, fact: str, areas: Sequence[str], hidden: set[int], k: int) -> list[Cell]:
    true = [table.facts[fact].get(area, 0) for area in areas]
    counts = [(yes, table.there[area] - yes) for area, yes in zip(areas, true, strict=True)]
    mine = withheld(counts, k, hidden)
    yes, no = (sum(column) for column in zip(*counts, strict=True)) if counts else (0, 0)
    cells = [
        _cell(area, fact, number, place in mine)
        for place, (area, number) in enumerate(zip(areas, true, strict=True))
    ]
    return [*cells, _cell("", fact, yes, min(yes, no) < k)]


def _named(areas: Sequence[str], places: Iterable[int]) -> set[str]:
    return {areas[place] for place in places}


def _cell(area: str, fact: str, children: int, is_hidden: bool) -> Cell:
    return Cell(area, fact, None if is_hidden else children)
