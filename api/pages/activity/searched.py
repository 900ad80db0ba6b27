"""What was searched and watched, where the family keeps pages and hears words; nowhere else."""

from fastapi import Request
from starlette.responses import Response

from api.choosing import FEW
from api.errors import Refused
from api.needs import TheDesk
from api.render import render
from api.routing import Router
from api.trail import looked_at
from store import children, visits
from words.speech import to_say

router = Router()
AT_ONCE = 60
LOOKED = to_say("looked at what {child} searched and watched")


@router.get("/activity/searched")
async def show(request: Request, desk: TheDesk, cursor: str = "") -> Response:
    """Show the newest searches and videos of the children; the ledger keeps who looked."""
    async with desk.panel.db.read() as store:
        try:
            rows, more = await visits.searched(store, desk.sight, limit=AT_ONCE, cursor=cursor)
        except ValueError as error:
            raise Refused(400, "cursor") from error
        about = {row.child_id for row in rows if row.child_id}
        known = {child.id: child for child in await children.list_all(store, ids=about)}
    await looked_at(desk, known.values(), LOOKED)
    family = [] if rows else await desk.children()
    context = {
        "rows": rows,
        "children": known,
        "more": more,
        "family": family if len(family) <= FEW else [],
    }
    return render(request, "activity/searched.html", context)
