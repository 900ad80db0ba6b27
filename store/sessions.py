"""Sign-in sessions and the brake on guessing. Only hashes of tokens are stored."""

from dataclasses import dataclass
from datetime import datetime, timedelta
from uuid import UUID

from sqlalchemy.ext.asyncio import AsyncConnection


@dataclass(frozen=True, slots=True)
class Session:
    id: UUID
    adult_id: UUID
    created: datetime
    seen: datetime
    agent: str


async def open_session(connection: AsyncConnection, adult_id: UUID, *, now: datetime, agent: str = "") -> str:
    """Open a session and return its secret token (32 random bytes, URL-safe)."""
    raise NotImplementedError


async def find(connection: AsyncConnection, token: str, *, now: datetime) -> Session | None:
    """Return the live session of a token (30 days after it was last seen it is dead), if any."""
    raise NotImplementedError


async def close(connection: AsyncConnection, session_id: UUID) -> None:
    """End one session."""
    raise NotImplementedError


async def close_all(connection: AsyncConnection, adult_id: UUID, *, but: UUID | None = None) -> None:
    """End every session of an adult, except one."""
    raise NotImplementedError


async def may_try(connection: AsyncConnection, key: str, *, now: datetime, tries: int = 5, within: timedelta = timedelta(minutes=15)) -> timedelta | None:
    """Count one attempt under a key (`login:e-mail`, `login-from:address`); return None if it may go on, else how long to wait."""
    raise NotImplementedError


async def forget_tries(connection: AsyncConnection, key: str) -> None:
    """Forget the attempts under a key, after a success."""
    raise NotImplementedError
