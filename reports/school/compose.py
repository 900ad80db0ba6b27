"""A group's summed days become one `SchoolLetter`: all its arithmetic, and no I/O."""

from collections import Counter, defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from itertools import groupby
from operator import attrgetter
from uuid import UUID

from reports.school.value import (
    AlertCount,
    ClassLine,
    EarlierWeek,
    LearningSite,
    SchoolDay,
    SchoolLetter,
    SchoolStop,
    SchoolUse,
)
from reports.sites import BEHIND_THE_SCENES, SiteOf
from reports.weeks import Week
from rules.alerts import GRAVITY, Level
from rules.family import LEARNING
from rules.radar import Coverage
from rules.verdict import Reason
from store.group_days import ALL
from store.group_record import LearningRow, MinutesRow, PresenceRow, StoppedRow
from store.groups import Group

FEWEST = 3
"""A learning site is named once so many pupils opened it: fewer might be told apart."""
MOST_SITES = 15
MOST_CATEGORIES = 3


@dataclass(frozen=True, slots=True)
class Sums:
    """What was summed of one group in a stretch of days."""

    minutes: list[MinutesRow]
    stopped: list[StoppedRow]
    present: list[PresenceRow]


@dataclass(frozen=True, slots=True)
class Subject:
    """Whose week it is."""

    group: Group
    pupils: int
    has_lessons: bool
    now: datetime
    classes: Sequence[tuple[Group, int]] = ()
    """The classes of a school with their pupils."""


@dataclass(frozen=True, slots=True)
class Around:
    """What stands beside the sums."""

    learning: Sequence[LearningRow]
    alerts: Mapping[tuple[Level, bool], int]
    coverage: Coverage
    of_classes: Mapping[UUID, Sums]


def compose(
    subject: Subject, week: Week, term: Sums, around: Around, site_of: SiteOf
) -> SchoolLetter:
    """Make the letter of a week; `term` holds the sums of the weeks before, too."""
    this, before = _in(term, week), _in(term, week.moved(-1))
    has_before = bool(before.present)
    return SchoolLetter(
        group_id=subject.group.id,
        kind="school" if subject.group.kind == "school" else "class",
        name=subject.group.name,
        zone=week.zone,
        first=week.first,
        last=week.last,
        made=subject.now,
        so_far=not week.is_over(subject.now),
        has_lessons=subject.has_lessons,
        pupils=max([subject.pupils, *(row.pupils for row in this.present)]),
        days=tuple(_day(day, this, subject.pupils) for day in week.days),
        uses=_uses(this, before if has_before else None),
        learning=_learning(around.learning, site_of),
        stopped=_stopped(this, before if has_before else None),
        alerts=_alerts(around.alerts),
        coverage=_percent(around.coverage),
        term=_weeks(term, week),
        classes=tuple(_class(one, around.of_classes, week) for one in subject.classes),
    )


def _in(sums: Sums, week: Week) -> Sums:
    days = range(week.first.toordinal(), week.last.toordinal() + 1)
    return Sums(
        [row for row in sums.minutes if row.day.toordinal() in days],
        [row for row in sums.stopped if row.day.toordinal() in days],
        [row for row in sums.present if row.day.toordinal() in days],
    )


def _day(day: date, this: Sums, pupils: int) -> SchoolDay:
    there = next((row for row in this.present if row.day == day), None)
    spent = next((row for row in this.minutes if row.day == day and row.category == ALL), None)
    return SchoolDay(
        day=day,
        pupils=there.pupils if there else pupils,
        seen=there.seen if there else 0,
        minutes=spent.minutes if spent else 0,
        lessons=spent.lessons if spent else 0,
        breaks=spent.breaks if spent else 0,
        stopped=sum(row.times for row in this.stopped if row.day == day),
    )


def _uses(this: Sums, before: Sums | None) -> tuple[SchoolUse, ...]:
    minutes, lessons = _by_category(this.minutes), Counter[str]()
    for row in this.minutes:
        lessons[row.category] += row.lessons
    earlier = None if before is None else _by_category(before.minutes)
    uses = [
        SchoolUse(
            id=name,
            minutes=number,
            lessons=lessons[name],
            before=None if earlier is None else earlier[name],
        )
        for name, number in minutes.items()
        if number and name not in BEHIND_THE_SCENES
    ]
    return tuple(sorted(uses, key=lambda use: (-use.minutes, use.id)))


def _by_category(rows: Iterable[MinutesRow]) -> Counter[str]:
    found: Counter[str] = Counter()
    for row in rows:
        if row.category != ALL:
            found[row.category] += row.minutes
    return found


def _learning(rows: Iterable[LearningRow], site_of: SiteOf) -> tuple[LearningSite, ...]:
    """Sum up hosts of a site; of its pupils at least those of its best-known host."""
    sites: dict[str, LearningSite] = {}
    for row in rows:
        name = site_of(row.host)
        known = sites.get(name, LearningSite(site=name, pupils=0, minutes=0))
        sites[name] = LearningSite(
            site=name,
            pupils=max(known.pupils, row.children),
            minutes=max(known.minutes, row.times),
        )
    shown = [site for site in sites.values() if site.pupils >= FEWEST]
    return tuple(sorted(shown, key=lambda site: (-site.pupils, -site.minutes, site.site)))[
        :MOST_SITES
    ]


def _stopped(this: Sums, before: Sums | None) -> tuple[SchoolStop, ...]:
    earlier: Counter[Reason] = Counter()
    for row in before.stopped if before else ():
        earlier[row.reason] += row.times
    categories: dict[Reason, Counter[str]] = defaultdict(Counter)
    for row in this.stopped:
        categories[row.reason][row.category] += row.times
    stops = [
        SchoolStop(
            reason=reason,
            times=sum(counted.values()),
            before=None if before is None else earlier[reason],
            categories=tuple(name for name, _ in counted.most_common(MOST_CATEGORIES) if name),
        )
        for reason, counted in categories.items()
    ]
    return tuple(sorted(stops, key=lambda stop: (-stop.times, stop.reason)))


def _alerts(counted: Mapping[tuple[Level, bool], int]) -> tuple[AlertCount, ...]:
    levels = sorted({level for level, _ in counted}, key=GRAVITY.__getitem__, reverse=True)
    return tuple(
        AlertCount(
            level=level,
            waiting=counted.get((level, False), 0),
            closed=counted.get((level, True), 0),
        )
        for level in levels
    )


def _percent(coverage: Coverage) -> int | None:
    if coverage.between is None:
        return None
    return round(100 * coverage.seen / coverage.looked)


def _weeks(term: Sums, week: Week) -> tuple[EarlierWeek, ...]:
    """Sum up the weeks up to this one; those without a trace are left out (holidays)."""
    weeks = {monday for row in term.present if (monday := _monday(row.day)) <= week.first}
    stopped, spent = _grouped(term.stopped), _grouped(term.minutes)
    there = _grouped(term.present)
    return tuple(
        EarlierWeek(
            first=monday,
            pupil_days=sum(row.seen for row in there.get(monday, ())),
            minutes=sum(row.minutes for row in spent.get(monday, ()) if row.category == ALL),
            lessons=sum(row.lessons for row in spent.get(monday, ()) if row.category == ALL),
            learning=sum(row.minutes for row in spent.get(monday, ()) if row.category == LEARNING),
            stopped=sum(row.times for row in stopped.get(monday, ())),
        )
        for monday in sorted(weeks | {week.first})
    )


def _grouped[Row: (MinutesRow, StoppedRow, PresenceRow)](
    rows: Sequence[Row],
) -> dict[date, list[Row]]:
    ordered = sorted(rows, key=attrgetter("day"))
    return {monday: list(mine) for monday, mine in groupby(ordered, lambda row: _monday(row.day))}


def _monday(day: date) -> date:
    return day - timedelta(days=day.weekday())


def _class(one: tuple[Group, int], sums: Mapping[UUID, Sums], week: Week) -> ClassLine:
    group, pupils = one
    mine = sums.get(group.id)
    this = _in(mine, week) if mine else Sums([], [], [])
    whole = [row for row in this.minutes if row.category == ALL]
    return ClassLine(
        group_id=group.id,
        name=group.name,
        pupils=max([pupils, *(row.pupils for row in this.present)]),
        pupil_days=sum(row.seen for row in this.present),
        minutes=sum(row.minutes for row in whole),
        lessons=sum(row.lessons for row in whole),
        stopped=sum(row.times for row in this.stopped),
    )
