"""The letter of a class or school as paper, table, mail, and its days for an analyst."""

import asyncio
from datetime import date

from fastapi import Request
from starlette.responses import HTMLResponse, Response

from api import school_files
from api.lettered_groups import LetteredGroup, SteeredGroup, letter_of, week_of
from api.needs import TheDesk
from api.posting import sent_now
from api.routing import Router
from api.sheets import drawn
from reports import post

router = Router()


@router.get("/{group_id}/week/letter.pdf")
async def on_paper(desk: TheDesk, group: LetteredGroup, start: date | None = None) -> Response:
    """Print the letter of a week."""
    return await school_files.on_paper(desk, group, week_of(desk, group, start))


@router.get("/{group_id}/week/letter.csv")
async def as_table(desk: TheDesk, group: LetteredGroup, start: date | None = None) -> Response:
    """Give the numbers of a week to a spreadsheet."""
    return await school_files.as_table(desk, group, week_of(desk, group, start))


@router.get("/{group_id}/week/mail")
async def as_mail(
    request: Request, desk: TheDesk, group: LetteredGroup, start: date | None = None
) -> Response:
    """Show the letter as the mail it would be if the week ended now."""
    letter = await letter_of(desk, group, week_of(desk, group, start))
    sheet = school_files.sheet(desk, letter)
    sources = await asyncio.to_thread(drawn, sheet)
    links = post.Links(f"/groups/{group.id}/week?start={letter.first}")
    return HTMLResponse(post.html(sheet, links, desk.speech, sources, request.state.nonce))


@router.post("/{group_id}/week/send")
async def send_now(
    request: Request, desk: TheDesk, group: LetteredGroup, start: date | None = None
) -> Response:
    """Send the letter to the adult's own address now, to see how it arrives."""
    matter = school_files.now(desk, group, week_of(desk, group, start))
    return await sent_now(request, desk, matter)


@router.get("/{group_id}/week/days.parquet")
async def for_analyst(desk: TheDesk, group: SteeredGroup, start: date | None = None) -> Response:
    """Give the days of the term up to a week, pupils under pseudonyms."""
    return await school_files.for_analyst(desk, group, week_of(desk, group, start))
