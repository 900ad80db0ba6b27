"""Hears, in words typed into a search or an AI chat, what an adult should know of."""

import re
import tomllib
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cache
from itertools import pairwise, product
from pathlib import Path
from typing import Any

from feeds.words.phrases import Found, Scanner, prepare, split
from feeds.words.scan import DATA
from rules.alerts import GRAVITY, Level
from rules.family import Language

NEAR = 90
"""Characters within which words belong to one thought."""
MOST_READ = 4_000
"""A longer text was pasted, not typed."""
BEGINS = "^"
"""Stands before the first word, so that a phrase may say that nothing goes before it."""
CRIES = frozenset({"selfharm", "grooming"})
"""Said in a lesson or a song they are still told, as something to know."""
NOT_WORDS = re.compile(r"[^\w'+]+")


@dataclass(frozen=True, slots=True)
class Help:
    """Somebody to turn to, in words for both languages."""

    id: str
    phone: str
    site: str
    texts: dict[Language, str]


@dataclass(frozen=True, slots=True)
class Alert:
    """What was heard: its category, how grave, the words, and the help to show with it."""

    category: str
    level: Level
    words: tuple[str, ...]
    help: tuple[Help, ...]


@dataclass(frozen=True, slots=True)
class Pattern:
    category: str
    level: Level
    parts: tuple[frozenset[int], ...]
    """Of each part, one of these phrases has to be near the others."""


@dataclass(frozen=True, slots=True)
class Ear:
    """The data files, made ready."""

    scanner: Scanner
    patterns: tuple[Pattern, ...]
    never: frozenset[int]
    context: frozenset[int]
    aside: frozenset[int]
    """Lessons, games, pictures, medicine: they spare the categories below, never a cry for help."""
    spared: frozenset[str]
    game: frozenset[int]
    want: frozenset[int]
    helps: tuple[tuple[Help, frozenset[str], frozenset[str]], ...]


def hear(typed: str) -> Alert | None:
    """Return the gravest alert a typed text gives, if it gives one."""
    ear = load()
    text = f"{BEGINS} {tidy(typed)}"
    met = list(ear.scanner.find(text))
    covered = [found for found in met if found.phrase in ear.never]
    meant = [found for found in met if not _within(found, covered)]
    heard = [alert for alert in _heard(ear, text, meant) if alert]
    return max(heard, key=lambda alert: GRAVITY[alert.level], default=None)


def helps_for(category: str, level: Level) -> tuple[Help, ...]:
    """Return whom to turn to about a matter, the nearest first."""
    return tuple(help_ for help_, of, at in load().helps if category in of and level in at)


def tidy(typed: str) -> str:
    """Bring what was typed into dictionary form: one space between words, no short forms."""
    short = _short_forms()
    words = NOT_WORDS.sub(" ", prepare(typed[:MOST_READ]).replace("\u2019", "'")).split()
    return " ".join(short.get(word, word) for word in words)


def _heard(ear: Ear, text: str, met: list[Found]) -> Iterator[Alert | None]:
    places: dict[int, list[Found]] = {}
    for found in met:
        places.setdefault(found.phrase, []).append(found)
    around, aside, game = (
        [found for found in met if found.phrase in of] for of in (ear.context, ear.aside, ear.game)
    )
    for pattern in ear.patterns:
        if any(part.isdisjoint(places) for part in pattern.parts):
            continue
        if together := _together(pattern, places):
            words = tuple(dict.fromkeys(text[found.start : found.end] for found in together))
            # "sống" typed as "song" is no title: context is what stands beside the words.
            beside = [any(not _within(f, list(together)) for f in each) for each in (around, aside)]
            if beside[1] and pattern.category in ear.spared:
                continue
            if game and not any(found.phrase in ear.want for found in met):
                continue
            yield _alert(pattern, words, softened=beside[0])


def _alert(pattern: Pattern, words: tuple[str, ...], *, softened: bool) -> Alert | None:
    level = pattern.level
    if softened:
        if level is not Level.URGENT or pattern.category not in CRIES:
            return None
        level = Level.NOTICE
    return Alert(pattern.category, level, words, helps_for(pattern.category, level))


def _together(pattern: Pattern, places: dict[int, list[Found]]) -> tuple[Found, ...]:
    options = [
        [found for phrase in part for found in places.get(phrase, ())][:20]
        for part in pattern.parts
    ]
    for chosen in product(*options):
        in_order = sorted(chosen, key=lambda found: found.start)
        near = in_order[-1].end - in_order[0].start <= NEAR
        if near and all(a.end <= b.start for a, b in pairwise(in_order)):
            return tuple(in_order)
    return ()


def _within(found: Found, covered: list[Found]) -> bool:
    return any(c.start <= found.start and found.end <= c.end for c in covered)


@cache
def load(path: Path = DATA / "alerts.toml") -> Ear:
    """Read the words once; a mistake in them stops the start."""
    data = tomllib.loads(path.read_text(encoding="utf-8"))
    phrases: dict[str, int] = {}

    def number(phrase: str) -> int:
        return phrases.setdefault(tidy_phrase(phrase), len(phrases))

    sets = {name: frozenset(map(number, split(of))) for name, of in data["sets"].items()}

    def part(text: str) -> frozenset[int]:
        found: set[int] = set()
        for option in filter(None, (each.strip() for each in text.split("|"))):
            found |= sets[option[1:]] if option.startswith("@") else {number(option)}
        return frozenset(found)

    patterns = tuple(
        Pattern(entry["category"], Level(entry["level"]), tuple(part(p) for p in line.split(" + ")))
        for entry in data["alert"]
        for line in split(entry["of"])
    )
    never, context, aside, game = (
        frozenset(map(number, split(data[name]["of"])))
        for name in ("never", "context", "aside", "game")
    )
    spared = frozenset(data["aside"]["categories"])
    scanner = Scanner(list(phrases))
    return Ear(scanner, patterns, never, context, aside, spared, game, sets["want"], _helps(data))


def tidy_phrase(phrase: str) -> str:
    """Write a phrase as `tidy` writes a text, or the two would never meet."""
    short = _short_forms()
    return " ".join(short.get(word, word) for word in phrase.replace("-", " ").split())


def _helps(data: dict[str, Any]) -> tuple[tuple[Help, frozenset[str], frozenset[str]], ...]:
    return tuple(
        (
            Help(each["id"], each["phone"], each["site"], {"vi": each["vi"], "en": each["en"]}),
            frozenset(each["categories"]),
            frozenset(each["levels"]),
        )
        for each in data["help"]
    )


@cache
def _short_forms(path: Path = DATA / "teencode.toml") -> dict[str, str]:
    tables = tomllib.loads(path.read_text(encoding="utf-8"))
    return {short: full for table in tables.values() for short, full in table.items()}
