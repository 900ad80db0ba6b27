"""A sheet as plain text: what a mail says where nothing else can be shown."""

import textwrap
from collections.abc import Iterable

from reports.blocks import Block, Facts, Grid, Lines, Part, Picture, Sheet

WIDTH = 76


def text(sheet: Sheet) -> str:
    """Write a sheet as text; charts stand as the tables below them."""
    parts = [sheet.title, sheet.over, "", *(_block(block) for block in sheet.blocks)]
    return "\n".join([*parts, "-- ", *(_wrapped(line) for line in sheet.foot)]) + "\n"


def _block(block: Block) -> str:
    lines = [line for part in block.parts for line in _part(part)]
    return "\n".join([block.title.upper(), *lines, ""])


def _part(part: Part) -> Iterable[str]:
    match part:
        case Lines():
            mark = "* " if part.look in ("good", "talk") else ""
            yield from (_wrapped(line, mark) for line in part.texts)
        case Facts():
            for row in part.rows:
                note = f" ({row.note})" if row.note else ""
                yield _wrapped(f"{row.name}: {row.value}{note}", "- ")
        case Grid():
            yield from (_row(part.head, row) for row in part.rows)
        case Picture():
            return


def _row(head: tuple[str, ...], row: tuple[str, ...]) -> str:
    cells = [f"{name} {cell}" for name, cell in zip(head[1:], row[1:], strict=True)]
    return _wrapped(f"{row[0]}: {', '.join(cells)}", "- ")


def _wrapped(line: str, mark: str = "") -> str:
    # An address that is broken in two leads nowhere.
    return textwrap.fill(
        mark + line,
        WIDTH,
        subsequent_indent=" " * len(mark),
        break_long_words=False,
        break_on_hyphens=False,
    )
