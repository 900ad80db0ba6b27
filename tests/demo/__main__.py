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
from proxy.settings import DoorSettings
from tests.demo import live, service
from tests.demo.past import Past, live_through
from tests.demo.people import PARENTS, PASSWORD
from tests.demo.story import beginning
from tests.lab.lab import ROOT, LabProcess, lab_process
from tests.lab.origin import LOOPBACK

DATA = ROOT / "data" / "demo"
MARK = "sample-data"
"""Only a folder with this file in it is ours to empty."""


def fresh(data: Path) -> Path:
    """Give an empty data folder, replacing what an earlier demonstration left."""
    if data.exists() and not (data / MARK).exists():
        sys.exit(f"{data} exists and is not from a demonstration: move it away first.")
    shutil.rmtree(data, ignore_errors=True)
    data.mkdir(parents=True, mode=0o700)
    (data / MARK).touch()
    return data


def tell_past(data: Path, settings: DoorSettings, lab: LabProcess, console: Console) -> Past:
    """Let the past happen, with a progress bar."""
    until = system_clock()
    with Progress(console=console, transient=True) as progress:
        bar = progress.add_task("The sample family browses", total=None)
        return uvloop.run(
            live_through(
                data,
                settings,
                lab,
                since=beginning(until),
                until=until,
                advance=lambda done, total: progress.update(bar, completed=done, total=total),
            )
        )


async def stay(past: Past) -> None:
    """Let the children browse until Ctrl-C or SIGTERM."""
    loop = asyncio.get_running_loop()
    browsing = asyncio.ensure_future(live.browse_on(past.devices, system_clock))
    for number in (signal.SIGINT, signal.SIGTERM):
        loop.add_signal_handler(number, browsing.cancel)
    await asyncio.wait({browsing})


def main() -> None:
    """Run the demonstration until Ctrl-C."""
    console = Console()
    try:
        demonstrate(console)
    except KeyboardInterrupt:
        console.print("The demonstration ended.")


def demonstrate(console: Console) -> None:
    """Tell the past, start the service, and let the children go on."""
    data = fresh(DATA)
    with lab_process() as lab:
        settings = service.door_settings(lab)
        past = tell_past(data, settings, lab, console)
        port = service.panel_port()
        with service.running(data, settings, port):
            parent = PARENTS[0]
            console.print(f"Panel    http://{LOOPBACK}:{port}  ({parent.email}, {PASSWORD})")
            console.print(f"Children browse through the door at {LOOPBACK}:{settings.port}")
            console.print(f"Data     {data.relative_to(ROOT)}  (Ctrl-C ends the demonstration)")
            uvloop.run(stay(past))


if __name__ == "__main__":
    main()
