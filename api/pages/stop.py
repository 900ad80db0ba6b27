"""The end of a kind of mail, by the link below it: works signed out, and says what it did."""

from dataclasses import dataclass
from typing import Annotated

from fastapi import Depends, Form, Request, Response

from api.errors import Refused
from api.needs import ThePanel
from api.reader import ZONE, Reader, speak
from api.render import render
from api.routing import Router
from rules.telling import Kind
from store import adults, ledger, stops
from store.actor import Actor, ActorKind
from store.stops import Stop
from words.matters import KINDS
from words.speech import to_say

router = Router(prefix="/letters/stop")
OVER = to_say("This link ends nothing any more: the address it belongs to was removed.")
ENDED = {
    (False, Kind.WEEK): to_say("ended the weekly letter by the link below it"),
    (True, Kind.WEEK): to_say("let the weekly letter come again by the link below it"),
    (False, Kind.DAY): to_say("ended the day in short by the link below it"),
    (True, Kind.DAY): to_say("let the day in short come again by the link below it"),
    (False, Kind.GROUP_WEEK): to_say("ended the letter of a class or school by the link below it"),
    (True, Kind.GROUP_WEEK): to_say(
        "let the letter of a class or school come again by the link below it"
    ),
}


@dataclass(frozen=True, slots=True)
class Ending:
    """What a link ends, and for whom."""

    stop: Stop
    reader: Actor


async def this_ending(request: Request, panel: ThePanel, token: str) -> Ending:
    """Return what the link of the address ends; the page speaks the reader's language."""
    async with panel.db.read() as store:
        stop = await stops.find(store, token)
        adult_id = stop.channel.owner.adult_id if stop else None
        adult = await adults.get(store, adult_id) if adult_id else None
    if stop is None or adult is None:
        raise Refused(404, "not-found", OVER)
    request.state.reader = Reader(speak(panel, adult.language, ZONE))
    return Ending(stop, Actor(ActorKind.ADULT, adult.name, adult.id))


type TheEnding = Annotated[Ending, Depends(this_ending)]


@router.get("/{token}")
async def ask(request: Request, ending: TheEnding) -> Response:
    """Ask, and change nothing: programs that look for viruses open every link of a mail."""
    return _page(request, ending.stop, is_on=ending.stop.is_on, done=False)


@router.post("/{token}")
async def end(
    request: Request,
    panel: ThePanel,
    ending: TheEnding,
    again: Annotated[bool, Form()] = False,
) -> Response:
    """End these mails, or let them come again; what a mail program sends (RFC 8058) ends them."""
    if ending.stop.is_on is not again:
        async with panel.db.write() as store:
            await stops.switch(store, ending.stop, on=again)
            await ledger.looked(
                store,
                by=ending.reader,
                what=ENDED[again, ending.stop.kind],
                now=panel.clock(),
            )
    return _page(request, ending.stop, is_on=again, done=True)


def _page(request: Request, stop: Stop, *, is_on: bool, done: bool) -> Response:
    kind = KINDS[stop.kind][0]
    context = {"kind": kind, "shown": stop.channel.shown, "is_on": is_on, "done": done}
    return render(request, "notices/stop.html", context)
