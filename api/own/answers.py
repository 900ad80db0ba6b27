"""What became of an ask: waiting, yes until when, no with words, or an offer to take or leave."""

from datetime import timedelta
from typing import Annotated
from uuid import UUID

from fastapi import Depends, Request, Response

from api.asked import Outcome, Stage, outcomes_of
from api.own.guests import Owner, TheOwner
from api.own.places import answerer
from api.render import redirect, render
from api.routing import Router
from rules.asks import Ask
from store import asks, doors, household
from store.errors import Impossible, NotFound
from words.speech import to_say

router = Router(prefix="/asks")
OPENING = timedelta(seconds=10)
"""After so long nobody waits for a door that does not report any more."""


async def this_ask(owner: TheOwner, ask_id: UUID) -> Ask:
    """Return the ask of the address, if it is this child's own."""
    async with owner.panel.db.read() as store:
        found = await asks.get(store, ask_id, now=owner.now)
    if found.child_id != owner.child.id:
        raise NotFound
    return found


type OwnAsk = Annotated[Ask, Depends(this_ask)]


@router.get("")
async def show_all(request: Request, owner: TheOwner) -> Response:
    """Show what the child asked for, newest first."""
    async with owner.panel.db.read() as store:
        found = await asks.list_of(store, owner.child.id, now=owner.now, limit=50)
    context = {"owner": owner, "outcomes": await _outcomes(owner, found)}
    return render(request, "own/asks.html", context)


@router.get("/{ask_id}")
async def show(request: Request, owner: TheOwner, ask: OwnAsk) -> Response:
    """Show an ask and its answer; the page follows by itself."""
    [outcome] = await _outcomes(owner, [ask])
    found = await answerer(owner, ask.wish.scope) if ask.group_id and ask.is_open else None
    opening = await _is_opening(owner, outcome)
    context = {"owner": owner, "outcome": outcome, "answerer": found, "opening": opening}
    return render(request, "own/answer.html", context)


@router.post("/{ask_id}/accept")
async def accept(request: Request, owner: TheOwner, ask: OwnAsk) -> Response:
    """Take the offer."""
    try:
        async with owner.change(to_say("{child} took the offer")) as tx:
            await asks.accept(tx, ask.id)
    except Impossible as error:
        return redirect(request, f"/asks/{ask.id}", error.sentence.message, **error.sentence.values)
    return redirect(request, f"/asks/{ask.id}", to_say("Agreed!"))


@router.post("/{ask_id}/withdraw")
async def withdraw(request: Request, owner: TheOwner, ask: OwnAsk) -> Response:
    """Take an ask back, or leave an offer, with thanks."""
    try:
        async with owner.change(to_say("{child} took an ask back")) as tx:
            await asks.withdraw(tx, ask.id)
    except Impossible as error:
        return redirect(request, f"/asks/{ask.id}", error.sentence.message, **error.sentence.values)
    return redirect(request, f"/asks/{ask.id}", to_say("You took it back."))


async def _is_opening(owner: Owner, outcome: Outcome) -> bool:
    """Tell whether what was given is so new that a door may still stop it: a moment's matter."""
    since = outcome.since
    if outcome.stage is not Stage.OPEN or since is None or owner.now - since > OPENING:
        return False
    async with owner.panel.db.read() as store:
        newest = await household.revision(store)
        return not await doors.have(store, newest, now=owner.now)


async def _outcomes(owner: Owner, found: list[Ask]) -> list[Outcome]:
    return await outcomes_of(owner.panel.db, found, now=owner.now)
