"""What keeps the child's pages up to date while they are open."""

from datetime import datetime

from fastapi import Response

from api import live
from api.own.guests import TheGuest
from api.routing import Router
from store import grants
from store.errors import Away

router = Router()


@router.get("/live")
async def events(guest: TheGuest) -> Response:
    """Tell a page of the child's to look again whenever something changed, or extra time ends."""

    async def coming() -> list[datetime]:
        if guest.child is None:
            return []
        try:
            async with guest.panel.db.read() as store:
                given = await grants.running(
                    store, now=guest.panel.clock(), child_id=guest.child.id
                )
        except Away:
            return []
        edges = [moment for grant in given for moment in (grant.since, grant.until)]
        return [moment for moment in edges if moment > guest.panel.clock()]

    return live.stream(guest.panel, coming)
