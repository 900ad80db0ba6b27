"""What was held back until the child says what becomes of it: in memory, two minutes, no longer."""

import secrets
from collections import Counter, OrderedDict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from hashlib import blake2b
from uuid import UUID

from proxy.news import Line, News
from rules.clock import Clock
from rules.verdict import Reason

KEPT_FOR = timedelta(minutes=2)
MOST_HELD = 60
MOST_BYTES = 16 * 1024 * 1024
FIELD = "haidang-send"
"""The one field of our page's form: it stands for what was held back."""
GO_ON = f"{FIELD}=".encode()
LONGEST_WORD = 64

type Headers = tuple[tuple[bytes, bytes], ...]


@dataclass(frozen=True, slots=True)
class Request:
    """A request as it was made, to be made again by the child's own hand."""

    method: str
    path: str
    headers: Headers
    body: bytes


@dataclass(frozen=True, slots=True)
class Held:
    """Something held back: from whom, for whom, and why; what it held, only where it can go on."""

    token: str
    device_id: UUID
    host: str
    about: Reason
    rule: str
    """The kinds of details, joined by “+”; of homework its topic."""
    until: datetime
    request: Request | None = None

    @property
    def size(self) -> int:
        """Return the bytes it keeps in memory."""
        return len(self.request.body) if self.request else 0


@dataclass(frozen=True, slots=True)
class Leave:
    """That a device may send something held back once more, told to the other doors too."""

    device_id: UUID
    host: str
    about: Reason
    until: datetime


class HeldBack:
    """Everything held back by this door, and what children said about it.

    Its news name what was held back, never what was about to be sent.
    """

    def __init__(self, clock: Clock) -> None:
        self._clock = clock
        self._held: OrderedDict[str, Held] = OrderedDict()
        self._leaves: list[Leave] = []
        self._same: dict[tuple[UUID, str, Reason, bytes], datetime] = {}
        self._anyway: Counter[tuple[UUID, date]] = Counter()
        self.news = News()

    def keep(
        self, device_id: UUID, host: str, about: Reason, rule: str, request: Request | None = None
    ) -> Held:
        """Hold something back."""
        until = self._clock() + KEPT_FOR
        held = Held(secrets.token_urlsafe(16), device_id, host, about, rule, until, request)
        self.take_in(held)
        line = (str(device_id), host, str(about), until.timestamp())
        self.news.add(("held", held.token, rule, *line))
        return held

    def take_in(self, held: Held) -> None:
        """Remember something held back, here or by another door; the oldest go first."""
        self._forget()
        if held.token not in self._held:
            self._held[held.token] = held
        while len(self._held) > MOST_HELD or self._bytes() > MOST_BYTES:
            self._held.popitem(last=False)

    def find(self, device_id: UUID | None, token: str) -> Held | None:
        """Return what a device's word stands for, while it is kept."""
        self._forget()
        held = self._held.get(token)
        return held if held and held.device_id == device_id else None

    def newest(self, device_id: UUID | None) -> Held | None:
        """Return what a device was held back from last."""
        self._forget()
        mine = (held for held in reversed(self._held.values()) if held.device_id == device_id)
        return next(mine, None)

    def holds(self, device_id: UUID | None) -> bool:
        """Tell whether something of a device waits for what the child says."""
        return self.newest(device_id) is not None

    def drop(self, held: Held) -> None:
        """Forget something held back."""
        self._held.pop(held.token, None)
        self.news.add(("gone", held.token))

    def let(self, held: Held) -> None:
        """Let the same be sent once more, within two minutes; forget what was held back."""
        self.drop(held)
        leave = Leave(held.device_id, held.host, held.about, self._clock() + KEPT_FOR)
        self._leaves.append(leave)
        self.news.add(("let", *_of_leave(leave)))

    def may(self, device_id: UUID, host: str, about: Reason, text: str = "") -> bool:
        """Tell whether the child said that this be sent; once told, it is used up.

        The very same text goes on for a while: some pages send it twice.
        """
        self._forget()
        digest = blake2b(text.encode("utf-8", "replace"), digest_size=16).digest()
        same = (device_id, host, about, digest)
        if same in self._same:
            return True
        for leave in self._leaves:
            if (leave.device_id, leave.host, leave.about) == same[:3]:
                self._leaves.remove(leave)
                self._same[same] = leave.until
                self.news.add(("used", *_of_leave(leave)))
                return True
        return False

    def anyway_left(self, child_id: UUID, day: date, most: int) -> int:
        """Tell how often a child may still send homework all the same on a day."""
        return max(0, most - self._anyway[child_id, day])

    def spend(self, child_id: UUID, day: date) -> None:
        """Count one time of it."""
        self._count(child_id, day)
        self.news.add(("anyway", str(child_id), day.isoformat()))

    def hear(self, lines: Iterable[Sequence[object]]) -> None:
        """Take in what another door said. Raises ValueError, TypeError for what makes no sense."""
        for what, *said in lines:
            match what, said:
                case "held", [str(token), str(rule), *of]:
                    leave = _leave(of)
                    place = (leave.device_id, leave.host, leave.about)
                    self.take_in(Held(token, *place, rule, leave.until))
                case "gone", [str(token)]:
                    self._held.pop(token, None)
                case "let", of:
                    self._leaves.append(_leave(of))
                case "used", of:
                    self._leaves = [leave for leave in self._leaves if leave != _leave(of)]
                case "anyway", [str(child), str(day)]:
                    self._count(UUID(child), date.fromisoformat(day))
                case _:
                    # A door of another version, in the moment of an update.
                    pass

    def _count(self, child_id: UUID, day: date) -> None:
        for key in [key for key in self._anyway if key[1] < day - timedelta(days=1)]:
            del self._anyway[key]
        self._anyway[child_id, day] += 1

    def _bytes(self) -> int:
        return sum(held.size for held in self._held.values())

    def _forget(self) -> None:
        now = self._clock()
        for held in [held for held in self._held.values() if held.until <= now]:
            self.drop(held)
        self._leaves = [leave for leave in self._leaves if leave.until > now]
        self._same = {key: until for key, until in self._same.items() if until > now}


def _of_leave(leave: Leave) -> Line:
    return str(leave.device_id), leave.host, str(leave.about), leave.until.timestamp()


def _leave(said: Sequence[object]) -> Leave:
    device, host, about, until = said
    moment = datetime.fromtimestamp(float(str(until)), UTC)
    return Leave(UUID(str(device)), str(host), Reason(str(about)), moment)


def word_in(body: bytes) -> str:
    """Return the word of our own form's body; empty where it is another's."""
    return body[len(GO_ON) :].decode("ascii", "replace")[:LONGEST_WORD] if is_word(body) else ""


def is_word(body: bytes) -> bool:
    """Tell whether a body is that of our own form."""
    return body.startswith(GO_ON) and len(body) <= len(GO_ON) + LONGEST_WORD
