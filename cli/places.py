"""Where things are: folders of an installation, addresses, and what is listened on."""

from collections.abc import Iterator
from pathlib import Path

from cli.addresses import EVERYWHERE, reachable
from cli.settings import Settings, variable
from rules.explain import Sentence


class CannotStart(Exception):  # noqa: N818 it is what it is
    """Nothing can be done here; the sentence says what would help."""

    def __init__(self, sentence: Sentence) -> None:
        super().__init__(sentence.message)
        self.sentence = sentence


def make_data_folder(settings: Settings) -> None:
    """Make the data folder, for its owner alone; raises CannotStart."""
    try:
        settings.data.mkdir(parents=True, exist_ok=True, mode=0o700)
        logs_folder(settings).mkdir(exist_ok=True)
    except OSError as error:
        raise CannotStart(
            Sentence(
                "The data folder {folder} cannot be made ({error}): make it, or name another "
                "in {name}.",
                {
                    "folder": str(settings.data.resolve()),
                    "error": str(error.strerror),
                    "name": variable(("data",)),
                },
            )
        ) from error


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


def panel_at(settings: Settings) -> str:
    """Return address and port at which this machine's own processes reach the panel."""
    host = "127.0.0.1" if settings.panel.host in EVERYWHERE else settings.panel.host
    return f"[{host}]:{settings.panel.port}" if ":" in host else f"{host}:{settings.panel.port}"


def listeners(settings: Settings) -> Iterator[tuple[tuple[str, str], str, int]]:
    """Give every address we listen on, with the setting that says so."""
    yield ("panel", "port"), settings.panel.host, settings.panel.port
    yield ("door", "port"), settings.door.host, settings.door.port
