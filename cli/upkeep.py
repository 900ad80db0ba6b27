"""Looking after an installation: migrate, back up, make a new set-up code."""

import asyncio
import sqlite3
import tarfile
import tempfile
from contextlib import closing
from pathlib import Path

from cli.clock import system_clock
from cli.saying import spoken
from cli.settings import Settings, variable
from cli.setup_code import SetupCode, has_owner
from cli.wiring import ca_folder, lists_folder, panel_url
from rules.explain import Sentence
from store.database import Database

ONLY_OURS = 0o600


def migrate(settings: Settings) -> None:
    """Bring the database to the newest schema."""

    async def do() -> None:
        db = await Database.open(settings.db_url)
        await db.close()

    asyncio.run(do())
    print(spoken(Sentence("The database has the newest schema.", {})))


def new_setup_code(settings: Settings) -> Sentence | None:
    """Make a new set-up code and print the address that carries it."""

    async def do() -> str | None:
        db = await Database.open(settings.db_url)
        try:
            if await has_owner(db):
                return None
            return await SetupCode().renew(db)
        finally:
            await db.close()

    if (code := asyncio.run(do())) is None:
        return Sentence("Somebody owns this installation already: sign in on the panel.", {})
    print(f"{panel_url(settings)}/setup?code={code}")
    return None


def back_up(settings: Settings, to: Path | None) -> Sentence | None:
    """Write database, certificates and lists into one file that only its owner can read."""
    if settings.database_url and not settings.database_url.startswith("sqlite"):
        return Sentence(
            "{name} names a database server: back it up with its own tool (pg_dump).",
            {"name": variable(("database_url",))},
        )
    source = Path(settings.db_url.removeprefix("sqlite+aiosqlite:///"))
    if not source.exists():
        return Sentence("There is nothing to back up yet.", {})
    folder = to or settings.data / "backups"
    folder.mkdir(parents=True, exist_ok=True, mode=0o700)
    target = folder / f"haidang-{system_clock():%Y%m%d-%H%M%S}.tar.gz"
    _write(settings, source, target)
    print(target)
    return None


def _write(settings: Settings, source: Path, target: Path) -> None:
    unfinished = target.with_suffix(".part")
    unfinished.touch(mode=ONLY_OURS)
    with tempfile.TemporaryDirectory(dir=target.parent) as folder:
        copy = Path(folder) / "haidang.db"
        # SQLite's own online copy: consistent while the service writes.
        with closing(sqlite3.connect(source)) as live, closing(sqlite3.connect(copy)) as still:
            live.backup(still)
        with tarfile.open(unfinished, "w:gz") as archive:
            archive.add(copy, "haidang.db")
            for part in (ca_folder(settings), lists_folder(settings)):
                if part.exists():
                    archive.add(part, part.name)
    unfinished.replace(target)
