"""Knows a site again by how it is built: betting sites change their names, not their building.

A page's shape is a set of marks. Those that begin with `a` are names of its own scripts, styles and
pictures that carry a fingerprint of their content, as builders write them (`main.3f2a1b9c.js`): two
sites with the same ones hold the same files. Those that begin with `r` sample which elements follow
each other; many of them are the same where two pages are built alike.
"""

import re
from collections.abc import Iterable
from hashlib import blake2b
from pathlib import PurePosixPath
from zlib import crc32

from feeds.words.scan import MOST_BYTES, Score, load, score_page

ASSETS = re.compile(
    rb"(?:src|href)=[\"']?((?:/(?!/)|\./)?[\w./@~-]{4,160}?\.(?:js|css|png|webp|svg|jpg))",
    re.IGNORECASE,
)
ELEMENTS = re.compile(
    rb"<([a-z][a-z0-9]{0,9})(?:[^>]{0,120}?class=[\"']?([\w-]{1,40}))?", re.IGNORECASE
)
FINGERPRINT = re.compile(r"(?=[0-9a-z_-]*[0-9])(?=[0-9a-z_-]*[a-z])[0-9a-z]{8,40}", re.IGNORECASE)
COMMON = re.compile(r"jquery|bootstrap|react|vue|polyfill|framework|webpack|vendor|runtime|font")
"""Files that many sites of all kinds have alike."""
MOST_ASSETS = 24
MOST_RUNS = 32
LEAST_ELEMENTS = 40
LEAST_RUNS = 8
SHARED, SHARE = 3, 0.6
"""So many files, and so much of both pages' files, must be the same."""
ALIKE = 0.7
"""So much of both samples is the same where two pages are built alike."""
RUN = 3


class Shapes:
    """The shapes of sites whose words told what they are about."""

    def __init__(self) -> None:
        self._known: dict[str, tuple[str, frozenset[str], frozenset[str]]] = {}

    def __len__(self) -> int:
        return len(self._known)

    def add(self, key: str, category: str, shape: Iterable[str]) -> None:
        """Remember how a site is built."""
        assets, runs = _apart(shape)
        if assets or runs:
            self._known[key] = (category, assets, runs)

    def drop(self, key: str) -> None:
        """Forget how a site is built."""
        self._known.pop(key, None)

    def clear(self) -> None:
        """Forget all."""
        self._known.clear()

    def find(self, shape: Iterable[str], leaning: str) -> str:
        """Return the category of a site built the same; built alike is enough if words lean so."""
        mine, built = _apart(shape)
        for category, assets, runs in self._known.values():
            if _overlap(mine, assets, SHARED, SHARE):
                return category
            if category == leaning and _overlap(built, runs, LEAST_RUNS, ALIKE):
                return category
        return ""


def read(html: bytes, shapes: Shapes) -> Score:
    """Tell what a page is about: by its words, else by how it is built."""
    score = score_page(html)
    if score.category:
        return _with(score, score.category, score.source, shape_of(html))
    if not shapes:
        return score
    category, points = score.leaning
    leans = points * 2 >= load().need_points
    # How its elements follow each other is worth adding up only where the words lean somewhere.
    shape = shape_of(html) if leans else assets_of(html)
    known = shapes.find(shape, category if leans else "")
    return _with(score, known, "shape", shape) if known else score


def shape_of(html: bytes) -> tuple[str, ...]:
    """Return the marks of how a page is built."""
    return (*assets_of(html), *_runs(html[:MOST_BYTES]))


def assets_of(html: bytes) -> tuple[str, ...]:
    """Return the marks of a page's own files."""
    html = html[:MOST_BYTES]
    names = (PurePosixPath(path.decode("ascii", "ignore")).name for path in ASSETS.findall(html))
    return tuple(sorted({f"a{_digest(name)}" for name in names if _tells(name)})[:MOST_ASSETS])


def _tells(name: str) -> bool:
    return bool(FINGERPRINT.search(name)) and not COMMON.search(name.lower())


def _overlap(one: frozenset[str], other: frozenset[str], least: int, share: float) -> bool:
    shared = len(one & other)
    return shared >= least and shared >= share * max(len(one), len(other))


def _apart(shape: Iterable[str]) -> tuple[frozenset[str], frozenset[str]]:
    """Take a shape apart into files and runs of elements."""
    marks = frozenset(shape)
    files = frozenset(mark for mark in marks if mark.startswith("a"))
    return files, marks - files


def _runs(html: bytes) -> list[str]:
    """Give a sample of which elements follow each other, by class: alike for pages built alike."""
    found = ELEMENTS.findall(html)
    if len(found) < LEAST_ELEMENTS:
        return []
    words = [tag.lower() + b"." + label for tag, label in found]
    runs = {crc32(b" ".join(words[at : at + RUN])) for at in range(len(words) - RUN + 1)}
    # The smallest of all digests are the same choice on every page.
    return [f"r{digest:08x}" for digest in sorted(runs)[:MOST_RUNS]]


def _digest(text: str) -> str:
    return blake2b(text.encode(), digest_size=6).hexdigest()


def _with(score: Score, category: str, source: str, shape: tuple[str, ...]) -> Score:
    return Score(category, score.points, score.words, score.length, score.leaning, source, shape)
