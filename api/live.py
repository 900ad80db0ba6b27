"""Tells open pages that something changed, so that they show it without a reload.

The revision moves with every change, so a page only learns that it should look again; what
changed, and whether this reader may see it, is the page's own matter.
"""

import asyncio
from collections.abc import AsyncIterator, Awaitable, Callable
from datetime import datetime, timedelta

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
SETTLED = timedelta(seconds=2)
"""After a moment has passed, for the doors to write down what they told."""
RETRY = 2000


type Coming = Callable[[], Awaitable[list[datetime]]]


async def _nothing_comes() -> list[datetime]:
    return []


def stream(panel: Panel, coming: Coming = _nothing_comes) -> StreamingResponse:
    """Answer with server-sent events: one line whenever something changed.

    `coming` tells the moments at which something changes by itself, such as the end of extra time.
    """
    headers = {"Cache-Control": "no-store", "X-Accel-Buffering": "no"}
    return StreamingResponse(
        _events(panel, coming), media_type="text/event-stream", headers=headers
    )


async def _events(panel: Panel, coming: Coming) -> AsyncIterator[str]:
    last, quiet = await _revision(panel), 0
    moments = await coming()
    yield f"retry: {RETRY}\n\n"
    for _ in range(AT_MOST):
        await asyncio.sleep(EVERY)
        newest = await _revision(panel)
        quiet += 1
        past = [moment for moment in moments if moment + SETTLED <= panel.clock()]
        if newest != last or quiet >= BEATS or past:
            last, quiet, moments = newest, 0, await coming()
            yield "data: look\n\n"


async def _revision(panel: Panel) -> int | None:
    """Return the revision; None while the database is away, and coming back is a change too."""
    try:
        async with panel.db.read() as store:
            return await household.revision(store)
    except Away:
        return None
