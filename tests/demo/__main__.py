"""`python -m tests.demo`: a sample family, its past days of real browsing, then the service."""

import asyncio
import shutil
import signal
import sys
from pathlib import Path

import uvloop
from rich.console import Console
from rich.progress import Progress

from cli.clock import system_clock
from cli.lock import Held, hold
from proxy.settings import DoorSettings
from tests.demo import live, service
from tests.demo.home import home_at
from tests.demo.past import Past, live_through
from tests.demo.people import PARENTS, PASSWORD
from tests.demo.saying import say
from tests.demo.story import beginning
from tests.lab.lab import ROOT, LabProcess, lab_process
from tests.lab.origin import LOOPBACK

DATA = ROOT / "data" / "demo"
MARK = "sample-data"
"""Only a folder with this file in it is ours to empty."""


def main() -> None:
    """Run the demonstration until Ctrl-C."""
    console = Console(highlight=False)
    try:
        with lab_process() as lab:
            settings = service.door_settings(lab, service.door_port())
            past = tell_past(settings, lab, console)
            show(past, settings, console)
    except Held:
        sys.exit(say("A demonstration is running already."))
    except KeyboardInterrupt:
        pass
    console.print(say("The demonstration has ended."))


def tell_past(settings: DoorSettings, lab: LabProcess, console: Console) -> Past:
    """Let the past happen in a fresh data folder, with a progress bar."""
    refuse_what_is_not_ours(DATA)
    DATA.mkdir(parents=True, mode=0o700, exist_ok=True)
    with hold(DATA), Progress(console=console, transient=True) as progress:
        empty(DATA)
        bar = progress.add_task(say("The sample family lives through its days"), total=None)
        until = system_clock()
        zone = home_at(until)
        return uvloop.run(
            live_through(
                DATA,
                settings,
                lab,
                zone=zone,
                since=beginning(until, zone),
                until=until,
                advance=lambda done, total: progress.update(bar, completed=done, total=total),
            )
        )


def refuse_what_is_not_ours(data: Path) -> None:
    """End when the folder holds something that no demonstration made."""
    if data.exists() and any(data.iterdir()) and not (data / MARK).exists():
        message = "{folder} was not made by a demonstration: move it away first."
        sys.exit(say(message, folder=data))


def empty(data: Path) -> None:
    """Remove what an earlier demonstration left, all but the lock that is held."""
    for path in data.iterdir():
        if path.is_dir():
            shutil.rmtree(path)
        elif path.name != "running":
            path.unlink()
    (data / MARK).touch()


def show(past: Past, settings: DoorSettings, console: Console) -> None:
    """Start the ordinary service and let the children go on until Ctrl-C."""
    port = service.panel_port()
    with service.running(DATA, settings, port):
        zone = past.family.zone
        now = system_clock().astimezone(zone)
        console.print(say("Panel    {url}", url=f"http://{LOOPBACK}:{port}"))
        console.print(
            say("Sign in  {email}, password {password}", email=PARENTS[0].email, password=PASSWORD)
        )
        console.print(
            say(
                "It is {time} where the family lives ({zone}); three children are browsing. "
                "Ctrl-C ends it.",
                time=f"{now:%H:%M}",
                zone=zone.key,
            ),
            soft_wrap=True,
        )
        uvloop.run(stay(past))


async def stay(past: Past) -> None:
    """Let the children browse until Ctrl-C or SIGTERM."""
    loop = asyncio.get_running_loop()
    browsing = asyncio.ensure_future(live.browse_on(past.devices, past.family.zone, system_clock))
    for number in (signal.SIGINT, signal.SIGTERM):
        loop.add_signal_handler(number, browsing.cancel)
    await asyncio.wait({browsing})


if __name__ == "__main__":
    main()
