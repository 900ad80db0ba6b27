"""How much may be sent at once: more is refused in the reader's language, and not kept."""

import re

from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from api.errors import Refused, answer

TOO_LARGE = 413


class ModestBodies:
    """Refuses bodies over a size, by what they announce and by what really comes."""

    def __init__(self, app: ASGIApp, most: int, files: re.Pattern[str], most_of_files: int) -> None:
        self.app = app
        self.most = most
        self.files = files
        self.most_of_files = most_of_files

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Pass a request on, or refuse it."""
        if scope["type"] != "http":
            await self.app(scope, receive, send)
            return
        request = Request(scope)
        most = self.most_of_files if self.files.fullmatch(scope["path"]) else self.most
        announced = request.headers.get("content-length", "")
        if announced.isdecimal() and int(announced) > most:
            await answer(request, Refused(TOO_LARGE, "content-too-large"))(scope, receive, send)
            return
        got = 0

        async def receive_some() -> Message:
            nonlocal got
            message = await receive()
            got += len(message.get("body", b""))
            if got > most:
                # Whoever reads the body stops here; api.errors makes the answer.
                raise HTTPException(TOO_LARGE)
            return message

        await self.app(scope, receive_some, send)
