"""A roster as a file to take along: CSV or Excel, safe to open in a spreadsheet."""

import csv
import io
from collections.abc import Iterable, Sequence

RISKY = ("=", "+", "-", "@", "\t", "\r")
"""With these a spreadsheet takes a text for a formula, and a name could do anything."""
WIDTHS = (18, 34, 14, 12)


def as_csv(titles: Sequence[str], rows: Iterable[Sequence[str]]) -> bytes:
    """Write rows as CSV with a mark, so that Excel reads the accents."""
    written = io.StringIO()
    lines = csv.writer(written)
    lines.writerow(titles)
    lines.writerows([harmless(cell) for cell in row] for row in rows)
    return written.getvalue().encode("utf-8-sig")


def as_excel(titles: Sequence[str], rows: Iterable[Sequence[str]], name: str) -> bytes:
    """Write rows as an Excel file in which every cell is text."""
    from openpyxl import Workbook
    from openpyxl.styles import Font

    book = Workbook()
    sheet = book.active or book.create_sheet()
    sheet.title = "".join(sign for sign in name if sign not in "[]:*?/\\'")[:31] or "1"
    for line, row in enumerate([titles, *rows], 1):
        for place, text in enumerate(row, 1):
            cell = sheet.cell(line, place, text)
            cell.data_type = "s"
            if line == 1:
                cell.font = Font(bold=True)
    for place, width in enumerate(WIDTHS[: len(titles)]):
        sheet.column_dimensions["ABCD"[place]].width = width
    sheet.freeze_panes = "A2"
    kept = io.BytesIO()
    book.save(kept)
    return kept.getvalue()


def harmless(text: str) -> str:
    """Return a text that no spreadsheet computes; it shows the same."""
    return f"'{text}" if text.startswith(RISKY) else text
