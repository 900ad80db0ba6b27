"""Passwords (argon2, never on the event loop), session cookies, and the brake on guessing."""

import asyncio
import math
from concurrent.futures import ThreadPoolExecutor

from argon2 import PasswordHasher
from argon2.exceptions import InvalidHashError, VerificationError
from starlette.requests import HTTPConnection, Request
from starlette.responses import Response

from api.errors import Refused
from api.panel import Panel
from api.settings import PanelSettings
from store import sessions
from words.speech import to_say

COOKIE = "haidang"
A_MONTH = 30 * 24 * 3600
TRIES_FROM_ONE_ADDRESS_AT_ONE_KEY = 5
TRIES_FROM_ONE_ADDRESS = 30
TRIES_AT_ONE_KEY = 50
BEARER = "bearer "

hasher = PasswordHasher()
_NOBODY = (
    "$argon2id$v=19$m=65536,t=3,p=4$"
    "yxii1qgMcVJw52mblI2yvw$3nVoIJd45n1juVD8CzEgP6vH02jB0Rmh6hUuylI7iFM"
)
"""Checked when the e-mail is unknown, so that an answer takes as long as for a known one.

It is of “nobody has this password”, made with the costs of `hasher`, and no secret.
"""

_hashing = ThreadPoolExecutor(2, "argon2")
# Argon2 takes 64 MB for each hash on purpose; a burst of sign-ins must not take all memory.


async def hash_password(password: str) -> str:
    """Hash a password in a thread."""
    return await asyncio.get_running_loop().run_in_executor(_hashing, hasher.hash, password)


async def is_password(password_hash: str | None, password: str) -> bool:
    """Tell whether a password is right; takes as long when there is nothing to compare with."""
    loop = asyncio.get_running_loop()
    right = await loop.run_in_executor(_hashing, _verify, password_hash or _NOBODY, password)
    return right and password_hash is not None


def _verify(password_hash: str, password: str) -> bool:
    try:
        return hasher.verify(password_hash, password)
    except (VerificationError, InvalidHashError):
        return False


def cookie_name(*, secure: bool) -> str:
    """Name the session cookie; over HTTPS the prefix ties it to this host."""
    return f"__Host-{COOKIE}" if secure else COOKIE


def is_secure(connection: HTTPConnection, settings: PanelSettings) -> bool:
    """Tell whether cookies are to be sent over HTTPS only."""
    return settings.secure_cookies or connection.url.scheme == "https"


def token_of(connection: HTTPConnection, settings: PanelSettings) -> str:
    """Return the session token of a request: a bearer token, or the session cookie."""
    authorization = connection.headers.get("authorization", "")
    if authorization.lower().startswith(BEARER):
        return authorization[len(BEARER) :].strip()
    return connection.cookies.get(cookie_name(secure=is_secure(connection, settings)), "")


def hand_out(response: Response, request: Request, panel: Panel, token: str) -> None:
    """Give the browser its session cookie."""
    secure = is_secure(request, panel.settings)
    response.set_cookie(
        cookie_name(secure=secure),
        token,
        max_age=A_MONTH,
        path="/",
        secure=secure,
        httponly=True,
        samesite="lax",
    )


def take_back(response: Response, request: Request, panel: Panel) -> None:
    """Take the session cookie away."""
    secure = is_secure(request, panel.settings)
    response.delete_cookie(cookie_name(secure=secure), path="/", secure=secure, httponly=True)


def address_of(request: HTTPConnection) -> str:
    """Return the address a request came from, as far as the server vouches for it."""
    return request.client.host if request.client else "unknown"


async def brake(panel: Panel, request: Request, key: str) -> None:
    """Count one try at a key and from an address; refuse when they are too many.

    Few tries are allowed from one address, more in all: a child who guesses on their own device
    shuts out that device, not the parent on theirs.
    """
    now, address = panel.clock(), address_of(request)
    limits = (
        (f"login:{key} from {address}", TRIES_FROM_ONE_ADDRESS_AT_ONE_KEY),
        (f"login-from:{address}", TRIES_FROM_ONE_ADDRESS),
        (f"login:{key}", TRIES_AT_ONE_KEY),
    )
    async with panel.db.write() as store:
        waits = [
            await sessions.may_try(store, counted, now=now, tries=tries)
            for counted, tries in limits
        ]
    seconds = max((wait.total_seconds() for wait in waits if wait), default=0.0)
    if seconds:
        raise too_many(seconds)


async def brake_address(panel: Panel, request: Request, what: str) -> None:
    """Count what costs us something, by the address it comes from; refuse when it is too much."""
    async with panel.db.write() as store:
        key = f"{what} from {address_of(request)}"
        wait = await sessions.may_try(store, key, now=panel.clock(), tries=TRIES_FROM_ONE_ADDRESS)
    if wait:
        raise too_many(wait.total_seconds())


async def release(panel: Panel, request: Request, key: str) -> None:
    """Forget the tries at a key from this address, after a success."""
    async with panel.db.write() as store:
        await sessions.forget_tries(store, f"login:{key} from {address_of(request)}")
        await sessions.forget_tries(store, f"login:{key}")


def too_many(seconds: float) -> Refused:
    """Say how long to wait."""
    minutes = max(1, math.ceil(seconds / 60))
    return Refused(
        429,
        "too-many-tries",
        to_say("Too many tries. Please wait {minutes} minutes and try again."),
        {"minutes": minutes},
        {"Retry-After": str(math.ceil(seconds))},
    )
