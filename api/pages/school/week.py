"""The week of a class or school as a page."""

from datetime import date
from typing import Annotated

from fastapi import Form, Request
from starlette.responses import Response

from api.grouping import role_on
from api.labels import labels_of
from api.lettered_groups import (
    Duty,
    LetteredGroup,
    duties,
    follow,
    is_followed,
    letter_of,
    week_of,
)
from api.needs import Desk, TheDesk
from api.render import redirect, render
from api.routing import Router
from api.trail import note
from reports.school.sheet import sheet_of
from reports.weeks import week_at
from store.adults import WRITERS
from store.groups import Group
from words.speech import to_say
from words.worries import CATEGORIES, LEVELS

router = Router()
FOLLOWS = to_say(
    "The letter of {group} is yours to get now, over each channel that is for letters of classes"
    " and schools."
)
ENDED = to_say("The letter of {group} comes no more.")
LOOKED = to_say("read who the alerts of {group} are about")


@router.get("/{group_id}/week")
async def show(
    request: Request, desk: TheDesk, group: LetteredGroup, start: date | None = None
) -> Response:
    """Show the week of a class or school: the running one, or the one that holds a day."""
    week, running = week_of(desk, group, start), week_at(desk.now, group.zone)
    letter = await letter_of(desk, group, week)
    named = await duties(desk, group)
    await _note(desk, group, named)
    context = {
        "group": group,
        "letter": letter,
        "sheet": sheet_of(letter, desk.speech, labels_of(desk.panel, desk.speech).of),
        "week": week,
        "before": week.moved(-1).first,
        "after": None if week.first >= running.first else week.moved(1).first,
        "duties": named,
        "is_theirs": desk.adult.gets_letter(group.id),
        "is_followed": await is_followed(desk, group),
        "steers": await role_on(desk, group) in WRITERS,
        "categories": CATEGORIES,
        "levels": LEVELS,
    }
    return render(request, "school/empty.html" if letter.is_empty else "school/week.html", context)


@router.post("/{group_id}/week/follow")
async def choose(
    request: Request, desk: TheDesk, group: LetteredGroup, wanted: Annotated[bool, Form()] = True
) -> Response:
    """Choose to get this letter by virtue of a role further above, or end it."""
    await follow(desk, group, wanted=wanted)
    said = FOLLOWS if wanted else ENDED
    return redirect(request, f"/groups/{group.id}/week", said, group=group.name)


async def _note(desk: Desk, group: Group, named: list[Duty]) -> None:
    """Write down whose name was shown to whom."""
    await note(desk, LOOKED, {duty.alert.child_id: {"group": group.name} for duty in named})
