"""Making backups and finding them: by command, from the panel, and by the clock."""

import asyncio
import tarfile
import tempfile
from datetime import datetime
from pathlib import Path

from cli.clock import system_clock
from cli.places import ca_folder, lists_folder
from cli.settings import Settings
from feeds import progress
from feeds.compiled import FOLDER as COMPILED
from feeds.lists import COMING
from reports.vapid import KEY_FILE as PUSH_KEY
from rules.backups import Backup, is_due, moment_of, name_at, outlived
from rules.credentials import KEY_FILE as CREDENTIALS_KEY
from rules.tunnels import KEY_FILE as TUNNELS_KEY
from store import backup, backups
from store.database import Database

ONLY_OURS = 0o600
LISTS = "lists"
KEYS = (PUSH_KEY, CREDENTIALS_KEY, TUNNELS_KEY)
"""Without them no browser would take a push from the copy, and no password or tunnel would fit."""
DATABASE = "haidang.db"


def folder_of(settings: Settings) -> Path:
    """Name the folder of backups."""
    return settings.data / "backups"


def list_all(folder: Path) -> list[Backup]:
    """Return every backup of a folder, the newest first."""
    found = [
        Backup(path.name, at, path.stat().st_size)
        for path in (folder.iterdir() if folder.is_dir() else ())
        if (at := moment_of(path.name))
    ]
    return sorted(found, key=lambda each: each.at, reverse=True)


async def make(settings: Settings, folder: Path, db: Database | None = None) -> Path:
    """Write everything into one file that only its owner can read. Raises StoreError."""
    await asyncio.to_thread(folder.mkdir, parents=True, exist_ok=True, mode=0o700)
    target = folder / name_at(system_clock())
    opened = db or await Database.open(settings.db_url)
    try:
        with tempfile.TemporaryDirectory(dir=folder) as passing:
            copy = Path(passing) / DATABASE
            await backup.copy_to(opened, copy)
            await asyncio.to_thread(_pack, settings, copy, target)
    finally:
        if db is None:
            await opened.close()
    return target


async def make_due(settings: Settings, db: Database, now: datetime) -> int:
    """Make a backup if the plan wants one now, and remove those that are too many."""
    async with db.read() as connection:
        plan = await backups.plan_of(connection)
    folder = folder_of(settings)
    there = list_all(folder)
    if not is_due(plan, there[0].at if there else None, now):
        return 0
    await make(settings, folder, db)
    for old in outlived(plan, list_all(folder)):
        (folder / old.name).unlink(missing_ok=True)
    return 1


def _pack(settings: Settings, copy: Path, target: Path) -> None:
    unfinished = target.with_suffix(".part")
    unfinished.touch(mode=ONLY_OURS)
    keys = [settings.data / name for name in KEYS]
    with tarfile.open(unfinished, "w:gz") as archive:
        archive.add(copy, copy.name)
        for part in (ca_folder(settings), lists_folder(settings), *keys):
            if part.exists():
                archive.add(part, part.name, filter=_worth_keeping)
    unfinished.replace(target)


def _worth_keeping(entry: tarfile.TarInfo) -> tarfile.TarInfo | None:
    """Leave out what is made again by itself: compiled lists, and what is just coming in."""
    parts = Path(entry.name).parts
    passing = {COMPILED, progress.FOLDER}.intersection(parts[1:2])
    coming = len(parts) > 1 and parts[1].startswith(COMING)
    return None if parts[0] == LISTS and (passing or coming) else entry
