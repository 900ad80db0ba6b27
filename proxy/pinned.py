"""Apps that trust no certificate but their own: after failures they pass unopened, where they may.

Where a rule must look inside, or the family listens, this never applies: a browser that refuses our
certificate on purpose must not unlock anything. Elsewhere a connection is opened only to write its
pages down, and an app that cannot be opened would merely stop working.
"""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime, timedelta
from uuid import UUID

from rules.verdict import Action, Verdict
from rules.visit import Known

FAILURES = 3
"""A single failure is a bad network; a child who tries out a browser has one or two."""
WITHIN = timedelta(minutes=10)
LASTS = timedelta(days=1)
"""Afterwards it must fail again: an app may have been updated, or the certificate installed."""
MOST = 4096
LOOKED_INTO = frozenset({"search", "social", "video", "ai", "chat", "forum"})
"""Sites of browsers, where what is inside matters most: these never pass because they failed."""

type Where = tuple[UUID, str]
"""A device and a site."""


@dataclass(slots=True)
class Tries:
    """How the handshakes of one device with one site went."""

    failed: int = 0
    last: datetime | None = None
    succeeded: bool = False


class Pinned:
    """Remembers which devices cannot be looked into on which sites."""

    def __init__(self, site_of: Callable[[str], str]) -> None:
        self._site_of = site_of
        self._tries: dict[Where, Tries] = {}
        self.moves = 0
        """Grows with everything that is learnt."""
        self._foreign: dict[str, datetime] = {}
        """Sites that do not speak what we speak where we open, and until when we believe it."""

    def failed(self, device_id: UUID | None, host: str, now: datetime) -> None:
        """Note that a device refused our certificate for a site."""
        if device_id is None or not host:
            return
        tries = self._of(device_id, host)
        if tries.last is None or now - tries.last > self._patience(tries):
            tries.failed = 0
        tries.failed, tries.last = tries.failed + 1, now
        self.moves += 1

    def succeeded(self, device_id: UUID | None, host: str) -> None:
        """Note that a device did let us look into a site: it is not the site that refuses."""
        if device_id is not None and host:
            tries = self._of(device_id, host)
            self.moves += not tries.succeeded
            tries.succeeded = True

    def refused_our_words(self, host: str, now: datetime) -> None:
        """Note that a site would not speak HTTP/1.1 with us."""
        if len(self._foreign) >= MOST:
            self._foreign.clear()
        self._foreign[self._site_of(host)] = now + LASTS
        self.moves += 1

    def passes(
        self, device_id: UUID | None, host: str, known: Known, verdict: Verdict, now: datetime
    ) -> bool:
        """Tell whether a connection may pass unopened because opening it would only break it."""
        if not may_pass(known, verdict):
            return False
        if self._foreign.get(self._site_of(host), now) > now:
            return True
        if device_id is None:
            return False
        tries = self._tries.get((device_id, self._site_of(host)))
        if tries is None or tries.last is None or tries.succeeded:
            return False
        return tries.failed >= FAILURES and now - tries.last <= LASTS

    def _patience(self, tries: Tries) -> timedelta:
        """Return how far apart failures still belong together; what was learnt lasts longer."""
        return LASTS if tries.failed >= FAILURES else WITHIN

    def _of(self, device_id: UUID, host: str) -> Tries:
        if len(self._tries) >= MOST:
            self._tries.clear()
        return self._tries.setdefault((device_id, self._site_of(host)), Tries())


def may_pass(known: Known, verdict: Verdict) -> bool:
    """Tell whether a connection that would be opened may also pass unopened."""
    if verdict.inside:
        return False
    if verdict.edits and not verdict.hear and verdict.action is not Action.ALLOW:
        # The policy itself says that what cannot be read goes on as it is.
        return True
    if verdict.action is not Action.ALLOW:
        return False
    return LOOKED_INTO.isdisjoint(known.categories)
