"""From the rows of a list to pupils, with what is wrong row by row."""

import re
from collections.abc import Iterable
from dataclasses import dataclass

from feeds.rosters.columns import TITLES, Columns, plain
from feeds.rosters.table import Row, Table
from rules.roster import (
    FORMULA,
    LONGEST_NAME,
    NO_CLASS,
    NO_NAME,
    NO_YEAR,
    ODD_YEAR,
    OLDEST,
    SHORT,
    TOO_LONG,
    UNSEEN,
    YOUNGEST,
    Fault,
    Pupil,
)
from rules.sentences import Sentence

FORMULAS = ("=", "+", "@")
YEAR = re.compile(r"(?<!\d)(\d{4})(?!\d)")
SHORT_DATE = re.compile(r"^\d{1,2}\s*[/.\-]\s*\d{1,2}\s*[/.\-]\s*(\d{2})$")
SERIAL = re.compile(r"^\d{5}$")
SERIALS = range(29_000, 55_000)
"""Excel counts days from 1900: these are the years 1979 to 2050."""
EXCEL_BEGINS, A_YEAR = 1900, 365.25
NO_CHILD = ("tong", "tong so", "cong", "total", "nguoi lap", "hieu truong", "giao vien")
"""With these begin the lines below a list."""
LONGEST_NUMBER, LONGEST_CLASS = 40, 40


@dataclass(frozen=True, slots=True)
class Reading:
    """What a list says: pupils, and rows that cannot be taken."""

    pupils: tuple[Pupil, ...]
    faults: tuple[Fault, ...]


def read_pupils(table: Table, columns: Columns, *, year: int, class_name: str = "") -> Reading:
    """Read the pupils below the titles; who has no class is in `class_name`, if that is given."""
    pupils, faults = [], []
    for row in table.rows[columns.titles :]:
        if _is_no_child(row, columns):
            continue
        try:
            pupils.append(_pupil(row, columns, year, class_name))
        except _Wrong as wrong:
            shown = " ".join(filter(None, row.cells))[:60]
            faults.append(Fault(row.number, wrong.sentence, shown))
    return Reading(tuple(pupils), tuple(faults))


class _Wrong(Exception):  # noqa: N818 it is the row's, not a fault of ours
    def __init__(self, sentence: Sentence) -> None:
        super().__init__(sentence.message)
        self.sentence = sentence


def _pupil(row: Row, columns: Columns, year: int, class_name: str) -> Pupil:
    taught = SHORT.sub("", _plainly(row.cell(columns.class_)))[:LONGEST_CLASS] or class_name
    if not taught:
        raise _Wrong(NO_CLASS)
    return Pupil(
        row=row.number,
        name=_name(row, columns),
        birth_year=_year(row.cell(columns.birth), year),
        class_name=taught,
        number=_plainly(row.cell(columns.number))[:LONGEST_NUMBER],
    )


def _name(row: Row, columns: Columns) -> str:
    places = (columns.name,) if columns.name is not None else (columns.before, columns.given)
    name = " ".join(filter(None, (_plainly(row.cell(place)) for place in places)))
    if not name:
        raise _Wrong(NO_NAME)
    if len(name) > LONGEST_NAME:
        raise _Wrong(TOO_LONG)
    return name


def _plainly(text: str) -> str:
    """Return a text that is one: no formula, nothing that cannot be seen."""
    if text.startswith(FORMULAS):
        raise _Wrong(FORMULA)
    if not text.isprintable():
        raise _Wrong(UNSEEN)
    return text


def _year(text: str, now: int) -> int:
    found = _written_year(text, now)
    if found is None:
        raise _Wrong(Sentence(NO_YEAR.message, {"text": text[:20]}))
    if not now - OLDEST <= found <= now - YOUNGEST:
        raise _Wrong(Sentence(ODD_YEAR.message, {"year": str(found)}))
    return found


def _written_year(text: str, now: int) -> int | None:
    if SERIAL.match(text) and int(text) in SERIALS:
        return EXCEL_BEGINS + int((int(text) - 1) / A_YEAR)
    if match := SHORT_DATE.match(text):
        short = int(match[1])
        return 2000 + short if 2000 + short <= now else 1900 + short
    years = YEAR.findall(text)
    return int(years[0]) if len(years) == 1 else None


def _is_no_child(row: Row, columns: Columns) -> bool:
    """Tell whether a row is the list's own: its end, its titles once more, a signature."""
    said = [cell for cell in row.cells if cell]
    if any(plain(cell).startswith(NO_CHILD) for cell in said[:1]):
        return True
    named = columns.name if columns.name is not None else columns.given
    # Titles of a second sheet, and what stands above them.
    if plain(row.cell(named)) in (*TITLES["name"], *TITLES["given"]):
        return True
    meant = (columns.name, columns.given, columns.birth, columns.number)
    held = [row.cell(place) for place in meant if place is not None]
    return not any(held)


def years_of(pupils: Iterable[Pupil]) -> tuple[int, int] | None:
    """Return the first and the last year of birth, to see at a glance whether it is right."""
    years = [pupil.birth_year for pupil in pupils]
    return (min(years), max(years)) if years else None
