"""What was begun and waits for its second half: a sign-in, the challenge of a passkey.

A few minutes long, and used once. Only the digest of the browser's secret is kept, and what is
kept beside it only that secret opens.
"""

import secrets
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum
from uuid import UUID

import sqlalchemy as sa
from sqlalchemy.ext.asyncio import AsyncConnection

from store.hashed import digest
from store.sealing import Seal, Unreadable
from store.tables import half_steps

LIFE = timedelta(minutes=10)


class Kind(StrEnum):
    SIGN_IN = "sign-in"
    """The password was right; a second step is missing."""
    PASSKEY_IN = "passkey-in"
    """A challenge for signing in or proving oneself with a passkey."""
    PASSKEY_NEW = "passkey-new"
    """A challenge for a new passkey."""
    CODES_NEW = "codes-new"
    """A new app's secret, until a first code shows that the app has it."""


@dataclass(frozen=True, slots=True)
class HalfStep:
    adult_id: UUID | None
    data: bytes
    until: datetime


async def begin(
    connection: AsyncConnection,
    kind: Kind,
    *,
    now: datetime,
    adult_id: UUID | None = None,
    data: bytes = b"",
) -> str:
    """Keep a first half; return the secret that finds it again."""
    await connection.execute(sa.delete(half_steps).where(half_steps.c.until <= now))
    token = secrets.token_urlsafe(32)
    row = {
        "token_hash": digest(token),
        "kind": kind.value,
        "adult_id": adult_id,
        "data": _seal(token).close(data.hex(), kind.value).encode(),
        "until": now + LIFE,
    }
    await connection.execute(sa.insert(half_steps).values(row))
    return token


async def find(
    connection: AsyncConnection, kind: Kind, token: str, *, now: datetime
) -> HalfStep | None:
    """Return the first half of a secret, if it still waits."""
    wanted = sa.select(half_steps).where(_mine(kind, token), half_steps.c.until > now)
    row = (await connection.execute(wanted)).one_or_none()
    if row is None:
        return None
    try:
        data = bytes.fromhex(_seal(token).open(row.data.decode("latin-1"), kind.value))
    except Unreadable:
        # Begun by a version before this one.
        return None
    return HalfStep(row.adult_id, data, row.until)


async def take(
    connection: AsyncConnection, kind: Kind, token: str, *, now: datetime
) -> HalfStep | None:
    """Return the first half of a secret and forget it: it works once."""
    found = await find(connection, kind, token, now=now)
    gone = await connection.execute(sa.delete(half_steps).where(_mine(kind, token)))
    return found if gone.rowcount else None


async def forget_all(connection: AsyncConnection, adult_id: UUID) -> None:
    """Forget everything an adult began."""
    await connection.execute(sa.delete(half_steps).where(half_steps.c.adult_id == adult_id))


def _seal(token: str) -> Seal:
    return Seal(token.encode())


def _mine(kind: Kind, token: str) -> sa.ColumnElement[bool]:
    return sa.and_(half_steps.c.token_hash == digest(token), half_steps.c.kind == kind.value)
