"""Tells open pages that something changed, so that they show it without a reload.

The revision moves with every change, so a page only learns that it should look again; what
changed, and whether this reader may see it, is the page's own matter.
"""

import asyncio
from collections.abc import AsyncIterator

from starlette.responses import StreamingResponse

from api.panel import Panel
from store import household
from store.errors import Away

EVERY = 1.0
"""Seconds between two looks at the revision."""
BEATS = 30
"""So many looks without a change, and the page is told to look all the same: time passes too."""
AT_MOST = 300
"""Looks of one stream; browsers come back by themselves, and so no stream outlives its sign-in."""
RETRY = 2000


def stream(panel: Panel) -> StreamingResponse:
    """Answer with server-sent events: one line whenever something changed."""
    headers = {"Cache-Control": "no-store", "X-Accel-Buffering": "no"}
    return StreamingResponse(_events(panel), media_type="text/event-stream", headers=headers)


async def _events(panel: Panel) -> AsyncIterator[str]:
    last, quiet = await _revision(panel), 0
    yield f"retry: {RETRY}\n\n"
    for _ in range(AT_MOST):
        await asyncio.sleep(EVERY)
        newest = await _revision(panel)
        quiet += 1
        if newest != last or quiet >= BEATS:
            last, quiet = newest, 0
            yield "data: look\n\n"


async def _revision(panel: Panel) -> int | None:
    """Return the revision; None while the database is away, and coming back is a change too."""
    try:
        async with panel.db.read() as store:
            return await household.revision(store)
    except Away:
        return None
