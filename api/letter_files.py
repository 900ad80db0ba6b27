"""A child's letter as a file: on paper, as a table, a term of them; and on its way by mail."""

import asyncio

from starlette.responses import Response

from api.errors import Refused
from api.labels import labels_of
from api.lettered import letter_of, term_of
from api.needs import Desk
from api.sheets import as_file
from reports import paper
from reports.blocks import Sheet
from reports.family.day import term_sheet
from reports.family.sheet import sheet_of
from reports.family.table import table
from reports.family.value import FamilyLetter
from reports.weeks import Week
from rules.telling import Kind, Matter
from store.children import Child
from store.ids import new_id
from words.speech import to_say

TAKEN = to_say("took {child}’s week as a file")


async def on_paper(desk: Desk, child: Child, week: Week) -> Response:
    """Print the letter of a week; the ledger keeps who took it."""
    letter = await letter_of(desk, child, week)
    shown = sheet(desk, letter)
    printed = await asyncio.to_thread(paper.pdf, shown, letter.week.made)
    await desk.looked(TAKEN, child_id=child.id, child=child.name)
    return as_file(printed, "application/pdf", f"{shown.name}.pdf")


async def as_table(desk: Desk, child: Child, week: Week) -> Response:
    """Give the numbers of a week to a spreadsheet; the ledger keeps who took them."""
    letter = await letter_of(desk, child, week)
    await desk.looked(TAKEN, child_id=child.id, child=child.name)
    name = f"{sheet(desk, letter).name}.csv"
    return as_file(table(letter).encode(), "text/csv; charset=utf-8", name)


async def term_on_paper(desk: Desk, child: Child) -> Response:
    """Print the last weeks together. Raises Refused where none was kept yet."""
    kept = await term_of(desk, child)
    if not kept:
        raise Refused(404, "not-found")
    shown = term_sheet(kept, desk.speech, labels_of(desk.panel, desk.speech).of)
    printed = await asyncio.to_thread(paper.pdf, shown, desk.now)
    await desk.looked(TAKEN, child_id=child.id, child=child.name)
    return as_file(printed, "application/pdf", f"{shown.name}.pdf")


def now(desk: Desk, child: Child, week: Week) -> Matter:
    """Return the letter of a week as what is to be sent now."""
    key = f"{Kind.WEEK}:{child.id}:{week.first}:now:{new_id()}"
    return Matter(Kind.WEEK, key, desk.now, child.id, about={"week": week.first.isoformat()})


def sheet(desk: Desk, letter: FamilyLetter) -> Sheet:
    """Lay a letter out for its reader."""
    return sheet_of(letter, desk.speech, labels_of(desk.panel, desk.speech).of)
