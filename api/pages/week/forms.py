"""The letter in its other forms: on paper, as a table, and as the mail it will be."""

import asyncio
from datetime import date

from fastapi import APIRouter, Request
from starlette.responses import HTMLResponse, Response

from api.errors import Refused
from api.labels import labels_of
from api.lettered import letter_of, note_reading, term_of, week_of
from api.needs import Desk, TheDesk, ThisChild
from api.posting import sent_now
from api.render import render
from api.sheets import as_file, drawn
from reports import paper, post
from reports.blocks import Sheet
from reports.family.day import term_sheet
from reports.family.sheet import sheet_of
from reports.family.table import table
from reports.family.value import FamilyLetter
from rules.telling import Kind, Matter
from store.ids import new_id
from words.speech import to_say

router = APIRouter()
TAKEN = to_say("took {child}’s week as a file")


@router.get("/week/{child_id}/letter.pdf")
async def on_paper(desk: TheDesk, child: ThisChild, start: date | None = None) -> Response:
    """Print the letter of a week."""
    letter = await letter_of(desk, child, week_of(desk, start))
    sheet = _sheet(desk, letter)
    printed = await asyncio.to_thread(paper.pdf, sheet, letter.week.made)
    await desk.looked(TAKEN, child_id=child.id, child=child.name)
    return as_file(printed, "application/pdf", f"{sheet.name}.pdf")


@router.get("/week/{child_id}/letter.csv")
async def as_table(desk: TheDesk, child: ThisChild, start: date | None = None) -> Response:
    """Give the numbers of a week to a spreadsheet."""
    letter = await letter_of(desk, child, week_of(desk, start))
    await desk.looked(TAKEN, child_id=child.id, child=child.name)
    name = f"{_sheet(desk, letter).name}.csv"
    return as_file(table(letter).encode(), "text/csv; charset=utf-8", name)


@router.get("/week/{child_id}/mail")
async def as_mail(
    request: Request, desk: TheDesk, child: ThisChild, start: date | None = None
) -> Response:
    """Show the letter as the mail it would be if the week ended now."""
    letter = (await letter_of(desk, child, week_of(desk, start))).without_words()
    await note_reading(desk, child)
    sheet = _sheet(desk, letter)
    sources = await asyncio.to_thread(drawn, sheet)
    links = post.Links(f"/week/{child.id}?start={letter.week.first}")
    return HTMLResponse(post.html(sheet, links, desk.speech, sources, request.state.nonce))


@router.get("/week/{child_id}/term")
async def as_term(request: Request, desk: TheDesk, child: ThisChild) -> Response:
    """Show the last weeks together, as a term."""
    kept = await term_of(desk, child)
    await note_reading(desk, child)
    name_of = labels_of(desk.panel, desk.speech).of
    sheet = term_sheet(kept, desk.speech, name_of) if kept else None
    return render(request, "week/term.html", {"child": child, "sheet": sheet})


@router.get("/week/{child_id}/term.pdf")
async def term_on_paper(desk: TheDesk, child: ThisChild) -> Response:
    """Print the last weeks together."""
    kept = await term_of(desk, child)
    if not kept:
        raise Refused(404, "not-found")
    sheet = term_sheet(kept, desk.speech, labels_of(desk.panel, desk.speech).of)
    printed = await asyncio.to_thread(paper.pdf, sheet, desk.now)
    await desk.looked(TAKEN, child_id=child.id, child=child.name)
    return as_file(printed, "application/pdf", f"{sheet.name}.pdf")


@router.post("/week/{child_id}/send")
async def send_now(
    request: Request, desk: TheDesk, child: ThisChild, start: date | None = None
) -> Response:
    """Send the letter to the adult's own address now, to see how it arrives."""
    week = week_of(desk, start)
    key = f"{Kind.WEEK}:{child.id}:{week.first}:now:{new_id()}"
    matter = Matter(Kind.WEEK, key, desk.now, child.id, about={"week": week.first.isoformat()})
    return await sent_now(request, desk, matter)


def _sheet(desk: Desk, letter: FamilyLetter) -> Sheet:
    return sheet_of(letter, desk.speech, labels_of(desk.panel, desk.speech).of)
