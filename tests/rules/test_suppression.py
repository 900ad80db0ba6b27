"""Nobody who adds, subtracts and reasons learns a count that was withheld."""

from itertools import product

from hypothesis import given
from hypothesis import strategies as st

from rules.suppression import Cell, K, Table, publish, withheld

SMALL = 3
"""With so small a k every table that could be meant is tried."""


def table(rows: list[tuple[int, int]]) -> Table:
    """Make a table with one fact: of each area how many it is true of, and of how many not."""
    names = [f"area {number}" for number in range(len(rows))]
    there = {name: yes + no for name, (yes, no) in zip(names, rows, strict=True)}
    return Table(there, {"fact": {name: yes for name, (yes, _) in zip(names, rows, strict=True)}})


def told(cells: list[Cell]) -> dict[tuple[str, str], int | None]:
    return {(cell.area, cell.fact): cell.children for cell in cells}


def worlds(cells: list[Cell], most: int) -> list[tuple[tuple[int, int], ...]]:
    """Return every table of (true, not true) that agrees with all that was published."""
    known = told(cells)
    areas = sorted({area for area, _ in known if area})
    choices = []
    for area in areas:
        there, true = known[area, ""], known[area, "fact"]
        pairs = product(range(most + 1), repeat=2)
        choices.append(
            [
                (yes, no)
                for yes, no in pairs
                if (there is None or yes + no == there) and (true is None or yes == true)
            ]
        )
    found = []
    for world in product(*choices):
        sums = sum(yes + no for yes, no in world), sum(yes for yes, _ in world)
        totals = known["", ""], known["", "fact"]
        if all(total in (None, each) for total, each in zip(totals, sums, strict=True)):
            found.append(world)
    return found


@given(st.lists(st.tuples(st.integers(0, 3), st.integers(0, 3)), min_size=1, max_size=3))
def test_whatever_is_published_leaves_every_small_count_in_doubt(
    rows: list[tuple[int, int]],
) -> None:
    cells = publish(table(rows), SMALL)
    possible = worlds(cells, most=6)
    assert tuple(rows) in possible
    for place, (yes, no) in enumerate(rows):
        for part, count in enumerate((yes, no)):
            values = {world[place][part] for world in possible}
            # A small count could just as well be one that might be published.
            assert count >= SMALL or max(values) >= SMALL, (cells, place, part)
            assert count >= SMALL or len(values) > 1
        both = {sum(world[place]) for world in possible}
        assert yes + no >= SMALL or (max(both) >= SMALL and len(both) > 1)


@given(st.lists(st.tuples(st.integers(0, 60), st.integers(0, 60)), max_size=12))
def test_nothing_below_k_is_published_nor_left_by_subtraction(rows: list[tuple[int, int]]) -> None:
    known = told(publish(table(rows)))
    assert all(children is None or children >= K for children in known.values())
    for fact in ("", "fact"):
        total = known.get(("", fact))
        mine = {area: n for (area, of), n in known.items() if area and of == fact}
        if total is not None and None in mine.values():
            left = total - sum(n for n in mine.values() if n is not None)
            assert left >= K
            assert list(mine.values()).count(None) > 1
    for (area, fact), true in known.items():
        there = known[area, ""]
        if fact and true is not None and there is not None:
            assert there - true >= K


def test_one_small_ward_hides_the_next_smallest_with_it() -> None:
    known = told(publish(table([(4, 40), (20, 30), (50, 60)])))
    assert known["area 0", "fact"] is known["area 1", "fact"] is None
    assert known["area 2", "fact"] == 50
    assert known["", "fact"] == 74
    assert known["area 0", ""] == 44


def test_what_is_true_of_nearly_all_is_withheld_like_what_is_true_of_few() -> None:
    assert told(publish(table([(95, 3), (90, 40), (90, 40)])))["area 0", "fact"] is None


def test_large_counts_are_all_told() -> None:
    assert None not in told(publish(table([(20, 30), (40, 50)]))).values()
    assert withheld([(20, 30), (40, 50)], K) == set()
