"""Cross-origin protection: an unsafe request must come from our own pages."""

from urllib.parse import urlsplit

from starlette.requests import Request
from starlette.types import ASGIApp, Receive, Scope, Send

from api.errors import SAFE_METHODS, Refused, answer
from words.speech import to_say

FOREIGN = to_say(
    "This was sent by another site, so nothing was changed. Open Hải Đăng yourself and try there."
)


def is_foreign(request: Request) -> bool:
    """Tell whether an unsafe request was sent by a page that is not ours.

    Browsers send Sec-Fetch-Site over HTTPS and Origin always; a request with neither is no
    browser's, so no other site can have made it with our cookie.
    """
    if request.method in SAFE_METHODS:
        return False
    fetch_site = request.headers.get("sec-fetch-site")
    if fetch_site is not None:
        return fetch_site not in {"same-origin", "none"}
    origin = request.headers.get("origin")
    if origin is None:
        return False
    return urlsplit(origin).netloc.lower() != request.headers.get("host", "").lower()


class SameOriginOnly:
    """Refuses unsafe requests from other sites."""

    def __init__(self, app: ASGIApp) -> None:
        self.app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Let a request through, or refuse it."""
        if scope["type"] == "http":
            request = Request(scope, receive)
            if is_foreign(request):
                refused = Refused(403, "foreign-origin", FOREIGN)
                await answer(request, refused)(scope, receive, send)
                return
        await self.app(scope, receive, send)
