"""A sheet as a PDF on A4, by Typst; its letters come with it, so it looks alike everywhere."""

import json
from dataclasses import asdict
from datetime import datetime
from functools import cache
from pathlib import Path
from threading import Lock
from typing import Any

from reports import drawing
from reports.blocks import Facts, Grid, Lines, Part, Picture, Sheet

TEMPLATE = Path(__file__).parent / "sheet.typ"
ONE_AT_A_TIME = Lock()
"""The compiler refuses a second sheet while it prints one."""


def pdf(sheet: Sheet, made: datetime) -> bytes:
    """Print a sheet; blocks for some tenths of a second, so call it in a thread."""
    charts = {picture.key: drawing.svg(picture) for picture in sheet.pictures}
    inputs = {"sheet": json.dumps(_written(sheet), ensure_ascii=False)} | charts
    with ONE_AT_A_TIME:
        printed = _compiler().compile(
            input=TEMPLATE.read_bytes(), format="pdf", sys_inputs=inputs, timestamp=made
        )
    return bytes(printed)


def _written(sheet: Sheet) -> dict[str, Any]:
    blocks = [
        {"title": block.title, "key": block.key, "parts": [_part(part) for part in block.parts]}
        for block in sheet.blocks
    ]
    told = ("title", "over", "foot", "language")
    return {name: getattr(sheet, name) for name in told} | {"blocks": blocks}


def _part(part: Part) -> dict[str, Any]:
    match part:
        case Picture():
            return {"kind": "picture", "key": part.key, "alt": part.alt}
        case Lines():
            return {"kind": "lines"} | asdict(part)
        case Facts():
            return {"kind": "facts"} | asdict(part)
        case Grid():
            return {"kind": "grid"} | asdict(part)


@cache
def _compiler() -> Any:
    """Keep one: it reads its letters once."""
    import typst  # noqa: PLC0415 brings twenty megabytes, which only a printer needs

    return typst.Compiler(ignore_system_fonts=True)
