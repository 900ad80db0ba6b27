"""Reads a list from outside, in hosts format or one site a line; every mistake is counted."""

import ipaddress
from dataclasses import dataclass, field

from publicsuffixlist import PublicSuffixList

from rules.explain import Sentence
from rules.hosts import normalise

ICANN = PublicSuffixList(only_icann=True)
"""Suffixes of registries. Names like blogspot.com are sites of somebody and may be listed."""

KEPT_MISTAKES = 50
"""Mistakes kept word for word; all are counted."""

LONGEST_LINE = 1000

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
    mistakes: list[Mistake] = field(default_factory=list)
    mistaken: int = 0

    @property
    def sites(self) -> int:
        """Number of names."""
        return len(self.below | self.alone)


def parse(text: str) -> Parsed:
    """Read a list. A hosts line names that host alone; a plain line everything below it too."""
    found = Parsed()
    for number, line in enumerate(text.removeprefix("\ufeff").splitlines(), start=1):
        words = _words(line)
        if not words:
            continue
        try:
            _read(words, found)
        except _UnreadableError as error:
            _note_mistake(found, number, line, error)
    return found


def _words(line: str) -> list[str]:
    """Split a line without its comment; `!` begins a comment in lists made for browsers."""
    if len(line) > LONGEST_LINE:
        return [line[:LONGEST_LINE], "…", "…"]
    bare = line.partition("#")[0].strip()
    return [] if bare.startswith(("!", "[Adblock")) else bare.split()


def _read(words: list[str], found: Parsed) -> None:
    if len(words) > 1 and _is_address(words[0]):
        for word in words[1:]:
            _keep(_host(word), found.alone)
    elif len(words) == 1:
        _keep(_host(words[0].removeprefix("*.")), found.below)
    else:
        raise _UnreadableError(Sentence("Write one site a line, like example.com", {}))


def _keep(host: str | None, where: set[str]) -> None:
    if host is not None:
        where.add(host)


class _UnreadableError(ValueError):
    def __init__(self, sentence: Sentence) -> None:
        super().__init__(sentence.message)
        self.sentence = sentence


def _host(word: str) -> str | None:
    """Return the normalised host, nothing for boilerplate; raise for what cannot be listed."""
    name = word.lower()
    if name in BOILERPLATE or name.startswith("ip6-"):
        return None
    if "/" in name or "|" in name or "^" in name or "*" in name:
        raise _UnreadableError(
            Sentence("Only whole sites can be listed: remove paths, * and other signs", {})
        )
    host = _normalised(_without_port(name))
    if _is_address(host):
        raise _UnreadableError(
            Sentence("Addresses of numbers are not accepted: write the site's name", {})
        )
    if "." not in host or ICANN.is_public(host):
        too_wide = Sentence("“{host}” would stand for a whole country or ending", {"host": host})
        raise _UnreadableError(too_wide)
    return host


def _normalised(name: str) -> str:
    try:
        return normalise(name)
    except ValueError:
        raise _UnreadableError(
            Sentence("This is not a site: write it like example.com", {})
        ) from None


def _without_port(name: str) -> str:
    host, colon, port = name.rpartition(":")
    return host if colon and port.isdigit() and ":" not in host else name


def _is_address(word: str) -> bool:
    try:
        ipaddress.ip_address(word.partition("%")[0].strip("[]"))
    except ValueError:
        return False
    return True


def _note_mistake(found: Parsed, number: int, line: str, error: _UnreadableError) -> None:
    found.mistaken += 1
    if len(found.mistakes) < KEPT_MISTAKES:
        found.mistakes.append(Mistake(number, line.strip()[:100], error.sentence))
