"""The one-time code that proves, on the first visit, that the visitor runs this machine."""

import hashlib
import hmac
import secrets

from store import adults, facts
from store.adults import Role
from store.database import Database

ALPHABET = "23456789ABCDEFGHJKLMNPQRSTUVWXYZ"
"""Without 0, 1, I and O, which look alike; 32 letters, so each is five bits."""
LENGTH = 8
KEY = "setup_code"
SALT = 16


class SetupCode:
    """The code in force, as the panel checks it; only a salted hash of it is ever kept."""

    def __init__(self) -> None:
        self._kept = ""
        self.is_needed = True
        """Nobody owns this installation yet."""

    async def renew(self, db: Database) -> str:
        """Make a new code and return it; the one before is worth nothing from now on."""
        code = "".join(secrets.choice(ALPHABET) for _ in range(LENGTH))
        salt = secrets.token_bytes(SALT)
        async with db.write() as connection:
            self._kept = f"{salt.hex()}:{_digest(code, salt).hex()}"
            await facts.keep(connection, KEY, self._kept)
        return code

    async def refresh(self, db: Database) -> None:
        """Read the code in force again: the command line may have made a new one."""
        self.is_needed = not await has_owner(db)
        async with db.read() as connection:
            self._kept = (await facts.find(connection, KEY) or "") if self.is_needed else ""

    def verify(self, code: str) -> bool:
        """Tell whether this is the code; never once there is an owner."""
        salt, _, digest = self._kept.partition(":")
        typed = code.strip().upper().replace("-", "").replace(" ", "")
        if not digest or len(typed) != LENGTH:
            return False
        return hmac.compare_digest(_digest(typed, bytes.fromhex(salt)).hex(), digest)


async def has_owner(db: Database) -> bool:
    """Tell whether somebody owns this installation already."""
    async with db.read() as connection:
        everyone = await adults.list_all(connection)
    return any(Role.OWNER in adult.roles.values() for adult in everyone)


def _digest(code: str, salt: bytes) -> bytes:
    return hashlib.scrypt(code.encode(), salt=salt, n=2**12, r=8, p=1)
