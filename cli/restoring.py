"""Putting a backup back: it is looked at first, and nobody who was erased comes back with it."""

import asyncio
import os
import sqlite3
import tarfile
import tempfile
from contextlib import closing
from pathlib import Path
from uuid import UUID

import typer

from cli.backups import DATABASE, KEYS, LISTS
from cli.clock import system_clock
from cli.lock import Held, hold
from cli.saying import spoken
from cli.settings import Settings
from rules.explain import Sentence
from store import erasing
from store.change import SYSTEM, change
from store.database import Database
from store.errors import NotFound, StoreError
from words.speech import to_say

PARTS = (DATABASE, "ca", LISTS, *KEYS)
"""What a backup holds."""
OF_NOW = (*PARTS, f"{DATABASE}-wal", f"{DATABASE}-shm", "household.json", "spool")
"""What belongs to the state that is left, and goes aside with it."""


def restore(settings: Settings, file: Path, *, yes: bool) -> Sentence | None:
    """Put a backup in the place of what is there."""
    if settings.database_url:
        return Sentence("PostgreSQL is restored with its own tool: see docs/overseeing.md.", {})
    try:
        with hold(settings.data), tempfile.TemporaryDirectory(dir=settings.data) as folder:
            return _restore(settings, file, Path(folder), yes=yes)
    except Held:
        return Sentence("Stop Hải Đăng first (Ctrl-C where it runs), then restore.", {})


def _restore(settings: Settings, file: Path, folder: Path, *, yes: bool) -> Sentence | None:
    if trouble := _unpack(file, folder) or _damaged(folder / DATABASE):
        return trouble
    asked = Sentence(
        "Everything in {data} is replaced by {file}; what is there now is moved aside. Go on?",
        {"data": str(settings.data.resolve()), "file": file.name},
    )
    if not yes and not typer.confirm(spoken(asked)):
        return Sentence("Nothing was changed.", {})
    gone = _removed(settings.data / DATABASE)
    aside = _swap(settings.data, folder)
    try:
        again = asyncio.run(_finish(settings, gone, file.name))
    except StoreError as error:
        _swap_back(settings.data, aside)
        return Sentence("{why} What was there is back.", {"why": str(error)})
    values = {"file": file.name, "aside": str(aside), "n": again}
    said = "{file} is back. What was there lies in {aside}. Children erased again: {n}."
    print(spoken(Sentence(said, values)))
    return None


def _unpack(file: Path, folder: Path) -> Sentence | None:
    """Unpack a backup; what is none, or wants to write elsewhere, is refused."""
    try:
        with tarfile.open(file) as archive:
            names = {Path(name).parts[0] for name in archive.getnames() if Path(name).parts}
            if DATABASE not in names or not names <= set(PARTS):
                return Sentence("{file} is no backup of Hải Đăng.", {"file": str(file)})
            archive.extractall(folder, filter="data")
    except (OSError, tarfile.TarError, EOFError) as error:
        values = {"file": str(file), "error": str(error)}
        return Sentence("{file} cannot be read ({error}).", values)
    return None


def _damaged(database: Path) -> Sentence | None:
    try:
        with closing(sqlite3.connect(database)) as connection:
            if connection.execute("PRAGMA integrity_check").fetchone() == ("ok",):
                return None
    except sqlite3.DatabaseError:
        pass
    return Sentence("The database in it is damaged. Take another backup.", {})


def _removed(database: Path) -> list[UUID]:
    """Return who was erased until now: a backup from before must not bring them back."""
    if not database.exists():
        return []
    try:
        with closing(sqlite3.connect(f"file:{database}?mode=ro", uri=True)) as connection:
            rows = connection.execute("SELECT child_id FROM removed_children").fetchall()
    except sqlite3.DatabaseError:
        return []
    return [UUID(bytes=row[0]) if isinstance(row[0], bytes) else UUID(str(row[0])) for row in rows]


def _swap(data: Path, folder: Path) -> Path:
    """Move aside what is there and put in what was unpacked; return where the old lies."""
    aside = data / f"before-restore-{system_clock():%Y%m%d-%H%M%S}"
    aside.mkdir(mode=0o700)
    for name in OF_NOW:
        if (data / name).exists():
            (data / name).rename(aside / name)
    for name in PARTS:
        if (folder / name).exists():
            (folder / name).rename(data / name)
    os.chmod(data / DATABASE, 0o600)  # noqa: PTH101 the same call for files that others made
    return aside


def _swap_back(data: Path, aside: Path) -> None:
    spoilt = aside / "spoilt"
    spoilt.mkdir()
    for name in OF_NOW:
        if (data / name).exists():
            (data / name).rename(spoilt / name)
        if (aside / name).exists():
            (aside / name).rename(data / name)


async def _finish(settings: Settings, gone: list[UUID], name: str) -> int:
    """Migrate the restored database, erase again who was erased since, and write it down."""
    db = await Database.open(settings.db_url)
    again = 0
    try:
        now = system_clock()
        for child_id in gone:
            try:
                async with change(db, by=SYSTEM, what="", now=now) as tx:
                    await erasing.erase(tx, child_id)
                again += 1
            except NotFound:
                continue
        what = to_say("restored the backup {file}")
        async with change(db, by=SYSTEM, what=what, now=now, values={"file": name}):
            pass
        if again:
            await erasing.scrub(db)
    finally:
        await db.close()
    return again
