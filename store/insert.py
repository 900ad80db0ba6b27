"""INSERT that can say what to do on a conflict, for both databases."""

import sqlalchemy as sa
from sqlalchemy.dialects import postgresql, sqlite
from sqlalchemy.ext.asyncio import AsyncConnection


def insert_into(connection: AsyncConnection, table: sa.Table) -> postgresql.Insert:
    """Return the dialect's INSERT; both know the same `on_conflict_...` methods."""
    if connection.dialect.name == "sqlite":
        return sqlite.insert(table)  # type: ignore[return-value] # the same methods, no common base
    return postgresql.insert(table)
