"""Whether the panel is alive, for whoever supervises it."""

from fastapi import APIRouter, Response

from api.needs import ThePanel
from store import household

router = APIRouter()


@router.get("/healthz")
async def show(panel: ThePanel) -> Response:
    """Answer “ok” when the database answers."""
    async with panel.db.read() as store:
        await household.revision(store)
    return Response("ok\n", media_type="text/plain")
