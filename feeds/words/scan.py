"""Tells from its words what an opened page is about: adult, gambling, violence, drugs, ..."""

import re
import tomllib
from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from functools import cache
from pathlib import Path
from typing import Any

from selectolax.lexbor import LexborHTMLParser

from feeds.words.phrases import Scanner, prepare, split

DATA = Path(__file__).parents[1] / "data" / "words"
MOST_TIMES = 3
"""A phrase met more often tells nothing new: a long news page would else weigh more each line."""
MOST_SHOWN = 8
MOST_BYTES = 100_000
"""What a page is about is said long before; the rest costs time only."""
MOST_MARKUP = 50_000
"""Bytes that are parsed once what says nothing was cut out: about 10,000 characters of text."""
MARKS_WITHIN = 20_000
"""A page declares what it is in its head."""
MOST_READ = 16_000
"""Characters of text that are read; the head and the links of a page are read whole."""
HEAD = "title, meta[name=description], meta[name=keywords], h1"
SILENT = ["script", "style", "noscript", "template", "svg"]
CUT = ((b"<script", b"</script>"), (b"<style", b"</style>"), (b"<svg", b"</svg>"))
LINKS = re.compile(rb"href=[\"'](?:https?://[^/\"']*)?/?([\w/%.-]{3,80})")


@dataclass(frozen=True, slots=True)
class Score:
    """The category a page has by its words ("" is none), its points, and the words seen."""

    category: str = ""
    points: int = 0
    words: tuple[str, ...] = ()
    length: int = field(default=0, compare=False)
    """Characters of text there were to tell by."""
    leaning: tuple[str, int] = field(default=("", 0), compare=False)
    """Where it is not certain: the category it comes nearest to, and its points."""
    source: str = "words"
    shape: tuple[str, ...] = field(default=(), compare=False)


@dataclass(frozen=True, slots=True)
class Weights:
    """The data file, made ready."""

    scanner: Scanner
    meaning: tuple[tuple[tuple[str, int], ...], ...]
    """For each phrase: categories, and the points it gives them (or takes)."""
    marks: Mapping[str, tuple[bytes, ...]]
    need_points: int
    need_phrases: int


def score_page(html: bytes) -> Score:
    """Score a page as it came; where nothing is certain, no category is given."""
    weights = load()
    html = html[:MOST_BYTES]
    beginning = html[:MARKS_WITHIN]
    for category, marks in weights.marks.items():
        seen = tuple(mark.decode() for mark in marks if mark in beginning)
        if seen:
            return Score(category, weights.need_points, seen)
    text, head = _texts(html)
    return replace(score_text(text, head), length=len(text))


def score_text(text: str, head: str = "") -> Score:
    """Score a text; what stands in its head counts twice."""
    weights = load()
    seen = weights.scanner.count(prepare(f"{text} | {head} | {head}"))
    points: Counter[str] = Counter()
    words: dict[str, list[tuple[int, str]]] = {}
    for phrase, times in seen.items():
        for category, weight in weights.meaning[phrase]:
            gained = weight * min(times, MOST_TIMES)
            points[category] += gained
            if weight > 0:
                words.setdefault(category, []).append((gained, weights.scanner.phrases[phrase]))
    return _gravest(weights, points, words)


def _gravest(
    weights: Weights, points: Counter[str], words: dict[str, list[tuple[int, str]]]
) -> Score:
    leaning = max(points.items(), key=lambda item: item[1], default=("", 0))
    for category, total in points.most_common():
        heard = words.get(category, [])
        if total < weights.need_points:
            break
        if len(heard) >= weights.need_phrases:
            heard.sort(key=lambda word: (-word[0], word[1]))
            return Score(category, total, tuple(word for _, word in heard[:MOST_SHOWN]))
    return Score(leaning=leaning)


def _texts(html: bytes) -> tuple[str, str]:
    markup = html
    for opening, closing in CUT:
        markup = without(markup, opening, closing)
    tree = LexborHTMLParser(markup[:MOST_MARKUP])
    tree.strip_tags(SILENT)
    head = " | ".join(node.attributes.get("content") or node.text() for node in tree.css(HEAD))
    # Rotating betting and adult sites change name and looks, but keep the paths of their menus.
    links = b" | ".join(LINKS.findall(markup))[:MOST_READ].decode("ascii", errors="ignore")
    body = tree.body.text(separator=" ") if tree.body else ""
    return f"{body[:MOST_READ]} | {links.replace('/', ' ')}", head


def without(html: bytes, opening: bytes, closing: bytes) -> bytes:
    """Cut out what stands between two marks, however often; linear in what it is given.

    Only to have less to parse: what is written unusually, the parser leaves out.
    """
    at = html.find(opening)
    if at < 0:
        return html
    kept, last = [], 0
    while at >= 0 and (end := html.find(closing, at)) >= 0:
        kept.append(html[last:at])
        last = end + len(closing)
        at = html.find(opening, last)
    kept.append(html[last:])
    return b" ".join(kept)


@cache
def load(path: Path = DATA / "pages.toml") -> Weights:
    """Read the words once; a mistake in them stops the start."""
    data = tomllib.loads(path.read_text(encoding="utf-8"))
    meaning: dict[str, list[tuple[str, int]]] = {}
    for entry in data["word"]:
        for phrase in _phrases(entry):
            meaning.setdefault(phrase, []).append((entry["category"], entry["points"]))
    for entry in data["good"]:
        for phrase in _phrases(entry):
            taken = [(category, -entry["points"]) for category in entry["categories"]]
            meaning.setdefault(phrase, []).extend(taken)
    return Weights(
        scanner=Scanner(list(meaning)),
        meaning=tuple(tuple(each) for each in meaning.values()),
        marks={name: tuple(m.encode() for m in marks) for name, marks in data["marks"].items()},
        need_points=data["need"]["points"],
        need_phrases=data["need"]["phrases"],
    )


def _phrases(entry: dict[str, Any]) -> list[str]:
    # The same phrase may be written in both languages of one entry; it counts once.
    return list(dict.fromkeys(split(entry.get("vi", "")) + split(entry.get("en", ""))))
