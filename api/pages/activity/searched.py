"""What was searched and watched, where the family keeps pages and hears words; nowhere else."""

from fastapi import APIRouter, Request
from starlette.responses import Response

from api.needs import TheDesk
from api.pages.activity.wanted import ThePeople
from api.render import render
from store import visits
from words.speech import to_say

router = APIRouter()
AT_MOST = 200


@router.get("/activity/searched")
async def show(request: Request, desk: TheDesk, people: ThePeople) -> Response:
    """Show the newest searches and videos of the family's children; the ledger keeps who looked."""
    async with desk.panel.db.read() as store:
        found = [
            row
            for child_id in people.children
            for kind in ("search", "video")
            for row in await visits.pages(store, child_id=child_id, kind=kind, limit=AT_MOST)
        ]
    what = to_say("looked at what {child} searched and watched")
    for child_id in dict.fromkeys(row.child_id for row in found if row.child_id):
        await desk.looked(what, child_id=child_id, child=people.children[child_id].name)
    rows = sorted(found, key=lambda row: row.at, reverse=True)[:AT_MOST]
    return render(request, "activity/searched.html", {"rows": rows, "people": people})
