"""Reads a list from outside in any of the usual forms; every mistake is counted."""

import io
import json
import re
from codecs import BOM_UTF8, BOM_UTF16_BE, BOM_UTF16_LE
from collections import Counter
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field

from feeds.lines import (
    ALONE,
    BELOW,
    EXCEPT,
    PARTS,
    UnreadableError,
    is_address,
    read_line,
)
from feeds.suffixes import SUFFIXES, WILD_SUFFIXES, registries
from rules.explain import Sentence
from rules.hosts import LONGEST, normalise, parents

KEPT_MISTAKES = 50
"""Mistakes kept word for word; all are counted."""

LONGEST_LINE = 1000
MOST_JSON = 64 * 1024 * 1024
"""JSON is held in memory as a whole, at many times its size: more than this is not read as JSON."""

ENCODINGS = ((BOM_UTF8, "utf-8-sig"), (BOM_UTF16_LE, "utf-16"), (BOM_UTF16_BE, "utf-16"))

USUAL = re.compile(
    r"(?:(\|\|)|((?:0\.0\.0\.0|127\.0\.0\.1)[ \t]+)|(\*\.))?"
    r"([a-z0-9](?:[a-z0-9_-]{0,61}[a-z0-9])?"
    r"((?:\.[a-z0-9](?:[a-z0-9_-]{0,61}[a-z0-9])?)*\.[a-z]{2,24}))(\^)?\s*"
)
"""What nearly every line of a large list looks like: a name in its one form and little else."""

BOILERPLATE = frozenset(
    {"localhost", "localhost.localdomain", "local", "broadcasthost", "0.0.0.0"}  # noqa: S104 - a name in hosts files, nothing is bound to it
)
"""Names that every hosts file begins with; they say nothing of the internet."""


@dataclass(frozen=True, slots=True)
class Mistake:
    """A line that was not understood."""

    line: int
    text: str
    why: Sentence


@dataclass(slots=True)
class Parsed:
    """What a list says: hosts with everything below them, hosts alone, and its mistakes."""

    below: set[str] = field(default_factory=set)
    alone: set[str] = field(default_factory=set)
    excepted: set[str] = field(default_factory=set)
    """Sites the list itself takes out again, with everything below them."""
    mistakes: list[Mistake] = field(default_factory=list)
    mistaken: int = 0
    forms: Counter[str] = field(default_factory=Counter)

    @property
    def sites(self) -> int:
        """Number of names."""
        return len(self.below | self.alone)

    @property
    def form(self) -> str:
        """The form in which most lines are written, as it was guessed."""
        return self.forms.most_common(1)[0][0] if self.forms else ""


def parse(content: str | bytes) -> Parsed:
    """Read a list. A hosts line names that host alone; a plain line everything below it too."""
    found = Parsed()
    if isinstance(content, str):
        content = content.encode("utf-8", "surrogatepass")
    if not _read_json(content, found):
        quick = _quickly(found)
        for number, line in enumerate(_lines(content), start=1):
            if not quick(line):
                _read(number, line, found)
    _take_out(found)
    return found


def _lines(content: bytes) -> Iterator[str]:
    """Yield line by line, so that memory holds one; of a line without end only its beginning."""
    file = io.TextIOWrapper(io.BytesIO(content), encoding=_encoding(content), errors="replace")
    while line := file.readline(LONGEST_LINE + 1):
        rest = line
        while rest and not rest.endswith("\n"):
            rest = file.readline(LONGEST_LINE + 1)
        yield line


def _encoding(content: bytes) -> str:
    return next((name for mark, name in ENCODINGS if content.startswith(mark)), "utf-8")


def _quickly(found: Parsed) -> Callable[[str], bool]:
    """Return what takes a line of the usual form, and leaves every other to the patient reader."""
    match, below, alone, forms = USUAL.fullmatch, found.below, found.alone, found.forms

    def take(line: str) -> bool:
        if not (seen := match(line)):
            return False
        adblock, hosts, wild, host, rest, caret = seen.groups()
        if (caret and not adblock) or len(host) > LONGEST or "xn--" in host:
            return False
        if host in SUFFIXES or rest in WILD_SUFFIXES or host in BOILERPLATE or host[:4] == "ip6-":
            return False
        (alone if hosts else below).add(host)
        form = "hosts" if hosts else "adblock" if adblock else "wildcard" if wild else "plain"
        forms[form] += 1
        return True

    return take


def _read(number: int, line: str, found: Parsed) -> None:
    try:
        # A line that is far too long keeps its first letters, so that it is counted as one mistake.
        read = read_line(line if len(line) <= LONGEST_LINE else f"{line[:LONGEST_LINE]} … …")
        for kind, word in read.sites:
            _keep(kind, word, found)
            found.forms[read.form] += 1
    except UnreadableError as error:
        if not _read_csv(line, found):
            _note_mistake(found, number, line, error)


def _read_csv(line: str, found: Parsed) -> bool:
    """Read a line of a table: the first column that is a site counts."""
    for cell in line.split(",") if "," in line and len(line) <= LONGEST_LINE else ():
        word = cell.strip().strip("\"'")
        try:
            _keep(BELOW, word, found)
        except UnreadableError:
            continue
        found.forms["csv"] += 1
        return True
    return False


def _read_json(raw: bytes, found: Parsed) -> bool:
    """Read a list in JSON; what is not JSON is for others to read."""
    begins = raw[:LONGEST_LINE].decode(_encoding(raw), "replace").lstrip()
    if not begins.startswith(("{", "[")) or begins.startswith("[Adblock") or len(raw) > MOST_JSON:
        return False
    try:
        content = json.loads(raw.decode(_encoding(raw), "replace"))
    except (ValueError, RecursionError):
        return False
    for number, (key, word) in enumerate(_strings(content), start=1):
        try:
            _keep(ALONE if key == "domain" else BELOW, word, found)
            found.forms["json"] += 1
        except UnreadableError as error:
            _note_mistake(found, number, word, error)
    return True


def _strings(content: object) -> Iterator[tuple[str, str]]:
    """Yield each text in JSON with the name it has; addresses of sources name no sites."""
    waiting: list[tuple[str, object]] = [("", content)]
    while waiting:
        key, value = waiting.pop()
        if isinstance(value, str):
            if "://" not in value and "." in value:
                yield key, value
        elif isinstance(value, list):
            waiting += ((key, each) for each in reversed(value))
        elif isinstance(value, dict):
            waiting += reversed(value.items())


def _keep(kind: str, word: str, found: Parsed) -> None:
    host = _host(word)
    if host is not None:
        where = {BELOW: found.below, ALONE: found.alone, EXCEPT: found.excepted}[kind]
        where.add(host)


def _take_out(found: Parsed) -> None:
    """Take out what the list excepts; an exception below a listed site cannot be kept."""
    if not found.excepted:
        return
    for names in (found.below, found.alone):
        names -= {name for name in names if not found.excepted.isdisjoint(parents(name))}
    for name in sorted(found.excepted):
        if not found.below.isdisjoint(parents(name)):
            why = Sentence("An exception below a listed site is not kept", {})
            _note_mistake(found, 0, name, UnreadableError(why))


def _host(word: str) -> str | None:
    """Return the normalised host, nothing for boilerplate; raise for what cannot be listed."""
    name = word.lower()
    if name in BOILERPLATE or name.startswith("ip6-"):
        return None
    if "/" in name or "|" in name or "^" in name or "*" in name:
        raise UnreadableError(PARTS)
    host = _normalised(_without_port(name))
    if is_address(host):
        raise UnreadableError(
            Sentence("Addresses of numbers are not accepted: write the site's name", {})
        )
    if "." not in host or registries().is_public(host):
        too_wide = Sentence("“{host}” would stand for a whole country or ending", {"host": host})
        raise UnreadableError(too_wide)
    return host


def _normalised(name: str) -> str:
    try:
        return normalise(name)
    except ValueError:
        raise UnreadableError(
            Sentence("This is not a site: write it like example.com", {})
        ) from None


def _without_port(name: str) -> str:
    host, colon, port = name.rpartition(":")
    return host if colon and port.isdigit() and ":" not in host else name


def _note_mistake(found: Parsed, number: int, line: str, error: UnreadableError) -> None:
    found.mistaken += 1
    if len(found.mistakes) < KEPT_MISTAKES:
        # Signs that cannot be seen could make the line look like another where it is shown.
        shown = "".join(c if c.isprintable() else "·" for c in line.strip()[:100])
        found.mistakes.append(Mistake(number, shown, error.sentence))
