"""Sign-in sessions and the brake on guessing. Only hashes of tokens are stored."""

import secrets
from dataclasses import dataclass
from datetime import datetime, timedelta
from uuid import UUID

import sqlalchemy as sa
from sqlalchemy.ext.asyncio import AsyncConnection

from store.database import is_writing
from store.hashed import digest
from store.ids import new_id
from store.insert import insert_into
from store.tables import sessions
from store.tables import tries as tries_table

LIFE = timedelta(days=30)
SLIDE = timedelta(minutes=5)
"""How stale `seen` may get before it is written again."""


@dataclass(frozen=True, slots=True)
class Session:
    id: UUID
    adult_id: UUID
    created: datetime
    seen: datetime
    agent: str
    address: str = ""
    """Where it was last seen from."""
    proven: datetime | None = None
    """When the adult last showed, by a secret of theirs, that it is still they."""


async def open_session(
    connection: AsyncConnection,
    adult_id: UUID,
    *,
    now: datetime,
    agent: str = "",
    address: str = "",
) -> str:
    """Open a session and return its secret token (32 random bytes, URL-safe)."""
    token = secrets.token_urlsafe(32)
    await connection.execute(sa.delete(sessions).where(sessions.c.seen <= now - LIFE))
    row = {
        "id": new_id(),
        "token_hash": digest(token),
        "adult_id": adult_id,
        "created": now,
        "seen": now,
        "agent": agent[:200],
        "address": address[:60],
        "proven": now,
    }
    await connection.execute(sa.insert(sessions).values(row))
    return token


async def find(connection: AsyncConnection, token: str, *, now: datetime) -> Session | None:
    """Return the live session of a token (30 days after it was last seen it is dead), if any.

    With a connection for writing it also keeps that the session was seen now; with one for reading
    it only looks, so call `touch` now and then.
    """
    columns = [column for column in sessions.c if column.name != "token_hash"]
    alive = sa.and_(sessions.c.token_hash == digest(token), sessions.c.seen > now - LIFE)
    row = (await connection.execute(sa.select(*columns).where(alive))).mappings().one_or_none()
    if row is None:
        return None
    session = Session(**row)
    if is_writing(connection):
        await touch(connection, session, now=now)
    return session


async def touch(
    connection: AsyncConnection, session: Session, *, now: datetime, address: str = ""
) -> None:
    """Keep that a session was seen now, unless that was kept a moment ago."""
    if now - session.seen >= SLIDE:
        seen = {"seen": now} | ({"address": address[:60]} if address else {})
        mine = sa.update(sessions).where(sessions.c.id == session.id)
        await connection.execute(mine.values(seen))


async def prove(connection: AsyncConnection, session_id: UUID, *, now: datetime) -> None:
    """Keep that the adult of a session showed that it is they."""
    mine = sa.update(sessions).where(sessions.c.id == session_id)
    await connection.execute(mine.values(proven=now))


async def of_adult(connection: AsyncConnection, adult_id: UUID, *, now: datetime) -> list[Session]:
    """Return an adult's live sessions, the one seen last first."""
    columns = [column for column in sessions.c if column.name != "token_hash"]
    alive = sa.and_(sessions.c.adult_id == adult_id, sessions.c.seen > now - LIFE)
    wanted = sa.select(*columns).where(alive).order_by(sessions.c.seen.desc(), sessions.c.id)
    return [Session(**row) for row in (await connection.execute(wanted)).mappings()]


async def close(connection: AsyncConnection, session_id: UUID) -> None:
    """End one session."""
    await connection.execute(sa.delete(sessions).where(sessions.c.id == session_id))


async def close_all(
    connection: AsyncConnection, adult_id: UUID, *, but: UUID | None = None
) -> None:
    """End every session of an adult, except one."""
    ended = sa.delete(sessions).where(sessions.c.adult_id == adult_id)
    if but is not None:
        ended = ended.where(sessions.c.id != but)
    await connection.execute(ended)


async def may_try(
    connection: AsyncConnection,
    key: str,
    *,
    now: datetime,
    tries: int = 5,
    within: timedelta = timedelta(minutes=15),
) -> timedelta | None:
    """Count one attempt under a key (`login:e-mail`, `login-from:address`).

    Return None if it may go on, else how long to wait.
    """
    await connection.execute(
        sa.delete(tries_table).where(tries_table.c.since < now - timedelta(days=1))
    )
    over = tries_table.c.since <= now - within
    counted = (
        insert_into(connection, tries_table)
        .values(key=key, count=1, since=now)
        .on_conflict_do_update(
            index_elements=["key"],
            set_={
                "count": sa.case((over, 1), else_=tries_table.c["count"] + 1),
                "since": sa.case(
                    (over, sa.bindparam("now", now, tries_table.c.since.type)),
                    else_=tries_table.c.since,
                ),
            },
        )
        .returning(tries_table.c["count"].label("made"), tries_table.c.since)
    )
    row = (await connection.execute(counted)).one()
    since: datetime = row.since
    return None if row.made <= tries else since + within - now


async def forget_tries(connection: AsyncConnection, key: str) -> None:
    """Forget the attempts under a key, after a success."""
    await connection.execute(sa.delete(tries_table).where(tries_table.c.key == key))
