"""What the law lets a child and its parents ask for, and by when it is to be done.

As we read the Law on Personal Data Protection 91/2025/QH15 and Decree 356/2025, by what lawyers
published of them: an answer within two working days, then 10, 15 or 20 days, extended once. We
count calendar days, and Saturday and Sunday as no working days; public holidays are not known
here. A lawyer must check all of it.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from enum import StrEnum
from uuid import UUID
from zoneinfo import ZoneInfo

from rules.sentences import Sentence


class Kind(StrEnum):
    """What is asked for."""

    ACCESS = "access"
    CORRECTION = "correction"
    OBJECTION = "objection"
    WITHDRAWAL = "withdrawal"
    DELETION = "deletion"


class Party(StrEnum):
    """Who asks."""

    CHILD = "child"
    PARENT = "parent"


class Outcome(StrEnum):
    """What became of it."""

    DONE = "done"
    PARTLY = "partly"
    REFUSED = "refused"


DAYS: Mapping[Kind, int] = {
    Kind.ACCESS: 10,
    Kind.CORRECTION: 10,
    Kind.OBJECTION: 15,
    Kind.WITHDRAWAL: 15,
    Kind.DELETION: 20,
}
WORKING_DAYS = 2
"""Within so many somebody has to be told that the request came in."""
SOON = timedelta(days=2)
"""So long before the end it is told."""
FRIDAY = 4
CITED = Sentence(
    "Law 91/2025/QH15, Art. 24, and Decree 356/2025/ND-CP: answer within {working} working days,"
    " done within {days} days, extended once. A lawyer must check this.",
    {},
)


@dataclass(frozen=True, slots=True)
class Request:
    """One request, from the day it was received."""

    id: UUID
    group_id: UUID
    child_id: UUID
    kind: Kind
    party: Party
    who: str
    """Who asks, by name; erased with the child."""
    words: str
    received: datetime
    by: str
    """Who wrote it down."""
    answered: datetime | None = None
    extended: datetime | None = None
    why_extended: str = ""
    done: datetime | None = None
    done_by: str = ""
    outcome: str = ""
    note: str = ""

    @property
    def is_open(self) -> bool:
        """Tell whether it is still to be done."""
        return self.done is None

    def answer_by(self, zone: str) -> date:
        """Return the last day for telling that it came in."""
        return working_days_after(local(self.received, zone), WORKING_DAYS)

    def due(self, zone: str) -> date:
        """Return the last day for doing it."""
        times = 2 if self.extended else 1
        return local(self.received, zone) + timedelta(days=DAYS[self.kind] * times)

    def is_overdue(self, zone: str, now: datetime) -> bool:
        """Tell whether the answer or the deed is late."""
        if not self.is_open:
            return False
        today = local(now, zone)
        return today > self.due(zone) or (self.answered is None and today > self.answer_by(zone))

    def is_pressing(self, zone: str, now: datetime) -> bool:
        """Tell whether it is late, or will be in two days."""
        if not self.is_open:
            return False
        soon = local(now + SOON, zone)
        return (
            self.is_overdue(zone, now)
            or soon >= self.due(zone)
            or (self.answered is None and local(now, zone) >= self.answer_by(zone))
        )


def cited(kind: Kind) -> Sentence:
    """Say by which law a request has to be done by when."""
    return Sentence(CITED.message, {"working": WORKING_DAYS, "days": DAYS[kind]})


def local(moment: datetime, zone: str) -> date:
    """Return the local day of a moment."""
    return moment.astimezone(ZoneInfo(zone)).date()


def working_days_after(day: date, number: int) -> date:
    """Return the day so many working days later; Saturday and Sunday are none."""
    while number:
        day += timedelta(days=1)
        number -= day.weekday() <= FRIDAY
    return day
