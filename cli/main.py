"""The command line: `haidang run`, `doctor`, `explain` and the rest."""

import asyncio
import sys
from pathlib import Path
from typing import Annotated, Any

import typer

from cli import agreements, catalogue, gateways, ready, schools, told, worries
from cli.ending import TROUBLE, end_with, settings, settings_and_origins
from cli.places import make_data_folder
from cli.processes import end_with_parent, rest_collector
from cli.saying import spoken
from cli.settings import Settings
from rules.explain import Sentence

app = typer.Typer(
    help="Hải Đăng: parental control that runs on your own machine and explains itself.",
    no_args_is_help=True,
    add_completion=False,
    pretty_exceptions_enable=False,
)
app.add_typer(catalogue.feeds, name="feeds")
app.add_typer(gateways.gateway, name="gateway")
app.add_typer(agreements.groups, name="groups")
app.add_typer(schools.roster, name="roster")
app.add_typer(agreements.asks, name="asks")
app.add_typer(worries.alerts, name="alerts")
app.add_typer(told.pages, name="pages")
app.add_typer(agreements.packs, name="pack")
app.add_typer(agreements.tasks, name="tasks")
app.add_typer(ready.presets, name="preset")
app.add_typer(ready.calendars, name="calendar")
app.add_typer(ready.documents, name="rules")

Supervised = Annotated[
    bool, typer.Option(hidden=True, help="Started by `run`: end when standard input closes.")
]


@app.command()
def run() -> None:
    """Start panel, doors and clock, and keep them running until Ctrl-C."""
    from cli.wiring.house import run_house

    end_with(run_house)


@app.command()
def panel(
    supervised: Supervised = False,
    new_code: Annotated[
        bool, typer.Option(help="Make a new set-up code while nobody owns this installation.")
    ] = False,
) -> None:
    """Run the panel alone."""
    given = _process("panel", supervised)
    from cli.wiring.panel import run_panel

    asyncio.run(run_panel(given, new_code=new_code))


@app.command()
def door(
    supervised: Supervised = False,
    worker: Annotated[int, typer.Option(help="Number of this worker, unique on the machine.")] = 1,
) -> None:
    """Run one door worker alone."""
    given = _process(f"door-{worker}", supervised)
    from cli.wiring.door import run_door

    run_door(given, worker=worker)


@app.command()
def clock(supervised: Supervised = False) -> None:
    """Run the clock alone: sums, weekly letters, cleaning."""
    given = _process("clock", supervised)
    from cli.wiring.clock import run_clock

    asyncio.run(run_clock(given))


@app.command("update-doors")
def update_doors() -> None:
    """Replace the doors one by one, after an update; running connections may end in their time."""
    from cli.update_doors import update_doors

    end_with(update_doors)


@app.command()
def doctor() -> None:
    """Look for trouble and say what to do."""
    from cli.doctor import examine, show

    findings = asyncio.run(examine(settings()))
    show(findings)
    if not all(finding.is_well for finding in findings):
        raise typer.Exit(TROUBLE)


@app.command()
def explain(
    child: Annotated[str, typer.Argument(help="Name of the child.")],
    host: Annotated[
        str,
        typer.Argument(help="A site, or a page of one: youtube.com, https://youtube.com/shorts/x"),
    ],
    at: Annotated[str, typer.Option(help="When: “tue 21:15”, “21:15” or 2026-11-24T21:15.")] = "",
    device: Annotated[str, typer.Option(help="Name of the device.")] = "",
) -> None:
    """Show each check a visit meets, its answer, and what the child and the parent are told."""
    from cli.explain import show

    end_with(lambda given: show(given, child, host, at, device))


@app.command()
def history(
    owner: Annotated[str, typer.Argument(help="Name of a child, or of a group.")],
    since: Annotated[int | None, typer.Option(help="Compare with this version instead.")] = None,
    number: Annotated[int | None, typer.Option(help="Compare this version; else the last.")] = None,
) -> None:
    """Show every version of somebody's rules with what it changed, or compare any two."""
    from cli.history import show

    end_with(lambda given: show(given, owner, since=since, number=number))


@app.command()
def undo(
    owner: Annotated[str, typer.Argument(help="Name of a child, or of a group.")],
    number: Annotated[int, typer.Argument(help="The version to go back to; see `history`.")],
) -> None:
    """Bring somebody's rules back to how they were in an earlier version."""
    from cli.history import go_back

    end_with(lambda given: go_back(given, owner, number))


@app.command()
def rehearse(
    child: Annotated[str, typer.Argument(help="Name of the child.")],
    policy: Annotated[Path, typer.Argument(help="A file with the draft: policy.json")],
    days: Annotated[int, typer.Option(min=1, max=366, help="So many days back.")] = 30,
) -> None:
    """Show what rules would have done on the last days, before you switch them on."""
    from cli.rehearse import show

    end_with(lambda given: show(given, child, policy, days))


@app.command()
def migrate() -> None:
    """Bring the database to the newest schema (every process does so by itself when it starts)."""
    from cli.upkeep import migrate as do

    end_with(do)


@app.command()
def backup(
    to: Annotated[Path | None, typer.Option(help="Folder; data/backups if not given.")] = None,
) -> None:
    """Copy database, certificates and lists into one file, while the service runs."""
    from cli.upkeep import back_up

    end_with(lambda given: back_up(given, to))


@app.command()
def restore(
    file: Annotated[Path, typer.Argument(help="A backup: data/backups/haidang-….tar.gz")],
    yes: Annotated[bool, typer.Option("--yes", help="Do not ask.")] = False,
) -> None:
    """Put a backup back while the service is stopped; what is there is moved aside."""
    from cli.restoring import restore as do

    end_with(lambda given: do(given, file, yes=yes))


@app.command("settings")
def show_settings(
    markdown: Annotated[bool, typer.Option(help="Write docs/settings.md instead.")] = False,
) -> None:
    """Show every setting, its value and where it was set."""
    from cli.settings_page import page, show

    if markdown:
        sys.stdout.write(page())
    else:
        given, origins = settings_and_origins()
        show(given, origins)


@app.command()
def setup_code() -> None:
    """Make a new one-time set-up code (only while nobody owns this installation)."""
    from cli.upkeep import new_setup_code

    end_with(new_setup_code)


def main() -> None:
    """Run the command line; where help is wanted, in the terminal's language."""
    command = typer.main.get_command(app)
    if len(sys.argv) == 1 or "--help" in sys.argv:
        translate(command)
    command()


def translate(command: Any) -> None:
    """Say the help of a command, of its parameters and of the commands below it."""
    for part in (command, *command.params):
        if getattr(part, "help", None):
            part.help = spoken(Sentence(part.help, {}))
    for below in getattr(command, "commands", {}).values():
        translate(below)


def _process(name: str, supervised: bool) -> Settings:
    rest_collector()
    if supervised:
        end_with_parent()
    given = settings()
    make_data_folder(given)
    from cli.logs import set_up

    set_up(given.log_level, name)
    return given
