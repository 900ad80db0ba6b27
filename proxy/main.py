"""One door worker: builds everything and runs until told to stop."""

from collections.abc import Callable
from pathlib import Path

from feeds.catalogue import Catalogue
from proxy.settings import DoorSettings
from rules.clock import Clock
from store.database import Database


async def run_door(*, db_url: str, data: Path, settings: DoorSettings, load_catalogue: Callable[[], Catalogue], clock: Clock, worker: str, passphrase: bytes | None = None, panel_url: str = "") -> None:
    """Run one door worker until SIGTERM or cancellation, then drain: stop listening, let requests finish (3 s), write the journal.

    Opens the database itself; starts from the snapshot `data/household.json` when the database is away;
    with neither it blocks everything with a page that says why.
    """
    raise NotImplementedError
