"""What is recorded about a child, why, for how long, and who did something with it; all of it."""

from dataclasses import dataclass
from datetime import datetime

from fastapi import Request, Response
from fastapi.responses import JSONResponse

from api.duties import KINDS
from api.opened import opened_for
from api.own.agree import standing_of as agreed_of
from api.own.guests import Owner, TheOwner
from api.own.kept import everything_of
from api.radar import radar_for
from api.render import render
from api.routing import Router
from api.trail import deed_said
from rules.consent import Consent
from rules.duties import Request as Asked
from rules.radar import SAID, say
from rules.verdict import Layer
from store import consents, ledger, memberships, requests
from store.actor import ActorKind

router = Router(prefix="/mine")
LINES = 200
SHOWN = 20


@dataclass(frozen=True, slots=True)
class Deed:
    """What an adult did that concerns the child."""

    at: datetime
    who: str
    what: str


@router.get("")
async def show(request: Request, owner: TheOwner) -> Response:
    """Show what is recorded about the child, and who looked."""
    agreed = await agreed_of(owner)
    book = agreed.book
    context = {
        "owner": owner,
        "privacy": book.privacy,
        "hears": book.hears,
        "tells": book.tells,
        "level": agreed.level(owner.now),
        "is_private": agreed.is_private(owner.now),
        "private_hours": agreed.rules.layers[-1][1].private_hours if agreed.rules.layers else (),
        "agreed": agreed,
        "answers": await _answers(owner),
        "classes": await _classes(owner),
        "homework": book.homework,
        "asks": book.sending.ask and bool(book.details),
        "grown": owner.now.timestamp() >= book.ends,
        "opened": await opened_for(owner.panel.db, owner.child, owner.now),
        "radar": await radar_for(owner.panel.db, owner.child, owner.home.zone, owner.now),
        "ways_said": SAID,
        "say_covered": say,
        "deeds": await _deeds(owner),
        "requests": await _requests(owner),
        "kinds": KINDS,
        "zone": agreed.rules.zone,
        "panel": owner.panel,
    }
    return render(request, "own/mine.html", context)


@router.get("/data.json")
async def export(owner: TheOwner) -> Response:
    """Give the child everything that is kept about it."""
    kept = await everything_of(owner)
    headers = {"Content-Disposition": 'attachment; filename="haidang-data.json"'}
    return JSONResponse(kept, headers=headers)


async def _classes(owner: Owner) -> list[str]:
    """Name the classes that get numbers in which the child is one."""
    async with owner.panel.db.read() as store:
        found = await memberships.of_child(store, owner.child.id)
    return [group.name for group in found if group.kind == Layer.CLASS]


async def _answers(owner: Owner) -> list[Consent]:
    async with owner.panel.db.read() as store:
        return await consents.list_of(store, owner.child.id)


async def _requests(owner: Owner) -> list[Asked]:
    async with owner.panel.db.read() as store:
        return await requests.list_of(store, [owner.child.id])


async def _deeds(owner: Owner) -> list[Deed]:
    """List what adults did, newest first."""
    async with owner.panel.db.read() as store:
        lines = await ledger.lines(store, child_id=owner.child.id, limit=LINES)
    found = [
        Deed(line.at, line.by.name, deed_said(owner.speech, line))
        for line in lines
        if line.by.kind is ActorKind.ADULT
    ]
    return found[:SHOWN]
