"""A consistent copy of the SQLite file, made while the service runs."""

import asyncio
import os
import sqlite3
from contextlib import closing
from pathlib import Path

from store.database import Database
from store.errors import StoreError


async def copy_to(db: Database, path: Path) -> None:
    """Copy the database to a file, whole or not at all. Raises StoreError on PostgreSQL."""
    if not db.is_sqlite:
        raise StoreError("PostgreSQL is backed up with its own tool: run pg_dump.")
    try:
        await asyncio.to_thread(_copy, str(db.url.database), path)
    except (sqlite3.Error, OSError) as error:
        raise StoreError(
            f"The copy could not be made ({error}). Is there room on the disk?"
        ) from error


def _copy(source: str, path: Path) -> None:
    path.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
    part = path.with_name(f"{path.name}.part")
    part.unlink(missing_ok=True)
    part.touch(mode=0o600)
    with closing(sqlite3.connect(source, timeout=10)) as connection:
        connection.execute("VACUUM INTO ?", (str(part),))
    with part.open("rb") as copy:
        os.fsync(copy.fileno())
    part.replace(path)
