"""A list as rows of text, whatever file it came in: CSV, Excel or OneRoster; nothing is guessed.

Of a full date only the year is kept, here already: nobody needs a child's birthday.
"""

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass

from feeds.rosters import excel, oneroster, text
from feeds.rosters.errors import EMPTY, NO_LIST, OLD_EXCEL, TOO_LARGE, TOO_MANY, NotARoster
from feeds.rosters.packed import opened

MOST_BYTES = 5_000_000
MOST_ROWS = 5_000
MOST_COLUMNS = 40
LONGEST_CELL = 200
ZIP, OLE = b"PK\x03\x04", b"\xd0\xcf\x11\xe0"
PICTURES = (b"%PDF", b"\x89PNG", b"\xff\xd8\xff", b"GIF8", b"Rar!", b"7z\xbc\xaf")
DATE = re.compile(
    r"^(?:\d{1,2}\s*[/.\-]\s*\d{1,2}\s*[/.\-]\s*(?P<last>\d{4})"
    r"|(?P<first>\d{4})\s*[/.\-]\s*\d{1,2}\s*[/.\-]\s*\d{1,2}(?:[T ]00:00(?::00)?)?)$"
)


@dataclass(frozen=True, slots=True)
class Row:
    """One row, and which it is in its file."""

    number: int
    cells: tuple[str, ...]

    def cell(self, place: int | None) -> str:
        """Return what stands in a column; empty where the row is shorter."""
        return self.cells[place] if place is not None and place < len(self.cells) else ""


@dataclass(frozen=True, slots=True)
class Table:
    """The rows of a list that hold something."""

    rows: tuple[Row, ...]


def read(data: bytes) -> Table:
    """Read a list. Raises NotARoster with what to do."""
    if len(data) > MOST_BYTES:
        raise NotARoster(TOO_LARGE, n=MOST_BYTES // 1_000_000)
    if data.startswith(OLE):
        raise NotARoster(OLD_EXCEL)
    if data.startswith(PICTURES):
        raise NotARoster(NO_LIST)
    rows = tuple(_bounded(_rows(data)))
    if not rows:
        raise NotARoster(EMPTY)
    return Table(rows)


def _rows(data: bytes) -> Iterable[Row]:
    if not data.startswith(ZIP):
        return _numbered(text.cells(text.decode(data)))
    packed = opened(data)
    names = set(packed.namelist())
    if excel.WORKBOOK in names:
        return _of_sheets(list(excel.sheets(data, packed)))
    if oneroster.is_bundle(names):
        return _numbered(oneroster.pupils(packed))
    raise NotARoster(NO_LIST)


def _of_sheets(found: list[tuple[str, Iterator[list[str]]]]) -> Iterator[Row]:
    """Put the sheets below one another; the name of each stands in a column of its own."""
    several = len(found) > 1
    for title, cells in found:
        for row in _numbered(excel.guarded(cells)):
            held = (title, *row.cells) if several and any(row.cells) else row.cells
            yield Row(row.number, held)


def _numbered(cells: Iterable[list[str]]) -> Iterator[Row]:
    for number, line in enumerate(cells, 1):
        yield Row(number, tuple(_clean(cell) for cell in line[:MOST_COLUMNS]))


def _bounded(rows: Iterable[Row]) -> Iterator[Row]:
    kept = 0
    for row in rows:
        if row.number > MOST_ROWS * 4:
            raise NotARoster(TOO_MANY, n=MOST_ROWS)
        if not any(row.cells):
            continue
        kept += 1
        if kept > MOST_ROWS:
            raise NotARoster(TOO_MANY, n=MOST_ROWS)
        yield row


def _clean(cell: str) -> str:
    short = " ".join(cell.split())[:LONGEST_CELL]
    date = DATE.match(short)
    return (date["last"] or date["first"]) if date else short
