"""One batch of the journal: what the notes of half a second add up to."""

from dataclasses import dataclass, field
from datetime import date
from uuid import UUID

from rules.minutes import Bitmap
from store.devices import Sighting
from store.ids import new_id
from store.notes import Alarm
from store.notices import Told
from store.visits import PageRow, VisitRow


@dataclass(frozen=True, slots=True)
class DayMinutes:
    """Attended minutes of a child in a scope on a local day, as a bitmap."""

    child_id: UUID
    day: date
    scope: str
    bits: Bitmap


@dataclass(frozen=True, slots=True)
class Batch:
    """Rows that are written together, once, under one id."""

    id: UUID = field(default_factory=new_id)
    visits: list[VisitRow] = field(default_factory=list)
    pages: list[PageRow] = field(default_factory=list)
    minutes: list[DayMinutes] = field(default_factory=list)
    sightings: list[Sighting] = field(default_factory=list)
    notices: list[Told] = field(default_factory=list)
    alarms: list[Alarm] = field(default_factory=list)

    def __len__(self) -> int:
        rows = len(self.visits) + len(self.pages) + len(self.minutes) + len(self.sightings)
        return rows + len(self.notices) + len(self.alarms)
