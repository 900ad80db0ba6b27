"""Archives that hold many lists: what is in them, and what an adult made of each folder."""

from pathlib import Path

from pydantic import BaseModel, ConfigDict, ValidationError

from feeds.kept import ImportedList, about_path, list_all, replace
from feeds.reading import Folder

FOLDER = "archives"


class Bundle(BaseModel):
    """What is known of one archive."""

    model_config = ConfigDict(frozen=True)

    id: str
    folders: tuple[Folder, ...] = ()
    """All there are in it, as they were last seen."""
    choices: dict[str, str] = {}
    """What an adult said a folder is to us; empty text for one they do not want."""

    @property
    def offered(self) -> tuple[Folder, ...]:
        """Return the folders with sites that nobody has said anything about."""
        return tuple(
            each
            for each in self.folders
            if each.domains and not each.category and each.name not in self.choices
        )


def read_bundle(folder: Path, bundle_id: str) -> Bundle:
    """Return what is known of an archive; of one not seen yet, nothing."""
    try:
        return Bundle.model_validate_json(_path(folder, bundle_id).read_bytes())
    except (OSError, ValidationError):
        return Bundle(id=bundle_id)


def write_bundle(folder: Path, bundle: Bundle) -> None:
    """Keep what is known of an archive."""
    path = _path(folder, bundle.id)
    path.parent.mkdir(parents=True, exist_ok=True)
    replace(path, bundle.model_dump_json(indent=1).encode())


def choose(folder: Path, bundle_id: str, choices: dict[str, str]) -> None:
    """Note what folders are to us; empty text for those that are not wanted."""
    known = read_bundle(folder, bundle_id)
    write_bundle(folder, known.model_copy(update={"choices": {**known.choices, **choices}}))


def members(folder: Path, kept: ImportedList) -> list[ImportedList]:
    """Return all lists that come with the same download, this one among them."""
    if not kept.archive:
        return [kept]
    return [each for each in list_all(folder) if each.archive == kept.archive]


def forget(folder: Path, bundle_id: str) -> None:
    """Forget an archive of which no list is left."""
    _path(folder, bundle_id).unlink(missing_ok=True)


def _path(folder: Path, bundle_id: str) -> Path:
    return folder / FOLDER / about_path(folder, bundle_id).name
