"""When lessons are: entered once, so that letters tell lessons from breaks."""

import re
from typing import Annotated

from fastapi import Request
from pydantic import BaseModel, Field, field_validator
from starlette.responses import Response

from api.forms import Filled, empty, fill
from api.lettered_groups import SteeredGroup, keep_timetable, timetable_of
from api.needs import TheDesk
from api.render import first_upper, redirect, render
from api.routing import Router
from rules.lessons import SCHOOL_DAYS, Timetable, usual
from rules.mistakes import Mistake
from rules.times import END, START, Window
from store.groups import Group
from words.speech import to_say

router = Router()
LINE = re.compile(rf"({START[1:-1]})\s*[-–]\s*({END[1:-1]})")
MOST = 12


class LessonsForm(BaseModel):
    lessons: Annotated[str, Field(max_length=600)] = ""
    days: Annotated[list[int], Field(min_length=1)]

    @field_validator("lessons")
    @classmethod
    def _readable(cls, lessons: str) -> str:
        for line in filter(None, map(str.strip, lessons.splitlines())):
            found = LINE.fullmatch(line)
            if found is None:
                raise Mistake("Write each lesson on a line of its own, like 07:00 - 07:45.")
            window = _window(line, list(SCHOOL_DAYS))
            if window.end <= window.start:
                raise Mistake("A lesson ends after it begins, on the same day.")
        if len(lessons.splitlines()) > MOST:
            raise Mistake("A day has at most {most} lessons.", most=MOST)
        return lessons

    @field_validator("days")
    @classmethod
    def _of_a_week(cls, days: list[int]) -> list[int]:
        if not set(days) <= set(range(7)):
            raise Mistake("A day is a number from 0 (Monday) to 6 (Sunday).")
        return days

    def timetable(self) -> Timetable:
        """Return the lessons entered."""
        lines = filter(None, map(str.strip, self.lessons.splitlines()))
        return Timetable(lessons=tuple(_window(line, self.days) for line in lines))


def _window(line: str, days: list[int]) -> Window:
    start, end = re.split(r"\s*[-–]\s*", line)
    return Window(start=start, end=end, days=tuple(days))


@router.get("/{group_id}/lessons")
async def show(request: Request, desk: TheDesk, group: SteeredGroup) -> Response:
    """Show when lessons are; where nobody said so, what is usual."""
    known = await timetable_of(desk, group)
    timetable = known or usual()
    lines = [f"{window.start} - {window.end}" for window in timetable.lessons]
    days = timetable.lessons[0].days if timetable.lessons else SCHOOL_DAYS
    form = empty(lessons="\n".join(lines), days=list(days))
    return _page(request, desk, group, form, is_new=known is None)


@router.post("/{group_id}/lessons")
async def save(request: Request, desk: TheDesk, group: SteeredGroup) -> Response:
    """Keep when lessons are."""
    form = await fill(request, LessonsForm)
    if form.model is None:
        return _page(request, desk, group, form, status=422)
    await keep_timetable(desk, group, form.model.timetable())
    said = to_say("Lessons were saved. Letters tell them apart from this week on.")
    return redirect(request, f"/groups/{group.id}/week", said)


def _page(
    request: Request,
    desk: TheDesk,
    group: Group,
    form: Filled[LessonsForm] | Filled[BaseModel],
    *,
    is_new: bool = False,
    status: int = 200,
) -> Response:
    days = [(number, first_upper(desk.speech.weekdays([number])), "") for number in range(7)]
    context = {"group": group, "form": form, "days": days, "is_new": is_new}
    return render(request, "school/lessons.html", context, status=status)
