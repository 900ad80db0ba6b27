"""Why a site is known as it is: who says what, where it stands, since when, and what counts."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from pathlib import Path

from feeds.catalogue import Catalogue
from feeds.errors import FeedError
from feeds.kept import ImportedList, list_all, sites_path
from feeds.packed import Source, Vote
from feeds.places import places_of
from feeds.schools import is_school
from feeds.trust import NEEDED, OWN_WEIGHT, STRONG_NAME, WEAK_NAME, Judged
from rules.explain import Sentence
from rules.visit import Known


class By(StrEnum):
    """Who says something of a site, in the order of trust."""

    OWN = "own"
    """A list the adult pasted or gave as a file."""
    HELPLINE = "helpline"
    SCHOOL = "school"
    OURS = "ours"
    SERVICE = "service"
    PRIVATE = "private"
    """Our list of what is never opened."""
    LIST = "list"
    NAME = "name"


COUNTS = Sentence("It counts.", {})
TOO_WEAK = Sentence("Alone this is too weak to count: it is only shown.", {})
AT_SCHOOL = Sentence("It is a school’s site: one list alone does not close it.", {})
BELOW_OURS = Sentence("Our own lists know this site, and they stand above lists from outside.", {})
NEARER = Sentence("A list names the part of this site that was asked for, and that counts.", {})


@dataclass(frozen=True, slots=True)
class Said:
    """One thing that is said of a site."""

    by: By
    source: str
    """The name of the list, our file, or what of the name gave it away."""
    says: str
    """The category or service; empty for what only protects."""
    entry: str
    """The name that stands in the list."""
    line: int | None
    """Where: in our file, or in the sorted copy that is kept of a list."""
    weight: int | None
    since: datetime | None
    """When an adult brought the list in."""
    refreshed: datetime | None
    """When its copy came."""
    counts: bool
    reason: Sentence


@dataclass(frozen=True, slots=True)
class Why:
    """Everything that is known of a site, the most trusted first."""

    host: str
    site: str
    known: Known
    said: tuple[Said, ...]


def why(catalogue: Catalogue, host: str, lists: Path | None = None) -> Why:
    """Tell why a normalised host is known so. Reads the lists, so it is not for every visit."""
    known, judged = catalogue.look_up(host), catalogue.judge(host)
    found = [
        *_ours(catalogue, host, judged),
        *_school(host),
        *_lists(catalogue, host, known, judged, lists),
        *_name(catalogue, host, known, judged),
    ]
    order = {by: place for place, by in enumerate(By)}
    found.sort(key=lambda said: (order[said.by], -(said.weight or 0), said.source))
    return Why(host, catalogue.site_of(host), known, tuple(found))


def _ours(catalogue: Catalogue, host: str, judged: Judged) -> Iterator[Said]:
    for place in places_of(host):
        by = By(place.kind)
        says = place.says
        counts = (
            says == judged.service
            if by is By.SERVICE
            else not says or says in catalogue.look_up(host).categories
        )
        reason = COUNTS if counts else NEARER
        yield Said(by, place.file, says, place.entry, place.line, None, None, None, counts, reason)


def _school(host: str) -> Iterator[Said]:
    if is_school(host):
        ending = Sentence("Only places of learning are given this ending.", {})
        yield Said(By.SCHOOL, "", "", host, None, None, None, None, True, ending)


def _lists(
    catalogue: Catalogue, host: str, known: Known, judged: Judged, lists: Path | None
) -> Iterator[Said]:
    kept = {one.id: one for one in list_all(lists)} if lists else {}
    for name, votes in catalogue.votes(host):
        for vote in votes:
            if vote.source.category not in catalogue.categories:
                continue
            if vote.alone and host not in (name, f"www.{name}"):
                continue
            yield _vote(
                name,
                vote,
                kept.get(vote.source.id),
                lists,
                _weighed(name, vote, host, known, judged),
            )


def _vote(
    name: str,
    vote: Vote,
    kept: ImportedList | None,
    lists: Path | None,
    weighed: tuple[bool, Sentence],
) -> Said:
    source, entry = vote.source, f"={name}" if vote.alone else name
    return Said(
        by=By.OWN if source.weight >= OWN_WEIGHT else By.LIST,
        source=source.name,
        says=source.category,
        entry=entry,
        line=_line(lists, kept, entry) if lists and kept else None,
        weight=None if source.weight >= OWN_WEIGHT else source.weight,
        since=kept.since if kept else None,
        refreshed=kept.changed if kept else None,
        counts=weighed[0],
        reason=weighed[1],
    )


def _weighed(
    name: str, vote: Vote, host: str, known: Known, judged: Judged
) -> tuple[bool, Sentence]:
    source: Source = vote.source
    if source.weight >= OWN_WEIGHT:
        return True, COUNTS
    if judged.spoken and len(judged.spoken) >= len(name):
        return False, BELOW_OURS
    if source.category in known.categories:
        return True, COUNTS
    if source.category not in known.doubtful:
        return False, NEARER
    return False, AT_SCHOOL if is_school(host) and source.weight >= NEEDED else TOO_WEAK


def _line(lists: Path, kept: ImportedList, entry: str) -> int | None:
    """Find the line of an entry in the copy that is kept; it is not stored for each site."""
    try:
        content = b"\n" + sites_path(lists, kept.id, kept.checksum).read_bytes()
    except (OSError, FeedError):
        return None
    at = content.find(f"\n{entry}\n".encode())
    return len(content[: at + 1].split(b"\n")) - 1 if at >= 0 else None


def _name(catalogue: Catalogue, host: str, known: Known, judged: Judged) -> Iterator[Said]:
    looks = catalogue.guess(host)
    if not looks.category:
        return
    saw = ", ".join(f"‘{part}’" for part in looks.saw)
    weight = STRONG_NAME if looks.strong else WEAK_NAME
    if judged.spoken:
        counts, reason = False, BELOW_OURS
    elif is_school(host):
        counts, reason = False, AT_SCHOOL
    else:
        counts = looks.category in known.categories
        reason = COUNTS if counts else TOO_WEAK
    yield Said(By.NAME, saw, looks.category, host, None, weight, None, None, counts, reason)
