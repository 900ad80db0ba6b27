"""What a week was to a class or school, as one value that every form is made of."""

from datetime import date, datetime
from typing import Literal
from uuid import UUID

from rules.alerts import Level
from rules.policy import Frozen
from rules.verdict import Reason


class SchoolDay(Frozen):
    """One local day; minutes are of all pupils together, each child's minute once."""

    day: date
    pupils: int
    seen: int
    """Of how many there was a trace: a device of theirs was online, at school or elsewhere."""
    minutes: int
    lessons: int
    breaks: int
    stopped: int


class SchoolUse(Frozen):
    """Minutes of a category by themselves; two at once count for both."""

    id: str
    minutes: int
    lessons: int
    before: int | None


class LearningSite(Frozen):
    site: str
    pupils: int
    minutes: int
    """Minutes with a visit, at least."""


class SchoolStop(Frozen):
    """What was stopped for one reason."""

    reason: Reason
    times: int
    before: int | None
    categories: tuple[str, ...]


class AlertCount(Frozen):
    """How many alerts of a level there were: how many wait for somebody, how many are closed."""

    level: Level
    waiting: int
    closed: int


class EarlierWeek(Frozen):
    """One week of the term, this one among them."""

    first: date
    pupil_days: int
    minutes: int
    lessons: int
    learning: int
    stopped: int


class ClassLine(Frozen):
    """A class of a school, in the order of names: nobody is ranked."""

    group_id: UUID
    name: str
    pupils: int
    pupil_days: int
    minutes: int
    lessons: int
    stopped: int


class SchoolLetter(Frozen):
    """One week of a class or school."""

    version: Literal[1] = 1
    group_id: UUID
    kind: Literal["class", "school"]
    name: str
    zone: str
    first: date
    last: date
    made: datetime
    so_far: bool
    has_lessons: bool
    """Somebody entered when lessons are; without that nothing can be said of lessons and breaks."""
    pupils: int
    days: tuple[SchoolDay, ...]
    uses: tuple[SchoolUse, ...]
    learning: tuple[LearningSite, ...]
    stopped: tuple[SchoolStop, ...]
    alerts: tuple[AlertCount, ...]
    coverage: int | None
    """How much of the time of devices on the school's network was seen, in percent."""
    term: tuple[EarlierWeek, ...]
    """The weeks of the term, the oldest first, this one last."""
    classes: tuple[ClassLine, ...] = ()

    @property
    def pupil_days(self) -> int:
        """Count the days of pupils: what sums are divided by."""
        return sum(day.seen for day in self.days)

    @property
    def minutes(self) -> int:
        """Sum up the minutes of all pupils."""
        return sum(day.minutes for day in self.days)

    @property
    def lessons(self) -> int:
        """Sum up the minutes in lessons."""
        return sum(day.lessons for day in self.days)

    @property
    def breaks(self) -> int:
        """Sum up the minutes in breaks."""
        return sum(day.breaks for day in self.days)

    @property
    def stopped_times(self) -> int:
        """Count how often something was stopped."""
        return sum(day.stopped for day in self.days)

    @property
    def before(self) -> EarlierWeek | None:
        """Return the week before, if anything was recorded in it."""
        return self.term[-2] if len(self.term) > 1 else None

    @property
    def is_empty(self) -> bool:
        """Tell whether nothing at all was recorded."""
        return not self.pupil_days


def each(total: int, pupil_days: int) -> int:
    """Return a sum for one pupil and day, rounded: numbers of unlike weeks compare only so."""
    return round(total / pupil_days) if pupil_days else 0
