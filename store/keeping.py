"""For how long what was recorded is kept: the settings say it, until an adult says otherwise."""

from dataclasses import dataclass
from datetime import datetime, timedelta

import sqlalchemy as sa
from sqlalchemy.ext.asyncio import AsyncConnection

from store import facts
from store.change import Change
from store.database import site_of
from store.tables import alerts, notices, pages, visits

VISITS, PAGES = "keep_visits_days", "keep_pages_days"


@dataclass(frozen=True, slots=True)
class Keeping:
    """Days that are kept."""

    visits_days: int
    """Of visits, alerts and what children were told."""
    pages_days: int
    """Of pages, searches, videos and the words of alerts."""


@dataclass(frozen=True, slots=True)
class Forgotten:
    """How many rows go when so much is kept and no more."""

    visits: int
    pages: int
    alerts: int
    notices: int

    @property
    def total(self) -> int:
        """Return how many go in all."""
        return self.visits + self.pages + self.alerts + self.notices


async def of_house(connection: AsyncConnection, settings: Keeping) -> Keeping:
    """Return for how long is kept now; `settings` hold where no adult said anything."""
    said = [await facts.find(connection, key) for key in (VISITS, PAGES)]
    visits_days, pages_days = [int(days) if days else None for days in said]
    return Keeping(visits_days or settings.visits_days, pages_days or settings.pages_days)


async def choose(tx: Change, wanted: Keeping) -> None:
    """Keep for so long from now on; what is older goes with the next night."""
    await facts.keep(tx.connection, VISITS, str(wanted.visits_days))
    await facts.keep(tx.connection, PAGES, str(wanted.pages_days))


async def forgotten(connection: AsyncConnection, wanted: Keeping, *, now: datetime) -> Forgotten:
    """Count what is older than would be kept."""
    site = site_of(connection)

    async def older(table: sa.Table, when: sa.Column[datetime], days: int) -> int:
        old = sa.and_(table.c.site_id == site, when < now - timedelta(days=days))
        wanted_rows = sa.select(sa.func.count()).select_from(table).where(old)
        return await connection.scalar(wanted_rows) or 0

    return Forgotten(
        visits=await older(visits, visits.c.minute, wanted.visits_days),
        pages=await older(pages, pages.c.at, wanted.pages_days),
        alerts=await older(alerts, alerts.c.last, wanted.visits_days),
        notices=await older(notices, notices.c.at, wanted.visits_days),
    )


async def oldest(connection: AsyncConnection) -> tuple[datetime | None, datetime | None]:
    """Return the moments of the oldest visit and the oldest page that are kept."""
    site = site_of(connection)
    first = [
        await connection.scalar(sa.select(sa.func.min(when)).where(table.c.site_id == site))
        for table, when in ((visits, visits.c.minute), (pages, pages.c.at))
    ]
    return first[0], first[1]
