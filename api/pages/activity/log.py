"""The log, newest first: search, filter, load more."""

from collections.abc import Collection, Iterable
from collections.abc import Set as AbstractSet
from dataclasses import replace
from typing import Annotated
from uuid import UUID

from fastapi import Query, Request
from starlette.responses import Response

from api.choosing import Choice, choice_of
from api.consenting import is_short
from api.errors import Refused
from api.labels import labels_of
from api.needs import Desk, TheDesk
from api.pages.activity.lines import Row, line_of, subject_of
from api.pages.activity.runs import Runs
from api.pages.activity.wanted import People, TheWanted, Wanted, meet, people_of
from api.render import render, wants_part
from api.routing import Router
from api.trail import looked_at
from rules.compile import privacy_of
from store import household, visits
from store.children import Child
from store.visits import VisitRow
from words.speech import to_say

router = Router()

LOOKED = to_say("looked at what {child} visited")
LINES = 60
"""Lines of a page."""
AT_ONCE, READS = 120, 4
"""Rows read at a time, and how often for a page: there are more than lines, as many are joined."""


@router.get("/activity")
async def show(
    request: Request,
    desk: TheDesk,
    wanted: TheWanted,
    *,
    cursor: str = "",
    who: Annotated[str, Query(max_length=60)] = "",
) -> Response:
    """Show the newest lines that match, or the next ones."""
    choice = await choice_of(desk, wanted.child, who)
    wanted = replace(wanted, child=choice.chosen_id or wanted.child)
    people = await _known(desk, wanted, choice)
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
        "devices": _devices(people, wanted, choice),
        "who": choice,
        "choose": lambda child: replace(wanted, child=str(child.id)).address(),
        "categories": list(desk.panel.catalogue.categories),
        "labels": labels_of(desk.panel, desk.speech),
        "short": [] if rows or choice.is_many else await _short(desk, people),
    }
    return render(request, "activity/_rows.html" if part else "activity/index.html", context)


async def _known(desk: Desk, wanted: Wanted, choice: Choice) -> People:
    """Load who may stand in the log: of many only the device chosen, the others as they come."""
    if not choice.is_many:
        return await people_of(desk)
    chosen = wanted.filter(desk).device_id
    people = People({}, {}, desk.watches_house)
    await meet(desk, people, set(), {chosen} if chosen else set())
    return people


async def _short(desk: Desk, people: People) -> list[Child]:
    """Find the children about whom less is written down, for want of agreement."""
    async with desk.panel.db.read() as store:
        rules = await household.rules_of(store, people.children, now=desk.now)
    return [child for child in people.children.values() if is_short(rules[child.id])]


def _devices(people: People, wanted: Wanted, choice: Choice) -> dict[UUID, str]:
    """Offer the devices to choose from: of a school only that which is chosen."""
    if not choice.is_many:
        return people.devices
    return {key: name for key, name in people.devices.items() if str(key) == wanted.device}


async def hidden_of(desk: Desk, child_ids: Collection[UUID]) -> set[UUID]:
    """Find those of some children of whom only counts are agreed."""
    async with desk.panel.db.read() as store:
        rules = await household.rules_of(store, child_ids, now=desk.now)
    return {key for key, child in rules.items() if not privacy_of(child).names_sites}


def mine(rows: Iterable[VisitRow], people: People, hidden: AbstractSet[UUID]) -> list[VisitRow]:
    """Keep lines of the family's children, but for the hidden, and of devices of no child."""
    shown = people.children.keys() - hidden
    nobody: set[UUID | None] = {*people.devices, *([None] if people.guests else [])}
    return [
        row for row in rows if (row.child_id in shown if row.child_id else row.device_id in nobody)
    ]


async def _search(desk: Desk, people: People, wanted: Wanted, cursor: str) -> tuple[list[Row], str]:
    labels = labels_of(desk.panel, desk.speech)
    hidden: set[UUID] = set()
    runs = Runs(subject_of(labels, hidden), LINES)
    more = await _gather(desk, people, wanted, cursor=cursor, hidden=hidden, runs=runs)
    lines = [
        line_of(
            run,
            labels,
            people,
            is_hidden=run.newest.child_id in hidden,
            back=wanted.address(),
        )
        for run in runs.found
    ]
    return lines, more


async def _gather(
    desk: Desk, people: People, wanted: Wanted, *, cursor: str, hidden: set[UUID], runs: Runs
) -> str:
    """Read on until the page is full; return the cursor of the next (empty at the end)."""
    seen: set[UUID] = set()
    for _ in range(READS):
        found, more = await _read(desk, wanted, cursor)
        those = {row.child_id for row in found if row.child_id}
        await meet(desk, people, those, {row.device_id for row in found if row.device_id})
        hidden |= await hidden_of(desk, those - seen)
        seen |= those
        # Where only counts are agreed, not even a search may tell which site it was.
        for row in mine(found, people, hidden if wanted.q else set()):
            if not runs.take(row):
                return visits.cursor_after(runs.last) if runs.last else ""
        if not more:
            return ""
        cursor = more
    return cursor


async def _read(desk: Desk, wanted: Wanted, cursor: str) -> tuple[list[VisitRow], str]:
    async with desk.panel.db.read() as store:
        try:
            return await visits.search(store, wanted.filter(desk), limit=AT_ONCE, cursor=cursor)
        except ValueError as error:
            raise Refused(400, "cursor") from error
