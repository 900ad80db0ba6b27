"""When lessons are at a school, and what lies between them: its breaks, noon among them."""

from collections.abc import Iterable
from datetime import date
from typing import Annotated

from pydantic import Field

from rules.calendar import Calendar, day_number
from rules.minutes import MINUTES, Bitmap
from rules.times import Like, Window
from rules.values import Frozen

SCHOOL_DAYS = (0, 1, 2, 3, 4, 5)


class Timetable(Frozen):
    """The lessons of a school; empty until somebody enters them."""

    lessons: Annotated[tuple[Window, ...], Field(max_length=60)] = ()


def lessons_on(timetable: Timetable, day: date, calendar: Calendar) -> Bitmap:
    """Return the minutes of a local day in which there are lessons; a holiday has none."""
    number = day_number(day)
    different = calendar.on(number) if calendar else None
    if different and different.like is Like.HOLIDAY:
        return 0
    weekday = calendar.weekday_of(number) if calendar else day.weekday()
    return _union(window for window in timetable.lessons if weekday in window.days)


def breaks_on(lessons: Bitmap) -> Bitmap:
    """Return the minutes between the first lesson of a day and the last that are no lesson."""
    if not lessons:
        return 0
    first = (lessons & -lessons).bit_length() - 1
    whole = (1 << lessons.bit_length()) - (1 << first)
    return whole ^ lessons


def _union(windows: Iterable[Window]) -> Bitmap:
    marked = 0
    for window in windows:
        begin, end = _minute(window.start), _minute(window.end)
        # No school teaches across midnight: what would is cut there.
        last = end if end > begin else MINUTES
        marked |= (1 << last) - (1 << begin)
    return marked


def _minute(wall: str) -> int:
    hours, minutes = wall.split(":")
    return int(hours) * 60 + int(minutes)


def usual(first: str = "07:00", *, lessons: int = 5, minutes: int = 45) -> Timetable:
    """Suggest a morning as most schools of Việt Nam have it: a long break after the second."""
    at = _minute(first)
    found = []
    for number in range(lessons):
        found.append(Window(start=_wall(at), end=_wall(at + minutes), days=SCHOOL_DAYS))
        at += minutes + (20 if number == 1 else 5)
    return Timetable(lessons=tuple(found))


def _wall(minute: int) -> str:
    return f"{minute // 60:02}:{minute % 60:02}"
