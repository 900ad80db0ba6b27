"""Whether the panel is alive and what the house counts, for whoever supervises it."""

from fastapi import Request, Response
from prometheus_client import CONTENT_TYPE_PLAIN_0_0_4

from api.errors import Refused
from api.metrics import exposition, may_scrape
from api.needs import ThePanel
from api.routing import Router
from store import household

router = Router()


@router.get("/healthz")
async def show(panel: ThePanel) -> Response:
    """Answer “ok” when the database answers."""
    async with panel.db.read() as store:
        await household.revision(store)
    return Response("ok\n", media_type="text/plain")


@router.get("/metrics")
async def show_metrics(request: Request, panel: ThePanel) -> Response:
    """Return what the installation counts, for Prometheus on this machine or with the token."""
    if not may_scrape(request, panel):
        raise Refused(403, "not-for-you")
    return Response(await exposition(panel), media_type=CONTENT_TYPE_PLAIN_0_0_4)
