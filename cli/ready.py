"""The commands for whole rules: presets, calendars, documents."""

from enum import StrEnum
from pathlib import Path
from typing import Annotated

import typer

from cli.ending import end_with
from rules.times import Like

presets = typer.Typer(help="Rules by age, and Decree 147.", no_args_is_help=True)
calendars = typer.Typer(help="Holidays and exams from calendars.", no_args_is_help=True)
documents = typer.Typer(help="Rules as JSON documents.", no_args_is_help=True)


class Preset(StrEnum):
    """The presets there are."""

    LITTLE = "little"
    CHILD = "child"
    TEEN = "teen"
    YOUTH = "youth"
    ND147 = "nd147"


Owner = Annotated[str, typer.Argument(help="Name of a child, or of a group.")]
OnlyShow = Annotated[bool, typer.Option(help="Only show what would change.")]


@presets.command("list")
def list_presets() -> None:
    """Show what each preset says."""
    from cli.adopting import show_presets

    end_with(show_presets)


@presets.command("take")
def take_preset(
    owner: Owner,
    name: Annotated[Preset, typer.Argument(help="little, child, teen, youth or nd147.")],
    only_show: OnlyShow = False,
) -> None:
    """Take a preset into the rules of a child or a group; what you added by hand stays."""
    from cli.adopting import take_preset as do

    end_with(lambda given: do(given, owner, name.value, only_show=only_show))


@calendars.command("import")
def import_calendar(
    owner: Owner,
    file: Annotated[Path, typer.Argument(help="An iCalendar file: holidays.ics")],
    like: Annotated[Like, typer.Option(help="What these days are like.")] = Like.HOLIDAY,
    only_show: OnlyShow = False,
) -> None:
    """Take the whole days of a calendar into the rules; the same event replaces itself."""
    from cli.adopting import take_calendar

    end_with(lambda given: take_calendar(given, owner, file, like, only_show=only_show))


@documents.command("show")
def show_rules(owner: Owner) -> None:
    """Write the rules of a child or a group as JSON."""
    from cli.adopting import show_rules as do

    end_with(lambda given: do(given, owner))


@documents.command("set")
def set_rules(
    owner: Owner,
    file: Annotated[Path, typer.Argument(help="A file with the rules: policy.json")],
    only_show: OnlyShow = False,
) -> None:
    """Replace the rules of a child or a group by those of a file."""
    from cli.adopting import set_rules as do

    end_with(lambda given: do(given, owner, file, only_show=only_show))
