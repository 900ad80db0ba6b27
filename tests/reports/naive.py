"""The numbers of a week counted the plainest way, from the rows of visits alone.

It shares nothing with the letter: no rollups, no bitmaps, no `Week`. Every row becomes a moment
of local time by the standard library, and is counted in a set.
"""

from collections import Counter, defaultdict
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, timedelta
from uuid import UUID
from zoneinfo import ZoneInfo

import sqlalchemy as sa

from store.database import Database

ROWS = sa.text("SELECT minute, host, action, reason, rule, service, visits, child_id FROM visits")
LATE, EARLY = 21, 6


@dataclass
class Counts:
    days: dict[date, int]
    services: dict[str, int]
    stops: Counter[str] = field(default_factory=Counter)
    visits: Counter[str] = field(default_factory=Counter)
    sites: dict[str, int] = field(default_factory=dict)
    late: dict[date, int] = field(default_factory=dict)


async def counted(db: Database, child_id: UUID, zone: str, monday: date) -> Counts:
    """Count the seven local days of a week from a Monday on."""
    days = [monday + timedelta(days=number) for number in range(7)]
    used: dict[date, set[tuple[int, int]]] = {day: set() for day in days}
    by_service: dict[str, set[datetime]] = defaultdict(set)
    by_site: dict[str, set[datetime]] = defaultdict(set)
    stopped, visits = set(), Counter[str]()
    async with db.read() as connection:
        rows = (await connection.execute(ROWS)).all()
    for row in rows:
        at = datetime(1970, 1, 1, tzinfo=UTC) + timedelta(microseconds=row.minute)
        wall = at.astimezone(ZoneInfo(zone)).replace(tzinfo=None)
        if row.child_id != child_id.bytes or wall.date() not in used:
            continue
        if row.action == "block":
            stopped.add((at, row.host, row.reason, row.rule, row.service))
            continue
        used[wall.date()].add((wall.hour, wall.minute))
        visits[row.host] += row.visits
        by_site[row.host].add(at)
        if row.service:
            by_service[row.service].add(wall)
    return Counts(
        days={day: len(minutes) for day, minutes in used.items()},
        services={name: len(minutes) for name, minutes in by_service.items()},
        stops=Counter(reason for _, _, reason, _, _ in stopped),
        visits=visits,
        sites={host: len(minutes) for host, minutes in by_site.items()},
        late={
            day: sum(hour >= LATE or hour < EARLY for hour, _ in minutes)
            for day, minutes in used.items()
        },
    )
