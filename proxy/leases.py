"""Running connections and when each must be judged again; what is no longer allowed is cut."""

from collections.abc import Iterable
from dataclasses import replace
from datetime import datetime, timedelta
from math import inf
from uuid import UUID

from proxy.current import Current
from proxy.judge import Judge
from proxy.landing import Landing
from proxy.lease import Lease as Lease  # noqa: PLC0414 - most know it from here
from proxy.meter import Meter
from proxy.note import Pen
from rules.clock import Clock
from rules.verdict import Reason

NOTED_EVERY = timedelta(seconds=10)
IDLE = timedelta(hours=1)
"""Phones keep a silent line for pushes and speak on it every half hour at the latest."""


class Leases:
    """Every running connection of this door."""

    def __init__(
        self, current: Current, judge: Judge, meter: Meter, pen: Pen, clock: Clock
    ) -> None:
        self._current = current
        self._judge = judge
        self._meter = meter
        self._pen = pen
        self._clock = clock
        self.landing = Landing(current, meter, clock)
        self._running: set[Lease] = set()
        self._over: list[tuple[datetime, Lease]] = []

    def __len__(self) -> int:
        return len(self._running)

    def devices(self) -> set[UUID | None]:
        """Return the devices that have something running."""
        return {lease.device_id for lease in self._running}

    def begin(self, lease: Lease) -> Lease:
        """Register a connection that was allowed."""
        lease.ended = self._end
        self._running.add(lease)
        if lease.kin:
            now = lease.since.timestamp()
            stale = [until for host, until in lease.kin().items() if self._is_blocked(lease, host)]
            lease.kin_gone = max((until for until in stale if until > now), default=inf)
        return lease

    def cut_all(self) -> None:
        """Cut everything: the way out when judging itself is broken, and at the end."""
        for lease in list(self._running):
            lease.cut()
        self.settle()

    def settle(self) -> None:
        """Count and write down what ended connections carried, alike ones together."""
        over, self._over = self._over, []
        if not over:
            return
        alike: dict[tuple[int, int, int, bool], tuple[datetime, Lease]] = {}
        for at, lease in over:
            # What ended before the minute turned belongs to that minute.
            # Verdicts are remembered for a second: alike ones are nearly always the same.
            key = (at.minute, id(lease.device_id), id(lease.judged), lease.opened)
            _, first = alike.setdefault(key, (at, lease))
            if first is not lease:
                first.take_in(lease)
        for at, lease in alike.values():
            self._meter_bytes(lease, at)
            self._write_bytes(lease, at)

    def judge_all(self) -> None:
        """Judge every running connection again, as each new revision demands."""
        self._judge_again(list(self._running))

    def tick(self) -> None:
        """Once a second: count minutes and bytes, judge what is due, close what is forgotten."""
        now = self._clock()
        self.settle()
        changed = self._count_minutes(now)
        self._judge_again([lease for lease in self._running if self._is_due(lease, now, changed)])
        self._part_kin(now.timestamp())
        self.landing.tick(self._running, now)
        for lease in list(self._running):
            if now - lease.noted_at >= NOTED_EVERY:
                self._write_bytes(lease, now)
            if now - lease.moved_at >= IDLE:
                lease.cut()

    def _part_kin(self, now: float) -> None:
        """Cut relayed connections that a host may share which is blocked by now.

        Right after it was blocked the device may still believe its old address, so the next
        connection is cut once more when that is over.
        """
        blocked: dict[tuple[UUID | None, str], bool] = {}
        for lease in [lease for lease in self._running if lease.kin]:
            if lease.kin_gone <= now or (
                lease.kin_gone == inf and self._shares_with_blocked(lease, blocked)
            ):
                lease.cut()

    def _shares_with_blocked(
        self, lease: Lease, known: dict[tuple[UUID | None, str], bool]
    ) -> bool:
        for host in lease.kin() if lease.kin else ():
            key = (lease.device_id, host)
            if key not in known:
                known[key] = self._is_blocked(lease, host)
            if known[key]:
                return True
        return False

    def _is_blocked(self, lease: Lease, host: str) -> bool:
        judged = self._judge.visit(lease.device_id, host, lease.asked)
        return host not in lease.names and judged.verdict.blocks

    def _end(self, lease: Lease) -> None:
        self._running.discard(lease)
        self._over.append((self._clock(), lease))

    def _count_minutes(self, now: datetime) -> set[UUID]:
        for lease in self._running:
            self._meter_bytes(lease, now)
        return self._meter.take_changed()

    def _meter_bytes(self, lease: Lease, now: datetime) -> None:
        total = lease.up + lease.down
        if total > lease.metered:
            judged, more = lease.judged, total - lease.metered
            self._meter.traffic(
                lease.device_id, judged.known, more, now, host=judged.host, opened=lease.opened
            )
            up = lease.up - lease.metered_up
            self.landing.flowed(lease, up, more - up, now)
            lease.metered, lease.metered_up, lease.moved_at = total, lease.up, now

    def _is_due(self, lease: Lease, now: datetime, changed: set[UUID]) -> bool:
        until = lease.judged.verdict.until
        if until is not None and until <= now:
            return True
        children = self._current.standing.children_of(lease.device_id) if changed else ()
        return not changed.isdisjoint(children)

    def _judge_again(self, leases: Iterable[Lease]) -> None:
        for lease in leases:
            judged = self._judge.strictest(lease.device_id, lease.names, lease.asked)
            fresh = self.landing.softened(lease.device_id, judged, lease.asked)
            if fresh.verdict.blocks and self.landing.holds(lease, fresh):
                again = lease.judged.verdict._replace(until=self._clock())
                lease.judged = replace(lease.judged, verdict=again)
                continue
            lease.held_since = None
            moved = fresh.verdict.to != lease.judged.verdict.to
            # A new rule must see addresses: the next connection will be opened.
            moved = moved or (fresh.verdict.inside and not lease.asked.path)
            # So that searches are heard from now on, or no longer opened.
            moved = moved or fresh.verdict.hear is not lease.judged.verdict.hear
            # So that from now on something is taken out of its pages, or nothing any more.
            moved = moved or fresh.verdict.edits is not lease.judged.verdict.edits
            moved = moved or fresh.verdict.minds is not lease.judged.verdict.minds
            # Whoever is of age is looked into no longer.
            moved = moved or (lease.opened and fresh.verdict.reason is Reason.OF_AGE)
            lease.judged = fresh
            if fresh.verdict.blocks:
                self._pen.blocked(lease.device_id, fresh, self._clock(), opened=lease.opened)
            if fresh.verdict.blocks or moved:
                lease.cut()

    def _write_bytes(self, lease: Lease, now: datetime) -> None:
        up, down = lease.up - lease.noted_up, lease.down - lease.noted_down
        lease.noted_up, lease.noted_down, lease.noted_at = lease.up, lease.down, now
        if up or down:
            self._pen.bytes(lease.device_id, lease.judged, now, up, down, opened=lease.opened)
