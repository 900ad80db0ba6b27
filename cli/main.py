"""The command line: `haidang run`, `doctor`, `explain` and the rest."""

import asyncio
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Annotated, Any, NoReturn

import typer

from cli.places import CannotStart, make_data_folder
from cli.processes import end_with_parent
from cli.saying import spoken
from cli.settings import InvalidSetting, Settings, load
from rules.explain import Sentence

WRONG_SETTING = 2
TROUBLE = 1

app = typer.Typer(
    help="Hải Đăng: parental control that runs on your own machine and explains itself.",
    no_args_is_help=True,
    add_completion=False,
    pretty_exceptions_enable=False,
)
feeds = typer.Typer(help="Lists from outside.", no_args_is_help=True)
app.add_typer(feeds, name="feeds")

Supervised = Annotated[
    bool, typer.Option(hidden=True, help="Started by `run`: end when standard input closes.")
]


@app.command()
def run() -> None:
    """Start panel, doors and clock, and keep them running until Ctrl-C."""
    from cli.wiring.house import run_house

    _end_with(run_house)


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
    host: Annotated[str, typer.Argument(help="A site: youtube.com")],
    at: Annotated[str, typer.Option(help="When: “tue 21:15”, “21:15” or 2026-11-24T21:15.")] = "",
) -> None:
    """Show each check a visit meets, its answer, and what the child and the parent are told."""
    from cli.explain import show

    _end_with(lambda given: show(given, child, host, at))


@feeds.command("import")
def import_list(
    source: Annotated[str, typer.Argument(help="A file, or an http(s) address.")],
    category: Annotated[str, typer.Option(help="Category its sites belong to.")],
    name: Annotated[str, typer.Option(help="Name of the list; the same name replaces it.")],
) -> None:
    """Import a hosts file or a list of plain domains into a category."""
    from cli.lists import bring_in

    _end_with(lambda given: bring_in(given, source, category=category, name=name))


@feeds.command("list")
def list_lists() -> None:
    """Show the imported lists."""
    from cli.lists import show

    _end_with(show)


@app.command()
def migrate() -> None:
    """Bring the database to the newest schema (every process does so by itself when it starts)."""
    from cli.upkeep import migrate as do

    _end_with(do)


@app.command()
def backup(
    to: Annotated[Path | None, typer.Option(help="Folder; data/backups if not given.")] = None,
) -> None:
    """Copy database, certificates and lists into one file, while the service runs."""
    from cli.upkeep import back_up

    _end_with(lambda given: back_up(given, to))


@app.command("settings")
def show_settings(
    markdown: Annotated[bool, typer.Option(help="Write docs/settings.md instead.")] = False,
) -> None:
    """Show every setting, its value and where it was set."""
    from cli.settings_page import page, show

    if markdown:
        sys.stdout.write(page())
    else:
        given, origins = _load()
        show(given, origins)


@app.command()
def setup_code() -> None:
    """Make a new one-time set-up code (only while nobody owns this installation)."""
    from cli.upkeep import new_setup_code

    _end_with(new_setup_code)


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


def settings() -> Settings:
    """Read the settings, or end with one sentence."""
    return _load()[0]


def _load() -> tuple[Settings, dict[tuple[str, ...], str]]:
    try:
        given, origins = load()
        _ = given.passphrase
    except InvalidSetting as wrong:
        give_up(wrong.sentence, WRONG_SETTING)
    return given, origins


def give_up(sentence: Sentence, code: int = TROUBLE) -> NoReturn:
    """End with one sentence that says why."""
    print(spoken(sentence), file=sys.stderr)
    raise typer.Exit(code)


def _end_with(work: Callable[[Settings], Sentence | None]) -> None:
    """Do something and say how it went: a sentence is trouble."""
    given = settings()
    try:
        make_data_folder(given)
        trouble = work(given)
    except CannotStart as error:
        trouble = error.sentence
    if trouble is not None:
        give_up(trouble)


def _process(name: str, supervised: bool) -> Settings:
    if supervised:
        end_with_parent()
    given = settings()
    make_data_folder(given)
    from cli.logs import set_up

    set_up(given.log_level, name)
    return given
