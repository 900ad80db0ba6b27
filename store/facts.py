"""Small facts of the installation: set-up code, chosen settings."""

import sqlalchemy as sa
from sqlalchemy.ext.asyncio import AsyncConnection

from store.insert import insert_into
from store.tables import facts

SWEPT = "swept:"
"""Begins the keys that say whether the database's files were written anew after something went."""


async def find(connection: AsyncConnection, key: str) -> str | None:
    """Return a fact, if it was ever kept."""
    found: str | None = await connection.scalar(sa.select(facts.c.value).where(facts.c.key == key))
    return found


async def keep(connection: AsyncConnection, key: str, value: str) -> None:
    """Keep a fact, replacing what was there."""
    statement = insert_into(connection, facts).values(key=key, value=value)
    await connection.execute(
        statement.on_conflict_do_update(index_elements=["key"], set_={"value": value})
    )


async def forget(connection: AsyncConnection, key: str) -> None:
    """Forget a fact."""
    await connection.execute(sa.delete(facts).where(facts.c.key == key))
