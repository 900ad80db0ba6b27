"""SQLite from an event loop: a statement takes one trip to the connection's thread instead of four.

The driver goes there to make a cursor, to execute, to fetch and to close. Each trip wakes a thread
and hands it Python's lock, and a page needs sixty small statements.
"""

import sqlite3
from collections.abc import Callable, Sequence
from typing import Any, Self

import aiosqlite

AHEAD = 500
"""Rows that come along with the statement; of longer answers the rest waits to be asked for."""

type Row = Any
type Parameters = Any


class ReadAhead(sqlite3.Cursor):
    """A cursor that fetches the first rows when it executes, and ends its statement with them."""

    ahead: list[Row]
    is_done: bool
    """Nothing is left to be fetched."""

    def ask(self, execute: Callable[..., object], sql: str, parameters: Parameters) -> None:
        """Execute a statement in one of the two ways of a cursor."""
        execute(self, sql, parameters)
        self.ahead = self.fetchmany(AHEAD) if self.description else []
        self.is_done = len(self.ahead) < AHEAD
        if self.is_done:
            self.close()


class Trips(aiosqlite.Connection):
    """A connection of the driver whose cursors do at once what they can."""

    def cursor(self) -> "Trip":  # type: ignore[override] # as much of one as SQLAlchemy uses
        """Return a cursor, which is made on the thread when it is used first."""
        return Trip(self)

    async def there[T](self, work: Callable[..., T], *arguments: object) -> T:
        """Do something on the connection's thread."""
        done: T = await self._execute(work, *arguments)  # type: ignore[no-untyped-call] # the driver's own way there
        return done

    def asked(self, execute: Callable[..., object], sql: str, parameters: Parameters) -> ReadAhead:
        """Execute a statement; to be called on the thread."""
        cursor = self._conn.cursor(ReadAhead)
        cursor.ask(execute, sql, parameters)
        return cursor


class Trip:
    """What SQLAlchemy takes for the driver's cursor."""

    arraysize = 1

    def __init__(self, connection: Trips) -> None:
        self._connection = connection
        self._cursor: ReadAhead | None = None

    async def __aenter__(self) -> Self:
        return self

    async def execute(self, sql: str, parameters: Parameters = ()) -> Self:
        """Execute a statement."""
        self._cursor = await self._connection.there(
            self._connection.asked, sqlite3.Cursor.execute, sql, parameters
        )
        return self

    async def executemany(self, sql: str, parameters: Parameters) -> Self:
        """Execute a statement for each of many rows."""
        self._cursor = await self._connection.there(
            self._connection.asked, sqlite3.Cursor.executemany, sql, parameters
        )
        return self

    @property
    def description(self) -> Any:
        """The columns of the answer; None for a statement without one."""
        return self._cursor.description if self._cursor else None

    @property
    def rowcount(self) -> int:
        """How many rows were changed; -1 where that is not known."""
        return self._cursor.rowcount if self._cursor else -1

    @property
    def lastrowid(self) -> int | None:
        """The number SQLite gave the last row."""
        return self._cursor.lastrowid if self._cursor else None

    async def fetchall(self) -> Sequence[Row]:
        """Return all rows that are left."""
        rows = self._taken(AHEAD)
        if self._cursor and not self._cursor.is_done:
            rows += await self._connection.there(self._cursor.fetchall)
        return rows

    async def fetchmany(self, size: int | None = None) -> Sequence[Row]:
        """Return the next rows, fewer at the end."""
        wanted = size or self.arraysize
        rows = self._taken(wanted)
        if len(rows) < wanted and self._cursor and not self._cursor.is_done:
            rows += await self._connection.there(self._cursor.fetchmany, wanted - len(rows))
        return rows

    async def fetchone(self) -> Row | None:
        """Return the next row, or None at the end."""
        rows = await self.fetchmany(1)
        return rows[0] if rows else None

    async def close(self) -> None:
        """End the statement, if it has not ended with its last row."""
        if self._cursor and not self._cursor.is_done:
            await self._connection.there(self._cursor.close)

    def _taken(self, most: int) -> list[Row]:
        if self._cursor is None:
            return []
        ahead = self._cursor.ahead
        self._cursor.ahead = ahead[most:]
        return ahead[:most]


def connect(path: str, **options: Any) -> Trips:
    """Return a connection to a file, to be awaited; options are those of `sqlite3.connect`."""
    connection = Trips(lambda: sqlite3.connect(path, **options), iter_chunk_size=AHEAD)
    # Whoever ends without closing it must not wait for its thread.
    connection._thread.daemon = True  # noqa: SLF001 as SQLAlchemy does
    return connection
