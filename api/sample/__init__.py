"""“Show me”: a made-up family to look around in, beside the real one and without a way into it.

It is a second panel on a database of its own in a temporary folder: the pages and verbs are the
same, so everything can be tried, and nothing that is tried reaches the house. Who carries the
sample's cookie is served by that panel; what is not about children is refused there.
"""

import asyncio
import re
import secrets
from collections.abc import Callable
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from http.cookies import SimpleCookie
from pathlib import Path
from tempfile import TemporaryDirectory

from starlette.datastructures import MutableHeaders
from starlette.requests import Request
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from api.errors import SAFE_METHODS, Refused, answer
from api.panel import Panel
from api.sample.family import settle
from api.security import cookie_name, is_secure
from reports.settings import NoticeSettings
from store import sessions
from store.database import Database
from store.sealing import Seal
from words.speech import Speech, to_say

COOKIE = "haidang_sample"
AN_HOUR = timedelta(hours=1)
"""So long it stays as it is; who comes later finds it made up anew."""
OURS = re.compile(
    r"/(static|setup|sample|sign-in|own|join|api|invite|device)(/.*)?"
    r"|/(ca\.\w+|wpad\.dat|manifest\.webmanifest|sw\.js|offline|healthz|metrics|favicon\.ico)"
)
"""What is always the real panel's."""
ENDS = re.compile(r"/(setup|sign-in|invite)(/.*)?")
"""Who goes there has seen enough of the sample."""
SHOWN = re.compile(
    r"/|/in-force|/live|/look|/(children|activity|week|asks|alerts)(/.*)?|/devices(/[0-9a-f-]{36})?"
)
TRIED = re.compile(r"/look|/(pause|resume|undo)-everyone|/(children|asks|alerts)/.+")
ONLY_REAL = to_say(
    "The sample family has no such page: it belongs to your own set-up. Everything under Today,"
    " Activity and Week can be tried."
)

type MakeApp = Callable[[Panel], ASGIApp]


@dataclass(slots=True)
class House:
    """The sample as it stands."""

    app: ASGIApp
    db: Database
    folder: TemporaryDirectory[str]
    session: str
    """Signs its parent in; never leaves this process."""
    key: str
    """What the cookie of a visitor says."""
    made: datetime


class Sample:
    """Keeps the sample family and serves those who look around in it."""

    def __init__(self, panel: Panel, make: MakeApp) -> None:
        self.panel = panel
        self._make = make
        self._house: House | None = None
        self._lock = asyncio.Lock()

    async def enter(self, speech: Speech) -> str:
        """Return the key to the sample; make the family up where there is none, or an old one."""
        async with self._lock:
            now = self.panel.clock()
            if self._house is None or now - self._house.made >= AN_HOUR:
                await self.close()
                self._house = await self._settle(speech, now)
            return self._house.key

    async def close(self) -> None:
        """Leave nothing of it behind."""
        house, self._house = self._house, None
        if house is not None:
            await house.db.close()
            await asyncio.to_thread(house.folder.cleanup)

    def found(self, request: Request) -> House | None:
        """Return the sample if the visitor has its key."""
        given, house = request.cookies.get(COOKIE, ""), self._house
        return (
            house if house and secrets.compare_digest(given.encode(), house.key.encode()) else None
        )

    async def _settle(self, speech: Speech, now: datetime) -> House:
        folder = TemporaryDirectory(prefix="haidang-sample-")
        url = f"sqlite+aiosqlite:///{Path(folder.name) / 'sample.db'}"
        db = await Database.open(url, Seal(secrets.token_bytes(32)))
        adult = await settle(db, self.panel.catalogue, speech, now)
        async with db.write() as store:
            session = await sessions.open_session(store, adult.id, now=now)
        panel = _panel_beside(self.panel, db, Path(folder.name))
        return House(self._make(panel), db, folder, session, secrets.token_urlsafe(24), now)


class BesideTheHouse:
    """Leads visitors of the sample to its panel, and everybody else on."""

    def __init__(self, app: ASGIApp, sample: Sample) -> None:
        self.app = app
        self.sample = sample

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Pass a request on to the panel it is for."""
        if scope["type"] == "lifespan":
            try:
                await self.app(scope, receive, send)
            finally:
                await self.sample.close()
            return
        request = Request(scope) if scope["type"] == "http" else None
        house = self.sample.found(request) if request else None
        if request is None or house is None:
            await self.app(scope, receive, send)
            return
        if OURS.fullmatch(request.url.path):
            over = ENDS.fullmatch(request.url.path)
            await self.app(scope, receive, _leaving(send) if over else send)
            return
        inside = _inside(scope, request, house, self.sample.panel)
        if not _is_there(request):
            inside["app"] = house.app
            await answer(Request(inside, receive), Refused(403, "sample", ONLY_REAL))(
                inside, receive, send
            )
            return
        await house.app(inside, receive, _without_session(send))


def _is_there(request: Request) -> bool:
    there = SHOWN if request.method in SAFE_METHODS else TRIED
    return there.fullmatch(request.url.path) is not None


def _inside(scope: Scope, request: Request, house: House, panel: Panel) -> Scope:
    """Make the visitor the sample's parent: what they carry of the real house stays outside."""
    name = cookie_name(secure=is_secure(request, panel.settings))
    kept = {key: value for key, value in request.cookies.items() if not key.endswith(name)}
    cookies = "; ".join(f"{key}={value}" for key, value in (kept | {name: house.session}).items())
    headers = [
        (key, value)
        for key, value in scope["headers"]
        if key.lower() not in (b"cookie", b"authorization")
    ]
    inside = dict(scope)
    inside["headers"] = [*headers, (b"cookie", cookies.encode("latin-1"))]
    inside["state"] = dict(scope.get("state", {}))
    return inside


def _without_session(send: Send) -> Send:
    """Let nothing of the sample's session out: it would take the place of a real one."""

    async def send_on(message: Message) -> None:
        if message["type"] == "http.response.start":
            headers = MutableHeaders(scope=message)
            kept = [each for each in headers.getlist("set-cookie") if not _is_session(each)]
            del headers["set-cookie"]
            for each in kept:
                headers.append("set-cookie", each)
        await send(message)

    return send_on


def _leaving(send: Send) -> Send:
    """Take the sample's key from the visitor."""

    async def send_on(message: Message) -> None:
        if message["type"] == "http.response.start":
            gone = f"{COOKIE}=; Max-Age=0; Path=/; HttpOnly; SameSite=lax"
            MutableHeaders(scope=message).append("set-cookie", gone)
        await send(message)

    return send_on


def _is_session(set_cookie: str) -> bool:
    names = SimpleCookie(set_cookie)
    return any(name.removeprefix("__Host-") == "haidang" for name in names)


def _panel_beside(panel: Panel, db: Database, folder: Path) -> Panel:
    """Return a panel that reaches nothing of the house: no secrets, no lists, no notices."""
    key = secrets.token_bytes(32)
    return replace(
        panel,
        db=db,
        lists=folder / "lists",
        verify_setup_code=None,
        credentials_key=lambda: key,
        tunnels=None,
        push_key=str,
        notices=NoticeSettings(),
        upkeep=None,
        is_sample=True,
    )
