"""What a refresh changed: how many sites came and went, with some of them by name."""

from datetime import datetime
from pathlib import Path

from pydantic import BaseModel, ConfigDict, TypeAdapter, ValidationError

from feeds.kept import about_path, replace

FOLDER = "history"
KEPT = 12
SAMPLES = 20


class Changed(BaseModel):
    """One refresh that brought something new."""

    model_config = ConfigDict(frozen=True)

    at: datetime | None
    before: int
    after: int
    added: int
    removed: int
    some_added: tuple[str, ...] = ()
    some_removed: tuple[str, ...] = ()


_HISTORY = TypeAdapter(list[Changed])


def compare(old: Path, new: Path, at: datetime | None) -> Changed:
    """Compare two sorted copies line by line; memory holds one line of each."""
    added, removed = _Some(), _Some()
    before = after = 0
    with old.open() as file, new.open() as other:
        one, two = next(file, ""), next(other, "")
        while one or two:
            gone = bool(one) and (not two or one < two)
            came = bool(two) and (not one or two < one)
            if gone:
                removed.note(one)
            elif came:
                added.note(two)
            if not came:
                before, one = before + 1, next(file, "")
            if not gone:
                after, two = after + 1, next(other, "")
    return Changed(
        at=at,
        before=before,
        after=after,
        added=added.count,
        removed=removed.count,
        some_added=added.kept(),
        some_removed=removed.kept(),
    )


class _Some:
    """Counts lines and keeps some, spread over all of them, without knowing how many will come."""

    def __init__(self) -> None:
        self.count = 0
        self._every = 1
        self._lines: list[str] = []

    def note(self, line: str) -> None:
        if self.count % self._every == 0:
            self._lines.append(line.strip().removeprefix("="))
        self.count += 1
        if len(self._lines) >= 2 * SAMPLES:
            self._lines = self._lines[::2]
            self._every *= 2

    def kept(self) -> tuple[str, ...]:
        return tuple(self._lines[:SAMPLES])


def history(folder: Path, list_id: str) -> list[Changed]:
    """Return what the last refreshes changed, the newest first; damage is no history."""
    try:
        return _HISTORY.validate_json(_path(folder, list_id).read_bytes())
    except (OSError, ValidationError):
        return []


def note(folder: Path, list_id: str, changed: Changed) -> None:
    """Keep what a refresh changed, and forget the oldest."""
    path = _path(folder, list_id)
    path.parent.mkdir(parents=True, exist_ok=True)
    kept = [changed, *history(folder, list_id)][:KEPT]
    replace(path, _HISTORY.dump_json(kept))


def forget(folder: Path, list_id: str) -> None:
    """Forget the history of a list that is gone."""
    _path(folder, list_id).unlink(missing_ok=True)


def _path(folder: Path, list_id: str) -> Path:
    return folder / FOLDER / about_path(folder, list_id).name
