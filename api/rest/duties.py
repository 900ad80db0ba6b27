"""The register of requests by law, as JSON."""

from datetime import date, datetime
from uuid import UUID

from fastapi import Response
from pydantic import BaseModel

from api import duties
from api.duties import DoneIn, Duty, ExtendIn, RequestIn, ThisRequest
from api.needs import Desk, TheDesk
from api.rest.paging import ThePages
from api.routing import Router
from rules.duties import Kind, Party, Request
from store.errors import NotFound

router = Router(prefix="/requests", tags=["requests"])


class RequestOut(BaseModel):
    id: UUID
    child_id: UUID | None
    kind: Kind
    party: Party
    who: str
    words: str
    received: datetime
    answer_by: date
    due: date
    answered: datetime | None
    extended: datetime | None
    done: datetime | None
    outcome: str
    note: str
    overdue: bool
    cited: str
    """By which law, in the adult's language; a lawyer must check it."""


@router.get("", summary="Requests by law")
async def list_requests(
    desk: TheDesk, pages: ThePages, only_open: bool = False
) -> list[RequestOut]:
    """Return what was asked for by law, the open ones first, the oldest of them first."""
    found = [_out(duty) for duty in await duties.told(desk, only_open=only_open)]
    return pages.cut(found, lambda one: (bool(one.done), one.received.timestamp(), str(one.id)))


@router.post("", status_code=201, summary="Write a request down")
async def post_request(desk: TheDesk, given: RequestIn) -> RequestOut:
    """Write down what a child or a parent asks for; its deadlines follow from the law."""
    return await _one(desk, await duties.receive(desk, given))


@router.post("/{request_id}/answered", status_code=204, summary="Who asked was told")
async def answer_request(desk: TheDesk, found: ThisRequest) -> Response:
    """Say that who asked was told that it came in."""
    await duties.answer(desk, found)
    return Response(status_code=204)


@router.post("/{request_id}/extend", status_code=204, summary="Extend it, once")
async def extend_request(desk: TheDesk, found: ThisRequest, given: ExtendIn) -> Response:
    """Extend it with a reason; a second time is refused (409)."""
    await duties.extend(desk, found, given)
    return Response(status_code=204)


@router.post("/{request_id}/done", status_code=204, summary="Close it")
async def finish_request(desk: TheDesk, found: ThisRequest, given: DoneIn) -> Response:
    """Say what became of it; a refusal needs a note."""
    await duties.finish(desk, found, given)
    return Response(status_code=204)


async def _one(desk: Desk, made: Request) -> RequestOut:
    found = next((duty for duty in await duties.told(desk) if duty.request.id == made.id), None)
    if found is None:
        raise NotFound
    return _out(found)


def _out(duty: Duty) -> RequestOut:
    one = duty.request
    return RequestOut(
        id=one.id,
        child_id=one.child_id,
        kind=one.kind,
        party=one.party,
        who=one.who,
        words=one.words,
        received=one.received,
        answer_by=duty.answer_by,
        due=duty.due,
        answered=one.answered,
        extended=one.extended,
        done=one.done,
        outcome=one.outcome,
        note=one.note,
        overdue=duty.late,
        cited=duty.cited,
    )
