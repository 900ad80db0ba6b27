"""The child's own page: what is open and until when, what is left, what was asked and answered."""

import asyncio

from fastapi import Request, Response

from api.asked import Outcome, outcomes_of
from api.errors import Misfit
from api.own.agree import asks as asks_to_agree
from api.own.agree import standing_of as agreed_of
from api.own.classes import asked_of
from api.own.guests import Owner, TheGuest
from api.own.places import place_of
from api.own.standing import standing_of
from api.panel import Panel
from api.render import render
from api.routing import Router
from reports.weeks import local_day, midnight
from rules.asking import ASKABLE
from rules.earn import Credit, Task
from rules.explain import Sentence, for_child
from rules.notices import Kind, to_child
from rules.verdict import Action, Reason, Verdict
from rules.vouching import Refusal
from store import asks, channels, earned, notices, tasks

router = Router()
SHOWN_ASKS = 3
SHOWN_NOTICES = 3


@router.get("/")
async def show(request: Request, guest: TheGuest) -> Response:
    """Show the child's page; on a shared device first who it is."""
    if guest.child is None or guest.home is None:
        return render(request, "own/nobody.html", {"guest": guest})
    owner = Owner(guest, guest.child, guest.home)
    agreed = await agreed_of(owner)
    context = {
        "agreed": agreed,
        "asks_to_agree": asks_to_agree(agreed, owner),
        "asks_to_join": [one for one in await asked_of(owner) if one.child_yes is None],
        "level": agreed.level(guest.now),
        "is_private": agreed.is_private(guest.now),
        "owner": owner,
        "guest": guest,
        "standing": await standing_of(owner),
        "told": await _told(owner),
        "outcomes": await _asked(owner),
        "helpers": agreed.rules.helpers,
        "tasks": await _tasks(owner),
        "credits": await _credits(owner),
        "refused": guest.refused,
        "why": await _why(owner, guest.refused),
        "may_ask": guest.refused is not None and guest.refused.reason in ASKABLE,
        "panel_url": panel_url(owner.panel),
        "push_key": await asyncio.to_thread(owner.panel.push_key),
        "is_told": await _is_told(owner),
    }
    return render(request, "own/home.html", context)


async def _is_told(owner: Owner) -> bool:
    async with owner.panel.db.read() as store:
        return bool(await channels.of_device(store, owner.guest.device.id))


def panel_url(panel: Panel) -> str:
    """Return where adults reach the panel."""
    public = panel.settings.public_url.rstrip("/")
    return public or f"http://{panel.door_host}:{panel.settings.port}"


async def _told(owner: Owner) -> list[Sentence]:
    """List what the door told the child today, newest first; growing up is told elsewhere."""
    begin = midnight(local_day(owner.now, owner.home.zone), owner.home.zone)
    async with owner.panel.db.read() as store:
        told = await notices.list_of(store, [owner.child.id], since=begin)
    said = [to_child(each.notice) for each in told if each.notice.kind is not Kind.AGE]
    return said[:SHOWN_NOTICES]


async def _asked(owner: Owner) -> list[Outcome]:
    async with owner.panel.db.read() as store:
        found = await asks.list_of(store, owner.child.id, now=owner.now, limit=SHOWN_ASKS)
    return await outcomes_of(owner.panel.db, found, now=owner.now)


async def _tasks(owner: Owner) -> list[Task]:
    async with owner.panel.db.read() as store:
        return await tasks.list_of(store, owner.child.id, now=owner.now)


async def _credits(owner: Owner) -> list[Credit]:
    today = local_day(owner.now, owner.home.zone)
    async with owner.panel.db.read() as store:
        return await earned.credits_of(store, owner.child.id, first=today, last=today)


async def _why(owner: Owner, refused: Refusal | None) -> Sentence | None:
    """Say why a device was refused: as it holds now where a rule stopped it; None if it is open."""
    if refused is None:
        return None
    reason = Reason(refused.reason) if refused.reason in Reason else Reason.FAULT
    told = Verdict(Action.BLOCK, reason)
    if reason in ASKABLE and refused.host:
        try:
            told = (await place_of(owner, refused.host)).verdict
        except Misfit:
            return for_child(told)
    return for_child(told) if told.blocks else None
