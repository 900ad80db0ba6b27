"""What the doors tell the journal: visits and attended minutes, as values."""

from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from rules.alerts import Level, Place
from rules.verdict import Verdict


@dataclass(frozen=True, slots=True)
class Note:
    """One visit as the journal takes it."""

    at: datetime
    device_id: UUID | None
    child_id: UUID | None
    host: str
    verdict: Verdict
    category: str = ""
    """The first category of the host, empty if unlisted."""
    service: str = ""
    visits: int = 1
    bytes_up: int = 0
    bytes_down: int = 0
    opened: bool = False
    """Whether TLS was opened to look inside."""
    page: str = ""
    """At privacy level PAGES, for a page the child navigated to: its URL, no query, no fragment."""
    title: str = ""
    kind: str = "page"
    """What `page` is: a page, a search (its words are the title) or a video."""
    name: str = ""
    """Of a search the engine, of a video the site."""
    detail: str = ""
    """Of a video the channel."""


@dataclass(frozen=True, slots=True)
class MinuteMark:
    """One attended minute of a child in a scope, on a local day."""

    child_id: UUID
    day: str
    """ISO date of the local day."""
    scope: str
    minute: int


@dataclass(frozen=True, slots=True)
class Alarm:
    """Grave words a child typed, as the journal takes them; the words only where agreed."""

    at: datetime
    device_id: UUID | None
    child_id: UUID | None
    """None on a device that several children share."""
    category: str
    level: Level
    place: Place
    host: str = ""
    """Empty where only counts are agreed."""
    words: str = ""
    topic: str = ""
    """What it is about more closely: a school subject, a kind of private detail."""
