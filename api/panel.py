"""What the panel works with: database, catalogue, clock, settings and the way to the doors."""

from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

from fastapi import Request

from api.settings import PanelSettings
from feeds.catalogue import Catalogue
from rules.clock import Clock
from store.database import Database


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


def panel_of(request: Request) -> Panel:
    """Return the panel a request belongs to."""
    panel: Panel = request.app.state.panel
    return panel
