"""Tells children what comes to an end, from the minutes this door knows.

Every door notices the same by itself and the store keeps each matter once: two doors do not tell
twice, and one that starts again or is lost leaves nothing untold.
"""

from collections import deque
from collections.abc import Callable, Iterable
from datetime import datetime, timedelta
from uuid import UUID

from feeds.catalogue import Catalogue
from proxy.current import GUEST, Current
from proxy.meter import Meter
from rules.clock import Clock
from rules.family import ChildRules
from rules.notices import Kind, Notice, due, of_age
from store.notices import Told

THERE = timedelta(minutes=15)
"""Who used nothing for so long is not there to be told."""
BREAK = timedelta(minutes=15)
"""How long it is said that a break is due."""
AGE_EVERY = timedelta(hours=1)
MOST_AT_ONCE = 20
"""Children looked at in one second, so that a school's hundreds hold up nobody's page."""

type Tell = Callable[[Told], None]


class Notices:
    """What holds now for each child who is there; what is new is told."""

    def __init__(self, current: Current, meter: Meter, tell: Tell, clock: Clock) -> None:
        self._current = current
        self._meter = meter
        self._tell = tell
        self._clock = clock
        self._held: dict[UUID, dict[str, Told]] = {}
        self._aged: dict[UUID, tuple[datetime, Notice | None]] = {}
        self._line: deque[UUID] = deque()
        self._categories: tuple[Catalogue | None, dict[str, str]] = (None, {})

    def of_device(self, device_id: UUID | None, now: datetime) -> list[Notice]:
        """Return what the child of a device is to be told now; only looks it up in memory."""
        child = self._current.standing.one_child(device_id)
        held = self._held.get(child.id, {}) if child else {}
        return [told.notice for told in held.values() if _is_said(told, now)]

    def tick(self) -> None:
        """Once a second: look at the next children in line."""
        people = self._current.standing.people
        now = self._clock()
        if not self._line:
            self._line.extend(child for child in people if child != GUEST)
            self._forget(people)
        looked = 0
        while self._line and looked < MOST_AT_ONCE:
            child = people.get(self._line.popleft())
            looked += self._look(child, now) if child else 0

    def _look(self, child: ChildRules, now: datetime) -> bool:
        """Find what is due for a child; tell whether that took a while."""
        is_there = self._meter.is_there(child.id, now, THERE)
        age = self._age(child, now)
        if not is_there and age is None:
            self._held.pop(child.id, None)
            return False
        found = []
        if is_there:
            standing = self._current.standing
            spent = self._meter.spent(child.id, now)
            found = due(standing.rulebooks[child.id], now, spent, self._services())
        # What ends in five minutes comes before what ends in three months.
        self._hold(child.id, [*found, age] if age else found, now)
        return is_there

    def _hold(self, child_id: UUID, found: Iterable[Notice], now: datetime) -> None:
        before = self._held.get(child_id, {})
        self._held[child_id] = held = {}
        for notice in found:
            told = before.get(notice.key)
            if told is None:
                self._tell(Told(child_id, now, notice))
            # What is left goes on shrinking after it was told.
            held[notice.key] = Told(child_id, told.at if told else now, notice)

    def _age(self, child: ChildRules, now: datetime) -> Notice | None:
        """Tell how near growing up is; a day's matter, so it is not asked every second."""
        at, notice = self._aged.get(child.id, (None, None))
        if at is None or not timedelta() <= now - at < AGE_EVERY:
            notice = of_age(child.birth_year, child.zone, now)
            self._aged[child.id] = now, notice
        return notice

    def _forget(self, people: Iterable[UUID]) -> None:
        known = set(people)
        for kept in (self._held, self._aged):
            for gone in kept.keys() - known:
                kept.pop(gone)

    def _services(self) -> dict[str, str]:
        catalogue = self._current.standing.catalogue
        if self._categories[0] is not catalogue:
            found = {each.id: each.category for each in catalogue.services.values()}
            self._categories = catalogue, found
        return self._categories[1]


def _is_said(told: Told, now: datetime) -> bool:
    return told.notice.kind is not Kind.PLAYED or now - told.at < BREAK
