"""The week of a class or school, and the open counts of a city."""

from datetime import date, timedelta
from typing import Literal

from fastapi import Response
from pydantic import BaseModel

from api import school_files
from api.errors import Misfit
from api.lettered_groups import (
    CountedCity,
    LetteredGroup,
    SteeredGroup,
    counts_of,
    follow,
    full_week_of,
    is_followed,
    keep_timetable,
    letter_of,
    timetable_of,
    week_of,
)
from api.needs import Desk, TheDesk
from api.posting import accepted
from api.rest.tags import TheTag
from api.routing import Router
from reports.counts import as_values
from reports.school.value import SchoolLetter
from rules.lessons import Timetable
from store import timetables
from store.database import Connection
from words.speech import to_say

router = Router(tags=["groups"])
FARTHEST = timedelta(days=400)


class Following(BaseModel):
    on: bool


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


@router.get(
    "/groups/{group_id}/letter.{kind}",
    summary="The letter of a class or school as a file",
    response_class=Response,
)
async def show_file(
    desk: TheDesk, group: LetteredGroup, kind: Literal["pdf", "csv"], week: date | None = None
) -> Response:
    """Return the letter on paper or as a table."""
    made = school_files.on_paper if kind == "pdf" else school_files.as_table
    return await made(desk, group, week_of(desk, group, _near(desk, week)))


@router.get(
    "/groups/{group_id}/days.parquet", summary="The days of a term", response_class=Response
)
async def show_days(desk: TheDesk, group: SteeredGroup, week: date | None = None) -> Response:
    """Return the days of the term up to a week for an analyst, pupils under pseudonyms."""
    return await school_files.for_analyst(desk, group, week_of(desk, group, _near(desk, week)))


@router.post("/groups/{group_id}/letter/send", status_code=202, summary="Send a letter now")
async def send_letter(desk: TheDesk, group: LetteredGroup, week: date | None = None) -> Response:
    """Send the letter to your own mail address; how it ended stands in the deliveries."""
    at = week_of(desk, group, _near(desk, week))
    return await accepted(desk, school_files.now(desk, group, at))


@router.get("/groups/{group_id}/letter/following", summary="Whether you chose to get a letter")
async def show_following(desk: TheDesk, group: LetteredGroup) -> Following:
    """Return whether this letter comes to you by virtue of a role further above."""
    return Following(on=await is_followed(desk, group))


@router.put("/groups/{group_id}/letter/following", summary="Choose to get a letter")
async def put_following(desk: TheDesk, group: LetteredGroup, given: Following) -> Following:
    """Choose to get this letter by virtue of a role further above, or end it."""
    await follow(desk, group, wanted=given.on)
    return given


@router.get("/groups/{group_id}/timetable", summary="When lessons are")
async def show_timetable(desk: TheDesk, group: SteeredGroup, tag: TheTag) -> Timetable:
    """Return when lessons are; none where nobody said so yet."""
    found = await timetable_of(desk, group) or Timetable()
    tag.tell(found)
    return found


@router.put("/groups/{group_id}/timetable", summary="Say when lessons are")
async def put_timetable(
    desk: TheDesk, group: SteeredGroup, given: Timetable, tag: TheTag
) -> Timetable:
    """Keep when lessons are: letters tell them from breaks from today on."""

    async def now(store: Connection) -> object:
        return await timetables.find(store, group.id) or Timetable()

    await keep_timetable(tag.guard(desk, now), group, given)
    tag.tell(given)
    return given


@router.get("/groups/{group_id}/counts", summary="The open counts of a city")
async def show_counts(desk: TheDesk, city: CountedCity, week: date | None = None) -> CountsOut:
    """Return the counts of a week that is over: of the one that holds a day, or of the last."""
    over = full_week_of(desk, city, _near(desk, week))
    return CountsOut.model_validate(as_values(await counts_of(desk, city, over)))


def _near(desk: Desk, day: date | None) -> date | None:
    if day is not None and abs(day - desk.now.date()) > FARTHEST:
        raise Misfit("week", to_say("Choose a day within a year of today."))
    return day
