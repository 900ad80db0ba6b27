"""One open database: SQLite (WAL) by default, PostgreSQL by changing the URL."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from uuid import UUID

from sqlalchemy.ext.asyncio import AsyncConnection


class Database:
    """An open database of one site. `read()` and `write()` give a connection in a transaction."""

    site_id: UUID
    """The installation; every log row leads with it."""

    @classmethod
    async def open(cls, url: str) -> "Database":
        """Open the database at an SQLAlchemy URL (`sqlite+aiosqlite:///path`, `postgresql+asyncpg://...`), migrating it to the newest schema."""
        raise NotImplementedError

    async def close(self) -> None:
        """Close every connection."""
        raise NotImplementedError

    @asynccontextmanager
    async def read(self) -> AsyncIterator[AsyncConnection]:
        """Give a connection for reading one consistent state."""
        raise NotImplementedError
        yield

    @asynccontextmanager
    async def write(self) -> AsyncIterator[AsyncConnection]:
        """Give a connection whose transaction is committed at the end, or rolled back on an exception.

        For what is not an adult's change (sessions, heartbeats, journal); changes go through `store.change`.
        """
        raise NotImplementedError
        yield
