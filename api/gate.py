"""The gate: finds the reader of a request, and lets strangers only where the list says so."""

import re
from dataclasses import replace
from urllib.parse import quote
from uuid import UUID

from starlette.requests import HTTPConnection, Request
from starlette.responses import Response
from starlette.types import ASGIApp, Receive, Scope, Send

from api.errors import REST, SAFE_METHODS, Refused, answer, as_refused
from api.panel import Panel
from api.reader import ZONE, Reader, speak
from api.render import redirect
from api.security import address_of, token_of
from rules.verdict import Layer
from store import adults, groups, sessions, tokens
from store.adults import WRITERS, Adult, Role
from store.database import Connection
from store.errors import StoreError
from store.sessions import Session
from store.tokens import Token, TokenScope
from words.speech import to_say

OPEN = re.compile(
    r"""
      /static/.+                 # style, script, icons
    | /sign-in | /look           # who comes in, and how it looks meanwhile
    | /setup | /setup/(language|code|parent)   # first run; each asks for the code's pass itself
    | /sample(/end)?            # a made-up family to look around in, beside the real one
    | /ca\.(crt|pem|cer)         # our certificate is public: devices fetch it before they know us
    | /device/\d+\.pac           # so is the address of the door
    | /wpad\.dat                # and so does a device that finds its proxy by itself
    | /join/[0-9a-f-]{36}(/check|/files/[\w.-]+)?   # what the child's own device shows and fetches
    | /own/.*                    # the child's own pages: the door vouches for each request
    | /invite/[\w-]{20,60}       # who was invited has no account yet; the link is the key
    | /sign-in/(code|recovery|passkey|passkey/challenge)   # the second step of coming in
    | /letters/stop/[\w-]{20,60}   # ends a kind of mail, signed out too; the link is the key
    | /manifest\.webmanifest | /sw\.js | /offline   # what makes it an app; nobody’s data
    | /api/v1/invitations/[\w-]{20,60}
    | /favicon\.ico | /healthz
    | /metrics                  # asks by itself for this machine, or for the token of the settings
    | /api/v1/session | /api/v1/openapi\.json | /api/v1/pack\.schema\.json
    """,
    re.VERBOSE,
)
"""The one list of what needs no sign-in."""

ANYONE_SIGNED_IN = re.compile(
    r"/account(/.+)?|/security(/.+)?|/confirm(/.+)?|/sign-out(/.+)?|/look"
    r"|/api/v1/session(/.+)?|/api/v1/security(/.+)?|/api/v1/groups/[0-9a-f-]{36}/adults/me"
    # How they themselves are told.
    r"|/settings/notices(/.+)?|/api/v1/(channels|deliveries)(/.+)?|/api/v1/quiet-hours"
    r"|/api/v1/letter-time"
)
"""What an adult who may only look may still change: themselves."""

OF_ONE_CHILD = re.compile(
    r"(/api/v1)?/(children|devices|asks|alerts|requests)/[0-9a-f-]{36}(/.*)?"
    r"|/(pause|resume|undo)-everyone|/api/v1/everyone/\w+"
    r"|/strangers"
)
"""What concerns children one by one: each is judged by itself, where its page is made."""

OF_GROUPS = re.compile(r"(/api/v1)?/groups(/.*)?|/api/v1/pack-keys(/.*)?|/settings/adults(/.*)?")
"""What an officer, who knows of no child, may change."""

OF_THE_HOUSE = re.compile(
    r"(/settings|/api/v1)/lists(/.*)?|/api/v1/pack-keys(/.*)?|/api/v1/catalogue/by-name"
    r"|/settings/data(/.*)?|/api/v1/(keeping|backups|backup-plan)(/.*)?"
)
"""What holds for every family of the installation: who looks after the machine changes it."""

ACTS = re.compile(
    r"/api/v1/children/[0-9a-f-]{36}/(pause|resume|grants(/.+)?|tasks/.+|earned)"
    r"|/api/v1/groups/[0-9a-f-]{36}/((children/[0-9a-f-]{36}/)?grants(/.+)?|lesson(/extend)?)"
    r"|/api/v1/asks/.+|/api/v1/alerts/.+|/api/v1/devices/[0-9a-f-]{36}/user|/api/v1/everyone/\w+"
)
"""What a token with the scope “act” may change: what is done in a moment and passes."""

NOT_FOR_PROGRAMS = re.compile(
    r"/api/v1/session(/.+)?|/api/v1/security(/.+)?"
    r"|/api/v1/groups/[0-9a-f-]{36}/(adults|invitations)(/.*)?|/api/v1/invitations(/.*)?"
)
"""Who belongs and how they sign in is changed by people, whatever a token may do."""


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
        secret = token_of(connection, self.panel.settings)
        if not secret:
            return None
        if secret.startswith(tokens.PREFIX):
            return await self._program(connection, secret)
        now = self.panel.clock()
        async with self.panel.db.read() as store:
            session = await sessions.find(store, secret, now=now)
            if session is None:
                return None
            adult = await adults.get(store, session.adult_id)
            reader = await self._reader(store, adult, session=session)
        if now - session.seen >= sessions.SLIDE:
            async with self.panel.db.write() as store:
                await sessions.touch(store, session, now=now, address=address_of(connection))
        return reader

    async def _program(self, connection: HTTPConnection, secret: str) -> Reader | None:
        """Return the reader of a token: its adult, with what the token is for and no more."""
        now = self.panel.clock()
        if not connection.url.path.startswith(REST):
            return None
        async with self.panel.db.read() as store:
            token = await tokens.find(store, secret, now=now)
            if token is None:
                return None
            adult = narrowed(await adults.get(store, token.adult_id), token)
            reader = await self._reader(store, adult, token=token)
        if tokens.is_stale(token, now):
            async with self.panel.db.write() as store:
                await tokens.touch(store, token, now=now, address=address_of(connection))
        return reader

    async def _reader(
        self,
        store: Connection,
        adult: Adult,
        *,
        session: Session | None = None,
        token: Token | None = None,
    ) -> Reader:
        held = await groups.list_all(store, adult.roles)
        house_id = await groups.first_id(store)
        held.sort(key=lambda group: (not adult.runs(group.id), group.kind != Layer.FAMILY))
        family = held[0] if held else None
        speech = speak(self.panel, adult.language, family.zone if family else ZONE)
        return Reader(speech, adult, family, session, token, tuple(held), house_id)

    async def _refusal(self, request: Request, reader: Reader | None) -> Response | None:
        path = request.url.path
        if reader is None or reader.adult is None:
            return None if is_open(path) else await self._stranger(request)
        if reader.token is not None:
            said = _beyond_token(reader.token, request)
            if said:
                return answer(request, Refused(403, "beyond-token", said))
        if request.method in SAFE_METHODS or is_open(path) or ANYONE_SIGNED_IN.fullmatch(path):
            return None
        if not _may_change(reader.adult, reader.house_id, path):
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


def _may_change(adult: Adult, house_id: UUID | None, path: str) -> bool:
    """Tell whether an adult may change anything of this kind; which child, its page judges."""
    if WRITERS.isdisjoint(adult.roles.values()):
        return False
    if OF_THE_HOUSE.fullmatch(path):
        return house_id is not None and adult.runs(house_id)
    whole = {role for group_id, role in adult.roles.items() if adult.runs(group_id)}
    if not whole:
        return OF_ONE_CHILD.fullmatch(path) is not None
    return whole != {Role.OFFICER} or OF_GROUPS.fullmatch(path) is not None


def _beyond_token(token: Token, request: Request) -> str:
    """Say why a token does not reach so far; empty where it does."""
    if request.method in SAFE_METHODS:
        return ""
    path = request.url.path
    if NOT_FOR_PROGRAMS.fullmatch(path):
        return to_say("Who belongs and how they sign in is changed by people, not with a token.")
    if token.scope is TokenScope.READ:
        return to_say("This token may only look.")
    if token.scope is TokenScope.ACT and not ACTS.fullmatch(path):
        return to_say("This token may do what passes by itself, and change no rules.")
    return ""


def narrowed(adult: Adult, token: Token) -> Adult:
    """Return an adult with no more than a token is for."""
    roles, only = adult.roles, adult.only
    if token.scope is TokenScope.READ:
        roles = dict.fromkeys(roles, Role.VIEWER) | {
            group_id: Role.OFFICER for group_id, role in roles.items() if role is Role.OFFICER
        }
    if token.only is not None:
        only = {group_id: token.only & only.get(group_id, token.only) for group_id in roles}
    return replace(adult, roles=roles, only=only)
