"""Tunnels that went on in this very second: the next ones like them need no thinking about.

Of a page's six connections to one host five are like the first. What went on is remembered with
all that it was judged by, and forgotten when anything of that moves, or the second is over.
"""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime, timedelta

from proxy.current import Current, Standing
from proxy.judge import ALONG, Asked, Judged
from proxy.who import Caller
from rules.verdict import Action, Reason, Verdict

MOST = 2_000
LONGEST = 2_048
"""Bytes of a head that is worth remembering."""
MOMENTARY = ALONG | {Reason.FINISHING, Reason.PINNED}
"""Reasons that may not hold any more in the next moment."""

type Key = tuple[tuple[str, int], bytes]
"""Whence and at which port a connection came, and its whole first words."""


@dataclass(frozen=True, slots=True)
class Way:
    """How a tunnel went on."""

    caller: Caller
    host: str
    """What both CONNECT and the hello called the destination."""
    port: int
    asked: Asked
    judged: Judged


class Familiar:
    """What went on in this second."""

    def __init__(
        self, current: Current, moves: Callable[[], int], clock: Callable[[], datetime]
    ) -> None:
        self._current = current
        self._moves = moves
        self._clock = clock
        self._ways: dict[Key, Way] = {}
        self._standing: Standing | None = None
        self._moved = 0
        self._since = self._until = clock()

    def find(self, key: Key) -> Way | None:
        """Return how the same words went on a moment ago, if that still holds."""
        way = self._ways.get(key)
        return way if way is not None and self._is_now(self._clock()) else None

    def holds(self, key: Key, way: Way) -> bool:
        """Tell whether nothing moved since a way was found."""
        return self._ways.get(key) is way and self._is_now(self._clock())

    def keep(self, key: Key, way: Way) -> None:
        """Remember how a tunnel went on."""
        now = self._clock()
        if not self._is_now(now) or len(self._ways) >= MOST:
            self._ways = {}
            self._standing, self._moved = self._current.standing, self._moves()
            self._since = now
            self._until = now.replace(microsecond=0) + timedelta(seconds=1)
        self._ways[key] = way
        if until := way.judged.verdict.until:
            self._until = min(self._until, until)

    def _is_now(self, now: datetime) -> bool:
        return (
            self._since <= now < self._until
            and self._standing is self._current.standing
            and self._moved == self._moves()
        )


def may_be_familiar(verdict: Verdict, *, trusts_us: bool | None) -> bool:
    """Tell whether nothing but what `Familiar` watches decides that a tunnel goes on unopened."""
    if verdict.blocks or verdict.reason in MOMENTARY:
        return False
    # Where it would be opened if the device let us, its hello has a say as well.
    return trusts_us is False or (verdict.action is not Action.ALLOW and not verdict.edits)
