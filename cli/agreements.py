"""The commands for what people agree on: groups, asks, tasks, and packs of rules."""

import sys
from enum import StrEnum
from pathlib import Path
from typing import Annotated

import typer

from cli.ending import end_with
from rules.asks import MOST_MINUTES, Move
from rules.earn import LEARNING_SCOPE
from rules.scope import EVERYTHING

asks = typer.Typer(help="What the children asked for.", no_args_is_help=True)
groups = typer.Typer(help="City, ward, school, class, family.", no_args_is_help=True)
packs = typer.Typer(help="Signed packs of rules.", no_args_is_help=True)
tasks = typer.Typer(help="Tasks that earn minutes.", no_args_is_help=True)


class Answer(StrEnum):
    """What an adult may answer."""

    YES = Move.YES
    NO = Move.NO
    OFFER = Move.OFFER


class Kind(StrEnum):
    """What a group is, from the widest."""

    CITY = "city"
    WARD = "ward"
    SCHOOL = "school"
    CLASS = "class"
    FAMILY = "family"


Group = Annotated[str, typer.Argument(help="Name of the group.")]
Owner = Annotated[str, typer.Argument(help="Name of a child, or of a group.")]
Child = Annotated[str, typer.Argument(help="Name of the child.")]
AskNumber = Annotated[str, typer.Argument(help="Number of the ask; see `asks list`.")]
Scope = Annotated[str, typer.Option(help="What: everything, category:games, service:youtube, …")]


@asks.command("list")
def list_asks() -> None:
    """Show the asks, those without an answer first."""
    from cli.asks import show

    end_with(show)


@asks.command("answer")
def answer_ask(
    ask: AskNumber,
    answer: Annotated[Answer, typer.Argument(help="yes, no or offer.")],
    minutes: Annotated[
        int | None, typer.Option(min=1, max=MOST_MINUTES, help="Minutes to give or to offer.")
    ] = None,
    scope: Scope = "",
    words: Annotated[str, typer.Option(help="What the child reads with the answer.")] = "",
) -> None:
    """Answer an ask: yes gives at once, an offer when the child accepts it."""
    from cli.asks import answer as do

    end_with(lambda given: do(given, ask, Move(answer), minutes=minutes, scope=scope, words=words))


@asks.command("open")
def open_ask(
    child: Child,
    minutes: Annotated[
        int | None, typer.Option(min=1, max=MOST_MINUTES, help="Minutes to ask for.")
    ] = None,
    scope: Scope = "",
    reason: Annotated[str, typer.Option(help="Why the child asks.")] = "",
) -> None:
    """Write down what a child asks for, with the child beside you."""
    from cli.beside import open_ask as do

    end_with(lambda given: do(given, child, minutes=minutes, scope=scope, reason=reason))


@asks.command("accept")
def accept_offer(ask: AskNumber) -> None:
    """Take what was offered, for the child beside you."""
    from cli.beside import move

    end_with(lambda given: move(given, ask, Move.ACCEPT))


@asks.command("withdraw")
def withdraw_ask(ask: AskNumber) -> None:
    """Take an ask back, or decline an offer, for the child beside you."""
    from cli.beside import move

    end_with(lambda given: move(given, ask, Move.WITHDRAW))


@tasks.command("list")
def list_tasks(child: Child) -> None:
    """Show a child's tasks."""
    from cli.asks import show_tasks

    end_with(lambda given: show_tasks(given, child))


@tasks.command("add")
def add_task(
    child: Child,
    title: Annotated[str, typer.Argument(help="What is to be done.")],
    minutes: Annotated[int, typer.Option(min=1, max=MOST_MINUTES, help="Minutes it earns.")] = 15,
    scope: Scope = "",
    daily: Annotated[bool, typer.Option(help="It comes back every day.")] = False,
) -> None:
    """Set a child a task that earns minutes."""
    from cli.asks import set_task

    end_with(lambda given: set_task(given, child, title, minutes=minutes, scope=scope, daily=daily))


@tasks.command("done")
def report_task(
    child: Child,
    task: Annotated[str, typer.Argument(help="Number of the task; see `tasks list`.")],
) -> None:
    """Note that the child did a task today; an adult confirms it."""
    from cli.beside import report_task as do

    end_with(lambda given: do(given, child, task))


@tasks.command("confirm")
def confirm_task(
    child: Child,
    task: Annotated[str, typer.Argument(help="Number of the task; see `tasks list`.")],
) -> None:
    """Confirm that a task is done today; its minutes count at once."""
    from cli.asks import confirm_task as do

    end_with(lambda given: do(given, child, task))


@tasks.command("exchange")
def set_exchange(
    child: Child,
    *,
    source: Annotated[str, typer.Option(help="What earns minutes.")] = LEARNING_SCOPE,
    target: Annotated[str, typer.Option(help="What the minutes are for.")] = EVERYTHING,
    give: Annotated[int, typer.Option(min=1, max=240, help="For so many minutes …")] = 2,
    get: Annotated[int, typer.Option(min=1, max=240, help="… the child gets so many.")] = 1,
    most: Annotated[int, typer.Option(min=1, max=MOST_MINUTES, help="At most, a day.")] = 60,
) -> None:
    """Say what minutes of learning earn."""
    from cli.asks import set_exchange as do

    end_with(lambda given: do(given, child, source, target, give=give, get=get, most=most))


@groups.command("list")
def list_groups() -> None:
    """Show every group below the one it belongs to, with its children."""
    from cli.groups import show

    end_with(show)


@groups.command("add")
def add_group(
    name: Group,
    kind: Annotated[Kind, typer.Argument(help="city, ward, school, class or family.")],
    below: Annotated[str, typer.Option(help="Name of the group above.")] = "",
    zone: Annotated[str, typer.Option(help="Time zone; else that of the group above.")] = "",
) -> None:
    """Add a group, below another or standing alone."""
    from cli.groups import add

    end_with(lambda given: add(given, name, kind.value, below, zone))


@groups.command("join")
def join_group(child: Child, group: Group) -> None:
    """Enrol a child in a group besides its home; the group's rules hold for it."""
    from cli.groups import join

    end_with(lambda given: join(given, child, group))


@groups.command("give")
def give_group(
    group: Group,
    minutes: Annotated[int, typer.Option(min=1, max=24 * 60, help="Minutes to give.")] = 15,
    scope: Scope = "",
    child: Annotated[str, typer.Option(help="Only to this child of the group.")] = "",
    reason: Annotated[str, typer.Option(help="What the child reads with it.")] = "",
) -> None:
    """Give the children of a group time; it lifts the group's rules and no others."""
    from cli.giving import give_group as do

    end_with(lambda given: do(given, group, child, minutes=minutes, scope=scope, reason=reason))


@groups.command("leave")
def leave_group(child: Child, group: Group) -> None:
    """End a child's membership of a group."""
    from cli.groups import leave

    end_with(lambda given: leave(given, child, group))


@packs.command("export")
def export_pack(
    owner: Owner,
    file: Annotated[Path, typer.Argument(help="The file to write.")],
    name: Annotated[str, typer.Option(help="Name of the pack; else that of the owner.")] = "",
) -> None:
    """Write the rules of a child or a group into a signed pack."""
    from cli.packs import export

    end_with(lambda given: export(given, owner, file, name))


@packs.command("import")
def import_pack(
    owner: Owner, file: Annotated[Path, typer.Argument(help="The pack to take.")]
) -> None:
    """Replace the rules of a child or a group by those of a signed pack."""
    from cli.packs import bring_in

    end_with(lambda given: bring_in(given, owner, file))


@packs.command("keys")
def show_keys() -> None:
    """Show our own key and those whose packs are taken."""
    from cli.packs import show_keys as show

    end_with(show)


@packs.command("trust")
def trust_key(
    key: Annotated[str, typer.Argument(help="The key: 64 letters and digits.")],
    name: Annotated[str, typer.Argument(help="Whose key it is.")],
) -> None:
    """Take packs signed with a key from now on."""
    from cli.packs import trust

    end_with(lambda given: trust(given, key, name))


@packs.command("distrust")
def distrust_key(
    key: Annotated[str, typer.Argument(help="The key: 64 letters and digits.")],
) -> None:
    """Take no more packs signed with a key; rules that came so stay."""
    from cli.packs import distrust

    end_with(lambda given: distrust(given, key))


@packs.command("schema")
def show_schema() -> None:
    """Write the JSON schema of packs, as in docs/pack.schema.json."""
    from cli.packs import schema_text

    sys.stdout.write(schema_text())
