"""Notes in memory: taken by appending, folded into rows later, never more than a limit."""

import threading
from collections import OrderedDict, deque
from dataclasses import replace
from datetime import date, timedelta
from uuid import UUID

from rules.minutes import Bitmap
from store.batch import Batch, DayMinutes
from store.columns import EPOCH
from store.devices import Sighting, merged
from store.notes import Alarm, MinuteMark, Note
from store.notices import Told
from store.visits import PageRow, VisitRow

FOLD_AT = 16_384
"""So many are folded on the spot when nobody came to do it in a thread: a pause of 30 ms."""
LONGEST_TITLE = 300
LONGEST_URL = 2000

type Key = tuple[int, UUID | None, UUID | None, str, str, str, str, str, str, str, bool]


class Tally:
    """What the notes of one row add up to."""

    __slots__ = ("bytes_down", "bytes_up", "first", "last", "visits")

    def __init__(self, note: Note) -> None:
        self.first = note
        self.last = note.at
        self.visits = self.bytes_up = self.bytes_down = 0

    def add(self, note: Note) -> None:
        """Add one more note of the same row."""
        self.visits += note.visits
        self.bytes_up += note.bytes_up
        self.bytes_down += note.bytes_down
        self.last = max(self.last, note.at)


class Pending:
    """What was taken and is not yet in a batch."""

    def __init__(self, limit: int) -> None:
        self._limit = limit
        self._notes: list[Note] = []
        self._allowed: OrderedDict[Key, Tally] = OrderedDict()
        self._blocked: dict[Key, Tally] = {}
        self._pages: deque[Note] = deque(maxlen=limit)
        self._minutes: dict[tuple[UUID, str, str], Bitmap] = {}
        self._sightings: dict[UUID, Sighting] = {}
        self._notices: dict[tuple[UUID, str], Told] = {}
        self._alarms: list[Alarm] = []
        self._batch: Batch | None = None
        self._sealing = threading.Lock()
        self.dropped = 0

    def __len__(self) -> int:
        rows = len(self._notes) + len(self._allowed) + len(self._blocked)
        rows += len(self._notices) + len(self._alarms)
        return rows + len(self._minutes) + len(self._sightings)

    def note(self, note: Note) -> None:
        """Take a visit: an append now, the work later."""
        self._notes.append(note)
        if len(self._notes) >= FOLD_AT:
            self._fold()

    def mark(self, mark: MinuteMark) -> None:
        """Take an attended minute."""
        key = (mark.child_id, mark.day, mark.scope)
        self._minutes[key] = self._minutes.get(key, 0) | (1 << mark.minute)

    def sight(self, sighting: Sighting) -> None:
        """Take an observation of a device."""
        earlier = self._sightings.get(sighting.device_id, sighting)
        self._sightings[sighting.device_id] = merged(earlier, sighting)

    def tell(self, told: Told) -> None:
        """Take a notice; of one matter the first."""
        self._notices.setdefault((told.child_id, told.notice.key), told)

    def alarm(self, alarm: Alarm) -> None:
        """Take an alert: there are few, and none is ever dropped."""
        self._alarms.append(alarm)

    def seal(self) -> Batch:
        """Return all of it as one batch, the same each time; nothing may be taken after that."""
        with self._sealing:
            if self._batch is None:
                self._fold()
                self._batch = Batch(
                    visits=self._visit_rows(),
                    pages=[_page(note) for note in self._pages],
                    minutes=[
                        DayMinutes(child_id, date.fromisoformat(day), scope, bits)
                        for (child_id, day, scope), bits in self._minutes.items()
                    ],
                    sightings=list(self._sightings.values()),
                    notices=list(self._notices.values()),
                    alarms=[replace(alarm, words=_storable(alarm.words)) for alarm in self._alarms],
                )
            return self._batch

    def _fold(self) -> None:
        notes, self._notes = self._notes, []
        for note in notes:
            try:
                self._fold_one(note)
            except (AttributeError, TypeError, ValueError, OverflowError):
                # A note that is no note must not take the others with it.
                self.dropped += 1

    def _fold_one(self, note: Note) -> None:
        verdict = note.verdict
        key = (
            int(note.at.timestamp()) // 60,
            note.device_id,
            note.child_id,
            note.host,
            note.category,
            note.service,
            verdict.action,
            verdict.reason,
            verdict.rule,
            verdict.layer,
            note.opened,
        )
        rows = self._blocked if verdict.blocks else self._allowed
        tally = rows.get(key)
        if tally is None:
            self._make_room()
            tally = rows[key] = Tally(note)
        tally.add(note)
        if note.page:
            self.dropped += len(self._pages) == self._limit
            self._pages.append(note)

    def _make_room(self) -> None:
        """Drop the oldest allowed row when there are too many; blocks stay whatever happens."""
        if len(self._allowed) + len(self._blocked) >= self._limit and self._allowed:
            _, oldest = self._allowed.popitem(last=False)
            self.dropped += oldest.visits

    def _visit_rows(self) -> list[VisitRow]:
        tallies = (*self._allowed.items(), *self._blocked.items())
        return [_visit(key[0], tally) for key, tally in tallies]


def _visit(minute: int, tally: Tally) -> VisitRow:
    note, verdict = tally.first, tally.first.verdict
    return VisitRow(
        minute=EPOCH + timedelta(minutes=minute),
        last=tally.last,
        device_id=note.device_id,
        child_id=note.child_id,
        host=_storable(note.host),
        category=note.category,
        service=note.service,
        action=verdict.action,
        reason=verdict.reason,
        rule=_storable(verdict.rule),
        layer=verdict.layer,
        visits=tally.visits,
        bytes_up=tally.bytes_up,
        bytes_down=tally.bytes_down,
        opened=note.opened,
    )


def _page(note: Note) -> PageRow:
    return PageRow(
        at=note.at,
        device_id=note.device_id,
        child_id=note.child_id,
        host=_storable(note.host),
        url=_storable(note.page)[:LONGEST_URL],
        title=_storable(note.title)[:LONGEST_TITLE],
        kind=note.kind,
        name=_storable(note.name)[:LONGEST_TITLE],
        detail=_storable(note.detail)[:LONGEST_TITLE],
    )


def _storable(text: str) -> str:
    """Return text that every database takes: what a site sends may hold NUL or half a character."""
    if text.isprintable():
        return text
    return text.replace("\0", "").encode("utf-8", "replace").decode()
