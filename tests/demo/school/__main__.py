"""`make demo-school`: a school lives through a term, then its panel is served (PUPILS=, WEEKS=)."""

import os
import sys
from pathlib import Path

import uvloop
from rich.console import Console
from rich.progress import Progress, TimeRemainingColumn

from cli.clock import system_clock
from cli.lock import Held, hold
from proxy.settings import DoorSettings
from store.database import Database
from tests.demo import service
from tests.demo.people import PASSWORD
from tests.demo.saying import say
from tests.demo.school.founding import HEAD_MAIL, OFFICER_MAIL, ZONE
from tests.demo.school.people import DATA
from tests.demo.school.term import live
from tests.lab.lab import ROOT
from tests.lab.origin import LOOPBACK

FOLDER = ROOT / "data" / "demo-school"
PERIOD_S = 600
"""How far back the bar looks to say how long it still takes: a Sunday's letters are in it then."""


def main() -> None:
    """Let the term happen, then serve until Ctrl-C."""
    console = Console(highlight=False)
    if not DATA.is_dir():
        sys.exit(say("The sample school needs the public data in {folder}.", folder=DATA))
    FOLDER.mkdir(parents=True, mode=0o700, exist_ok=True)
    try:
        with hold(FOLDER):
            uvloop.run(tell_term(FOLDER, console))
        show(FOLDER, console)
    except Held:
        sys.exit(say("A demonstration is running already."))
    except ValueError as other:
        sys.exit(f"{other}. {say('Remove {folder} to begin anew.', folder=FOLDER)}")
    except KeyboardInterrupt:
        pass
    console.print(say("The demonstration has ended."))


async def tell_term(folder: Path, console: Console) -> None:
    """Live through the term with a progress bar; a second start goes on where the first ended."""
    until = system_clock().astimezone(ZONE).date()
    db = await Database.open(f"sqlite+aiosqlite:///{folder / 'haidang.db'}")
    columns = (*Progress.get_default_columns()[:-1], TimeRemainingColumn())
    bar = Progress(*columns, console=console, speed_estimate_period=PERIOD_S)
    try:
        with bar as progress:
            task = progress.add_task(say("The school lives through its term"), total=None)
            await live(
                db,
                folder,
                count=int(os.environ.get("PUPILS", "1000")),
                weeks=int(os.environ.get("WEEKS", "16")),
                seed=int(os.environ.get("SEED", "1")),
                until=until,
                doors=int(os.environ.get("DOORS", str(min(4, os.cpu_count() or 1)))),
                advance=lambda done, total: progress.update(task, completed=done, total=total),
            )
    finally:
        await db.close()


def show(folder: Path, console: Console) -> None:
    """Serve the panel until Ctrl-C."""
    port = service.panel_port()
    settings = DoorSettings(host=LOOPBACK, port=service.door_port(), workers=1)
    with service.running(folder, settings, port) as process:
        console.print(say("Panel    {url}", url=f"http://{LOOPBACK}:{port}"))
        for who, mail in (
            (say("Head"), HEAD_MAIL),
            (say("Teacher"), "6a1@demo.example"),
            (say("Officer"), OFFICER_MAIL),
        ):
            console.print(f"{who:12} {mail}, {PASSWORD}")
        process.wait()


if __name__ == "__main__":
    main()
