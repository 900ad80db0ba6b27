"""The week of a class or school, and the open counts of a city."""

from datetime import date, timedelta
from typing import Literal

from fastapi import APIRouter
from pydantic import BaseModel

from api.errors import Misfit
from api.lettered_groups import (
    CountedCity,
    LetteredGroup,
    counts_of,
    full_week_of,
    letter_of,
    week_of,
)
from api.needs import Desk, TheDesk
from reports.counts import as_values
from reports.school.value import SchoolLetter
from words.speech import to_say

router = APIRouter(tags=["groups"])
FARTHEST = timedelta(days=400)


class CellOut(BaseModel):
    ward: str | None
    """Null is the whole city."""
    fact: str | None
    """`learning`, or `stopped:` and a category; null is everybody who was online."""
    children: int | None
    """Null is withheld."""


class CountsOut(BaseModel):
    """As in docs/counts.schema.json."""

    version: Literal[1]
    licence: str
    city: str
    first: date
    last: date
    k: int
    """No smaller number is told."""
    cells: list[CellOut]


@router.get("/groups/{group_id}/letter", summary="The letter of a class or school")
async def show_letter(
    desk: TheDesk, group: LetteredGroup, week: date | None = None
) -> SchoolLetter:
    """Return the letter of the week that holds a day; without one, of the week that runs."""
    return await letter_of(desk, group, week_of(desk, group, _near(desk, week)))


@router.get("/groups/{group_id}/counts", summary="The open counts of a city")
async def show_counts(desk: TheDesk, city: CountedCity, week: date | None = None) -> CountsOut:
    """Return the counts of a week that is over: of the one that holds a day, or of the last."""
    over = full_week_of(desk, city, _near(desk, week))
    return CountsOut.model_validate(as_values(await counts_of(desk, city, over)))


def _near(desk: Desk, day: date | None) -> date | None:
    if day is not None and abs(day - desk.now.date()) > FARTHEST:
        raise Misfit("week", to_say("Choose a day within a year of today."))
    return day
