"""What reading its pages told of a site that no list knows."""

from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from enum import StrEnum
from hashlib import blake2b

from rules.visit import Known, is_unlisted

KEPT = timedelta(days=30)
KEPT_HARMLESS = timedelta(days=1)
"""A site that looked harmless is read again the next day: names of betting sites are re-used."""
FRONTS = ("www.", "m.")


class Source(StrEnum):
    """Who says what a site is about."""

    WORDS = "words"
    SHAPE = "shape"
    """It is built like a site whose words told."""
    ADULT = "adult"
    """An adult said that what we read was wrong."""


@dataclass(frozen=True, slots=True)
class Reading:
    """One site's reading; without a category nothing was found, and it need not be opened again."""

    key: str
    at: datetime
    category: str = ""
    words: tuple[str, ...] = ()
    source: Source = Source.WORDS
    site: str = ""
    """Empty where the privacy of whoever was there keeps it."""
    shape: tuple[str, ...] = ()
    """Marks of how it is built, to know it again under another name."""

    def holds(self, now: datetime) -> bool:
        """Tell whether it still counts; what an adult said does not run out."""
        if self.source is Source.ADULT:
            return True
        return now - self.at < (KEPT if self.category else KEPT_HARMLESS)

    def known(self) -> Known:
        """Say it as what is known of a host."""
        if not self.category:
            return Known(read=True)
        return Known(categories=(self.category,), looks=self.words or (self.source.value,))


def key_of(host: str) -> str:
    """Return the key under which a host's reading is kept: it names nobody's visit by itself."""
    return blake2b(bare(host).encode(), digest_size=12).hexdigest()


def bare(host: str) -> str:
    """Leave out the www. or m. before a host; a site is read under one name."""
    for front in FRONTS:
        if host.startswith(front) and "." in host.removeprefix(front):
            return host.removeprefix(front)
    return host


def with_reading(known: Known, reading: Reading | None, now: datetime) -> Known:
    """Add what reading told to what the catalogue knows; any list's word comes first."""
    if reading is None or not is_unlisted(known) or not reading.holds(now):
        return known
    return replace(reading.known(), speaks=known.speaks, doubtful=known.doubtful)
