"""What the children asked for: answered with one tap, or with an offer of something else."""

from datetime import UTC, datetime, time, timedelta
from typing import Annotated, Literal
from uuid import UUID
from zoneinfo import ZoneInfo

from fastapi import Depends, Request, Response
from pydantic import BaseModel, Field

from api import answering
from api.answering import Waiting
from api.asked import outcomes_of
from api.forms import Filled, attempt, empty, fill
from api.labels import labels_of
from api.needs import Desk, TheDesk
from api.people import Plain
from api.put_right import put_right
from api.render import redirect, render
from api.routing import Router
from rules.asks import CLOSED, MOST_MINUTES, Ask, Move, State, Terms, usual_terms
from store import asks
from store.errors import Impossible
from words.speech import to_say

router = Router(prefix="/asks")
A_LITTLE = 15
AT_ONCE = 40

SAID = {
    "yes": to_say("You said yes to {child}."),
    "little": to_say("You gave {child} 15 minutes."),
    "no": to_say("You said no to {child}."),
    "offer": to_say("Your offer is on {child}’s page now."),
    "undo": to_say("Taken back: {child} waits for an answer again."),
    "right": to_say("Put right: the site is open for every child, and you said yes to {child}."),
}


class AnswerForm(BaseModel):
    answer: Literal["yes", "little", "no", "offer", "undo", "right"]
    minutes: Annotated[int, Field(ge=1, le=MOST_MINUTES)] = A_LITTLE
    after: time | None = None
    """Not before this time of day (“after homework”)."""
    words: Annotated[Plain, Field(max_length=300)] = ""
    seen: Literal["asked", "no"] = "asked"
    """What the page showed: a tap on an old page does not turn another's no into a yes."""
    back: Literal["/", "/asks"] = "/asks"


async def this_ask(desk: TheDesk, ask_id: UUID) -> Ask:
    """Return the ask of the address, if it is of a child of the adult's."""
    return await answering.one(desk, ask_id)


type ThisAsk = Annotated[Ask, Depends(this_ask)]


@router.get("")
async def show_all(
    request: Request, desk: TheDesk, after: UUID | None = None, before: UUID | None = None
) -> Response:
    """Show what waits, from an ask on, and what became of everything else, before an ask."""
    group_ids = await answering.spoken_for(desk)
    async with desk.panel.db.read() as store:
        found = await asks.settled(
            store, desk.sight, group_ids, now=desk.now, limit=AT_ONCE + 1, before=before
        )
    view = await answering.view_of(desk, found)
    told = [ask for ask in found[:AT_ONCE] if view.shows(ask)]
    # Further back nothing waits: what is shown then is only what was.
    is_first = before is None
    context = {
        "waiting": await answering.waiting(desk, most=AT_ONCE if is_first else 0, after=after),
        "is_first": is_first,
        "lately": await answering.lately(desk) if is_first else [],
        "outcomes": await outcomes_of(desk.panel.db, told, now=desk.now),
        "earlier": found[AT_ONCE - 1].id if len(found) > AT_ONCE else None,
        "names": {**view.pupils, **view.home},
        "labels": labels_of(desk.panel, desk.speech),
        "back": "/asks",
    }
    return render(request, "asks/index.html", context)


@router.get("/{ask_id}")
async def show(request: Request, desk: TheDesk, ask: ThisAsk) -> Response:
    """Show an ask with everything an answer can say."""
    return await _page(request, desk, ask, empty(minutes=ask.wish.minutes or A_LITTLE))


@router.post("/{ask_id}")
async def answer(request: Request, desk: TheDesk, ask: ThisAsk) -> Response:
    """Answer an ask."""
    form = await fill(request, AnswerForm)

    async def verb(given: AnswerForm) -> Ask:
        if given.answer == "undo":
            return await answering.reopen(desk, ask)
        if ask.state is State.NO and given.seen != "no":
            raise Impossible(CLOSED)
        if given.answer == "right":
            await put_right(desk, ask)
        move = {"yes": Move.YES, "little": Move.YES, "no": Move.NO, "right": Move.YES}.get(
            given.answer, Move.OFFER
        )
        terms = _terms(desk, ask, given)
        return await answering.answer(desk, ask, move, terms=terms, words=given.words)

    try:
        answered = await attempt(form, verb, desk.speech)
    except Impossible as error:
        form.errors["answer"] = desk.speech.sentence(error.sentence, desk.now)
        return await _page(request, desk, ask, form, status=409)
    if answered is None or form.model is None:
        return await _page(request, desk, ask, form, status=422)
    name = (await _told(desk, ask)).child.name
    return redirect(request, form.model.back, SAID[form.model.answer], child=name)


def _terms(desk: Desk, ask: Ask, given: AnswerForm) -> Terms | None:
    usual = usual_terms(ask.wish)
    if given.answer in ("yes", "no", "right"):
        return None
    if given.answer == "little":
        return usual.model_copy(update={"minutes": A_LITTLE})
    since = _moment(desk, given.after) if given.after else None
    # Minutes of an allowance wait for nothing, so an offer for later is a stretch of time.
    counted = usual.counted and since is None
    return Terms(scope=usual.scope, minutes=given.minutes, counted=counted, since=since)


def _moment(desk: Desk, after: time) -> datetime:
    """Return the next moment at which the family's clock shows a time."""
    local = desk.now.astimezone(ZoneInfo(desk.family.zone))
    moment = local.replace(hour=after.hour, minute=after.minute, second=0, microsecond=0)
    return (moment if moment > local else moment + timedelta(days=1)).astimezone(UTC)


async def _told(desk: Desk, ask: Ask) -> Waiting:
    [found] = await answering.told(desk, [ask])
    return found


async def _page(
    request: Request,
    desk: Desk,
    ask: Ask,
    form: Filled[AnswerForm] | Filled[BaseModel],
    status: int = 200,
) -> Response:
    [outcome] = await outcomes_of(desk.panel.db, [ask], now=desk.now)
    told = await _told(desk, ask)
    context = {
        "each": told,
        "may_answer": told.may_answer and (ask.is_open or ask.may_change(desk.now)),
        "outcome": outcome,
        "form": form,
        "labels": labels_of(desk.panel, desk.speech),
        "back": "/asks",
    }
    return render(request, "asks/show.html", context, status=status)
