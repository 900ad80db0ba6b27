"""The commands for schools: lists of pupils, and the new school year."""

from pathlib import Path
from typing import Annotated

import typer

from cli.ending import end_with

roster = typer.Typer(help="Lists of pupils of a school or class.", no_args_is_help=True)
Group = Annotated[str, typer.Argument(help="Name of the school or class.")]


@roster.command("import")
def bring_in(
    group: Group,
    file: Annotated[Path, typer.Argument(help="Excel, CSV or a OneRoster bundle.")],
    dry_run: Annotated[
        bool, typer.Option("--dry-run", help="Only show what would happen.")
    ] = False,
    missing_leave: Annotated[
        bool, typer.Option("--missing-leave", help="Who does not stand in the list has left.")
    ] = False,
) -> None:
    """Bring in a list of pupils; the same list twice changes nothing."""
    from cli.rosters import bring_in as do

    end_with(lambda given: do(given, group, file, dry_run=dry_run, leave=missing_leave))


@roster.command("export")
def export(group: Group, file: Annotated[Path, typer.Argument(help="To: .xlsx or .csv")]) -> None:
    """Write the pupils of a school or class into a file."""
    from cli.rosters import export as do

    end_with(lambda given: do(given, group, file))


@roster.command("year")
def begin_year(
    group: Group,
    dry_run: Annotated[
        bool, typer.Option("--dry-run", help="Only show what would happen.")
    ] = False,
) -> None:
    """Begin a school year: classes move up, and the last grade leaves."""
    from cli.rosters import begin_year as do

    end_with(lambda given: do(given, group, dry_run=dry_run))


@roster.command("undo")
def undo(group: Group) -> None:
    """Take back what was done last to the list of a school or class."""
    from cli.rosters import undo as do

    end_with(lambda given: do(given, group))
