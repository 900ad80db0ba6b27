"""What an allowed page itself loads, where only chosen sites are open.

Where we look inside, the request says which page wants it. Where we do not, what a device connects
to right after it went to an allowed site belongs to that site, and is remembered with it.
"""

from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta

from rules.family import LEARNING
from rules.verdict import Reason, Verdict
from rules.visit import Known

NEW_WITHIN = timedelta(seconds=10)
"""How soon after a page was opened it has asked for all that is new to us."""
KNOWN_WITHIN = timedelta(minutes=5)
"""How long after that it may still ask for what is known to belong to it."""
MOST_OF_A_SITE = 100
"""Pages load up to about a hundred hosts; more is no page."""

PARTS = frozenset(
    {
        *("audio", "audioworklet", "embed", "empty", "font", "frame", "iframe", "image", "json"),
        *("manifest", "object", "paintworklet", "script", "serviceworker", "sharedworker"),
        *("style", "track", "video", "websocket", "worker", "xslt"),
    }
)
"""What Sec-Fetch-Dest calls parts of a page; a `document` is a page of its own."""
FRAMES = frozenset({"iframe", "frame", "embed", "object"})
WANTED = frozenset({Reason.UNKNOWN_SITE, Reason.LESSON})
"""What stops a site only because nobody chose it: an open page may need it."""
CHOSEN = frozenset({Reason.ALLOW_LIST, Reason.SERVICE, Reason.URL})
FOR_CHILDREN = frozenset({LEARNING, "kids"})


@dataclass(frozen=True, slots=True)
class Page:
    """An allowed site that a device went to, and when it last did."""

    site: str
    at: datetime


@dataclass(frozen=True, slots=True)
class Request:
    """What a request says of the page that makes it, in its own headers."""

    dest: str = ""
    """Sec-Fetch-Dest; plain HTTP and old browsers send none."""
    mode: str = ""
    """Sec-Fetch-Mode."""
    site: str = ""
    """Sec-Fetch-Site."""
    page: str = ""
    """The host of its Referer, else of its Origin."""
    path: str = ""
    """The path of its Referer; “/” where browsers tell other sites no more than the host."""


def is_part(request: Request) -> bool:
    """Tell whether a request is a part of some page, and not a page that a child goes to."""
    if request.dest not in PARTS or request.site == "none":
        return False
    return request.mode != "navigate" or request.dest in FRAMES


def may_have_companions(verdict: Verdict, known: Known) -> bool:
    """Tell whether a site that goes on was chosen for the child, so that its parts come along.

    A search engine or a phone's own traffic is open, too, but leads everywhere.
    """
    if verdict.blocks:
        return False
    return verdict.reason in CHOSEN or not FOR_CHILDREN.isdisjoint(known.categories)


def needed_by(
    host: str, pages: Iterable[Page], learned: Mapping[str, Collection[str]], now: datetime
) -> str:
    """Return the site whose page needs a host that nobody knows; empty where none does."""
    # The latest page first: it is the one that is loading.
    for page in sorted(pages, key=lambda page: page.at, reverse=True):
        age = now - page.at
        known = learned.get(page.site, ())
        if host in known and age <= KNOWN_WITHIN:
            return page.site
        if age <= NEW_WITHIN and len(known) < MOST_OF_A_SITE:
            return page.site
    return ""
