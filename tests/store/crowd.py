"""A small school whose pupils do something at random, and a naive recount of what they did."""

from collections import Counter, defaultdict
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from pathlib import Path
from random import Random
from uuid import UUID
from zoneinfo import ZoneInfo

from rules.lessons import Timetable
from rules.times import Window
from rules.verdict import Action, Layer, Reason, Verdict
from store import children, groups, memberships, timetables
from store.change import SYSTEM, change
from store.children import Child
from store.database import Database
from store.groups import Group
from store.journal import Journal, MinuteMark, Note

SITES = (
    ("olm.vn", "learning"),
    ("vioedu.vn", "learning"),
    ("youtube.com", "video"),
    ("roblox.com", "games"),
    ("zalo.me", "chat"),
    ("bet.example", "gambling"),
)
LESSONS = Timetable(
    lessons=(
        Window(start="07:00", end="07:45", days=(0, 1, 2, 3, 4)),
        Window(start="08:00", end="08:45", days=(0, 1, 2, 3, 4)),
    )
)
STOPPED = Verdict(Action.BLOCK, Reason.CATEGORY, Layer.SCHOOL, "category:gambling")
PASSED = Verdict(Action.PASS, Reason.DEFAULT, Layer.SCHOOL)


@dataclass
class Crowd:
    """The school, its two classes, and everything that was noted, to be counted again."""

    db: Database
    zone: str
    school: Group
    classes: list[Group]
    pupils: dict[UUID, Child]
    class_of: dict[UUID, UUID]
    spool: Path
    notes: list[Note] = field(default_factory=list)
    marks: list[MinuteMark] = field(default_factory=list)

    def live(self, first: date, days: int, seed: int) -> None:
        """Let every pupil do something on most days."""
        chance = Random(seed)
        for number in range(days):
            for pupil in self.pupils:
                if chance.random() < 0.8:
                    for _ in range(chance.randint(1, 4)):
                        self._sit_down(pupil, first + timedelta(days=number), chance)

    def _sit_down(self, pupil: UUID, day: date, chance: Random) -> None:
        begin = datetime(day.year, day.month, day.day, tzinfo=ZoneInfo(self.zone))
        since = begin + timedelta(minutes=chance.randrange(6 * 60, 23 * 60))
        host, category = chance.choice(SITES)
        verdict = STOPPED if category == "gambling" else PASSED
        for minute in range(chance.randint(1, 30)):
            at = since + timedelta(minutes=minute)
            note = Note(at, None, pupil, host, verdict, category, visits=chance.randint(1, 3))
            self.notes.append(note)
            if verdict is PASSED:
                local = at.astimezone(ZoneInfo(self.zone))
                of_day = local.hour * 60 + local.minute
                mark = MinuteMark(pupil, local.date().isoformat(), f"category:{category}", of_day)
                self.marks.append(mark)

    async def write(self, *, since: int = 0, until: int | None = None) -> None:
        """Write a part of what happened through the journal, as a door would."""
        journal = Journal(self.db, spool=self.spool, clock=lambda: MOVED_IN, worker="crowd")
        for note in self.notes[since:until]:
            journal.note(note)
        if until is None:
            for mark in self.marks:
                journal.mark(mark)
        await journal.flush()

    def members(self, group: Group) -> set[UUID]:
        """Return who belongs to a group."""
        return {one for one in self.pupils if group.id in (self.class_of[one], self.school.id)}

    def local(self, note: Note) -> date:
        """Return on which local day something was noted."""
        return note.at.astimezone(ZoneInfo(self.zone)).date()

    def visits_of(self, group: Group) -> Counter[tuple[date, str, str]]:
        """Count visits by day, category and action, one note after the other."""
        mine = self.members(group)
        found: Counter[tuple[date, str, str]] = Counter()
        for note in self.notes:
            if note.child_id in mine:
                found[self.local(note), note.category, note.verdict.action] += note.visits
        return found

    def minutes_of(self, group: Group, day: date, *, within: range = range(1440)) -> int:
        """Count attended minutes of a day, each minute of each child once."""
        mine, seen = self.members(group), defaultdict(set)
        for mark in self.marks:
            if mark.child_id in mine and mark.day == day.isoformat() and mark.minute in within:
                seen[mark.child_id].add(mark.minute)
        return sum(len(each) for each in seen.values())


MOVED_IN = datetime(2026, 8, 1, tzinfo=ZoneInfo("UTC"))


async def school_of(
    db: Database, spool: Path, *, zone: str = "Asia/Ho_Chi_Minh", pupils: int = 8
) -> Crowd:
    """Found a school of two classes."""
    async with change(db, by=SYSTEM, what="founded", now=MOVED_IN) as tx:
        about = {"zone": zone, "language": "vi"}
        school = await groups.add(tx, name="THCS Lê Lợi", kind="school", **about)
        classes = [
            await groups.add(tx, name=name, kind="class", parent_id=school.id, **about)
            for name in ("6A1", "6A2")
        ]
        await timetables.save(tx, school.id, LESSONS)
        crowd = Crowd(db, zone, school, classes, {}, {}, spool)
        for number in range(pupils):
            mine = classes[number % 2]
            child = await children.add(
                tx, group_id=mine.id, name=f"Học sinh {number}", birth_year=2014, language="vi"
            )
            crowd.pupils[child.id], crowd.class_of[child.id] = child, mine.id
    return crowd


async def move(crowd: Crowd, pupil: UUID, to: Group, now: datetime) -> None:
    """Put a pupil into another class besides its own."""
    async with change(crowd.db, by=SYSTEM, what="moved", now=now) as tx:
        await memberships.join(tx, pupil, to.id)
