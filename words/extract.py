"""Every message a person may read, as found in the Python sources and the Jinja templates."""

from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from babel.messages.extract import extract
from babel.messages.pofile import read_po

from rules.family import Language
from words.translations import catalogue_files

ROOT = Path(__file__).parent.parent
ROOMS = ("rules", "words", "feeds", "store", "reports", "proxy", "api", "cli")
TEMPLATES = (".html", ".txt", ".xml", ".j2", ".jinja", ".typ")

# How a message is marked: the name of the call, and which of its arguments are messages.
KEYWORDS = {
    "say": None,
    "count": (1, 2),
    "Sentence": None,
    "Mistake": None,
    "to_say": None,
    "_": None,
    "_n": (1, 2),
}

type Key = tuple[str, str]
"""A message and its plural form (empty where it has none)."""


@dataclass(frozen=True, slots=True)
class Found:
    """A message and where it stands."""

    key: Key
    path: str
    line: int

    @property
    def room(self) -> str:
        """Name the room whose catalogue should hold it."""
        room = self.path.partition("/")[0]
        return "rules" if room == "words" else room


def messages(root: Path = ROOT) -> Iterator[Found]:
    """Find every message, room by room."""
    for room in ROOMS:
        for path in sorted((root / room).rglob("*")):
            if path.suffix == ".py":
                yield from _found(path, root, "python")
            elif path.suffix in TEMPLATES and "templates" in path.parts:
                yield from _found(path, root, "jinja2.ext:babel_extract")


def translated(language: Language) -> dict[Key, tuple[str, ...]]:
    """Return what is translated into a language, leaving out fuzzy and empty entries."""
    known: dict[Key, tuple[str, ...]] = {}
    for path in catalogue_files(language):
        known |= translated_in(path, language)
    return known


def translated_in(path: Path, language: Language) -> dict[Key, tuple[str, ...]]:
    """Return what one catalogue translates."""
    with path.open("rb") as file:
        catalogue = read_po(file, locale=language, abort_invalid=True)
    return {
        _key(message.id): _forms(message.string)
        for message in catalogue
        if message.id and all(_forms(message.string)) and not message.fuzzy
    }


def missing(language: Language) -> list[Found]:
    """List the messages without a translation into a language, each once."""
    known = translated(language)
    wanted = {found.key: found for found in messages() if found.key not in known}
    return sorted(wanted.values(), key=lambda found: (found.room, found.path, found.line))


def _found(path: Path, root: Path, method: str) -> Iterator[Found]:
    # A template that cannot be parsed would otherwise lose its messages without a word.
    options = {"silent": "false", "newstyle_gettext": "true"}
    name = path.relative_to(root).as_posix()
    with path.open("rb") as file:
        for line, message, _, _ in extract(method, file, KEYWORDS, options=options):
            yield Found(_key(message), name, line)


def _key(identifier: str | tuple[str, ...] | list[str]) -> Key:
    if isinstance(identifier, str):
        return identifier, ""
    return identifier[0], identifier[1]


def _forms(string: str | tuple[str, ...] | list[str] | None) -> tuple[str, ...]:
    return (string,) if isinstance(string, str) else tuple(string or ("",))
