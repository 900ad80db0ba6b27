"""How a door tells the panel whose device a visit comes from: a signed word, good for a minute.

The child's own pages are made by the panel and reached through the door. Only the door knows the
device, so it says so in a header that nobody without the key of this installation can write.
"""

import hashlib
import hmac
from base64 import urlsafe_b64decode, urlsafe_b64encode
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

HEADER = "X-Haidang-Visitor"
GOOD_FOR = 60
"""Seconds; the word travels from one process of a machine to another."""
PURPOSE = b"visitor"
DIGEST = 32


@dataclass(frozen=True, slots=True)
class Visitor:
    """Whose device a visit comes from, as a door saw it."""

    device_id: UUID | None
    address: str
    secure: bool = False
    """Whether it came over TLS with our certificate: then the device trusts it."""


def vouch(key: bytes, visitor: Visitor, now: datetime) -> str:
    """Sign what a door knows of a visitor at a moment."""
    fields = (
        str(int(now.timestamp())),
        visitor.device_id.hex if visitor.device_id else "",
        "s" if visitor.secure else "",
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
    at, device, secure, address = said.decode().split("|", 3)
    if abs(now.timestamp() - int(at)) > GOOD_FOR:
        return None
    return Visitor(UUID(hex=device) if device else None, address, secure == "s")


def _sign(key: bytes, said: bytes) -> bytes:
    return hashlib.blake2b(said, key=key, person=PURPOSE, digest_size=DIGEST).digest()
