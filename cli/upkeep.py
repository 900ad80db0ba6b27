"""Looking after an installation: migrate, back up, make a new set-up code."""

import asyncio
from pathlib import Path

from cli.backups import folder_of, make
from cli.places import panel_url
from cli.saying import spoken
from cli.settings import Settings
from cli.setup_code import SetupCode, has_owner
from rules.explain import Sentence
from store.database import Database
from store.errors import StoreError


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
    try:
        target = asyncio.run(make(settings, to or folder_of(settings)))
    except StoreError as error:
        return Sentence(str(error), {})
    print(target)
    return None
