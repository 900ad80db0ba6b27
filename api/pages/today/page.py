"""The page itself: every child, and what an adult should know today."""

import asyncio
from urllib.parse import urlsplit
from uuid import UUID
from zoneinfo import ZoneInfo

from fastapi import Request
from pydantic import ValidationError
from starlette.responses import Response

from api import alerted, answering, channels, duties
from api.households import family_devices
from api.labels import labels_of
from api.lessons import Room, room_of
from api.needs import Desk
from api.pages.today.cards import cards_of, standing
from api.pages.today.classes import Counted, counted, tiles
from api.pages.today.register import Place, page_of
from api.pages.today.table import table_of
from api.render import Flash, Undo, local_path, redirect, render, wants_part
from api.strangers import news_of_strangers
from feeds.kept import alarmed
from store import devices
from store.errors import NotFound

MOST_ASKS = 10
"""Asks that stand on Today itself; the page of asks has all."""
MOST_UNCLAIMED = 5
NOWHERE = Place()


async def done(
    request: Request,
    desk: Desk,
    back: str,
    message: str,
    undo: Undo | None = None,
    /,
    **values: object,
) -> Response:
    """Answer with the part of Today that changed, or go back to the page; say what was done."""
    place = _place(back)
    if wants_part(request) and place is not None:
        said = Flash(desk.speech.say(message, **values), undo)
        return await page(request, desk, said, place=place, is_part=True)
    return redirect(request, local_path(back), message, undo, **values)


async def page(
    request: Request,
    desk: Desk,
    said: Flash = Flash(),
    *,
    place: Place = NOWHERE,
    is_part: bool = False,
) -> Response:
    """Show every child: a card each, or class by class where they are many."""
    desk = desk.looking()
    numbers = await counted(desk)
    context = await _everyday(desk) | {"said": said}
    if numbers.are_many:
        context |= await _many(desk, numbers, place)
        template = "today/_classes.html" if is_part else "today/classes.html"
        return render(request, template, context)
    context |= await _few(desk)
    return render(request, "today/_cards.html" if is_part else "today/index.html", context)


async def _everyday(desk: Desk) -> dict[str, object]:
    """Gather what an adult should know, whoever the children are."""
    return {
        "lately": await answering.lately(desk),
        "duties": await duties.pressing(desk),
        "standing": await standing(desk),
        "labels": labels_of(desk.panel, desk.speech),
        "zone": ZoneInfo(desk.family.zone),
        "strangers": await news_of_strangers(desk),
        "alarmed": await asyncio.to_thread(alarmed, desk.panel.lists),
        "reach": await channels.reach(desk),
    }


async def _few(desk: Desk) -> dict[str, object]:
    known = await family_devices(desk)
    cards = await cards_of(desk)
    return {
        "waiting": await answering.waiting(desk, most=MOST_ASKS),
        "alerts": await alerted.told(desk, only_open=True),
        "cards": cards,
        "table": table_of(desk, cards),
        "unclaimed": [device for device in known if not device.child_ids],
        "has_devices": any(device.child_ids for device in known),
        "back": "/",
    }


async def _many(desk: Desk, numbers: Counted, place: Place) -> dict[str, object]:
    if place.group is None and not place.q and len(numbers.here) == 1:
        place = Place(group=next(iter(numbers.here)), page=place.page)
    if place.group is not None and place.group not in numbers.here:
        raise NotFound
    waiting = await _waiting(desk, place)
    alerts = await alerted.told(desk, only_open=True)
    shows = place.group is not None or bool(place.q)
    asking = frozenset(waiting.asking)
    async with desk.panel.db.read() as store:
        nobodys = await devices.list_nobodys(store, desk.sight, limit=MOST_UNCLAIMED)
    shown = await tiles(desk, numbers, waiting.asking, alerts)
    return {
        "waiting": waiting,
        "alerts": alerts,
        "unclaimed": nobodys,
        "tiles": shown,
        "open": next((tile for tile in shown if tile.group.id == place.group), None),
        "place": place,
        "page": await page_of(desk, place, numbers.here, asking) if shows else None,
        "room": await _room(desk, place.group) if place.group else None,
        "many": sum(numbers.here.values()),
        "back": place.address(),
    }


async def _waiting(desk: Desk, place: Place) -> answering.Queue:
    """Gather the asks that stand above the children: in a class, its own."""
    if place.group is not None:
        return await answering.waiting_in(desk, place.group, most=MOST_ASKS)
    return await answering.waiting(desk, most=MOST_ASKS)


async def _room(desk: Desk, group_id: UUID) -> Room | None:
    """Look what goes on in a class whose lessons are the adult's to begin."""
    group = next((each for each in desk.groups if each.id == group_id), None)
    teaches = group is not None and group.kind == "class" and desk.adult.runs(group.id)
    return await room_of(desk, group) if group is not None and teaches else None


def _place(back: str) -> Place | None:
    """Read which part of Today an address shows; None for one that is elsewhere."""
    if urlsplit(back).path != "/":
        return None
    try:
        return Place.of(back)
    except ValidationError:
        return None
