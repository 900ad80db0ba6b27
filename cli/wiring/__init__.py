"""From settings to running objects: here, and only here, the rooms are put together.

One module for each kind of process, so that none loads what only another one needs.
"""

from collections.abc import Iterator
from pathlib import Path

from cli.addresses import reachable
from cli.settings import Settings

__all__ = [
    "ca_folder",
    "listeners",
    "lists_folder",
    "logs_folder",
    "panel_url",
    "reachable",
    "signature",
]


def ca_folder(settings: Settings) -> Path:
    """Name the folder of our certificate authority."""
    return settings.data / "ca"


def lists_folder(settings: Settings) -> Path:
    """Name the folder of imported lists."""
    return settings.data / "lists"


def logs_folder(settings: Settings) -> Path:
    """Name the folder of the log files."""
    return settings.data / "logs"


def panel_url(settings: Settings) -> str:
    """Return the address at which people reach the panel."""
    ours = f"http://{reachable(settings.panel.host)}:{settings.panel.port}"
    return settings.panel.public_url.rstrip("/") or ours


def signature(lists: Path) -> frozenset[tuple[str, int, int]]:
    """Tell one state of the imported lists from another without reading them."""
    if not lists.is_dir():
        return frozenset()
    states = ((path.name, path.stat()) for path in lists.iterdir() if path.is_file())
    return frozenset((name, state.st_mtime_ns, state.st_size) for name, state in states)


def listeners(settings: Settings) -> Iterator[tuple[tuple[str, str], str, int]]:
    """Give every address we listen on, with the setting that says so."""
    yield ("panel", "port"), settings.panel.host, settings.panel.port
    yield ("door", "port"), settings.door.host, settings.door.port
