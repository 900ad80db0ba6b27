"""Reads the stems of betting and adult names (`data/names.toml`) and makes them ready."""

import tomllib
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any, NamedTuple

from ahocorasick_rs import AhoCorasick, Implementation, MatchKind

from feeds.lookalikes import with_digits

DATA = Path(__file__).parent / "data" / "names.toml"


class Word(NamedTuple):
    """What a word in a name counts, by where it stands."""

    category: str
    whole: int
    begin: int
    end: int
    inside: int
    is_stem: bool
    """Whether it calls for attention; other words only add to a stem that was seen."""


@dataclass(frozen=True, slots=True)
class Stems:
    """The data file, made ready."""

    first: AhoCorasick
    """Finds whether a name is worth a closer look."""
    calling: int
    """Patterns of the first pass below this number call for the second one."""
    every: AhoCorasick
    words: tuple[str, ...]
    meant: Mapping[str, tuple[Word, ...]]
    """What each word means; a word that only hides others means nothing."""
    calm: AhoCorasick
    calm_points: int
    endings: Mapping[str, tuple[str, int]]
    cheap: frozenset[str]
    cheap_points: int
    lucky: frozenset[str]
    weak: int
    strong: int


@cache
def load(path: Path = DATA) -> Stems:
    """Read the file once; a mistake in it stops the start."""
    data = tomllib.loads(path.read_text("utf-8"))
    meant = _meant(data)
    lucky = data["lucky"]["words"].split()
    stems = [text for text, words in meant.items() if any(word.is_stem for word in words)]
    hidden = [form for text in stems if text.isalpha() for form in with_digits(text)]
    calling = dict.fromkeys([*stems, *lucky, *hidden])
    traps = (text for text in data["trap"]["words"].split() if text not in calling)
    return Stems(
        first=_automaton([*calling, *dict.fromkeys(traps)]),
        calling=len(calling),
        every=_automaton(list(meant)),
        words=tuple(meant),
        meant=meant,
        calm=_automaton(data["calm"]["words"].split()),
        calm_points=data["calm"]["points"],
        endings={
            top: (entry["category"], entry["points"])
            for entry in data["ending"]
            for top in entry["words"].split()
        },
        cheap=frozenset(data["cheap"]["words"].split()),
        cheap_points=data["cheap"]["points"],
        lucky=frozenset(lucky),
        weak=data["weak"],
        strong=data["strong"],
    )


def _meant(data: Mapping[str, Any]) -> dict[str, tuple[Word, ...]]:
    meant: dict[str, tuple[Word, ...]] = {}
    for kind, make in (("stem", _stem), ("more", _more)):
        for entry in data[kind]:
            for text in entry["words"].split():
                meant[text] = (*meant.get(text, ()), make(entry))
    for text in data["trap"]["words"].split():
        # A trap hides what is in it, not itself.
        meant.setdefault(text, ())
    return meant


def _stem(entry: Mapping[str, Any]) -> Word:
    inside = entry.get("inside", 0)
    begin, end = entry.get("begin", inside), entry.get("end", inside)
    whole = entry.get("whole", max(begin, end))
    return Word(entry["category"], whole, begin, end, inside, is_stem=True)


def _more(entry: Mapping[str, Any]) -> Word:
    points = entry["points"]
    return Word(entry["category"], points, points, points, points, is_stem=False)


def _automaton(words: list[str]) -> AhoCorasick:
    # The fastest kind; its size is no matter for so few words.
    return AhoCorasick(
        words, matchkind=MatchKind.LeftmostLongest, implementation=Implementation.DFA
    )
