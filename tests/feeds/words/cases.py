"""The searches of the tests: harmless ones, and ones an adult should hear of."""

import csv
from pathlib import Path

HERE = Path(__file__).parent
type Half = int
SEEN, HELD_BACK = 1, 0
"""Odd lines were looked at while the words were chosen, even lines only counted."""


def benign(half: Half | None = None) -> list[str]:
    """Return searches that only look grave."""
    lines = (HERE / "benign.txt").read_text(encoding="utf-8").splitlines()
    return _half([line for line in lines if not line.startswith("#")], half)


def grave(half: Half | None = None) -> list[tuple[str, str]]:
    """Return categories and the searches that belong to them."""
    with (HERE / "grave.csv").open(encoding="utf-8") as file:
        return _half([(row["category"], row["typed"]) for row in csv.DictReader(file)], half)


def requests(name: str) -> list[dict[str, str]]:
    """Return what children ask AI chats for: `seen` was looked at, `held` only counted."""
    with (HERE / f"homework_{name}.csv").open(encoding="utf-8") as file:
        return list(csv.DictReader(file))


def _half[T](all_of: list[T], half: Half | None) -> list[T]:
    return [one for n, one in enumerate(all_of, 1) if half is None or n % 2 == half]
