"""One open database: SQLite (WAL) by default, PostgreSQL by changing the URL."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager, nullcontext
from pathlib import Path
from uuid import UUID

import sqlalchemy as sa
from sqlalchemy.exc import DBAPIError, InterfaceError, OperationalError
from sqlalchemy.ext.asyncio import AsyncConnection, AsyncEngine

from store import channels, facts, schema, second_steps
from store.engine import PATIENCE_MS, engines, parse
from store.errors import Away
from store.ids import new_id
from store.insert import insert_into
from store.sealing import Seal
from store.tables import facts as facts_table
from store.turn import Turns

Connection = AsyncConnection
"""What other rooms call the connection they hand on, since only this one knows SQLAlchemy."""

SITE = "site_id"
PASSING = ("08", "40", "53", "57")
"""PostgreSQL's classes of errors that pass: connection, deadlock, resources, shutdown."""


class Database:
    """An open database of one site. `read()` and `write()` give a connection in a transaction."""

    site_id: UUID
    """The installation; every log row leads with it."""

    def __init__(self, url: sa.URL, reader: AsyncEngine, writer: AsyncEngine) -> None:
        self.url = url
        self._reader = reader
        self._writer = writer
        self._turns = Turns(Path(url.database or "")) if self.is_sqlite else None

    @classmethod
    async def open(cls, url: str, seal: Seal | None = None) -> "Database":
        """Open the database at an SQLAlchemy URL, migrating it to the newest schema.

        The URL is `sqlite+aiosqlite:///path` or `postgresql+asyncpg://...`. Without a seal nothing
        can be done with the secrets in it; with one, those that still lie there plain are sealed.
        Raises Away when it cannot be reached, StoreError for an address or a schema we cannot use.
        """
        parsed = parse(url)
        db = cls(parsed, *engines(parsed))
        try:
            db.site_id = await db._prepare()
            for engine in (db._reader, db._writer):
                engine.update_execution_options(site_id=db.site_id, seal=seal)
            if seal is not None:
                await db._seal_plain()
        except BaseException:
            await db.close()
            raise
        return db

    @property
    def is_sqlite(self) -> bool:
        """Tell whether the database is one file on this machine."""
        return self.url.get_backend_name() == "sqlite"

    async def close(self) -> None:
        """Close every connection."""
        await self._reader.dispose()
        await self._writer.dispose()

    @asynccontextmanager
    async def read(self) -> AsyncIterator[AsyncConnection]:
        """Give a connection for reading one consistent state. Raises Away."""
        async with _said_plainly(), _connected(self._reader) as connection:
            yield connection

    @asynccontextmanager
    async def write(self, *, patience_ms: int = PATIENCE_MS) -> AsyncIterator[AsyncConnection]:
        """Give a connection whose transaction is committed at the end, or rolled back on an error.

        For what is not an adult's change (sessions, heartbeats, journal); changes go through
        `store.change`. Raises Away when the database is gone, or locked for too long.
        """
        async with _said_plainly(), _connected(self._writer) as connection:
            await connection.execution_options(patience_ms=patience_ms, writing=True)
            turn = self._turns.one(patience_ms / 1000) if self._turns else nullcontext()
            async with turn, connection.begin():
                yield connection

    async def vacuum(self) -> None:
        """Let PostgreSQL clear the pages of rows that are gone. Raises Away."""
        async with _said_plainly(), _connected(self._writer) as connection:
            alone = await connection.execution_options(isolation_level="AUTOCOMMIT")
            await alone.execute(sa.text("VACUUM"))

    async def _prepare(self) -> UUID:
        if self.is_sqlite:
            await self._use_wal()
        async with self.read() as connection:
            ready = await schema.at_head(connection)
            site = await facts.find(connection, SITE) if ready else None
        return UUID(site) if site else await self._migrate()

    async def _migrate(self) -> UUID:
        async with self.write(patience_ms=12 * PATIENCE_MS) as connection:
            await schema.upgrade(connection)
            fresh = insert_into(connection, facts_table).values(key=SITE, value=str(new_id()))
            await connection.execute(fresh.on_conflict_do_nothing())
            return UUID(await facts.find(connection, SITE))

    async def _seal_plain(self) -> None:
        """Seal what a version before seals wrote; the night writes the files anew after it."""
        async with self.write(patience_ms=12 * PATIENCE_MS) as connection:
            sealed = await channels.seal_plain(connection)
            sealed += await second_steps.seal_plain(connection)
            if sealed:
                await facts.keep(connection, f"{facts.SWEPT}sealed", '{"clean": false}')

    async def _use_wal(self) -> None:
        """Switch the file to WAL; processes starting at once may hinder each other for a moment."""
        for _ in range(100):
            try:
                async with _connected(self._writer) as connection:
                    raw = await connection.get_raw_connection()
                    await raw.driver_connection.execute("PRAGMA journal_mode = WAL")  # type: ignore[union-attr] # aiosqlite's own connection
            except OperationalError:
                await asyncio.sleep(0.05)
            else:
                return
        raise Away


@asynccontextmanager
async def _connected(engine: AsyncEngine) -> AsyncIterator[AsyncConnection]:
    """Give a connection; that the other side does not answer is said by Away."""
    try:
        connection = await engine.connect()
    except (OSError, DBAPIError, sa.exc.TimeoutError) as error:
        raise Away from error
    try:
        yield connection
    finally:
        await connection.close()


@asynccontextmanager
async def _said_plainly() -> AsyncIterator[None]:
    """Turn the many ways in which a database can be gone, locked or full into Away."""
    try:
        yield
    except (OperationalError, InterfaceError) as error:
        raise Away from error
    except DBAPIError as error:
        state = str(getattr(error.orig, "sqlstate", ""))
        if error.connection_invalidated or state.startswith(PASSING):
            raise Away from error
        raise


def site_of(connection: AsyncConnection) -> UUID:
    """Return the site whose log a connection reads and writes."""
    site: UUID = connection.sync_connection.get_execution_options()["site_id"]  # type: ignore[union-attr] # always open here
    return site


def is_writing(connection: AsyncConnection) -> bool:
    """Tell whether a connection came from `write()`."""
    return bool(connection.sync_connection.get_execution_options().get("writing"))  # type: ignore[union-attr] # always open here
