"""What reading its pages told of sites that no list knows, as one door remembers it."""

from collections import OrderedDict
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from hashlib import blake2b

from feeds.words.scan import Score
from feeds.words.shape import Shapes
from rules.clock import Clock
from rules.reading import Reading, Source, bare, key_of, with_reading
from rules.visit import Known, is_unlisted

MOST_SITES = 20_000
MOST_PAGES = 5_000
MOST_MARKS = 64
PAGE_KEPT = timedelta(hours=1)
ENOUGH = 2
"""Pages that must tell of the same before their whole site is taken for it; its front page alone
is enough. A forum is not what one of its threads is."""
ENOUGH_HARMLESS = 3
TELLING = 200
"""Characters: a page with less text does not tell that its site is harmless."""
FRONT = frozenset(
    ("", "index.html", "index.htm", "index.php", "home", "trang-chu", "vi", "en", "vn")
)


@dataclass(slots=True)
class Evidence:
    """What pages of one site told so far: their digests, by category ("" is nothing found)."""

    pages: dict[str, set[bytes]] = field(default_factory=dict)
    shape: set[str] = field(default_factory=set)
    """Marks of those that told of something."""


class Readings:
    """Readings of other doors and our own; bounded, the oldest are forgotten first."""

    def __init__(self, clock: Clock) -> None:
        self._clock = clock
        self._sites: OrderedDict[str, Reading] = OrderedDict()
        self._pages: OrderedDict[tuple[str, bytes], tuple[Score, datetime]] = OrderedDict()
        self._evidence: OrderedDict[str, Evidence] = OrderedDict()
        self._new: dict[str, Reading] = {}
        self.shapes = Shapes()
        self.moves = 0
        """Moves whenever anything else is remembered of a site."""
        self.last_trouble = ""
        self.read = self.stopped = self.troubled = 0
        """Pages read, pages stopped by it, and pages that could not be read by a fault of ours."""

    def known(self, host: str, known: Known) -> Known:
        """Add to what the catalogue knows of a host what its pages told."""
        if not self._sites or not is_unlisted(known):
            return known
        return with_reading(known, self._sites.get(key_of(host)), self._clock())

    def learn(self, found: list[Reading], *, whole: bool = False) -> None:
        """Take in what other doors read and adults said; `whole` is all there is."""
        if whole:
            self.moves += 1
            self._sites.clear()
            self._pages.clear()
            self._evidence.clear()
            self.shapes.clear()
        for reading in sorted(found, key=lambda each: each.at):
            before = self._sites.get(reading.key)
            mine = before and before.at > reading.at and reading.source is not Source.ADULT
            if not mine:
                self._take(reading)

    def take_new(self) -> list[Reading]:
        """Give what was read here and is not kept yet."""
        new, self._new = list(self._new.values()), {}
        return new

    def give_back(self, found: list[Reading]) -> None:
        """Take back what could not be kept; it is tried again."""
        self._new = {each.key: each for each in found} | self._new

    def page(self, host: str, path: str) -> Known | None:
        """Return what is known by a page that was stopped a while ago, alone of its site."""
        found = self._pages.get((key_of(host), _digest(path))) if self._pages else None
        if found is None or self._clock() - found[1] > PAGE_KEPT:
            return None
        return _known(found[0])

    def saw(self, host: str, path: str, score: Score, *, named: bool, kept: bool = True) -> None:
        """Note what one page told; of its site only when that is certain.

        What is not `kept` is remembered by this process alone, and written nowhere.
        """
        self.read += 1
        key, now = key_of(host), self._clock()
        if score.category:
            _bounded(self._pages, (key, _digest(path)), (score, now), MOST_PAGES)
        elif score.length < TELLING:
            return
        evidence = self._evidence.get(key) or Evidence()
        _bounded(self._evidence, key, evidence, MOST_PAGES)
        pages = evidence.pages.setdefault(score.category, set())
        pages.add(_digest(path))
        evidence.shape.update(score.shape)
        if not self._is_certain(score, path, len(pages)):
            return
        reading = Reading(
            key,
            now,
            score.category,
            score.words,
            Source(score.source),
            bare(host) if named else "",
            tuple(sorted(evidence.shape)[:MOST_MARKS]) if score.category else (),
        )
        if self._take(reading) and kept:
            self._new[key] = reading

    def _is_certain(self, score: Score, path: str, pages: int) -> bool:
        if not score.category:
            return pages >= ENOUGH_HARMLESS
        return pages >= ENOUGH or path.partition("?")[0].strip("/").lower() in FRONT

    def _take(self, reading: Reading) -> bool:
        before = self._sites.get(reading.key)
        if before and before.source is Source.ADULT and reading.source is not Source.ADULT:
            return False
        self.moves += before != reading
        _bounded(self._sites, reading.key, reading, MOST_SITES)
        if reading.category:
            self.shapes.add(reading.key, reading.category, reading.shape)
        else:
            self._clear(reading.key)
        return True

    def _clear(self, key: str) -> None:
        """Forget the pages of a site that is harmless after all."""
        self.shapes.drop(key)
        self._evidence.pop(key, None)
        for place in [place for place in self._pages if place[0] == key]:
            del self._pages[place]


def _known(score: Score) -> Known:
    return Known(categories=(score.category,), looks=score.words or (score.source,))


def _digest(path: str) -> bytes:
    return blake2b(path.encode(errors="replace"), digest_size=8).digest()


def _bounded[K, V](kept: OrderedDict[K, V], key: K, value: V, most: int) -> None:
    kept[key] = value
    kept.move_to_end(key)
    if len(kept) > most:
        kept.popitem(last=False)
