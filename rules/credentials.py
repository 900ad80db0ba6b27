"""Proxy passwords: the keyed hash that the panel stores and the door compares."""

import hashlib
import hmac

KEY_FILE = "credentials.key"
"""Name, in the data folder, of the 32 secret bytes that key the hash."""


def hash_password(key: bytes, password: str) -> str:
    """Return the keyed hash of a proxy password.

    Fast on purpose: a browser sends the password with every connection, and the
    secret key (never in the database) is what makes guessing from a stolen row impossible.
    """
    return hashlib.blake2b(password.encode(), key=key, digest_size=32).hexdigest()


def same_password(key: bytes, password: str, password_key: str) -> bool:
    """Tell whether a password matches a stored hash, in constant time."""
    return hmac.compare_digest(hash_password(key, password), password_key)
