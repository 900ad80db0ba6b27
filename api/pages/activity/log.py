"""The log, newest first: search, filter, load more."""

from collections.abc import Iterable
from collections.abc import Set as AbstractSet
from uuid import UUID

from fastapi import APIRouter, Request
from starlette.responses import Response

from api.consenting import is_short
from api.errors import Refused
from api.labels import labels_of
from api.needs import Desk, TheDesk
from api.pages.activity.lines import Row, line_of, subject_of
from api.pages.activity.runs import runs_of
from api.pages.activity.wanted import People, ThePeople, TheWanted, Wanted
from api.render import render, wants_part
from api.trail import looked_at
from rules.compile import compile_child
from store import household, visits
from store.children import Child
from store.visits import VisitRow
from words.speech import to_say

router = APIRouter()

LOOKED = to_say("looked at what {child} visited")
AT_ONCE = 400
"""Rows read for a page; a page has far fewer lines, because most rows are joined."""


@router.get("/activity")
async def show(
    request: Request, desk: TheDesk, people: ThePeople, wanted: TheWanted, cursor: str = ""
) -> Response:
    """Show the newest lines that match, or the next ones."""
    rows, more = await _search(desk, people, wanted, cursor)
    shown = {row.child.id: row.child for row in rows if row.child}
    await looked_at(desk, shown.values(), LOOKED)
    part = wants_part(request) and request.headers.get("hx-target") in {"more", "rows"}
    context = {
        "part": part,
        "rows": rows,
        "more": wanted.address(cursor=more) if more else "",
        "is_first": not cursor,
        "wanted": wanted,
        "people": people,
        "categories": list(desk.panel.catalogue.categories),
        "labels": labels_of(desk.panel, desk.speech),
        "short": [] if rows else await _short(desk, people),
    }
    return render(request, "activity/_rows.html" if part else "activity/index.html", context)


async def _short(desk: Desk, people: People) -> list[Child]:
    """Find the children about whom less is written down, for want of agreement."""
    async with desk.panel.db.read() as store:
        home = await household.load(store, now=desk.now)
    short = {rules.id for rules in home.children if is_short(rules)}
    return [child for child in people.children.values() if child.id in short]


async def hidden_of(desk: Desk) -> set[UUID]:
    """Find the children of whom only counts are agreed."""
    async with desk.panel.db.read() as store:
        home = await household.load(store, now=desk.now)
    books = {child.id: compile_child(child) for child in home.children}
    return {child_id for child_id, book in books.items() if not book.privacy.names_sites}


def mine(rows: Iterable[VisitRow], people: People, hidden: AbstractSet[UUID]) -> list[VisitRow]:
    """Keep lines of the family's children, but for the hidden, and of devices of no child."""
    shown = people.children.keys() - hidden
    nobody: set[UUID | None] = {*people.devices, *([None] if people.guests else [])}
    return [
        row for row in rows if (row.child_id in shown if row.child_id else row.device_id in nobody)
    ]


async def _search(desk: Desk, people: People, wanted: Wanted, cursor: str) -> tuple[list[Row], str]:
    hidden = await hidden_of(desk)
    async with desk.panel.db.read() as store:
        try:
            found, more = await visits.search(
                store, wanted.filter(desk), limit=AT_ONCE, cursor=cursor
            )
        except ValueError as error:
            raise Refused(400, "cursor") from error
    labels = labels_of(desk.panel, desk.speech)
    # Where only counts are agreed, not even a search may tell which site it was.
    kept = mine(found, people, hidden if wanted.q else set())
    lines = [
        line_of(
            run,
            labels,
            people,
            is_hidden=run.newest.child_id in hidden,
            back=wanted.address(),
        )
        for run in runs_of(kept, subject_of(labels, hidden))
    ]
    return lines, more
