"""The gate: finds the reader of a request, and lets strangers only where the list says so."""

import re
from urllib.parse import quote

from starlette.requests import HTTPConnection, Request
from starlette.responses import Response
from starlette.types import ASGIApp, Receive, Scope, Send

from api.errors import REST, Refused, answer, as_refused
from api.origin import SAFE_METHODS
from api.panel import Panel
from api.reader import ZONE, Reader, speak
from api.render import redirect
from api.security import token_of
from store import adults, groups, sessions
from store.adults import WRITERS
from store.errors import StoreError

OPEN = re.compile(
    r"""
      /static/.+                 # style, script, icons
    | /sign-in | /look           # who comes in, and how it looks meanwhile
    | /setup | /setup/(language|code|parent)   # first run; each asks for the code's pass itself
    | /ca\.(crt|pem|cer)         # our certificate is public: devices fetch it before they know us
    | /device/\d+\.pac           # so is the address of the door
    | /wpad\.dat                # and so does a device that finds its proxy by itself
    | /join/[0-9a-f-]{36}(/check|/files/[\w.-]+)?   # what the child's own device shows and fetches
    | /own/.*                    # the child's own pages: the door vouches for each request
    | /favicon\.ico | /healthz
    | /api/v1/session | /api/v1/openapi\.json | /api/v1/pack\.schema\.json
    """,
    re.VERBOSE,
)
"""The one list of what needs no sign-in."""

ANYONE_SIGNED_IN = re.compile(r"/account(/.+)?|/sign-out(/.+)?|/look|/api/v1/session")
"""What an adult who may only look may still change: themselves."""


def is_open(path: str) -> bool:
    """Tell whether a path needs no sign-in."""
    return OPEN.fullmatch(path) is not None


class Gate:
    """Puts the reader into the request's state, or sends a stranger to sign in."""

    def __init__(self, app: ASGIApp, panel: Panel) -> None:
        self.app = app
        self.panel = panel

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Pass a request on with its reader, or send the stranger to sign in."""
        if scope["type"] != "http" or scope["path"].startswith("/static/"):
            await self.app(scope, receive, send)
            return
        refusal = await self._meet(Request(scope, receive))
        await (refusal or self.app)(scope, receive, send)

    async def _meet(self, request: Request) -> Response | None:
        try:
            reader = await self._find(request)
            if reader is not None:
                request.state.reader = reader
            return await self._refusal(request, reader)
        except StoreError as error:
            # Here, outside the routes, nobody else would turn it into a page.
            return answer(request, as_refused(error))

    async def _find(self, connection: HTTPConnection) -> Reader | None:
        token = token_of(connection, self.panel.settings)
        if not token:
            return None
        now = self.panel.clock()
        async with self.panel.db.read() as store:
            session = await sessions.find(store, token, now=now)
            if session is None:
                return None
            adult = await adults.get(store, session.adult_id)
            first = next(iter(adult.roles), None)
            family = await groups.get(store, first) if first else None
        if now - session.seen >= sessions.SLIDE:
            async with self.panel.db.write() as store:
                await sessions.touch(store, session, now=now)
        zone = family.zone if family else ZONE
        return Reader(speak(self.panel, adult.language, zone), adult, family, session)

    async def _refusal(self, request: Request, reader: Reader | None) -> Response | None:
        path = request.url.path
        if reader is None or reader.adult is None:
            return None if is_open(path) else await self._stranger(request)
        if request.method in SAFE_METHODS or is_open(path) or ANYONE_SIGNED_IN.fullmatch(path):
            return None
        if WRITERS.isdisjoint(reader.adult.roles.values()):
            return answer(request, Refused(403, "may-only-look"))
        return None

    async def _stranger(self, request: Request) -> Response:
        if request.url.path.startswith(REST):
            bearer = {"WWW-Authenticate": 'Bearer realm="haidang"'}
            return answer(request, Refused(401, "sign-in", headers=bearer))
        async with self.panel.db.read() as store:
            if not await adults.list_all(store):
                return redirect(request, "/setup")
        back = request.url.path if request.method in SAFE_METHODS else "/"
        return redirect(request, f"/sign-in?next={quote(back)}" if back != "/" else "/sign-in")
