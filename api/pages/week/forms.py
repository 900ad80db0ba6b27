"""The letter in its other forms: on paper, as a table, and as the mail it will be."""

import asyncio
from datetime import date

from fastapi import Request
from starlette.responses import HTMLResponse, Response

from api import letter_files
from api.labels import labels_of
from api.lettered import letter_of, note_reading, term_of, week_of
from api.needs import TheDesk, ThisChild
from api.posting import sent_now
from api.render import render
from api.routing import Router
from api.sheets import drawn
from reports import post
from reports.family.day import term_sheet

router = Router()


@router.get("/week/{child_id}/letter.pdf")
async def on_paper(desk: TheDesk, child: ThisChild, start: date | None = None) -> Response:
    """Print the letter of a week."""
    return await letter_files.on_paper(desk, child, week_of(desk, start))


@router.get("/week/{child_id}/letter.csv")
async def as_table(desk: TheDesk, child: ThisChild, start: date | None = None) -> Response:
    """Give the numbers of a week to a spreadsheet."""
    return await letter_files.as_table(desk, child, week_of(desk, start))


@router.get("/week/{child_id}/mail")
async def as_mail(
    request: Request, desk: TheDesk, child: ThisChild, start: date | None = None
) -> Response:
    """Show the letter as the mail it would be if the week ended now."""
    letter = (await letter_of(desk, child, week_of(desk, start))).without_words()
    await note_reading(desk, child)
    sheet = letter_files.sheet(desk, letter)
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
    return await letter_files.term_on_paper(desk, child)


@router.post("/week/{child_id}/send")
async def send_now(
    request: Request, desk: TheDesk, child: ThisChild, start: date | None = None
) -> Response:
    """Send the letter to the adult's own address now, to see how it arrives."""
    return await sent_now(request, desk, letter_files.now(desk, child, week_of(desk, start)))
