"""Which column of a list means what: guessed from its title, in Vietnamese and English."""

import re
import unicodedata
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from types import MappingProxyType

from feeds.rosters.table import Row, Table

FIELDS = ("number", "name", "before", "given", "birth", "class")
"""`before` is what stands before the given name where the two have columns of their own."""
TITLES: Mapping[str, tuple[str, ...]] = MappingProxyType(
    {
        "number": (
            *("ma hoc sinh", "ma hs", "mahs", "mshs", "ma so hoc sinh", "ma dinh danh hoc sinh"),
            *("ma dinh danh", "ma dinh danh bo gd dt", "ma so", "ma hoc vien", "so the hoc sinh"),
            *(
                "student id",
                "student number",
                "student no",
                "pupil id",
                "pupil number",
                "school id",
            ),
            *("admission number", "sourcedid", "student code", "id hoc sinh", "id"),
        ),
        "name": (
            *("ho va ten", "ho ten", "ho va ten hoc sinh", "ho ten hoc sinh", "ten hoc sinh"),
            *("ho va ten khai sinh", "hoc sinh", "ho ten hs", "ho va ten hs", "full name", "name"),
            *("student name", "student", "pupil", "pupil name", "child", "child name", "fullname"),
        ),
        "before": (
            *(
                "ho dem",
                "ho va dem",
                "ho va ten dem",
                "ho ten dem",
                "ho lot",
                "ho va chu lot",
                "ho",
            ),
            *("last name", "family name", "surname", "lastname", "familyname"),
        ),
        "given": (
            "ten",
            "ten goi",
            "first name",
            "given name",
            "forename",
            "firstname",
            "givenname",
        ),
        "birth": (
            *("ngay sinh", "nam sinh", "ngay thang nam sinh", "sinh ngay", "ngay thang sinh", "ns"),
            *("date of birth", "dob", "birth date", "birthdate", "birthday", "birth year", "born"),
            *(
                "year of birth",
                "birthyear",
                "ngay sinh dd mm yyyy",
                "ngay thang nam sinh dd mm yyyy",
            ),
        ),
        "class": (
            *("lop", "ten lop", "lop hoc", "lop hien tai", "lop nam hoc", "class", "class name"),
            *("form", "homeroom", "classroom", "form class", "classname", "class title"),
        ),
    }
)
"""Titles as `plain` writes them. None is a number of a person's papers: nobody needs those here."""
MOSTLY = 0.8
LOOKED_AT = 20
"""A title is looked for in so many rows: above it stand the school's name and the year."""
CLASS = re.compile(r"^(lop |class )?\d{1,2} ?[a-z]{0,4}\d{0,2}([./-]\d{1,2})?$")


@dataclass(frozen=True, slots=True)
class Columns:
    """Where each field stands; None where the list has none."""

    titles: int = 0
    """Which of the rows holds the titles, from 1; 0 where none does."""
    number: int | None = None
    name: int | None = None
    before: int | None = None
    given: int | None = None
    birth: int | None = None
    class_: int | None = None

    @property
    def missing(self) -> tuple[str, ...]:
        """List what must be chosen before anybody can be read."""
        named = self.name is not None or self.given is not None
        return (*(() if named else ("name",)), *(("birth",) if self.birth is None else ()))


def plain(text: str) -> str:
    """Write a title without accents, signs and large letters."""
    spread = unicodedata.normalize("NFD", text.casefold().replace("đ", "d"))
    letters = "".join(sign for sign in spread if not unicodedata.combining(sign))
    return " ".join(re.sub(r"[^a-z0-9]+", " ", letters).split())


def guess(table: Table) -> Columns:
    """Find the row of titles and what each column means."""
    best, found = 0, dict[str, int]()
    for place, row in enumerate(table.rows[:LOOKED_AT], 1):
        named = _named(row.cells)
        if len(named) > len(found):
            best, found = place, named
    found |= _parted_name(table, best, found)
    if "class" not in found:
        found |= _class_by_look(table.rows[best:], set(found.values()))
    return Columns(
        titles=best,
        number=found.get("number"),
        name=found.get("name"),
        # A full name says it all, and a lone “Họ” is none.
        before=found.get("before") if "name" not in found else None,
        given=found.get("given") if "name" not in found else None,
        birth=found.get("birth"),
        class_=found.get("class"),
    )


def options(table: Table, columns: Columns) -> list[tuple[int, str]]:
    """List the columns to choose from: each by its title, else by what stands in it first."""
    width = max(len(row.cells) for row in table.rows)
    titles = table.rows[columns.titles - 1] if columns.titles else Row(0, ())
    body = table.rows[columns.titles :]
    shown = []
    for place in range(width):
        example = next((row.cell(place) for row in body if row.cell(place)), "")
        title = titles.cell(place) or letter(place)
        shown.append((place, f"{title} ({example[:20]})" if example else title))
    return shown


def letter(place: int) -> str:
    """Name a column as a spreadsheet does: A, B, …, AA."""
    first, last = divmod(place, 26)
    return (chr(64 + first) if first else "") + chr(65 + last)


def _named(cells: Sequence[str]) -> dict[str, int]:
    found: dict[str, tuple[int, int]] = {}
    for place, cell in enumerate(cells):
        title = plain(cell)
        for field, titles in TITLES.items():
            # The surest title counts, wherever it stands: “Mã học sinh” before “ID”.
            if title in titles:
                rank = titles.index(title)
                if field not in found or rank < found[field][0]:
                    found[field] = (rank, place)
    return {field: place for field, (_, place) in found.items()}


def _parted_name(table: Table, titles: int, found: dict[str, int]) -> dict[str, int]:
    """Find a name in two columns below one title, as most class lists in Viet Nam have it."""
    place = found.get("name")
    if not titles or place is None or table.rows[titles - 1].cell(place + 1):
        return {}
    given = [row.cell(place + 1) for row in table.rows[titles:] if row.cell(place)]
    if not given or sum(map(bool, given)) < MOSTLY * len(given):
        return {}
    del found["name"]
    return {"before": place, "given": place + 1}


def _class_by_look(rows: Sequence[Row], taken: set[int]) -> dict[str, int]:
    """Find a column without a title whose every cell looks like a class: 6A1, 10 Toán."""
    width = max((len(row.cells) for row in rows), default=0)
    for place in range(width):
        values = [plain(row.cell(place)) for row in rows if row.cell(place)]
        lettered = any(any(sign.isalpha() for sign in value) for value in values)
        if place not in taken and values and lettered and all(map(CLASS.match, values)):
            return {"class": place}
    return {}
