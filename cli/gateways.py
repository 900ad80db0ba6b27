"""The commands that make this machine the gateway of children's devices, and end it."""

import typer

from cli.ending import end_with

gateway = typer.Typer(help="This machine as gateway and resolver.", no_args_is_help=True)


@gateway.command("print")
def print_rules() -> None:
    """Write the kernel's rules and what has to be run with them, to look at or to keep."""
    from cli.gateway import show

    end_with(show)


@gateway.command("on")
def switch_on() -> None:
    """Put the kernel's rules in force until the next start of this machine (as root)."""
    from cli.gateway import on

    end_with(on)


@gateway.command("off")
def switch_off() -> None:
    """Take the kernel's rules out again (as root)."""
    from cli.gateway import off

    end_with(off)


@gateway.command("wireguard")
def print_wireguard() -> None:
    """Write the kernel's WireGuard configuration with every device's tunnel (holds a secret)."""
    from cli.gateway import show_wireguard

    end_with(show_wireguard)
