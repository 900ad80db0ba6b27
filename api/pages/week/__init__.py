"""The week as a page: told in sentences, drawn, listed, compared, printable."""

from dataclasses import dataclass
from datetime import date

from fastapi import APIRouter, Request
from starlette.responses import RedirectResponse, Response

from api.households import children_here
from api.labels import labels_of
from api.needs import Desk, TheDesk, ThisChild
from api.pages.activity.log import hidden_of
from api.render import render
from reports.charts import heat_map, minutes_by_day, short_day
from reports.colours import colours_of
from reports.sentences import reason_label, scope_label, story
from reports.values import WeekSummary
from reports.weekly import summarise_week
from reports.weeks import Week, week_at, week_holding
from store import letters, rollups
from store.children import Child

router = APIRouter()


@dataclass(frozen=True, slots=True)
class Around:
    """The weeks before and after; None where there is nothing to go to."""

    before: date
    after: date | None


@router.get("/week")
async def first(request: Request, desk: TheDesk) -> Response:
    """Show the first child's week, or what a week will be once there is a child."""
    family = await children_here(desk)
    if family:
        return RedirectResponse(f"/week/{family[0].id}", 303)
    return render(request, "week/empty.html", {"family": []})


@router.get("/week/{child_id}")
async def show(
    request: Request, desk: TheDesk, child: ThisChild, start: date | None = None
) -> Response:
    """Show a child's week: the running one, or the one that holds a day."""
    running = week_at(desk.now, desk.family.zone)
    week = week_holding(start, desk.family.zone) if start else running
    if week.first > running.first:
        week = running
    summary = await summary_of(desk, child, week)
    context = _shown(desk, summary) | {
        "family": await children_here(desk),
        "child": child,
        "week": week,
        "around": _around(week, running),
    }
    return render(request, "week/empty.html" if summary.is_empty else "week/index.html", context)


async def summary_of(desk: Desk, child: Child, week: Week) -> WeekSummary:
    """Take the letter that was kept; sum up a week that has none, such as the running one."""
    async with desk.panel.db.read() as store:
        kept = await letters.find(store, child.id, week.first)
    if kept:
        letter = WeekSummary.model_validate_json(kept)
        # An earlier letter may name sites that are nobody's business any more.
        return letter.without_sites() if child.id in await hidden_of(desk) else letter
    await rollups.run(desk.panel.db, now=desk.now)
    site_of = desk.panel.catalogue.site_of
    return await summarise_week(desk.panel.db, child, week.first, now=desk.now, site_of=site_of)


def _shown(desk: Desk, summary: WeekSummary) -> dict[str, object]:
    speech, labels = desk.speech, labels_of(desk.panel, desk.speech)
    return {
        "summary": summary,
        "story": story(summary, speech),
        "by_day": minutes_by_day(summary, speech, labels.of),
        "by_hour": heat_map(summary, speech),
        "colours": colours_of(use.id for use in summary.categories),
        "labels": labels,
        "short": {day.day: short_day(day, speech) for day in summary.days},
        "highest": max((day.minutes for day in summary.days), default=0) or 1,
        "reasons": {group.reason: reason_label(group.reason, speech) for group in summary.stopped},
        "scopes": {
            given.scope: scope_label(given.scope, speech, labels.of) for given in summary.given
        },
    }


def _around(week: Week, running: Week) -> Around:
    is_running = week.first >= running.first
    return Around(week.moved(-1).first, None if is_running else week.moved(1).first)
