"""The commands for alerts from words."""

from typing import Annotated

import typer

from cli.ending import end_with

alerts = typer.Typer(help="Grave words that children typed.", no_args_is_help=True)
Number = Annotated[str, typer.Argument(help="Number of the alert; see `alerts list`.")]


@alerts.command("list")
def list_alerts(
    every: Annotated[bool, typer.Option("--all", help="Also those that are closed.")] = False,
) -> None:
    """Show the alerts, the open ones first; the ledger keeps that you looked."""
    from cli.alerts import show

    end_with(lambda given: show(given, only_open=not every))


@alerts.command("seen")
def see_alert(alert: Number) -> None:
    """Take note of an alert."""
    from cli.alerts import see

    end_with(lambda given: see(given, alert))


@alerts.command("close")
def close_alert(
    alert: Number, comment: Annotated[str, typer.Option(help="A note to keep with it.")] = ""
) -> None:
    """Say that an alert is dealt with."""
    from cli.alerts import close

    end_with(lambda given: close(given, alert, comment))


@alerts.command("reopen")
def reopen_alert(alert: Number) -> None:
    """Open an alert again."""
    from cli.alerts import reopen

    end_with(lambda given: reopen(given, alert))
