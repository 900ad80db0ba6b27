"""What is kept of a secret that a machine made: a digest; a leaked database opens nothing.

Only for secrets of at least 59 random bits, which nobody can try through; passwords are argon2's.
"""

import hashlib


def digest(secret: str) -> bytes:
    """Return what is stored of a secret."""
    return hashlib.sha256(secret.encode()).digest()
