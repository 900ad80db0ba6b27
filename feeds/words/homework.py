"""Tells what a child asks an AI chat for: to explain its homework or to do it, and what about.

A list of phrases, not an understanding: measured in docs/accuracy.md.
"""

import tomllib
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cache
from itertools import pairwise, product
from pathlib import Path

from feeds.words.alerts import BEGINS, tidy, tidy_phrase
from feeds.words.phrases import Found, Scanner, split
from feeds.words.scan import DATA

NEAR = 60
"""Characters within which words belong to one request."""
MOST_LOOKED_AT = 12
OTHER = "other"
"""The topic of what none of the lists knows."""


@dataclass(frozen=True, slots=True)
class Wanted:
    """What a text asks for."""

    does_it: bool
    """That something be done that is the child's own work."""
    topic: str


type Pattern = tuple[frozenset[int], ...]
"""Of each part, one of these phrases has to stand there, in this order."""


@dataclass(frozen=True, slots=True)
class Words:
    """The data file, made ready."""

    scanner: Scanner
    surely: tuple[Pattern, ...]
    likely: tuple[Pattern, ...]
    explain: frozenset[int]
    topics: dict[int, tuple[str, ...]]


def wanted(typed: str) -> Wanted:
    """Tell what somebody who typed this wants from a machine."""
    words = load()
    text = f"{BEGINS} {tidy(typed)}"
    met = list(words.scanner.find(text))
    places: dict[int, list[Found]] = {}
    for found in met:
        places.setdefault(found.phrase, []).append(found)
    does_it = _meets(words.surely, places) or (
        words.explain.isdisjoint(places) and _meets(words.likely, places)
    )
    return Wanted(does_it, _topic(words, places))


def _meets(patterns: tuple[Pattern, ...], places: dict[int, list[Found]]) -> bool:
    return any(_together(parts, places) for parts in patterns)


def _together(parts: Pattern, places: dict[int, list[Found]]) -> bool:
    """Tell whether each part stands in the text, in this order and near each other."""
    if any(part.isdisjoint(places) for part in parts):
        return False
    options = [
        [found for phrase in part for found in places.get(phrase, ())][:MOST_LOOKED_AT]
        for part in parts
    ]
    return any(
        chosen[-1].end - chosen[0].start <= NEAR
        and all(one.end <= other.start for one, other in pairwise(chosen))
        for chosen in product(*options)
    )


def _topic(words: Words, places: dict[int, list[Found]]) -> str:
    points: Counter[str] = Counter()
    for phrase in places:
        length = len(words.scanner.phrases[phrase].split())
        for topic in words.topics.get(phrase, ()):
            points[topic] += length
    return points.most_common(1)[0][0] if points else OTHER


@cache
def load(path: Path = DATA / "homework.toml") -> Words:
    """Read the words once; a mistake in them stops the start."""
    data = tomllib.loads(path.read_text(encoding="utf-8"))
    numbers = Numbers()
    sets = {name: frozenset(map(numbers.of, split(of))) for name, of in data["sets"].items()}

    def patterns(*names: str) -> Iterator[Pattern]:
        for line in (line for name in names for line in split(data["do"][name])):
            yield tuple(numbers.part(each, sets) for each in line.split(" + "))

    surely, likely = tuple(patterns("surely")), tuple(patterns("likely", "copied"))
    explain = frozenset(map(numbers.of, split(data["explain"]["of"])))
    topics: dict[int, tuple[str, ...]] = {}
    for topic, of in data["topics"].items():
        for phrase in map(numbers.of, split(of)):
            topics[phrase] = (*topics.get(phrase, ()), topic)
    return Words(Scanner(list(numbers.phrases)), surely, likely, explain, topics)


class Numbers:
    """Numbers phrases as they come, each once."""

    def __init__(self) -> None:
        self.phrases: dict[str, int] = {}

    def of(self, phrase: str) -> int:
        """Return the number of a phrase."""
        return self.phrases.setdefault(tidy_phrase(phrase), len(self.phrases))

    def part(self, text: str, sets: dict[str, frozenset[int]]) -> frozenset[int]:
        """Read one part of a pattern: phrases or sets, of which one has to stand there."""
        found: set[int] = set()
        for option in filter(None, (each.strip() for each in text.split("|"))):
            found |= sets[option[1:]] if option.startswith("@") else {self.of(option)}
        return frozenset(found)
