"""Finds many phrases in one pass, with and without diacritics, whole words only."""

import unicodedata
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import product

from ahocorasick_rs import AhoCorasick

EXACTLY = "="
"""Before a word: without diacritics it would be another word, so it is met as it stands."""
MOST_MIXED = 5
"""Words of a phrase that may each be with or without diacritics; longer ones are all or none."""
TONES = "\u0300\u0301\u0303\u0309\u0323"
PLACES = ("oa", "oe", "uy")
"""Where writers disagree on which of two vowels carries the tone: hòa and hoà."""


@dataclass(frozen=True, slots=True)
class Found:
    phrase: int
    start: int
    end: int


class Scanner:
    """Phrases, ready to be found; immutable and free of any state between two texts."""

    def __init__(self, phrases: Sequence[str]) -> None:
        forms: dict[str, list[int]] = {}
        for number, phrase in enumerate(phrases):
            for form in variants(phrase):
                forms.setdefault(form, []).append(number)
        self.phrases = tuple(phrase.replace(EXACTLY, "") for phrase in phrases)
        self._meant = tuple(tuple(numbers) for numbers in forms.values())
        self._automaton = AhoCorasick(list(forms))

    def count(self, text: str) -> dict[int, int]:
        """Count every phrase that stands as whole words: what `find` gives, but quicker."""
        last, meant = len(text), self._meant
        seen: dict[int, int] = {}
        for form, start, end in self._automaton.find_matches_as_indexes(text, overlapping=True):
            if (start and text[start - 1].isalnum()) or (end < last and text[end].isalnum()):
                continue
            for number in meant[form]:
                seen[number] = seen.get(number, 0) + 1
        return seen

    def find(self, text: str) -> Iterator[Found]:
        """Give every phrase that stands as whole words in an already prepared text."""
        last = len(text)
        for form, start, end in self._automaton.find_matches_as_indexes(text, overlapping=True):
            if start and text[start - 1].isalnum():
                continue
            if end < last and text[end].isalnum():
                continue
            for number in self._meant[form]:
                yield Found(number, start, end)


def variants(phrase: str) -> set[str]:
    """Return the ways in which people write a phrase."""
    words = [_ways(word) for word in phrase.split()]
    if len(words) <= MOST_MIXED:
        return {" ".join(chosen) for chosen in product(*words)}
    return {" ".join(way[0] for way in words), " ".join(way[-1] for way in words)}


def plain(text: str) -> str:
    """Take the diacritics away, as a hurried writer does."""
    apart = unicodedata.normalize("NFD", text.replace("đ", "d").replace("Đ", "D"))
    return unicodedata.normalize("NFC", "".join(c for c in apart if not unicodedata.combining(c)))


def prepare(text: str) -> str:
    """Bring a text into the form in which phrases are found."""
    return " ".join(unicodedata.normalize("NFC", text).lower().replace("-", " ").split())


def split(text: str) -> list[str]:
    """Read the phrases of a data file: separated by semicolons, over several lines."""
    parts = (" ".join(part.split()).lower() for part in text.split(";"))
    return [unicodedata.normalize("NFC", part) for part in parts if part]


def _ways(word: str) -> tuple[str, ...]:
    exactly = word.startswith(EXACTLY)
    word = word.removeprefix(EXACTLY).replace("-", " ")
    written = {word: None, _other_place(word): None}
    return tuple(written if exactly else {**written, plain(word): None})


def _other_place(word: str) -> str:
    apart = unicodedata.normalize("NFD", word)
    tone = next((c for c in apart if c in TONES), "")
    bare = unicodedata.normalize("NFC", apart.replace(tone, "")) if tone else word
    for vowels in PLACES:
        if tone and bare.endswith(vowels) and not bare.endswith("q" + vowels):
            old = unicodedata.normalize("NFC", bare[:-1] + tone + bare[-1])
            new = unicodedata.normalize("NFC", bare + tone)
            return new if word == old else old
    return word
