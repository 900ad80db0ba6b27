"""Puts letters on their way: who gets which, over which channel, at the time they chose.

Rung every minute; a letter is put on its way when its time has come, be it days ago because the
machine was off, and under its key goes over a channel once.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime, timedelta
from uuid import UUID

from reports.family.value import opened
from reports.reach import has_letter
from reports.telling import Circle, circle_of, put_on_way
from reports.weeks import Week, last_full_week, local_day, midnight
from rules.posting import LetterTime
from rules.telling import LETTERS, Kind, Matter
from rules.verdict import Layer
from store import deliveries, group_letters, groups, letter_times, letters, spent
from store.channels import Channel
from store.children import Child
from store.database import Connection, Database
from store.groups import Group

STILL_NEWS = timedelta(days=6)
"""So long after its week a letter is still sent; then the next one comes."""
A_DAY = timedelta(days=1)


@dataclass(frozen=True, slots=True)
class Readers:
    """Who wants letters, and when."""

    circle: Circle
    times: Mapping[UUID, LetterTime]
    homes: Mapping[UUID, str]
    """Of families: their time zones."""
    lettered: Sequence[Group] = ()
    """Classes and schools, which have letters of their own."""

    def children(self) -> Iterable[tuple[Child, str]]:
        """Give the children who live in a family, each with its time zone."""
        for child in self.circle.children.values():
            if child.group_id in self.homes:
                yield child, self.homes[child.group_id]

    def time(self, channel: Channel) -> LetterTime:
        """Return when letters come over a channel."""
        adult_id = channel.owner.adult_id
        return self.times.get(adult_id, LetterTime()) if adult_id else LetterTime()

    def due(self, letter: "Letter", now: datetime) -> list[Channel]:
        """List the channels over which a letter's time has come."""
        found = []
        for channel, _ in self.circle.listeners(letter.matter, now):
            time = self.time(channel)
            at = time.daily if letter.matter.kind is Kind.DAY else time.after
            if at(letter.begin, letter.zone) <= now:
                found.append(channel)
        return found


@dataclass(frozen=True, slots=True)
class Letter:
    """A letter that somebody may be waiting for."""

    matter: Matter
    begin: datetime
    """When what it tells of was over: its readers' times are counted from here."""
    zone: str
    first: date
    """The first day it tells of."""


async def put_letters(db: Database, now: datetime) -> int:
    """Put every letter on its way whose time has come; return how many were."""
    async with db.read() as connection:
        readers = await _readers(connection)
        if readers is None:
            return 0
        due = _due(readers, now)
        # Almost always all of them went already, and nothing more has to be read.
        sent = await deliveries.known(connection, {letter.matter.key for letter, _ in due})
        waiting = [
            (letter, [each for each in to if (each.id, letter.matter.key) not in sent])
            for letter, to in due
        ]
        found = [
            (matter, readers.circle.narrowed(only))
            for letter, to in waiting
            if to and (matter := await _written(connection, letter)) is not None
            if (only := [each for each in to if _is_for(readers.time(each), matter)])
        ]
    return sum([await put_on_way(db, only, [matter], now) for matter, only in found])


def _due(readers: Readers, now: datetime) -> list[tuple[Letter, list[Channel]]]:
    every = [
        letter
        for child, zone in readers.children()
        for letter in (_week(child, last_full_week(now, zone)), _day(child, zone, now))
    ]
    every += [_of_group(group, last_full_week(now, group.zone)) for group in readers.lettered]
    found = [(letter, readers.due(letter, now)) for letter in every if now < letter.matter.expires]
    return [(letter, to) for letter, to in found if to]


def _week(child: Child, week: Week) -> Letter:
    matter = Matter(
        Kind.WEEK,
        week_key(child.id, week.first),
        week.until,
        child.id,
        about={"week": week.first.isoformat()},
        until=week.until + STILL_NEWS,
    )
    return Letter(matter, week.until, week.zone, week.first)


def _of_group(group: Group, week: Week) -> Letter:
    matter = Matter(
        Kind.GROUP_WEEK,
        f"{Kind.GROUP_WEEK}:{group.id}:{week.first}",
        week.until,
        about={"week": week.first.isoformat(), "group": str(group.id), "name": group.name},
        until=week.until + STILL_NEWS,
        group_id=group.id,
    )
    return Letter(matter, week.until, week.zone, week.first)


def _day(child: Child, zone: str, now: datetime) -> Letter:
    today = local_day(now, zone)
    day, begin = today - A_DAY, midnight(today, zone)
    matter = Matter(
        Kind.DAY,
        f"{Kind.DAY}:{child.id}:{day}",
        begin,
        child.id,
        about={"day": day.isoformat()},
        until=midnight(today + A_DAY, zone),
    )
    return Letter(matter, begin, zone, day)


async def _written(connection: Connection, letter: Letter) -> Matter | None:
    """Say whether there is anything in a letter; None where none was written (yet)."""
    empty = await _is_empty(connection, letter)
    if empty is None:
        return None
    return replace(letter.matter, about={**letter.matter.about, "empty": empty})


async def _is_empty(connection: Connection, letter: Letter) -> bool | None:
    matter, first = letter.matter, letter.first
    if matter.group_id is not None:
        # Of an empty week none is kept, and through the summer nobody wants a line about it.
        kept = await group_letters.find(connection, matter.group_id, first)
        return None if kept is None else False
    if matter.child_id is None:
        return None
    if matter.kind is Kind.DAY:
        used = await spent.load_days(connection, matter.child_id, first=first, last=first)
        return not any(used.values())
    kept = await letters.find(connection, matter.child_id, first)
    return None if kept is None else opened(kept).is_empty


def _is_for(time: LetterTime, matter: Matter) -> bool:
    return time.empty or not matter.about["empty"]


def week_key(child_id: UUID, week: date) -> str:
    """Name the weekly letter about a child's week as a matter."""
    return f"{Kind.WEEK}:{child_id}:{week}"


async def _readers(connection: Connection) -> Readers | None:
    """Return who wants letters; None where nobody does."""
    circle = await circle_of(connection)
    wanting = [each for each in circle.channels if not each.wants.kinds.isdisjoint(LETTERS)]
    if not wanting:
        return None
    everywhere = await groups.list_all(connection)
    homes = {group.id: group.zone for group in everywhere if group.kind == Layer.FAMILY}
    lettered = [group for group in everywhere if has_letter(group)]
    times = await letter_times.of_all(connection)
    return Readers(circle.narrowed(wanting), times, homes, lettered)
