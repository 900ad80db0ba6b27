"""How far a refresh is, seen by every process; and that one list is worked on once at a time."""

import fcntl
import os
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from enum import StrEnum
from pathlib import Path

from pydantic import BaseModel, ConfigDict, ValidationError

from feeds.errors import FeedError
from feeds.kept import about_path
from rules.explain import Sentence

FOLDER = "now"
EVERY = 0.25
"""Seconds between two notes on disk."""


class Step(StrEnum):
    """What is done just now."""

    FETCH = "fetch"
    READ = "read"
    COMPILE = "compile"


type Tell = Callable[[Step, int, int], None]
"""Told the step, how much of it is done, and how much there is (0 where nobody knows)."""


class Standing(BaseModel):
    """How far one refresh is."""

    model_config = ConfigDict(frozen=True)

    step: Step
    done: int = 0
    of: int = 0

    @property
    def percent(self) -> int | None:
        """Return the share that is done; None where nobody knows how much there is."""
        return min(100, self.done * 100 // self.of) if self.of else None


@contextmanager
def at_work(folder: Path, key: str, also: Tell | None = None) -> Iterator[Tell]:
    """Work on one list, alone. Raises FeedError where somebody else already does."""
    path = _path(folder, key)
    path.parent.mkdir(parents=True, exist_ok=True)
    last, before = 0.0, ""
    with path.open("a+") as file:
        # A file that was taken away meanwhile is locked in vain: whoever comes makes another.
        if not (_hold(file.fileno()) and _is_at(path, file.fileno())):
            raise FeedError(Sentence("This list is being fetched already.", {}))

        def tell(step: Step, done: int, of: int) -> None:
            nonlocal last, before
            if also:
                also(step, done, of)
            if step != before or time.monotonic() - last > EVERY:
                last, before = time.monotonic(), step
                said = Standing(step=step, done=done, of=of).model_dump_json()
                file.truncate(0)
                file.write(said)
                file.flush()

        try:
            yield tell
        finally:
            path.unlink(missing_ok=True)


def under_way(folder: Path) -> dict[str, Standing]:
    """Return how far each refresh is that runs just now; one whose process died does not count."""
    found = {}
    for path in (folder / FOLDER).glob("*.json"):
        try:
            with path.open() as file:
                if _is_held(file.fileno()):
                    found[path.stem] = _standing(file.read())
        except (OSError, ValidationError):
            continue
    return found


def _standing(said: str) -> Standing:
    return Standing.model_validate_json(said) if said else Standing(step=Step.FETCH)


def _is_at(path: Path, number: int) -> bool:
    try:
        return os.path.samestat(path.stat(), os.fstat(number))
    except OSError:
        return False


def _hold(number: int) -> bool:
    """Take the lock; who only looks holds it for a moment, so one refusal says nothing."""
    for _ in range(3):
        try:
            fcntl.flock(number, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            time.sleep(0.01)
        else:
            return True
    return False


def _is_held(number: int) -> bool:
    try:
        fcntl.flock(number, fcntl.LOCK_SH | fcntl.LOCK_NB)
    except BlockingIOError:
        return True
    return False


def _path(folder: Path, key: str) -> Path:
    return folder / FOLDER / about_path(folder, key).name
