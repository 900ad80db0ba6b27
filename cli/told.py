"""The commands for sites that their own pages told of."""

from typing import Annotated

import typer

from cli.ending import end_with

pages = typer.Typer(help="Sites told by their pages.", no_args_is_help=True)
Site = Annotated[str, typer.Argument(help="The site; see `pages list`.")]


@pages.command("list")
def list_sites() -> None:
    """Show the sites that no list knows and whose pages told what they are about."""
    from cli.readings import show

    end_with(show)


@pages.command("wrong")
def say_wrong(site: Site) -> None:
    """Say that a site was read wrongly: it counts as harmless from now on."""
    from cli.readings import say_wrong as do

    end_with(lambda given: do(given, site))


@pages.command("again")
def read_again(site: Site) -> None:
    """Forget what was read or said of a site: it is read again at the next visit."""
    from cli.readings import forget

    end_with(lambda given: forget(given, site))
