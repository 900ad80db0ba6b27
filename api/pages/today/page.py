"""The page itself: every card, and what an adult should know today."""

import asyncio
from zoneinfo import ZoneInfo

from fastapi import Request
from starlette.responses import Response

from api import alerted, answering, channels, duties
from api.households import family_devices
from api.labels import labels_of
from api.needs import Desk
from api.pages.today.cards import cards_of, standing
from api.pages.today.table import table_of
from api.render import Flash, Undo, local_path, redirect, render, wants_part
from api.strangers import news_of_strangers
from feeds.kept import alarmed

MOST_ASKS = 10
"""Asks that stand on Today itself; the page of asks has all."""


async def done(
    request: Request,
    desk: Desk,
    back: str,
    message: str,
    undo: Undo | None = None,
    /,
    **values: object,
) -> Response:
    """Answer with the changed cards, or go back to the page, with a sentence and its undo."""
    if wants_part(request) and back == "/":
        said = Flash(desk.speech.say(message, **values), undo)
        return await page(request, desk, "today/_cards.html", said)
    return redirect(request, local_path(back), message, undo, **values)


async def page(request: Request, desk: Desk, template: str, said: Flash = Flash()) -> Response:
    """Show every child of the family."""
    desk = desk.looking()
    known = await family_devices(desk)
    cards = await cards_of(desk)
    context = {
        "waiting": await answering.waiting(desk, most=MOST_ASKS),
        "lately": await answering.lately(desk),
        "alerts": await alerted.told(desk, only_open=True),
        "duties": await duties.pressing(desk),
        "cards": cards,
        "table": table_of(desk, cards),
        "standing": await standing(desk),
        "unclaimed": [device for device in known if not device.child_ids],
        "has_devices": any(device.child_ids for device in known),
        "labels": labels_of(desk.panel, desk.speech),
        "zone": ZoneInfo(desk.family.zone),
        "strangers": await news_of_strangers(desk),
        "alarmed": await asyncio.to_thread(alarmed, desk.panel.lists),
        "reach": await channels.reach(desk),
        "said": said,
        "back": "/",
    }
    return render(request, template, context)
