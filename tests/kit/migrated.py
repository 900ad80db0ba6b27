"""An empty SQLite file gets its tables by copying: to migrate one takes longer than most tests."""

from typing import Any

import sqlalchemy as sa
from sqlalchemy.ext.asyncio import AsyncConnection

from store import schema

STATISTICS, ANALYSED = "sqlite_stat1", "ANALYZE sqlite_schema"
"""The planner's own table, and what makes it while there is nothing to count."""

type Step = tuple[str, list[tuple[Any, ...]]]

_migrate = schema.upgrade
_steps: list[Step] = []
"""What the first file of this process was, once it was migrated."""


async def upgrade(connection: AsyncConnection) -> None:
    """Bring a database to the newest schema, as `store.schema.upgrade` brings the first one."""
    if connection.dialect.name != "sqlite" or await connection.run_sync(_has_tables):
        await _migrate(connection)
    elif _steps:
        await connection.run_sync(_copy)
    else:
        await _migrate(connection)
        _steps.extend(await connection.run_sync(_read))


def _has_tables(connection: sa.Connection) -> bool:
    return bool(connection.exec_driver_sql("SELECT count(*) FROM sqlite_master").scalar())


def _read(connection: sa.Connection) -> list[Step]:
    """Return the statements that make the tables and indexes, and the rows migrations wrote."""
    wanted = "SELECT type, name, sql FROM sqlite_master WHERE sql IS NOT NULL ORDER BY rowid"
    found = connection.exec_driver_sql(wanted).all()
    steps: list[Step] = [(ANALYSED if name == STATISTICS else sql, []) for _, name, sql in found]
    for table in [name for kind, name, _ in found if kind == "table"]:
        rows = [tuple(row) for row in connection.exec_driver_sql(f"SELECT * FROM {table}")]
        if rows:
            places = ", ".join("?" * len(rows[0]))
            steps.append((f"INSERT INTO {table} VALUES ({places})", rows))
    return steps


def _copy(connection: sa.Connection) -> None:
    for statement, rows in _steps:
        connection.exec_driver_sql(statement, rows or None)
