"""How a door tells the panel whose device a visit comes from: a signed word, good for a minute.

The child's own pages are made by the panel and reached through the door. Only the door knows the
device, so it says so in a header that nobody without the key of this installation can write.
"""

import hashlib
import hmac
from base64 import urlsafe_b64decode, urlsafe_b64encode
from dataclasses import dataclass
from datetime import UTC, datetime
from uuid import UUID

HEADER = "X-Haidang-Visitor"
GOOD_FOR = 60
"""Seconds; the word travels from one process of a machine to another."""
PURPOSE = b"visitor"
DIGEST = 32
PARTS = 7


@dataclass(frozen=True, slots=True)
class Refusal:
    """The last thing a device was refused: its browser often shows an error of its own instead."""

    host: str
    reason: str
    at: datetime


@dataclass(frozen=True, slots=True)
class Visitor:
    """Whose device a visit comes from, as a door saw it."""

    device_id: UUID | None
    address: str
    secure: bool = False
    """Whether it came over TLS with our certificate: then the device trusts it."""
    refused: Refusal | None = None
    holds: bool = False
    """Whether the doors hold something back until the child says what becomes of it."""


def vouch(key: bytes, visitor: Visitor, now: datetime) -> str:
    """Sign what a door knows of a visitor at a moment."""
    fields = (
        str(int(now.timestamp())),
        visitor.device_id.hex if visitor.device_id else "",
        # In one field, so that door and panel of two versions understand each other for a moment.
        "s" * visitor.secure + "h" * visitor.holds,
        *_refusal(visitor.refused),
        visitor.address,
    )
    said = "|".join(fields).encode()
    return urlsafe_b64encode(_sign(key, said) + said).decode()


def vouched(key: bytes, word: str, now: datetime) -> Visitor | None:
    """Read a signed word; None if it is forged, damaged or too old."""
    try:
        raw = urlsafe_b64decode(word.encode())
    except ValueError:
        return None
    signature, said = raw[:DIGEST], raw[DIGEST:]
    if not hmac.compare_digest(signature, _sign(key, said)):
        return None
    parts = said.decode().split("|", PARTS - 1)
    if len(parts) != PARTS or abs(now.timestamp() - int(parts[0])) > GOOD_FOR:
        return None
    _, device, marks, host, reason, when, address = parts
    refused = Refusal(host, reason, datetime.fromtimestamp(int(when), UTC)) if reason else None
    device_id = UUID(hex=device) if device else None
    return Visitor(device_id, address, "s" in marks, refused, "h" in marks)


def _refusal(refused: Refusal | None) -> tuple[str, str, str]:
    """Write a refusal down; a name that could be read in two ways is left out."""
    if refused is None or "|" in refused.host + refused.reason:
        return "", "", ""
    return refused.host, refused.reason, str(int(refused.at.timestamp()))


def _sign(key: bytes, said: bytes) -> bytes:
    return hashlib.blake2b(said, key=key, person=PURPOSE, digest_size=DIGEST).digest()
