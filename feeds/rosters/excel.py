"""From the bytes of an Excel file to cells. Formulas stay text: nothing is ever computed."""

import io
import warnings
import zipfile
from collections.abc import Iterator
from datetime import date, datetime
from typing import Any

from feeds.rosters.errors import BROKEN, NotARoster
from feeds.rosters.packed import file_in

WORKBOOK = "xl/workbook.xml"
DANGEROUS = (b"<!DOCTYPE", b"<!ENTITY")


def sheets(data: bytes, packed: zipfile.ZipFile) -> Iterator[tuple[str, Iterator[list[str]]]]:
    """Give each sheet that can be seen: its name and its rows. Raises NotARoster."""
    from openpyxl import load_workbook

    _refuse_entities(packed)
    try:
        with warnings.catch_warnings():
            # It warns of styles and validations it leaves out; we only want the cells.
            warnings.simplefilter("ignore")
            book = load_workbook(io.BytesIO(data), read_only=True, keep_links=False)
        for sheet in book.worksheets:
            if sheet.sheet_state == "visible":
                yield sheet.title, _rows(sheet)
    except NotARoster:
        raise
    except Exception as error:
        # A damaged workbook fails in dozens of ways, by exceptions of every kind.
        raise NotARoster(BROKEN) from error


def guarded(rows: Iterator[list[str]]) -> Iterator[list[str]]:
    """Give rows as long as they can be read. Raises NotARoster where the file is damaged."""
    try:
        yield from rows
    except Exception as error:
        raise NotARoster(BROKEN) from error


def _rows(sheet: Any) -> Iterator[list[str]]:
    # What a file says of its own size is often wrong.
    sheet.reset_dimensions()
    for row in sheet.iter_rows(values_only=True):
        yield [_text(value) for value in row]


def _text(value: object) -> str:
    match value:
        case None:
            return ""
        case bool():
            return str(value)
        case datetime():
            return value.date().isoformat()
        case date():
            return value.isoformat()
        case float() if value.is_integer():
            return str(int(value))
        case _:
            return str(value)


def _refuse_entities(packed: zipfile.ZipFile) -> None:
    """Refuse XML that defines entities: no spreadsheet does, and they unfold without end."""
    for one in packed.infolist():
        if one.filename.endswith((".xml", ".rels")):
            beginning = file_in(packed, one.filename)[:4096].upper()
            if any(mark in beginning for mark in DANGEROUS):
                raise NotARoster(BROKEN)
