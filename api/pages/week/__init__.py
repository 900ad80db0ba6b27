"""The week as a page: told in sentences, drawn, listed, compared, printable."""

from dataclasses import dataclass
from datetime import date

from fastapi import Request
from starlette.responses import RedirectResponse, Response

from api.households import children_here
from api.labels import labels_of
from api.lettered import letter_of, note_reading, post_of, week_of
from api.needs import Desk, TheDesk, ThisChild
from api.pages.today.classes import beside, counted
from api.pages.week import forms
from api.render import render
from api.routing import Router
from reports.charts import heat_map, minutes_by_day, short_day
from reports.colours import colours_of
from reports.family.sheet import sheet_of
from reports.family.value import FamilyLetter
from reports.sentences import reason_label, story
from reports.weeks import Week, week_at

router = Router()
router.take(forms.router)
OF_ITS_OWN = ("days", "uses", "stopped", "new")
"""Blocks for which the page has pictures and links that no paper has."""
FIRST = ("well", "short", "comment", "talk")


@dataclass(frozen=True, slots=True)
class Around:
    """The weeks before and after; None where there is nothing to go to."""

    before: date
    after: date | None


@router.get("/week")
async def first(request: Request, desk: TheDesk) -> Response:
    """Show the first child's week, or what a week will be once there is a child."""
    if (await counted(desk)).are_many and desk.family.kind in ("school", "class"):
        return RedirectResponse(f"/groups/{desk.family.id}/week", 303)
    family = await children_here(desk)
    if family:
        return RedirectResponse(f"/week/{family[0].id}", 303)
    return render(request, "week/empty.html", {"family": []})


@router.get("/week/{child_id}")
async def show(
    request: Request, desk: TheDesk, child: ThisChild, start: date | None = None
) -> Response:
    """Show a child's week: the running one, or the one that holds a day."""
    week, running = week_of(desk, start), week_at(desk.now, desk.family.zone)
    letter = await letter_of(desk, child, week)
    context = _shown(desk, letter) | {
        "family": await beside(desk, child),
        "child": child,
        "week": week,
        "around": _around(week, running),
        "post": await post_of(desk, child, week),
    }
    if letter.is_empty:
        return render(request, "week/empty.html", context)
    await note_reading(desk, child)
    return render(request, "week/index.html", context)


def _shown(desk: Desk, letter: FamilyLetter) -> dict[str, object]:
    speech, labels, summary = desk.speech, labels_of(desk.panel, desk.speech), letter.week
    sheet = sheet_of(letter, speech, labels.of)
    return {
        "letter": letter,
        "summary": summary,
        "sheet": sheet,
        "story": story(summary, speech),
        "by_day": minutes_by_day(summary, speech, labels.of),
        "head": [block for block in sheet.blocks if block.key in FIRST],
        "rest": [block for block in sheet.blocks if block.key not in (*FIRST, *OF_ITS_OWN)],
        "by_hour": heat_map(summary, speech),
        "colours": colours_of(use.id for use in summary.categories),
        "labels": labels,
        "short": {day.day: short_day(day, speech) for day in summary.days},
        "highest": max((day.minutes for day in summary.days), default=0) or 1,
        "reasons": {group.reason: reason_label(group.reason, speech) for group in summary.stopped},
    }


def _around(week: Week, running: Week) -> Around:
    is_running = week.first >= running.first
    return Around(week.moved(-1).first, None if is_running else week.moved(1).first)
