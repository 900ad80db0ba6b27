"""The commands below `haidang feeds`: lists from outside."""

from typing import Annotated

import typer

from cli.ending import end_with

feeds = typer.Typer(help="Lists from outside.", no_args_is_help=True)

Entry = Annotated[str, typer.Argument(help="Its id in the directory.")]
ListId = Annotated[str, typer.Argument(help="Its id; see `haidang feeds list`.")]


@feeds.command("import")
def import_list(
    source: Annotated[str, typer.Argument(help="A file, or an http(s) address.")],
    name: Annotated[str, typer.Option(help="Name of the list; the same name replaces it.")],
    category: Annotated[
        str, typer.Option(help="Category its sites belong to; an archive says so itself.")
    ] = "adult",
) -> None:
    """Import a list in any usual form, or an archive of many, into a category."""
    from cli.lists import bring_in

    end_with(lambda given: bring_in(given, source, category=category, name=name))


@feeds.command("list")
def list_lists() -> None:
    """Show the imported lists."""
    from cli.lists import show

    end_with(show)


@feeds.command("directory")
def show_directory() -> None:
    """Show the well-known lists that can be switched on; nothing is fetched."""
    from cli.subscriptions import show_directory as show

    end_with(show)


@feeds.command("on")
def turn_on(entry: Entry) -> None:
    """Switch a well-known list on and fetch it."""
    from cli.subscriptions import turn_on as do

    end_with(lambda given: do(given, entry))


@feeds.command("off")
def turn_off(entry: Entry) -> None:
    """Switch a well-known list off; all that came of it goes."""
    from cli.subscriptions import turn_off as do

    end_with(lambda given: do(given, entry))


@feeds.command("refresh")
def refresh(
    list_id: Annotated[str, typer.Argument(help="Its id; all lists if not given.")] = "",
) -> None:
    """Ask the source of a list, or of all, now."""
    from cli.subscriptions import refresh as do

    end_with(lambda given: do(given, list_id))


@feeds.command("changes")
def show_changes(list_id: ListId) -> None:
    """Show what the last refreshes of a list added and removed."""
    from cli.subscriptions import show_changes as show

    end_with(lambda given: show(given, list_id))


@feeds.command("take")
def take_new(list_id: ListId) -> None:
    """Use the new copy of a list that shrank."""
    from cli.subscriptions import take_new as do

    end_with(lambda given: do(given, list_id))


@feeds.command("keep")
def keep_old(list_id: ListId) -> None:
    """Keep the old copy of a list that shrank."""
    from cli.subscriptions import keep_old as do

    end_with(lambda given: do(given, list_id))


@feeds.command("remove")
def remove(list_id: ListId) -> None:
    """Remove a list."""
    from cli.subscriptions import remove as do

    end_with(lambda given: do(given, list_id))


@feeds.command("compile")
def compile_feeds() -> None:
    """Compile the imported lists into the file all processes share (done by itself otherwise)."""
    from cli.compiling import compile_all

    end_with(compile_all)


@feeds.command("look-up")
def look_up_site(host: Annotated[str, typer.Argument(help="A site, like example.com.")]) -> None:
    """Tell what is known of a site, which lists say so, and which of them count."""
    from cli.looking import look_up

    end_with(lambda given: look_up(given, host))
