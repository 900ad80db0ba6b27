"""Idempotency keys: what gives something is done once, however often a program has to send it."""

import hashlib
import re

from starlette.datastructures import Headers
from starlette.requests import Request
from starlette.responses import Response
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from api.errors import Refused, answer
from api.panel import Panel
from api.reader import reader_of
from store import repeats
from store.repeats import Repeat
from words.speech import to_say

HEADER = "Idempotency-Key"
REPEATED = "Idempotency-Replayed"
LONGEST = 200
GIVES = re.compile(
    r"/api/v1/(children(/[^/]+/(pause|resume|grants|asks|tasks(/.+)?|earned))?"
    r"|groups(/[^/]+/(children/[^/]+/)?grants)?|asks/[^/]+/\w+(-\w+)?"
    r"|devices|family/helpers|strangers/\w+|backups|everyone/\w+|children/[^/]+/sites)"
)
"""What is given or made: sent twice by mistake, it would be given twice."""
TOO_LONG = to_say("An idempotency key has 1 to 200 characters.")
OTHER_BODY = to_say("This idempotency key came with another request already. Use a new one.")
UNDER_WAY = to_say(
    "The same request is being done just now, or was broken off: look whether it was done before "
    "you send it with another key."
)


class Once:
    """Answers a repeated request as it was answered the first time."""

    def __init__(self, app: ASGIApp, panel: Panel) -> None:
        self.app = app
        self.panel = panel

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Pass a request on, once for each key."""
        key = _key_of(scope)
        if key is None or reader_of(Request(scope)).adult is None:
            await self.app(scope, receive, send)
            return
        request = Request(scope, receive)
        if not 0 < len(key) <= LONGEST:
            await answer(request, Refused(422, "idempotency-key", TOO_LONG))(scope, receive, send)
            return
        body = await request.body()
        mark, content = _mark(request, key), hashlib.sha256(body).digest()
        before = await repeats.claim(self.panel.db, mark, content, self.panel.clock())
        if before is not None:
            await _again(request, before, content)(scope, receive, send)
            return
        await self._do(mark, scope, _said_again(body, receive), send)

    async def _do(self, mark: bytes, scope: Scope, receive: Receive, send: Send) -> None:
        heard = _Heard(send)
        try:
            await self.app(scope, receive, heard)
        finally:
            async with self.panel.db.write() as store:
                if heard.went_well:
                    await repeats.keep(store, mark, heard.status, heard.body.decode())
                else:
                    await repeats.drop(store, mark)


class _Heard:
    """Hears an answer on its way."""

    def __init__(self, send: Send) -> None:
        self._send = send
        self.status = 0
        self.body = b""

    @property
    def went_well(self) -> bool:
        """Tell whether something was done."""
        return 200 <= self.status < 300  # noqa: PLR2004 the numbers of HTTP

    async def __call__(self, message: Message) -> None:
        if message["type"] == "http.response.start":
            self.status = message["status"]
        elif message["type"] == "http.response.body":
            self.body += message.get("body", b"")
        await self._send(message)


def _key_of(scope: Scope) -> str | None:
    if scope["type"] != "http" or scope["method"] != "POST" or not GIVES.fullmatch(scope["path"]):
        return None
    return Headers(scope=scope).get(HEADER)


def _mark(request: Request, key: str) -> bytes:
    """Return the digest of a key; another adult's, or another token's, is another key."""
    reader = reader_of(request)
    assert reader.adult is not None  # noqa: S101 looked at before
    who = reader.token.id if reader.token else reader.adult.id
    return hashlib.sha256(f"{who}\n{request.url.path}\n{key}".encode()).digest()


def _again(request: Request, before: Repeat, content: bytes) -> Response:
    if before.body_hash != content:
        return answer(request, Refused(422, "idempotency-key", OTHER_BODY))
    if before.status is None:
        return answer(request, Refused(409, "under-way", UNDER_WAY))
    kind = {"Content-Type": "application/json"} if before.answer else {}
    return Response(before.answer, before.status, headers={REPEATED: "true", **kind})


def _said_again(body: bytes, receive: Receive) -> Receive:
    """Give a body that was read once more, then whatever comes."""
    given = False

    async def again() -> Message:
        nonlocal given
        if given:
            return await receive()
        given = True
        return {"type": "http.request", "body": body, "more_body": False}

    return again
