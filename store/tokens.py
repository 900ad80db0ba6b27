"""Tokens: what a program shows instead of a password; each with a scope and a reach."""

import secrets
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from enum import StrEnum
from uuid import UUID

import sqlalchemy as sa
from sqlalchemy.ext.asyncio import AsyncConnection

from store.errors import NotFound
from store.hashed import digest
from store.ids import new_id
from store.tables import tokens

PREFIX = "hd_"
"""By it a reader of logs and a search for leaked secrets know one."""
SLIDE = timedelta(minutes=5)


class TokenScope(StrEnum):
    READ = "read"
    """Look only."""
    ACT = "act"
    """Also what is done in a moment: pause, give time, answer asks."""
    ADMIN = "admin"
    """Everything its adult may do, but for who belongs and how they sign in."""


@dataclass(frozen=True, slots=True)
class Token:
    id: UUID
    adult_id: UUID
    name: str
    scope: TokenScope
    only: frozenset[UUID] | None
    """The children it is for; None: every child its adult may see."""
    created: datetime
    until: datetime | None
    """When it ends by itself."""
    seen: datetime | None = None
    seen_from: str = ""


async def add(
    connection: AsyncConnection,
    adult_id: UUID,
    *,
    name: str,
    scope: TokenScope,
    now: datetime,
    until: datetime | None = None,
    only: Iterable[UUID] | None = None,
) -> tuple[Token, str]:
    """Make a token; return it with its secret, which is never kept."""
    secret = PREFIX + secrets.token_urlsafe(32)
    some = None if only is None else frozenset(only)
    made = Token(new_id(), adult_id, name, scope, some, now.astimezone(UTC), until)
    row = {
        "id": made.id,
        "token_hash": digest(secret),
        "adult_id": adult_id,
        "name": name,
        "scope": scope.value,
        "only": None if some is None else sorted(str(child_id) for child_id in some),
        "created": now,
        "until": until,
    }
    await connection.execute(sa.insert(tokens).values(row))
    return made, secret


async def find(connection: AsyncConnection, secret: str, *, now: datetime) -> Token | None:
    """Return the token of a secret, if it still works."""
    wanted = sa.select(tokens).where(tokens.c.token_hash == digest(secret))
    row = (await connection.execute(wanted)).mappings().one_or_none()
    found = _token(row) if row else None
    return found if found and (found.until is None or now < found.until) else None


async def touch(connection: AsyncConnection, token: Token, *, now: datetime, address: str) -> None:
    """Keep that a token was used now, unless that was kept a moment ago."""
    if is_stale(token, now):
        mine = sa.update(tokens).where(tokens.c.id == token.id)
        await connection.execute(mine.values(seen=now, seen_from=address[:60]))


def is_stale(token: Token, now: datetime) -> bool:
    """Tell whether it is worth keeping that a token is used now."""
    return token.seen is None or now - token.seen >= SLIDE


async def of_adult(connection: AsyncConnection, adult_id: UUID) -> list[Token]:
    """Return an adult's tokens, the newest first."""
    wanted = sa.select(tokens).where(tokens.c.adult_id == adult_id).order_by(tokens.c.id.desc())
    return [_token(row) for row in (await connection.execute(wanted)).mappings()]


async def revoke(connection: AsyncConnection, adult_id: UUID, token_id: UUID) -> Token:
    """End a token at once. Raises NotFound."""
    mine = sa.and_(tokens.c.id == token_id, tokens.c.adult_id == adult_id)
    row = (await connection.execute(sa.select(tokens).where(mine))).mappings().one_or_none()
    if row is None:
        raise NotFound
    await connection.execute(sa.delete(tokens).where(mine))
    return _token(row)


def _token(row: sa.RowMapping) -> Token:
    given = {name: value for name, value in row.items() if name != "token_hash"}
    given["scope"] = TokenScope(given["scope"])
    if given["only"] is not None:
        given["only"] = frozenset(UUID(text) for text in given["only"])
    return Token(**given)
