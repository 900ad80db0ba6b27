"""What was recorded and what it means: visits, pages, the week, why a site is answered as it is."""

from datetime import date, datetime, timedelta
from typing import Annotated, Literal
from uuid import UUID

from fastapi import Query, Request, Response
from pydantic import AwareDatetime, BaseModel, Field

from api import letter_files
from api.errors import Misfit
from api.explaining import account_of
from api.lettered import letter_of, note_reading, term_of, week_of
from api.needs import Desk, TheDesk, ThisChild, ThisDevice
from api.posting import accepted
from api.reader import speak
from api.rest.paging import ThePages, link
from api.rest.schemas import Explained, KnownOut, Page, StepOut, VerdictOut, Visit, Visits
from api.routing import Router
from reports.family.value import FamilyLetter
from reports.values import WeekSummary
from reports.weeks import local_day, week_holding
from rules import visit
from rules.hosts import normalise
from rules.verdict import Reason
from rules.videos import at_path
from store import visits
from store.visits import VisitFilter
from words.speech import to_say

router = Router(tags=["record"])
ABOUT_A_YEAR = timedelta(days=400)


class Wanted(BaseModel):
    """What to look for among visits."""

    blocked: bool | None = None
    category: Annotated[str, Field(max_length=40)] = ""
    service: Annotated[str, Field(max_length=40)] = ""
    reason: Reason | None = None
    text: Annotated[str, Field(max_length=253)] = ""
    since: AwareDatetime | None = None
    until: AwareDatetime | None = None
    limit: Annotated[int, Field(ge=1, le=200)] = 50
    cursor: Annotated[str, Field(max_length=200)] = ""


class About(BaseModel):
    """What to explain: a site, perhaps one path of it, a moment, a device."""

    host: Annotated[str, Field(min_length=1, max_length=300, examples=["www.youtube.com"])]
    path: Annotated[str, Field(max_length=1000, pattern="^(/[^?#]*)?$")] = ""
    at: AwareDatetime | None = None
    device_id: UUID | None = None


@router.get("/children/{child_id}/visits", summary="A child's visits")
async def list_visits(
    desk: TheDesk,
    child: ThisChild,
    wanted: Annotated[Wanted, Query()],
    request: Request,
    response: Response,
) -> Visits:
    """Search a child's visits, newest first."""
    fields = wanted.model_dump(exclude={"limit", "cursor"})
    found = await _search(desk, VisitFilter(child_id=child.id, **fields), wanted)
    if found.next:
        link(request, response, found.next)
    return found


@router.get("/devices/{device_id}/visits", summary="A device's visits")
async def list_device_visits(
    desk: TheDesk,
    device: ThisDevice,
    wanted: Annotated[Wanted, Query()],
    request: Request,
    response: Response,
) -> Visits:
    """Search a device's visits, newest first."""
    fields = wanted.model_dump(exclude={"limit", "cursor"})
    found = await _search(desk, VisitFilter(device_id=device.id, **fields), wanted)
    if found.next:
        link(request, response, found.next)
    return found


@router.get("/children/{child_id}/pages", summary="Pages a child opened")
async def list_pages(
    desk: TheDesk,
    child: ThisChild,
    pages: ThePages,
    since: AwareDatetime | None = None,
    kind: Literal["", "page", "search", "video"] = "",
) -> list[Page]:
    """Return pages, newest first; there are some only at the privacy level that keeps them."""
    most, after = pages.limit + 1, pages.after_row(datetime, UUID)
    async with desk.panel.db.read() as store:
        found = await visits.pages(
            store, child_id=child.id, since=since, kind=kind, limit=most, after=after
        )
    shown = pages.page(found, lambda row: (row.at, row.id))
    return [Page.model_validate(row) for row in shown]


@router.get("/children/{child_id}/week", summary="A child's week")
async def show_week(desk: TheDesk, child: ThisChild, start: date | None = None) -> WeekSummary:
    """Return the week that holds a day; without one, the week that runs."""
    day = _near(desk, start) or local_day(desk.now, desk.family.zone)
    return (await letter_of(desk, child, week_holding(day, desk.family.zone))).week


@router.get("/children/{child_id}/letter", summary="A child's letter")
async def show_letter(desk: TheDesk, child: ThisChild, start: date | None = None) -> FamilyLetter:
    """Return the letter of the week that holds a day; without one, of the week that runs."""
    letter = await letter_of(desk, child, week_of(desk, start))
    await note_reading(desk, child)
    return letter


@router.get(
    "/children/{child_id}/letter.{kind}",
    summary="A child's letter as a file",
    response_class=Response,
)
async def show_letter_file(
    desk: TheDesk, child: ThisChild, kind: Literal["pdf", "csv"], start: date | None = None
) -> Response:
    """Return the letter on paper or as a table; the ledger keeps who took it."""
    made = letter_files.on_paper if kind == "pdf" else letter_files.as_table
    return await made(desk, child, week_of(desk, _near(desk, start)))


@router.post("/children/{child_id}/letter/send", status_code=202, summary="Send a letter now")
async def send_letter(desk: TheDesk, child: ThisChild, start: date | None = None) -> Response:
    """Send the letter to your own mail address; how it ended stands in the deliveries."""
    return await accepted(desk, letter_files.now(desk, child, week_of(desk, _near(desk, start))))


@router.get("/children/{child_id}/term", summary="A child's term")
async def show_term(desk: TheDesk, child: ThisChild) -> list[FamilyLetter]:
    """Return the letters that were kept of the last weeks, about a term, the oldest first."""
    kept = await term_of(desk, child)
    await note_reading(desk, child)
    return kept


@router.get("/children/{child_id}/term.pdf", summary="A term on paper", response_class=Response)
async def show_term_file(desk: TheDesk, child: ThisChild) -> Response:
    """Return the last weeks together, printed; 404 where no letter was kept yet."""
    return await letter_files.term_on_paper(desk, child)


@router.get("/children/{child_id}/explain", summary="Why a site is answered as it is")
async def explain_host(
    desk: TheDesk, child: ThisChild, about: Annotated[About, Query()]
) -> Explained:
    """Judge a site for a child at a moment: the whole story in words, and check by check."""
    moment = about.at or desk.now
    if abs(moment - desk.now) > ABOUT_A_YEAR:
        raise Misfit("at", to_say("Choose a day within a year of today."))
    name = _host(about.host)
    known = await desk.known(name)
    asked = visit.Visit(name, at_path(name, known, about.path), path=about.path)
    told = await account_of(desk, child, asked, moment, about.device_id)
    to_child = speak(desk.panel, child.language, desk.family.zone)
    return Explained(
        host=name,
        at=moment,
        categories=known.categories,
        services=known.services,
        verdict=VerdictOut.model_validate(told.verdict),
        for_child=to_child.sentence(told.child, moment),
        for_parent=desk.speech.sentence(told.parent, moment),
        trace=[StepOut.model_validate(step) for step in told.steps],
    )


@router.get("/catalogue/hosts/{host}", summary="What is known of a host")
async def look_up(desk: TheDesk, host: str) -> KnownOut:
    """Return the categories and services of a host."""
    name = _host(host)
    known = await desk.known(name)
    return KnownOut(
        host=name,
        site=desk.panel.catalogue.site_of(name),
        categories=known.categories,
        services=known.services,
        never_open=known.never_open,
        never_block=known.never_block,
        looks=known.looks,
    )


def _near(desk: Desk, day: date | None) -> date | None:
    if day is not None and abs(day - desk.now.date()) > ABOUT_A_YEAR:
        raise Misfit("start", to_say("Choose a day within a year of today."))
    return day


async def _search(desk: Desk, wanted: VisitFilter, page: Wanted) -> Visits:
    async with desk.panel.db.read() as store:
        try:
            rows, more = await visits.search(store, wanted, limit=page.limit, cursor=page.cursor)
        except ValueError as error:
            raise Misfit("cursor", to_say("This cursor is not ours.")) from error
    return Visits(visits=[Visit.model_validate(row) for row in rows], next=more)


def _host(text: str) -> str:
    try:
        return normalise(text)
    except ValueError as error:
        raise Misfit("host", to_say("Please write a site like example.com.")) from error
