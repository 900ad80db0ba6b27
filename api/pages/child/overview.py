"""A child's day: open or closed, minutes, what ran when, and extra time to end."""

from zoneinfo import ZoneInfo

from fastapi import Request
from starlette.responses import Response

from api.labels import labels_of
from api.needs import TheDesk, ThisChild
from api.pages.today.cards import cards_of, standing
from api.radar import radar_for
from api.render import render
from api.routing import Router
from rules.radar import SAID, say
from store import devices
from store.errors import NotFound

router = Router()


@router.get("/children/{child_id}")
async def show(request: Request, desk: TheDesk, child: ThisChild) -> Response:
    """Show a child's day."""
    cards = await cards_of(desk, only=child)
    if not cards:
        raise NotFound
    async with desk.panel.db.read() as store:
        mine = await devices.list_all(store, child_id=child.id)
    context = {
        "child": child,
        "card": cards[0],
        "devices": mine,
        "standing": await standing(desk),
        "labels": labels_of(desk.panel, desk.speech),
        "zone": ZoneInfo(desk.family.zone),
        "back": f"/children/{child.id}",
        "radar": await radar_for(desk.panel.db, child, desk.family.zone, desk.now),
        "ways_said": SAID,
        "say_covered": say,
    }
    return render(request, "child/index.html", context)
