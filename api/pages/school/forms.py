"""The letter of a class or school as paper, table, mail, and its days for an analyst."""

import asyncio
import tempfile
from datetime import date, timedelta
from pathlib import Path

from fastapi import APIRouter, Request
from starlette.responses import HTMLResponse, Response

from api.labels import labels_of
from api.lettered_groups import LetteredGroup, SteeredGroup, letter_of, week_of
from api.needs import Desk, TheDesk
from api.posting import sent_now
from api.sheets import as_file, drawn
from reports import paper, post
from reports.blocks import Sheet
from reports.school import parquet
from reports.school.gather import TERM
from reports.school.sheet import sheet_of
from reports.school.table import table
from reports.school.value import SchoolLetter
from rules.telling import Kind, Matter
from store import pupil_days
from store.ids import new_id
from words.speech import to_say

router = APIRouter()
TOOK = to_say("took the days of {group} for an analyst, without names")


@router.get("/{group_id}/week/letter.pdf")
async def on_paper(desk: TheDesk, group: LetteredGroup, start: date | None = None) -> Response:
    """Print the letter of a week."""
    letter = await letter_of(desk, group, week_of(desk, group, start))
    sheet = _sheet(desk, letter)
    printed = await asyncio.to_thread(paper.pdf, sheet, letter.made)
    return as_file(printed, "application/pdf", f"{sheet.name}.pdf")


@router.get("/{group_id}/week/letter.csv")
async def as_table(desk: TheDesk, group: LetteredGroup, start: date | None = None) -> Response:
    """Give the numbers of a week to a spreadsheet."""
    letter = await letter_of(desk, group, week_of(desk, group, start))
    return as_file(
        table(letter).encode(), "text/csv; charset=utf-8", f"{_sheet(desk, letter).name}.csv"
    )


@router.get("/{group_id}/week/mail")
async def as_mail(
    request: Request, desk: TheDesk, group: LetteredGroup, start: date | None = None
) -> Response:
    """Show the letter as the mail it would be if the week ended now."""
    letter = await letter_of(desk, group, week_of(desk, group, start))
    sheet = _sheet(desk, letter)
    sources = await asyncio.to_thread(drawn, sheet)
    links = post.Links(f"/groups/{group.id}/week?start={letter.first}")
    return HTMLResponse(post.html(sheet, links, desk.speech, sources, request.state.nonce))


@router.post("/{group_id}/week/send")
async def send_now(
    request: Request, desk: TheDesk, group: LetteredGroup, start: date | None = None
) -> Response:
    """Send the letter to the adult's own address now, to see how it arrives."""
    week = week_of(desk, group, start).first
    about = {"week": week.isoformat(), "group": str(group.id), "name": group.name}
    matter = Matter(
        Kind.GROUP_WEEK,
        f"{Kind.GROUP_WEEK}:{group.id}:{week}:now:{new_id()}",
        desk.now,
        about=about,
        group_id=group.id,
    )
    return await sent_now(request, desk, matter)


@router.get("/{group_id}/week/days.parquet")
async def for_analyst(desk: TheDesk, group: SteeredGroup, start: date | None = None) -> Response:
    """Give the days of the term up to a week, pupils under pseudonyms."""
    week = week_of(desk, group, start)
    first = week.first - timedelta(weeks=TERM - 1)
    with tempfile.TemporaryDirectory(prefix="haidang-days-") as folder:
        path = Path(folder) / "days.parquet"
        days = pupil_days.of_group(desk.panel.db, group.id, first, week.last)
        await parquet.write(path, days)
        content = await asyncio.to_thread(path.read_bytes)
    await desk.looked(TOOK, group=group.name)
    name = f"haidang-days-{week.first.isoformat()}.parquet"
    return as_file(content, "application/vnd.apache.parquet", name)


def _sheet(desk: Desk, letter: SchoolLetter) -> Sheet:
    return sheet_of(letter, desk.speech, labels_of(desk.panel, desk.speech).of)
