"""A child's day as a timeline, an hour of it closer, and the week around it."""

from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Annotated
from urllib.parse import urlencode
from zoneinfo import ZoneInfo

from fastapi import Query, Request
from starlette.responses import Response

from api.labels import labels_of
from api.needs import Desk, TheDesk, ThisChild
from api.pages.day.drawn import around, closed_on, hours_used, span_of, ticks, use_of, week_of
from api.pages.day.rows import Shown, rows_of, words_of
from api.pages.today.cards import standing
from api.pages.today.classes import beside
from api.pages.today.strip import strip_of, within
from api.render import render
from api.routing import Router
from api.trail import looked_at
from reports.charts import short_day
from reports.minutes import HOUR, HOURS, Bitmaps
from reports.weeks import local_day, midnight, minute_of_day
from rules.compile import compile_child
from rules.family import ChildRules
from rules.policy import Privacy
from store import devices, household, opened, spent, visits
from store.children import Child
from store.opened import HostSum
from store.visits import PageRow
from words.speech import to_say

router = Router()
MOST_WORDS = 200
"""Searches and videos shown of one day."""
LOOKED = to_say("looked at {child}’s day {day}")


@dataclass(frozen=True, slots=True)
class Recorded:
    """What was written down of a stretch of a day, and the minutes of its week."""

    rules: ChildRules
    bitmaps: Bitmaps
    sums: list[HostSum]
    pages: list[PageRow]
    has_device: bool


@router.get("/children/{child_id}/day")
async def show(
    request: Request,
    desk: TheDesk,
    child: ThisChild,
    on: date | None = None,
    hour: Annotated[int | None, Query(ge=0, lt=HOURS)] = None,
) -> Response:
    """Show a day of a child, or one of its hours; the ledger keeps who looked."""
    today = local_day(desk.now, desk.family.zone)
    day = min(on or today, today)
    found = await _recorded(desk, child, day, hour)
    await looked_at(desk, [child], LOOKED, day=day.isoformat())
    context = _drawn(desk, child, found, day, hour) | _listed(desk, child, found, day, hour)
    context |= {
        "child": child,
        "day": day,
        "hour": hour,
        "today": today,
        "family": await beside(desk, child),
        "standing": await standing(desk),
        "has_device": found.has_device,
    }
    return render(request, "day/index.html", context)


def address(child: Child, day: date, hour: int | None = None) -> str:
    """Write where a day, or an hour of it, is shown."""
    parts = {"on": day.isoformat(), **({} if hour is None else {"hour": hour})}
    return f"/children/{child.id}/day?{urlencode(parts)}"


async def _recorded(desk: Desk, child: Child, day: date, hour: int | None) -> Recorded:
    since, until = _stretch(day, hour, desk.family.zone)
    week = week_of(day, local_day(desk.now, desk.family.zone), desk.family.zone)
    async with desk.panel.db.read() as store:
        return Recorded(
            await household.of_child(store, child.id, now=desk.now),
            await spent.load_days(store, child.id, first=week[0], last=week[-1]),
            await opened.of_child(store, child.id, since=since, until=until),
            await visits.pages(
                store, child_id=child.id, since=since, until=until, limit=MOST_WORDS
            ),
            bool(await devices.list_all(store, child_id=child.id)),
        )


def _drawn(
    desk: Desk, child: Child, found: Recorded, day: date, hour: int | None
) -> dict[str, object]:
    labels, span = labels_of(desk.panel, desk.speech), span_of(hour)
    zone, today = desk.family.zone, local_day(desk.now, desk.family.zone)
    uses = use_of(found.bitmaps, week_of(day, today, zone))
    minute = minute_of_day(desk.now, zone) if day == today else -1
    return {
        "strip": strip_of(found.bitmaps, day, labels, span),
        "closed": list(closed_on(found.rules, day, span, desk.speech)),
        "hours": hours_used(uses[day]),
        "minutes": uses[day].minutes if hour is None else uses[day].by_hour[hour],
        "ticks": ticks(hour),
        "at": (minute - span.start) * 100 / len(span) if minute in span else None,
        "week": [(use, short_day(use, desk.speech)) for use in uses.values()],
        "around": around(day, today),
        "address": lambda day, hour=None: address(child, day, hour),
    }


def _listed(
    desk: Desk, child: Child, found: Recorded, day: date, hour: int | None
) -> dict[str, object]:
    level, back = compile_child(found.rules).privacy, address(child, day, hour)
    shown = Shown(
        labels_of(desk.panel, desk.speech),
        within(found.bitmaps, day, span_of(hour)),
        not level.names_sites,
        back,
    )
    sites, stopped = rows_of(found.sums, shown)
    # What an earlier, wider agreement let be written down is shown no more.
    pages = found.pages if level is Privacy.PAGES else []
    words = {
        kind: words_of([page for page in pages if page.kind == kind], found.sums, back)
        for kind in ("search", "video")
    }
    return {
        "level": level,
        "sites": sites,
        "stopped": stopped,
        "searches": words["search"],
        "videos": words["video"],
    }


def _stretch(day: date, hour: int | None, zone: str) -> tuple[datetime, datetime]:
    if hour is None:
        return midnight(day, zone), midnight(day + timedelta(days=1), zone)
    begin = datetime(day.year, day.month, day.day, hour, tzinfo=ZoneInfo(zone))
    return begin, begin + timedelta(minutes=HOUR)
