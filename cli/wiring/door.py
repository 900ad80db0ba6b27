"""From settings to one running door worker."""

import platform

import uvloop

from cli.clock import system_clock
from cli.places import lists_folder, panel_at, panel_url
from cli.processes import announce
from cli.settings import Settings
from feeds.newest import Newest
from proxy.main import run_door as run


def run_door(settings: Settings, *, worker: int) -> None:
    """Run one door worker until SIGTERM."""
    uvloop.run(
        run(
            db_url=settings.db_url,
            data=settings.data,
            settings=settings.door,
            load_catalogue=Newest(lists_folder(settings)),
            clock=system_clock,
            worker=f"{platform.node()}/{worker}",
            passphrase=settings.passphrase,
            panel_url=panel_url(settings),
            panel_at=panel_at(settings),
            listening=announce,
        )
    )
