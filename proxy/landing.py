"""Lets things end gently: a video that runs, something being sent, the last minutes slower.

What may go on and for how long is decided in `rules.landing`; here is what only a door can know:
what flowed until its time ended, and in which direction.
"""

from collections import OrderedDict
from collections.abc import Iterable
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from uuid import UUID

from proxy.bucket import Bucket
from proxy.current import Current
from proxy.judge import Asked, Judged, visit_of
from proxy.lease import Lease
from proxy.line import Line
from proxy.meter import Meter
from rules.book import Rulebook
from rules.clock import Clock
from rules.landing import MEDIA, covers, ended, finishing, may_send_on, slowed, timeless
from rules.verdict import Reason, Verdict

FRESH = timedelta(seconds=30)
"""Players fetch in bursts: what flowed within so long before the end was running then."""
MUCH = 200_000
"""Bytes in one or two stretches of `FRESH`: a film flows, a preview picture does not."""
SENT_A_SECOND, UP_TO_DOWN = 16_000, 4
"""A tunnel that sends so much, and so many times what it receives, is sending something off."""
STILL_SENDS = timedelta(seconds=3)
LOOKED_EVERY = timedelta(seconds=5)
MOST_FLOWS = 2000

type Flows = OrderedDict[tuple[UUID | None, str], "Flow"]


@dataclass(slots=True)
class Flow:
    """What one device receives from one host while it may."""

    at: datetime
    stretch: int = 0
    before: int = 0
    now: int = 0
    over: bool = False
    """Its time ended, and what flows since does not count."""

    def add(self, size: int, at: datetime) -> None:
        """Count bytes that came in time."""
        stretch = int(at.timestamp() // FRESH.total_seconds())
        if stretch != self.stretch:
            self.before = self.now if stretch == self.stretch + 1 else 0
            self.stretch, self.now = stretch, 0
        self.now += size
        self.at, self.over = max(at, self.at), False

    def runs(self, at: datetime) -> bool:
        """Tell whether something long is flowing."""
        return timedelta() <= at - self.at <= FRESH and self.before + self.now >= MUCH


@dataclass(frozen=True, slots=True)
class Near:
    """What was found to end soon, when, and by which rules."""

    at: datetime
    book: Rulebook
    scopes: frozenset[str]


class Landing:
    """Knows, for one door, what was running when its time ended."""

    def __init__(self, current: Current, meter: Meter, clock: Clock) -> None:
        self._current = current
        self._meter = meter
        self._spent = meter.spent
        self._clock = clock
        self._flows: Flows = OrderedDict()
        self._always: dict[UUID, tuple[Rulebook, Rulebook]] = {}
        self._near: dict[UUID, Near] = {}
        self._buckets: dict[UUID, Bucket] = {}
        meter.films.append(self._note)

    def flowed(self, lease: Lease, up: int, down: int, now: datetime) -> None:
        """Note what a connection carried since the last look, a second ago or when it ended."""
        if up >= SENT_A_SECOND and up > UP_TO_DOWN * down:
            lease.sent_at = now
        if not down or lease.judged.verdict.reason is Reason.FINISHING or lease.held_since:
            return
        book = self._book(lease.device_id) if _is_media(lease) else None
        if book and book.let_finish:
            self._meter.film(lease.device_id, lease.judged.host, down, now)

    def _note(self, device_id: UUID | None, host: str, size: int, now: datetime) -> None:
        """Remember film that flowed in time, here or at another door of this machine."""
        key = device_id, host
        self._flows.setdefault(key, Flow(now)).add(size, now)
        self._flows.move_to_end(key)
        if len(self._flows) > MOST_FLOWS:
            self._flows.popitem(last=False)

    def softened(self, device_id: UUID | None, judged: Judged, asked: Asked) -> Judged:
        """Let go on what was running when its time ended; everything else stays as it is judged."""
        flow = self._flows.get((device_id, judged.host)) if judged.verdict.blocks else None
        if flow is None:
            return judged
        now, book = self._clock(), self._book(device_id)
        if not flow.over and not flow.runs(now):
            del self._flows[device_id, judged.host]
            return judged
        beside = self._beside(device_id, judged, asked, now)
        if book is None or beside is None:
            return judged
        flow.over = True
        verdict = finishing(beside, judged.verdict, flow.at, book.let_finish, now)
        return replace(judged, verdict=verdict) if verdict else judged

    def lets_finish(self, device_id: UUID | None) -> bool:
        """Tell whether a film at a device may still go on, wherever it comes from."""
        now, book = self._clock(), self._book(device_id)
        if book is None or not book.let_finish:
            return False
        agreed = timedelta(minutes=book.let_finish)
        flows = [flow for (device, _), flow in self._flows.items() if device == device_id]
        return any((flow.over or flow.runs(now)) and now < flow.at + agreed for flow in flows)

    def holds(self, lease: Lease, judged: Judged) -> bool:
        """Tell whether something is being sent that only its time would cut; for a while only."""
        now = self._clock()
        is_sending = lease.sends or (lease.sent_at and now - lease.sent_at <= STILL_SENDS)
        if not is_sending or self._beside(lease.device_id, judged, lease.asked, now) is None:
            return False
        lease.held_since = lease.held_since or now
        return may_send_on(lease.held_since, now)

    def tick(self, running: Iterable[Lease], now: datetime) -> None:
        """Once a second: find what is slow by now, and let it flow on a little."""
        books = self._current.standing.rulebooks
        if not self._buckets and not any(book.slow_lane for book in books.values()):
            return
        for bucket in self._buckets.values():
            bucket.fill()
        for lease in running:
            if lease.line is not None:
                self._pace(lease, lease.line, now)
        known = self._current.standing.people
        for kept in (self._always, self._near, self._buckets):
            for gone in kept.keys() - known.keys():
                del kept[gone]

    def _pace(self, lease: Lease, line: Line, now: datetime) -> None:
        child = self._current.standing.one_child(lease.device_id)
        before, lease.bucket = lease.bucket, None
        if child and self._is_slow(child.id, lease, now):
            lease.bucket = self._buckets.setdefault(child.id, Bucket())
        elif before is not None:
            before.forget(line)

    def _is_slow(self, child_id: UUID, lease: Lease, now: datetime) -> bool:
        book = self._current.standing.rulebooks[child_id]
        if not book.slow_lane or lease.judged.verdict.reason is Reason.FINISHING:
            return False
        near = self._near.get(child_id)
        is_known = near and near.book is book and timedelta() <= now - near.at < LOOKED_EVERY
        if near is None or not is_known:
            services = self._current.standing.catalogue.services.values()
            categories = {each.id: each.category for each in services}
            scopes = slowed(book, now, self._spent(child_id, now), categories)
            near = self._near[child_id] = Near(now, book, scopes)
        return covers(book, near.scopes, lease.judged.host, lease.judged.known)

    def _beside(
        self, device_id: UUID | None, judged: Judged, asked: Asked, now: datetime
    ) -> Verdict | None:
        """Return what would hold if only the time had not ended; None where more stops it."""
        child = self._current.standing.one_child(device_id)
        if child is None:
            # Nobody knows whose time it is: it ends.
            return None
        visit = visit_of(judged.host, judged.known, asked)
        spent = self._spent(child.id, now)
        return ended(self._timeless(child.id), visit, judged.verdict, now, spent)

    def _timeless(self, child_id: UUID) -> Rulebook:
        book = self._current.standing.rulebooks[child_id]
        kept = self._always.get(child_id)
        if kept is None or kept[0] is not book:
            kept = self._always[child_id] = book, timeless(book)
        return kept[1]

    def _book(self, device_id: UUID | None) -> Rulebook | None:
        child = self._current.standing.one_child(device_id)
        return self._current.standing.rulebooks[child.id] if child else None


def _is_media(lease: Lease) -> bool:
    """Tell a film by what it says of itself, or in a tunnel by the site that it comes from."""
    return lease.media or not (lease.opened or MEDIA.isdisjoint(lease.judged.known.categories))
