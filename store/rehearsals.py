"""What a rehearsal reads: a child's visits and minutes of the last days, day by day."""

from collections.abc import AsyncIterator
from datetime import date, datetime, time, timedelta
from uuid import UUID
from zoneinfo import ZoneInfo

import sqlalchemy as sa
from sqlalchemy.ext.asyncio import AsyncConnection

from rules.minutes import Bitmap
from rules.rehearsed import DayRecord, Seen
from rules.verdict import Action
from store import earned, grants, spent
from store.database import site_of
from store.tables import visits

DAY = timedelta(days=1)
MOST_DAYS = 366


async def days(
    connection: AsyncConnection, child_id: UUID, *, last: date, count: int, zone: str
) -> AsyncIterator[DayRecord]:
    """Give the last local days of a child, the earliest first, each with what was recorded."""
    first = last - (count - 1) * DAY
    bitmaps = await spent.load_days(connection, child_id, first=first, last=last)
    by_day: dict[date, dict[str, Bitmap]] = {}
    for (day, scope), bitmap in bitmaps.items():
        by_day.setdefault(day, {})[scope] = bitmap
    added = await earned.credits_of(connection, child_id, first=first, last=last)
    whole = _begin(first, zone), _begin(last + DAY, zone)
    granted = await grants.between(connection, child_id, *whole)
    for place in range(count):
        day = first + place * DAY
        begin, end = _begin(day, zone), _begin(day + DAY, zone)
        yield DayRecord(
            day,
            await _seen(connection, child_id, begin, end),
            by_day.get(day, {}),
            tuple(each for each in granted if each.since < end and each.until > begin),
            tuple(each for each in added if each.day == day),
        )


async def _seen(
    connection: AsyncConnection, child_id: UUID, since: datetime, until: datetime
) -> list[Seen]:
    columns = visits.c
    wanted = (
        sa.select(
            columns.minute,
            columns.host,
            columns.category,
            columns.service,
            columns.visits,
            columns.action,
        )
        .where(
            columns.site_id == site_of(connection),
            columns.child_id == child_id,
            columns.minute >= since,
            columns.minute < until,
        )
        .order_by(columns.minute)
    )
    return [
        Seen(int(minute.timestamp()) // 60, host, category, service, count, action == Action.BLOCK)
        for minute, host, category, service, count, action in await connection.execute(wanted)
    ]


def _begin(day: date, zone: str) -> datetime:
    return datetime.combine(day, time(), ZoneInfo(zone))
