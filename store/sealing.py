"""Secrets that have to be read again: sealed with a key that is never in the database.

What only has to be compared is kept as a digest instead (`store.hashed`).
"""

import hashlib
import hmac
import os
from base64 import urlsafe_b64decode, urlsafe_b64encode
from collections.abc import Iterable

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from sqlalchemy.ext.asyncio import AsyncConnection

from store.errors import StoreError

MARK = "sealed:"
"""What a sealed text begins with."""
NONCE_BYTES = 12


class Unreadable(StoreError):  # noqa: N818
    """A secret cannot be read: credentials.key in the data folder is not the one that sealed it."""

    code = "unreadable"


class Seal:
    """Closes and opens secrets (AES-256-GCM); each only at the place it was closed for."""

    def __init__(self, key: bytes) -> None:
        """Take a secret of 32 bytes or more; the keys derived from it serve only here."""
        self._box = AESGCM(_derived(key, b"seal"))
        self._mark_key = _derived(key, b"mark")

    def close(self, plain: str, place: str) -> str:
        """Seal a text for a place, such as “channel of” and an id."""
        nonce = os.urandom(NONCE_BYTES)
        closed = self._box.encrypt(nonce, plain.encode(), place.encode())
        return MARK + urlsafe_b64encode(nonce + closed).decode()

    def open(self, sealed: str, place: str) -> str:
        """Return the text. Raises Unreadable for another key, another place, or no sealed text."""
        try:
            raw = urlsafe_b64decode(sealed.removeprefix(MARK))
            opened = self._box.decrypt(raw[:NONCE_BYTES], raw[NONCE_BYTES:], place.encode())
        except (InvalidTag, ValueError) as error:
            raise Unreadable from error
        return opened.decode()

    def mark(self, text: str) -> bytes:
        """Return 32 bytes that are the same for the same text, and tell nothing without the key."""
        return hmac.digest(self._mark_key, text.encode(), hashlib.sha256)


def is_sealed(text: str) -> bool:
    """Tell whether a text was sealed."""
    return text.startswith(MARK)


def seal_of(connection: AsyncConnection) -> Seal:
    """Return the seal of a connection's database. Raises Unreadable where it was opened without."""
    options = connection.sync_connection.get_execution_options()  # type: ignore[union-attr] # always open here
    seal: Seal | None = options.get("seal")
    if seal is None:
        raise Unreadable
    return seal


def count_unreadable(seal: Seal | None, kept: Iterable[tuple[str, str]]) -> int:
    """Return how many sealed texts (each with its place) a seal does not open; none opens none."""

    def opens(sealed: str, place: str) -> bool:
        try:
            return bool(seal and seal.open(sealed, place))
        except Unreadable:
            return False

    return sum(not opens(text, place) for text, place in kept if is_sealed(text))


def _derived(key: bytes, use: bytes) -> bytes:
    return hmac.digest(key, b"haidang database " + use, hashlib.sha256)
