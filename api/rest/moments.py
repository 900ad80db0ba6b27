"""What is done at a moment's notice: pause, resume, give time, take it back."""

from datetime import datetime, time, timedelta
from uuid import UUID

from fastapi import Response

from api import verbs
from api.errors import Misfit
from api.needs import Desk, TheDesk, ThisChild
from api.rest.paging import ThePages
from api.rest.schemas import GrantIn, GrantOut, PauseIn
from api.routing import Router
from api.together import next_at
from rules.scope import EVERYTHING
from store import grants
from store.errors import NotFound
from words.speech import to_say

router = Router(tags=["moments"])
LONGEST = timedelta(days=31)


@router.post("/children/{child_id}/pause", status_code=204, summary="Stop everything")
async def pause(desk: TheDesk, child: ThisChild, given: PauseIn) -> Response:
    """Stop everything for a child, until a moment or until resumed."""
    await verbs.pause(desk, [child], until_of(desk, given))
    return Response(status_code=204)


@router.post("/children/{child_id}/resume", status_code=204, summary="End the pause")
async def resume(desk: TheDesk, child: ThisChild) -> Response:
    """End a child's pause."""
    await verbs.resume(desk, [child])
    return Response(status_code=204)


@router.get("/children/{child_id}/grants", summary="Grants that run")
async def list_grants(desk: TheDesk, child: ThisChild, pages: ThePages) -> list[GrantOut]:
    """Return a child's grants that have not ended."""
    async with desk.panel.db.read() as store:
        running = await grants.running(store, now=desk.now, child_id=child.id)
    shown = pages.cut(running, lambda grant: (str(grant.id),))
    return [GrantOut.model_validate(grant) for grant in shown]


@router.post("/children/{child_id}/grants", status_code=201, summary="Give time")
async def post_grant(desk: TheDesk, child: ThisChild, given: GrantIn) -> GrantOut:
    """Open something for a child for some minutes or until a moment."""
    if (given.minutes is None) == (given.until is None):
        raise Misfit("until", to_say("Give either minutes or a moment."))
    if given.minutes and given.scope == EVERYTHING and not given.reason:
        return GrantOut.model_validate(await verbs.give_minutes(desk, child, given.minutes))
    until = given.until or desk.now + timedelta(minutes=given.minutes or 0)
    _check_moment(desk, until)
    grant = await verbs.give(desk, child, until=until, scope=given.scope, reason=given.reason)
    return GrantOut.model_validate(grant)


@router.delete("/children/{child_id}/grants/{grant_id}", status_code=204, summary="Take back")
async def delete_grant(desk: TheDesk, child: ThisChild, grant_id: UUID) -> Response:
    """End a grant now."""
    async with desk.panel.db.read() as store:
        running = await grants.running(store, now=desk.now, child_id=child.id)
    if grant_id not in {grant.id for grant in running}:
        raise NotFound
    await verbs.end(desk, child, [grant_id])
    return Response(status_code=204)


def until_of(desk: Desk, given: PauseIn) -> datetime | None:
    """Return the moment a pause ends by itself; None where it lasts until resumed."""
    said = [each for each in (given.until, given.minutes, given.clock) if each is not None]
    if len(said) > 1:
        raise Misfit("until", to_say("Give either minutes or a moment."))
    if given.until is not None:
        _check_moment(desk, given.until)
    if given.clock is not None:
        return next_at(desk, time.fromisoformat(given.clock))
    return desk.now + timedelta(minutes=given.minutes) if given.minutes else given.until


def _check_moment(desk: Desk, until: datetime) -> None:
    if not desk.now < until <= desk.now + LONGEST:
        raise Misfit("until", to_say("Choose a moment within the next month."))
