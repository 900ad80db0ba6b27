"""Puts letters on their way: who gets which, over which channel, at the time they chose.

Rung every minute; a letter is put on its way when its time has come, be it days ago because the
machine was off, and under its key goes over a channel once.
"""

from collections.abc import AsyncIterator, Iterable, Mapping
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from uuid import UUID

from reports.family.value import opened
from reports.telling import Circle, circle_of, put_on_way
from reports.weeks import Week, last_full_week, local_day, midnight
from rules.posting import LetterTime
from rules.telling import LETTERS, Kind, Matter
from rules.verdict import Layer
from store import groups, letter_times, letters, spent
from store.channels import Channel
from store.children import Child
from store.database import Connection, Database

STILL_NEWS = timedelta(days=6)
"""So long after its week a letter is still sent; then the next one comes."""
A_DAY = timedelta(days=1)


@dataclass(frozen=True, slots=True)
class Readers:
    """Who wants letters, and when."""

    circle: Circle
    times: Mapping[UUID, LetterTime]
    homes: Mapping[UUID, str]
    """Of families: their time zones. A class or school has letters of its own."""

    def children(self) -> Iterable[tuple[Child, str]]:
        """Give the children who live in a family, each with its time zone."""
        for child in self.circle.children.values():
            if child.group_id in self.homes:
                yield child, self.homes[child.group_id]

    def time(self, channel: Channel) -> LetterTime:
        """Return when letters come over a channel."""
        adult_id = channel.owner.adult_id
        return self.times.get(adult_id, LetterTime()) if adult_id else LetterTime()

    def due(self, matter: Matter, begin: datetime, zone: str, now: datetime) -> list[Channel]:
        """List the channels over which a letter's time has come."""
        found = []
        for channel, _ in self.circle.listeners(matter, now):
            time = self.time(channel)
            at = time.after if matter.kind is Kind.WEEK else time.daily
            if at(begin, zone) <= now and (time.empty or not matter.about.get("empty")):
                found.append(channel)
        return found


async def put_letters(db: Database, now: datetime) -> int:
    """Put every letter on its way whose time has come; return how many were."""
    async with db.read() as connection:
        readers = await _readers(connection)
        if readers is None:
            return 0
        waiting = [each async for each in _waiting(connection, readers, now)]
    return sum([await put_on_way(db, only, [matter], now) for matter, only in waiting])


async def _waiting(
    connection: Connection, readers: Readers, now: datetime
) -> AsyncIterator[tuple[Matter, Circle]]:
    """Give each letter that is due, with those alone to whom it is due."""
    for child, zone in readers.children():
        week, today = last_full_week(now, zone), local_day(now, zone)
        for found, begin in (
            (await _week(connection, child, week, now), week.until),
            (await _day(connection, child, today - A_DAY, zone), midnight(today, zone)),
        ):
            if found is None:
                continue
            if only := readers.due(found, begin, zone, now):
                yield found, readers.circle.narrowed(only)


async def _week(connection: Connection, child: Child, week: Week, now: datetime) -> Matter | None:
    if now > week.until + STILL_NEWS:
        return None
    kept = await letters.find(connection, child.id, week.first)
    if kept is None:
        return None
    return Matter(
        Kind.WEEK,
        week_key(child.id, week.first),
        week.until,
        child.id,
        about={"week": week.first.isoformat(), "empty": opened(kept).is_empty},
        until=week.until + STILL_NEWS + A_DAY,
    )


async def _day(connection: Connection, child: Child, day: date, zone: str) -> Matter | None:
    used = await spent.load_days(connection, child.id, first=day, last=day)
    begin = midnight(day + A_DAY, zone)
    return Matter(
        Kind.DAY,
        f"{Kind.DAY}:{child.id}:{day}",
        begin,
        child.id,
        about={"day": day.isoformat(), "empty": not any(used.values())},
        until=midnight(day + 2 * A_DAY, zone),
    )


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
    return Readers(circle.narrowed(wanting), await letter_times.of_all(connection), homes)
