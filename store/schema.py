"""Bringing a database to the newest schema, safely when several processes start at once."""

from pathlib import Path
from typing import TYPE_CHECKING

import sqlalchemy as sa
from sqlalchemy.ext.asyncio import AsyncConnection

from store.errors import StoreError

if TYPE_CHECKING:
    from alembic.config import Config

HEAD = "0033"
"""The newest migration (a test keeps it true): to ask Alembic costs half a second."""

LOCK = 0x48_41_49_44_41_4E_47
"""Our advisory lock on PostgreSQL: the letters HAIDANG."""


async def at_head(connection: AsyncConnection) -> bool:
    """Tell whether the database has the newest schema."""
    return await connection.run_sync(_version) == HEAD


async def upgrade(connection: AsyncConnection) -> None:
    """Migrate to the newest schema inside the connection's transaction, one process at a time.

    On SQLite the transaction was begun IMMEDIATE, which is the lock. Raises StoreError for a
    schema newer than this program.
    """
    if connection.dialect.name == "postgresql":
        await connection.execute(sa.select(sa.func.pg_advisory_xact_lock(LOCK)))
    await connection.run_sync(_upgrade)


def configuration() -> "Config":
    """Return Alembic's configuration."""
    from alembic.config import Config  # noqa: PLC0415 - slow to import, seldom needed

    config = Config()
    config.set_main_option("script_location", str(Path(__file__).with_name("migrations")))
    config.set_main_option("path_separator", "os")
    return config


def _version(connection: sa.Connection) -> str | None:
    if not sa.inspect(connection).has_table("alembic_version"):
        return None
    version: str | None = connection.scalar(sa.text("SELECT version_num FROM alembic_version"))
    return version


def _upgrade(connection: sa.Connection) -> None:
    from alembic import command  # noqa: PLC0415 - slow to import, seldom needed
    from alembic.script import ScriptDirectory  # noqa: PLC0415 - as above

    config = configuration()
    version = _version(connection)
    known = {script.revision for script in ScriptDirectory.from_config(config).walk_revisions()}
    if version is not None and version not in known:
        raise StoreError(
            "This database was written by a newer version of Hải Đăng. Update this program."
        )
    config.attributes["connection"] = connection
    command.upgrade(config, "head")
