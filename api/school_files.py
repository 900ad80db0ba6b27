"""The letter of a class or school as a file: on paper, as a table, its days for an analyst."""

import asyncio
import tempfile
from datetime import timedelta
from pathlib import Path

from starlette.responses import Response

from api.labels import labels_of
from api.lettered_groups import letter_of
from api.needs import Desk
from api.sheets import as_file
from reports import paper
from reports.blocks import Sheet
from reports.school import parquet
from reports.school.gather import TERM
from reports.school.sheet import sheet_of
from reports.school.table import table
from reports.school.value import SchoolLetter
from reports.weeks import Week
from rules.telling import Kind, Matter
from store import pupil_days
from store.groups import Group
from store.ids import new_id
from words.speech import to_say

TOOK = to_say("took the days of {group} for an analyst, without names")


async def on_paper(desk: Desk, group: Group, week: Week) -> Response:
    """Print the letter of a week."""
    letter = await letter_of(desk, group, week)
    shown = sheet(desk, letter)
    printed = await asyncio.to_thread(paper.pdf, shown, letter.made)
    return as_file(printed, "application/pdf", f"{shown.name}.pdf")


async def as_table(desk: Desk, group: Group, week: Week) -> Response:
    """Give the numbers of a week to a spreadsheet."""
    letter = await letter_of(desk, group, week)
    name = f"{sheet(desk, letter).name}.csv"
    return as_file(table(letter).encode(), "text/csv; charset=utf-8", name)


async def for_analyst(desk: Desk, group: Group, week: Week) -> Response:
    """Give the days of the term up to a week, pupils under pseudonyms; who took it is kept."""
    first = week.first - timedelta(weeks=TERM - 1)
    with tempfile.TemporaryDirectory(prefix="haidang-days-") as folder:
        path = Path(folder) / "days.parquet"
        days = pupil_days.of_group(desk.panel.db, group.id, first, week.last)
        await parquet.write(path, days)
        content = await asyncio.to_thread(path.read_bytes)
    await desk.looked(TOOK, group=group.name)
    name = f"haidang-days-{week.first.isoformat()}.parquet"
    return as_file(content, "application/vnd.apache.parquet", name)


def now(desk: Desk, group: Group, week: Week) -> Matter:
    """Return the letter of a week as what is to be sent now."""
    about = {"week": week.first.isoformat(), "group": str(group.id), "name": group.name}
    key = f"{Kind.GROUP_WEEK}:{group.id}:{week.first}:now:{new_id()}"
    return Matter(Kind.GROUP_WEEK, key, desk.now, about=about, group_id=group.id)


def sheet(desk: Desk, letter: SchoolLetter) -> Sheet:
    """Lay a letter out for its reader."""
    return sheet_of(letter, desk.speech, labels_of(desk.panel, desk.speech).of)
