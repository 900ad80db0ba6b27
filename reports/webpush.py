"""Pushes to browsers: sealed for the one that subscribed, signed, left at its push service."""

import hashlib
import json
from base64 import urlsafe_b64decode, urlsafe_b64encode
from collections.abc import Collection
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from urllib.parse import urlsplit

import http_ece
import httpx
from cryptography.hazmat.primitives.asymmetric import ec
from py_vapid import Vapid02
from pydantic import BaseModel, ConfigDict, Field, ValidationError

from reports import outcome
from reports.messages import Said
from reports.outcome import SENT, Outcome
from words.labels import to_say

LONGEST_TEXT = 500
"""Characters of the text: push services take 4096 bytes with everything around it."""
TOPIC = 32
VALID = timedelta(hours=12)
"""How long our signature holds; push services allow a day."""
PATIENCE = httpx.Timeout(20.0, connect=10.0)
POINT = 65
SECRET = 16
AWAY = frozenset({404, 410})
RESTING = frozenset({429, 500, 502, 503, 504})


class Keys(BaseModel):
    """What a browser lets us seal with."""

    model_config = ConfigDict(frozen=True)

    p256dh: str = Field(max_length=200)
    auth: str = Field(max_length=100)


class Subscription(BaseModel):
    """What a browser gives when it subscribes (Push API, `PushSubscription.toJSON`)."""

    model_config = ConfigDict(frozen=True)

    endpoint: str = Field(max_length=1000)
    keys: Keys


@dataclass(frozen=True, slots=True)
class Push:
    """How one push is to travel."""

    topic: str
    """A later one of the same topic takes the place of one not fetched yet."""
    urgent: bool
    ttl: timedelta
    """How long the push service keeps it for a phone that is off."""


def is_usable(subscription: Subscription) -> bool:
    """Tell whether we can seal with what a browser gave."""
    try:
        point, secret = _raw(subscription.keys.p256dh), _raw(subscription.keys.auth)
        ec.EllipticCurvePublicKey.from_encoded_point(ec.SECP256R1(), point)
    except ValueError:
        return False
    return len(point) == POINT and len(secret) == SECRET


def is_known(subscription: Subscription, services: Collection[str]) -> bool:
    """Tell whether a browser named a push service that may be called: nothing on our own network.

    An endpoint is an address that a device makes us call; only those of known services are.
    """
    try:
        parts = urlsplit(subscription.endpoint)
        host = (parts.hostname or "").lower()
        named = parts.port is not None and parts.netloc.lower() in services
    except ValueError:
        return False
    below = any(host == each or host.endswith(f".{each}") for each in services)
    # With its port named, as a test's stand-in is, it may be this machine and plain.
    return named or (parts.scheme == "https" and parts.port in (None, 443) and below)


def payload(said: Said, topic: str, *, urgent: bool) -> bytes:
    """Write what our service worker reads."""
    told = {
        "title": said.title[:LONGEST_TEXT],
        "body": said.body[:LONGEST_TEXT],
        "url": said.path,
        "tag": topic,
        "lang": said.language,
        "urgent": urgent,
        "actions": [{"url": path, "title": title} for path, title in said.actions],
    }
    return json.dumps(told, ensure_ascii=False, separators=(",", ":")).encode()


def topic_of(matter: str) -> str:
    """Name a matter so that nobody on the way can read what it is about."""
    digest = urlsafe_b64encode(hashlib.sha256(matter.encode()).digest())
    return digest.decode()[:TOPIC]


async def send(
    target: str, content: bytes, push: Push, *, key: Vapid02, contact: str, now: datetime
) -> Outcome:
    """Leave a push at the browser's service."""
    try:
        subscription = Subscription.model_validate_json(target)
        sealed = _seal(subscription, content)
    except (ValidationError, ValueError):
        return outcome.gone(to_say("The browser’s key cannot be used."))
    headers = {
        "Content-Encoding": "aes128gcm",
        "Content-Type": "application/octet-stream",
        "TTL": str(max(0, int(push.ttl.total_seconds()))),
        "Urgency": "high" if push.urgent else "normal",
        "Topic": push.topic,
        **_signed(subscription.endpoint, key, contact, now),
    }
    try:
        async with httpx.AsyncClient(timeout=PATIENCE, follow_redirects=False) as client:
            answer = await client.post(subscription.endpoint, content=sealed, headers=headers)
    except httpx.HTTPError:
        return outcome.again(to_say("The push service could not be reached."))
    return _read(answer)


def _seal(subscription: Subscription, content: bytes) -> bytes:
    """Encrypt for the browser alone (RFC 8291)."""
    sealed: bytes = http_ece.encrypt(
        content,
        private_key=ec.generate_private_key(ec.SECP256R1()),
        dh=_raw(subscription.keys.p256dh),
        auth_secret=_raw(subscription.keys.auth),
        version="aes128gcm",
    )
    return sealed


def _signed(endpoint: str, key: Vapid02, contact: str, now: datetime) -> dict[str, str]:
    """Sign for one push service (RFC 8292)."""
    parts = urlsplit(endpoint)
    claims = {
        "aud": f"{parts.scheme}://{parts.netloc}",
        "sub": contact,
        "exp": int((now + VALID).timestamp()),
    }
    signed: dict[str, str] = key.sign(claims)
    return signed


def _read(answer: httpx.Response) -> Outcome:
    code = answer.status_code
    if answer.is_success:
        return SENT
    if code in AWAY:
        return outcome.gone(to_say("The browser no longer wants to be told."))
    if code in RESTING:
        said = answer.headers.get("retry-after", "")
        wait = timedelta(seconds=min(int(said), 86400)) if said.isdigit() else None
        asked = outcome.again(
            to_say("The push service asks to wait (HTTP {code})."), code=str(code)
        )
        return replace(asked, wait=wait)
    return outcome.failed(to_say("The push service refused it (HTTP {code})."), code=str(code))


def _raw(text: str) -> bytes:
    return urlsafe_b64decode(text.encode() + b"=" * (-len(text) % 4))
