"""What the panel works with: database, catalogue, clock, settings and the way to the doors."""

from collections.abc import Awaitable, Callable
from dataclasses import dataclass, field
from pathlib import Path

from fastapi import Request

from api.settings import PanelSettings
from feeds.catalogue import Catalogue
from reports.settings import NoticeSettings
from rules.backups import Backup
from rules.clock import Clock
from rules.findings import Finding
from store import keeping
from store.database import Database
from store.keeping import Keeping
from store.ledger import NOT_YET, Checked


@dataclass(frozen=True, slots=True)
class TunnelDesk:
    """What is needed to give a device a WireGuard tunnel."""

    secret: Callable[[], bytes]
    """Reads the secret from which the doors' keys are made."""
    host: str = ""
    """Address from outside; empty: the doors' own."""
    kernel_port: int = 0
    """The one port of the kernel's WireGuard; 0 where each device has a tunnel of its own."""


@dataclass(frozen=True, slots=True)
class Upkeep:
    """What the panel does for whoever runs the house, by the hands of the command line."""

    data: Path
    """The data folder."""
    examine: Callable[[], Awaitable[list[Finding]]]
    """Looks the whole installation over, as `haidang doctor` does."""
    spool: Path = Path("spool")
    """Where doors put what they record while the database is away."""
    snapshot: Path = Path("household.json")
    """The rules as the doors keep them, for a start without the database."""
    backups: Path = Path("backups")
    list_backups: Callable[[], list[Backup]] = list
    """Returns the backups, the newest first."""
    back_up: Callable[[], Awaitable[Path]] | None = None
    """Makes a backup; raises StoreError where it cannot."""


@dataclass(slots=True)
class Panel:
    """Everything the panel works with; kept at `app.state.panel`."""

    db: Database
    catalogue: Catalogue
    clock: Clock
    settings: PanelSettings
    ca_certificate: Path
    lists: Path
    """The folder of imported lists."""
    door_host: str
    """The address devices reach the doors at."""
    door_port: int
    verify_setup_code: Callable[[str], bool] | None = None
    credentials_key: Callable[[], bytes] | None = None
    """Reads the secret that keys proxy passwords; without it no credentials are offered."""
    tunnels: TunnelDesk | None = None
    """Without it no tunnels are offered."""
    push_key: Callable[[], str] = str
    """Reads the public key of pushes to browsers; without it (empty) none is offered."""
    notices: NoticeSettings = field(default_factory=NoticeSettings)
    upkeep: Upkeep | None = None
    """Without it nothing is told of the machine."""
    is_sample: bool = False
    """The family is made up, for people to look around in."""
    checked: Checked = NOT_YET
    """How far this process walked the ledger's chain."""
    keep_visits_days: int = 90
    keep_pages_days: int = 30
    """How long the clock keeps what was recorded; the child reads it on its own page."""


def panel_of(request: Request) -> Panel:
    """Return the panel a request belongs to."""
    panel: Panel = request.app.state.panel
    return panel


async def follow_keeping(panel: Panel, settings: Keeping) -> None:
    """Take over for how long is kept, as an adult chose it, or the settings say."""
    async with panel.db.read() as store:
        kept = await keeping.of_house(store, settings)
    panel.keep_visits_days, panel.keep_pages_days = kept.visits_days, kept.pages_days
