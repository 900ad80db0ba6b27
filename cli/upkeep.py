"""Looking after an installation: migrate, back up, make a new set-up code."""

import asyncio
import tarfile
import tempfile
from pathlib import Path

from cli.clock import system_clock
from cli.places import ca_folder, lists_folder, panel_url
from cli.saying import spoken
from cli.settings import Settings
from cli.setup_code import SetupCode, has_owner
from feeds import progress
from feeds.compiled import FOLDER as COMPILED
from feeds.lists import COMING
from reports.vapid import KEY_FILE as PUSH_KEY
from rules.explain import Sentence
from store import backup
from store.database import Database
from store.errors import StoreError

ONLY_OURS = 0o600
LISTS = "lists"


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
    folder = to or settings.data / "backups"
    folder.mkdir(parents=True, exist_ok=True, mode=0o700)
    target = folder / f"haidang-{system_clock():%Y%m%d-%H%M%S}.tar.gz"
    try:
        asyncio.run(_write(settings, target))
    except StoreError as error:
        return Sentence(str(error), {})
    print(target)
    return None


async def _write(settings: Settings, target: Path) -> None:
    db = await Database.open(settings.db_url)
    try:
        with tempfile.TemporaryDirectory(dir=target.parent) as folder:
            copy = Path(folder) / "haidang.db"
            await backup.copy_to(db, copy)
            await asyncio.to_thread(_pack, settings, copy, target)
    finally:
        await db.close()


def _pack(settings: Settings, copy: Path, target: Path) -> None:
    unfinished = target.with_suffix(".part")
    unfinished.touch(mode=ONLY_OURS)
    with tarfile.open(unfinished, "w:gz") as archive:
        archive.add(copy, copy.name)
        # Without its key, no browser would take a push from the copy.
        for part in (ca_folder(settings), lists_folder(settings), settings.data / PUSH_KEY):
            if part.exists():
                archive.add(part, part.name, filter=_worth_keeping)
    unfinished.replace(target)


def _worth_keeping(entry: tarfile.TarInfo) -> tarfile.TarInfo | None:
    """Leave out what is made again by itself: compiled lists, and what is just coming in."""
    parts = Path(entry.name).parts
    passing = {COMPILED, progress.FOLDER}.intersection(parts[1:2])
    coming = len(parts) > 1 and parts[1].startswith(COMING)
    return None if parts[0] == LISTS and (passing or coming) else entry
