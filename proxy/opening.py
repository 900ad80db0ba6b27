"""Signs that a page was opened in tunnels which nobody looks into, within one minute.

A browser makes several connections to one site at once, or calls a whole company of sites with
advertisers and trackers among them. A phone that nobody touches does neither.
"""

from dataclasses import dataclass, field
from uuid import UUID

from feeds.attended import Attended
from rules.visit import Known

PAGE_BYTES = 40_000
"""So much from one site, over as many new connections as use needs, is a page."""
SITES, ADVERTISERS = 8, 3
"""Sites called within a minute, and advertisers and trackers among them: so do pages, not apps."""
SYSTEM = "system"
QUIET = frozenset({"ads", "tracking"})


@dataclass(slots=True)
class Seen:
    """What one site was seen to do within the minute."""

    connections: int = 0
    bytes: int = 0


@dataclass(slots=True)
class Minute:
    """What one child's devices did within one minute."""

    number: int
    sites: dict[str, Seen] = field(default_factory=dict)
    quiet: set[str] = field(default_factory=set)

    def of(self, name: str) -> Seen:
        """Return what was seen of a site."""
        return self.sites.setdefault(name, Seen())


class Openings:
    """Watches each child's present minute."""

    def __init__(self) -> None:
        self._minutes: dict[UUID, Minute] = {}

    def called(self, child_id: UUID, minute: int, name: str, known: Known, *, let_in: int) -> None:
        """Note a call of a site, and how often it was let in; devices call home by themselves."""
        if SYSTEM in known.categories:
            return
        now = self._now(child_id, minute)
        now.of(name).connections += let_in
        if not QUIET.isdisjoint(known.categories):
            now.quiet.add(name)

    def flowed(self, child_id: UUID, minute: int, name: str, size: int) -> None:
        """Note bytes of a site."""
        self._now(child_id, minute).of(name).bytes += size

    def is_page(self, child_id: UUID, minute: int, name: str, wanted: Attended, used: int) -> bool:
        """Tell whether a page was opened; `used` are the bytes of all that counts alike."""
        now = self._now(child_id, minute)
        seen = now.of(name)
        if seen.connections >= wanted.connections and seen.bytes >= PAGE_BYTES:
            return True
        company = len(now.sites) >= SITES and len(now.quiet) >= ADVERTISERS
        return company and used >= wanted.bytes

    def _now(self, child_id: UUID, minute: int) -> Minute:
        now = self._minutes.get(child_id)
        if now is None or now.number != minute:
            now = self._minutes[child_id] = Minute(minute)
        return now
