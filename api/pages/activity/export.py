"""The log as a file for a spreadsheet, streamed, with nothing in it that would run."""

import csv
from collections.abc import AsyncIterator
from io import StringIO
from zoneinfo import ZoneInfo

from starlette.responses import StreamingResponse

from api.labels import labels_of
from api.needs import Desk
from api.pages.activity.log import hidden_of, mine
from api.pages.activity.wanted import People, ThePeople, TheWanted, Wanted
from api.proof import ProvenDesk
from api.routing import Router
from reports.sentences import reason_label
from reports.weeks import local_day
from rules.verdict import Action
from store import visits
from store.visits import VisitRow
from words.speech import to_say

router = Router()

RISKY = ("=", "+", "-", "@", "\t", "\r")
"""A cell that begins like this is a formula to a spreadsheet."""
HEADS = (
    to_say("Time"),
    to_say("Child"),
    to_say("Device"),
    to_say("Site"),
    to_say("Kind of site"),
    to_say("Answer"),
    to_say("Reason"),
    to_say("Visits"),
)
EXPORTED = to_say("exported what {child} visited")
ANSWERS = {
    Action.ALLOW: to_say("Open"),
    Action.PASS: to_say("Open"),
    Action.REWRITE: to_say("Open"),
    Action.BLOCK: to_say("Stopped"),
}
MARK = "\ufeff"
"""Tells Excel that the file is UTF-8."""


@router.get("/activity.csv")
async def export(desk: ProvenDesk, people: ThePeople, wanted: TheWanted) -> StreamingResponse:
    """Send every line that matches."""
    chosen = [child for child in people.children.values() if wanted.child in ("", str(child.id))]
    async with desk.panel.db.write() as store:
        await desk.looked_in(store, EXPORTED, {child.id: {"child": child.name} for child in chosen})
    day = local_day(desk.now, desk.family.zone).isoformat()
    return StreamingResponse(
        _lines(desk, people, wanted),
        media_type="text/csv; charset=utf-8",
        headers={"Content-Disposition": f'attachment; filename="haidang-{day}.csv"'},
    )


def harmless(text: str) -> str:
    """Put an apostrophe before what a spreadsheet would take for a formula."""
    return f"'{text}" if text.startswith(RISKY) else text


async def _lines(desk: Desk, people: People, wanted: Wanted) -> AsyncIterator[str]:
    hidden = await hidden_of(desk, people.children)
    yield MARK + _line([desk.speech.say(head) for head in HEADS])
    async with desk.panel.db.read() as store:
        async for row in visits.export(store, wanted.filter(desk)):
            for kept in mine([row], people, hidden if wanted.q else set()):
                cells = _cells(desk, people, kept, is_hidden=kept.child_id in hidden)
                yield _line(cells)


def _cells(desk: Desk, people: People, row: VisitRow, *, is_hidden: bool) -> list[str]:
    child = people.children.get(row.child_id) if row.child_id else None
    labels = labels_of(desk.panel, desk.speech)
    return [
        # As a spreadsheet takes it for a moment, by the family's clock.
        f"{row.last.astimezone(ZoneInfo(desk.family.zone)):%Y-%m-%d %H:%M:%S}",
        child.name if child else "",
        people.devices.get(row.device_id, "") if row.device_id else "",
        "" if is_hidden else row.host,
        labels.best(row.category, row.service).name,
        desk.speech.say(ANSWERS[row.action]),
        reason_label(row.reason, desk.speech),
        str(row.visits),
    ]


def _line(cells: list[str]) -> str:
    out = StringIO()
    csv.writer(out).writerow([harmless(cell) for cell in cells])
    return out.getvalue()
