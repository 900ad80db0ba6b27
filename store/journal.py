"""The journal: visits taken from the hot path without waiting, aggregated, and written in batches.

Lines of the same device, host, minute and answer become one row. The batch is written every half
second; when the database is away it is spooled to disk and written when it is back, exactly once.
When memory is full the oldest allowed visits go first and are counted; blocks are never dropped.
"""

from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from uuid import UUID

from rules.clock import Clock
from rules.verdict import Verdict
from store.database import Database
from store.devices import Sighting


@dataclass(frozen=True, slots=True)
class Note:
    """One visit as the journal takes it."""

    at: datetime
    device_id: UUID | None
    child_id: UUID | None
    host: str
    verdict: Verdict
    category: str = ""
    """The first category of the host, empty if unlisted."""
    service: str = ""
    visits: int = 1
    bytes_up: int = 0
    bytes_down: int = 0
    opened: bool = False
    """Whether TLS was opened to look inside."""
    page: str = ""
    """For a page the child navigated to, at privacy level PAGES: its URL without query and fragment."""
    title: str = ""


@dataclass(frozen=True, slots=True)
class MinuteMark:
    """One attended minute of a child in a scope, on a local day."""

    child_id: UUID
    day: str
    """ISO date of the local day."""
    scope: str
    minute: int


@dataclass(slots=True)
class JournalHealth:
    waiting: int = 0
    spooled: int = 0
    dropped: int = 0
    last_error: str = ""


class Journal:
    """Takes notes from the hot path; `run()` writes them until cancelled, then writes what is left."""

    def __init__(
        self, db: Database, *, spool: Path, clock: Clock, worker: str, limit: int = 50_000
    ) -> None:
        raise NotImplementedError

    def note(self, note: Note) -> None:
        """Take one visit. Never waits, never raises."""
        raise NotImplementedError

    def mark(self, mark: MinuteMark) -> None:
        """Take one attended minute. Never waits, never raises."""
        raise NotImplementedError

    def sight(self, sighting: Sighting) -> None:
        """Take one observation of a device. Never waits, never raises."""
        raise NotImplementedError

    def health(self) -> JournalHealth:
        """Tell how the journal is doing."""
        raise NotImplementedError

    async def run(self) -> None:
        """Write batches every half second until cancelled; on cancellation write (or spool) everything."""
        raise NotImplementedError

    async def flush(self) -> None:
        """Write everything taken so far now; spool it if the database is away."""
        raise NotImplementedError
