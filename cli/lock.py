"""One service for one data folder: a lock that the system takes away however its holder ends."""

import fcntl
import os
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

NAME = "running"


class Held(Exception):  # noqa: N818 it is what it is
    """Another process holds the folder."""


@contextmanager
def hold(folder: Path) -> Iterator[None]:
    """Hold a data folder; raises Held if somebody does already."""
    with (folder / NAME).open("a") as file:
        try:
            fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            raise Held from None
        file.truncate(0)
        file.write(f"{os.getpid()}\n")
        file.flush()
        yield


def is_held(folder: Path) -> bool:
    """Tell whether a service runs on a data folder."""
    if not (folder / NAME).exists():
        return False
    try:
        with hold(folder):
            return False
    except Held:
        return True


def holder(folder: Path) -> int | None:
    """Return the process that holds a data folder; None where nobody does."""
    if not is_held(folder):
        return None
    text = (folder / NAME).read_text().strip()
    return int(text) if text.isdigit() else None
