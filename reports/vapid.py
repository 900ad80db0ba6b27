"""The key with which this installation signs its pushes, so that browsers take no other's."""

import os
import tempfile
from base64 import urlsafe_b64encode
from pathlib import Path

from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.serialization import Encoding, PublicFormat
from py_vapid import Vapid02

KEY_FILE = "push.key"


def ensure_key(data: Path) -> Vapid02:
    """Return the installation's key, making it on first use; panel and clock may come at once."""
    path = data / KEY_FILE
    if not path.exists():
        _make(path)
    return Vapid02.from_pem(path.read_bytes())


def public_key(key: Vapid02) -> str:
    """Return what a browser is given when it subscribes: the public point, base64url."""
    public: ec.EllipticCurvePublicKey = key.public_key
    point = public.public_bytes(Encoding.X962, PublicFormat.UncompressedPoint)
    return urlsafe_b64encode(point).decode().rstrip("=")


def _make(path: Path) -> None:
    key = Vapid02()
    key.generate_keys()
    # Made for its owner alone (0600), and under a name that no other maker has.
    descriptor, name = tempfile.mkstemp(prefix=f".{path.name}.", dir=path.parent)
    aside = Path(name)
    with os.fdopen(descriptor, "wb") as file:
        file.write(key.private_pem())
        file.flush()
        os.fsync(file.fileno())
    try:
        # Whoever is first wins: a second key would void what browsers hold already.
        os.link(aside, path)
    except FileExistsError:
        pass
    finally:
        aside.unlink()
