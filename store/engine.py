"""How connections are made: SQLite's pragmas and transactions, PostgreSQL's levels."""

import asyncio
import json
import logging
import sqlite3
from collections.abc import Callable
from contextlib import suppress
from pathlib import Path
from typing import Any, cast

import sqlalchemy as sa
from sqlalchemy import event
from sqlalchemy.ext.asyncio import AsyncEngine, create_async_engine

from store.errors import StoreError
from store.trips import connect

PATIENCE_MS = 5_000
"""How long SQLite waits for another process's transaction."""

# FULL costs an fsync a commit (`python -m bench.journal`: 3 ms instead of 0.01 ms) and buys that a
# power cut takes back neither a policy nor a journal batch. There are few commits: two a second
# from each busy door, one for each thing a parent does.
PRAGMAS = ("busy_timeout = 5000", "synchronous = FULL", "foreign_keys = ON", "temp_store = MEMORY")


class RollsBack(sqlite3.Connection):
    """A connection that gives back its locks when it is closed, whoever still holds on to it.

    SQLite keeps a closed connection, and its transaction, until its last statement is gone. One
    that a cancelled query left unfinished lives in the error's traceback, which may be for minutes.
    """

    def close(self) -> None:
        """Roll back, then close."""
        # One that is closed already has nothing to give back.
        try:
            with suppress(sqlite3.ProgrammingError):
                self.rollback()
        finally:
            super().close()


def parse(url: str) -> sa.URL:
    """Return the parsed URL. Raises StoreError for a database this room does not speak."""
    try:
        parsed = sa.make_url(url)
    except sa.exc.ArgumentError as error:
        raise StoreError(f"“{url[:60]}” is not a database address.") from error
    if parsed.drivername not in {"sqlite+aiosqlite", "postgresql+asyncpg"}:
        raise StoreError(
            "The database address must begin with sqlite+aiosqlite:/// or postgresql+asyncpg://."
        )
    return parsed


def engines(url: sa.URL) -> tuple[AsyncEngine, AsyncEngine]:
    """Return an engine for reading and one for writing."""
    made = _sqlite(url) if url.get_backend_name() == "sqlite" else _postgresql(url)
    for engine in made:
        cast("logging.Logger", engine.sync_engine.pool.logger).addFilter(_is_news)
    return made


def _is_news(record: logging.LogRecord) -> bool:
    """Tell whether a line of the pool says more than that we cut a statement short ourselves.

    The connection is thrown away then, as it should be, and whoever cut it short says so.
    """
    return not (record.exc_info and isinstance(record.exc_info[1], asyncio.CancelledError))


def _dump(value: object) -> str:
    return json.dumps(value, ensure_ascii=False, separators=(",", ":"))


def _sqlite(url: sa.URL) -> tuple[AsyncEngine, AsyncEngine]:
    if not url.database or url.database == ":memory:" or url.query:
        raise StoreError("SQLite needs a file of its own: sqlite+aiosqlite:///path/to/haidang.db.")
    path = Path(url.database)
    path.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
    path.touch(mode=0o600)
    reader = _sqlite_engine(url, (*PRAGMAS, "query_only = ON"), _begin_reading, pool_size=4)
    # One writing connection for each process: its writers queue in order here, the processes
    # in `store.turn`, and nobody polls for SQLite's lock.
    writer = _sqlite_engine(url, PRAGMAS, _begin_writing, pool_size=1, max_overflow=0)
    return reader, writer


def _sqlite_engine(
    url: sa.URL, pragmas: tuple[str, ...], begin: Callable[[sa.Connection], None], **pool: int
) -> AsyncEngine:
    engine = create_async_engine(
        url,
        # The driver must not begin transactions by itself: the events below do.
        connect_args={
            "isolation_level": None,
            "timeout": PATIENCE_MS / 1000,
            "factory": RollsBack,
            "async_creator_fn": connect,
        },
        json_serializer=_dump,
        pool_timeout=PATIENCE_MS / 1000,
        **pool,
    )

    def prepare(connection: Any, _record: object) -> None:
        cursor = connection.cursor()
        for pragma in pragmas:
            cursor.execute(f"PRAGMA {pragma}")
        cursor.close()

    event.listen(engine.sync_engine, "connect", prepare)
    event.listen(engine.sync_engine, "begin", begin)
    return engine


def _begin_reading(connection: sa.Connection) -> None:
    connection.exec_driver_sql("BEGIN")


def _begin_writing(connection: sa.Connection) -> None:
    patience = connection.get_execution_options().get("patience_ms", PATIENCE_MS)
    connection.exec_driver_sql(f"PRAGMA busy_timeout = {int(patience)}")
    connection.exec_driver_sql("BEGIN IMMEDIATE")


def _postgresql(url: sa.URL) -> tuple[AsyncEngine, AsyncEngine]:
    # Our statements are many and short: to compile each anew costs more than it saves.
    told = {"application_name": "haidang", "jit": "off"}
    writer = create_async_engine(
        url,
        connect_args={"timeout": 3, "server_settings": told},
        json_serializer=_dump,
        pool_pre_ping=True,
        pool_timeout=PATIENCE_MS / 1000,
    )
    reader = writer.execution_options(isolation_level="REPEATABLE READ", postgresql_readonly=True)
    return reader, writer
