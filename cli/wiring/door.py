"""From settings to one running door worker."""

import platform

import uvloop

from cli.clock import system_clock
from cli.places import lists_folder, panel_url
from cli.settings import Settings
from feeds.catalogue import load
from proxy.main import run_door as run


def run_door(settings: Settings, *, worker: int) -> None:
    """Run one door worker until SIGTERM."""
    lists = lists_folder(settings)
    uvloop.run(
        run(
            db_url=settings.db_url,
            data=settings.data,
            settings=settings.door,
            load_catalogue=lambda: load(lists),
            clock=system_clock,
            worker=f"{platform.node()}/{worker}",
            passphrase=settings.passphrase,
            panel_url=panel_url(settings),
        )
    )
