"""Our certificate authority: EC key, made on first start, encrypted or 0600."""

from pathlib import Path


def ensure_ca(folder: Path, *, passphrase: bytes | None = None) -> Path:
    """Create the CA in a folder if there is none, and return the path of its public certificate (`haidang-ca.crt`, PEM)."""
    raise NotImplementedError
