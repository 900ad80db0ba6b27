"""A year of a family and a term of a school, written as the journal would have, for benches."""

import random
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from itertools import batched
from pathlib import Path
from uuid import UUID
from zoneinfo import ZoneInfo

import sqlalchemy as sa

from bench.families import Household, move_in, worry
from rules.minutes import to_bytes
from rules.scope import EVERYTHING, category
from rules.verdict import Action, Layer, Reason
from store import ledger
from store.change import Actor, ActorKind
from store.database import Connection, Database
from store.tables import minutes, rollups, visits
from store.visits import VisitRow, key_of

ZONE = ZoneInfo("Asia/Ho_Chi_Minh")
SITES = (
    ("www.youtube.com", "video", "youtube"),
    ("www.roblox.com", "games", "roblox"),
    ("zalo.me", "chat", "zalo"),
    ("vioedu.vn", "learning", ""),
    ("www.tiktok.com", "video", "tiktok"),
    ("vnexpress.net", "news", ""),
    ("vi.wikipedia.org", "learning", "wikipedia"),
    ("shopee.vn", "shopping", "shopee"),
    ("www.bet365.com", "gambling", ""),
)
STOPPED = "gambling"
AT_ONCE = 20_000
LINES = 300
"""Changes in the ledger, besides those of moving in."""

type Row = Mapping[str, object]


@dataclass(frozen=True, slots=True)
class Lived:
    """Whose pages are asked for."""

    token: str
    child_id: UUID
    device_id: UUID
    group_id: UUID
    """Where the child lives."""


@dataclass(frozen=True, slots=True)
class Life:
    """How many live there, and how much is kept of them."""

    kind: str
    people: int
    visits_days: int
    days: int
    a_day: int
    """Visits of a child on a day, as rows of the log."""


async def family_year(data: Path, now: datetime) -> Lived:
    """Fill a folder with three children's year: visits of 90 days, sums and minutes of 365."""
    return await fill(data, now, Life("family", 3, visits_days=90, days=365, a_day=150))


async def school_term(data: Path, now: datetime, people: int = 1000) -> Lived:
    """Fill a folder with a school's term: visits of a week, sums and minutes of 75 days."""
    return await fill(data, now, Life("school", people, visits_days=5, days=75, a_day=20))


async def fill(data: Path, now: datetime, life: Life) -> Lived:
    """Fill a folder with a household's life until now; the adult sees every child."""
    db = await Database.open(f"sqlite+aiosqlite:///{data / 'haidang.db'}")
    chance = random.Random(7)
    try:
        household = await move_in(db, now, life.kind, life.people)
        await worry(db, household, now)
        await _turn_pages(db, household, now)
        async with db.write() as connection:
            for table, rows in (
                (visits, _visits(chance, household, now, life)),
                (rollups, _hours(chance, household, now, life)),
                (minutes, _minutes(chance, household, now, life)),
            ):
                await _write(connection, db.site_id, table, rows)
        return Lived(household.token, *household.first)
    finally:
        await db.close()


async def _turn_pages(db: Database, household: Household, now: datetime) -> None:
    """Give the ledger a length: the adult changed something again and again."""
    by = Actor(ActorKind.ADULT, "Ana", household.adult_id)
    async with db.write() as connection:
        for number in range(LINES):
            await ledger.append(
                connection,
                by=by,
                what="paused {child}",
                values={"child": "Em 0"},
                now=now - timedelta(days=LINES - number),
                child_id=None,
                revision=0,
                group_id=household.groups[0],
            )


async def _write(
    connection: Connection, site_id: UUID, table: sa.Table, rows: Iterable[Row]
) -> None:
    """Write rows as the driver takes them: a million of them are no work for SQLAlchemy."""
    columns = list(table.columns)
    speaks = connection.dialect
    writers = [column.type.dialect_impl(speaks).bind_processor(speaks) for column in columns]
    named = ", ".join(f'"{column.name}"' for column in columns)
    places = ", ".join("?" * len(columns))
    statement = f"INSERT OR IGNORE INTO {table.name} ({named}) VALUES ({places})"
    for some in batched(rows, AT_ONCE):
        written = [
            tuple(
                value if write is None else write(value)
                for column, write in zip(columns, writers, strict=True)
                for value in (({"site_id": site_id} | row)[column.name],)
            )
            for row in some
        ]
        await connection.exec_driver_sql(statement, written)


def _visits(
    chance: random.Random, household: Household, now: datetime, life: Life
) -> Iterator[Row]:
    for back in range(life.visits_days):
        for child_id, device_id in household.pupils:
            for _ in range(life.a_day):
                at = now - timedelta(days=back, minutes=chance.randrange(900))
                yield _visit(chance, child_id, device_id, at)


def _visit(chance: random.Random, child_id: UUID, device_id: UUID, at: datetime) -> Row:
    host, kind, service = chance.choice(SITES)
    stopped = kind == STOPPED
    row = VisitRow(
        minute=at,
        last=at + timedelta(seconds=chance.randrange(60)),
        device_id=device_id,
        child_id=child_id,
        host=host,
        category=kind,
        service=service,
        action=Action.BLOCK if stopped else Action.PASS,
        reason=Reason.CATEGORY if stopped else Reason.DEFAULT,
        rule=f"category:{kind}" if stopped else "",
        layer=Layer.CHILD,
        visits=1,
        bytes_up=0,
        bytes_down=9000,
        opened=False,
    )
    told = {name: getattr(row, name) for name in row.__slots__}
    return told | {"key": key_of(row), "action": row.action.value, "reason": row.reason.value}


def _hours(chance: random.Random, household: Household, now: datetime, life: Life) -> Iterator[Row]:
    noon = now.replace(hour=5, minute=0)
    for back in range(life.days):
        for child_id, _ in household.pupils:
            for offset, (host, kind, service) in enumerate(SITES):
                stopped = kind == STOPPED
                yield {
                    "child_id": child_id,
                    "hour": noon - timedelta(days=back) + timedelta(hours=offset),
                    "host": host,
                    "category": kind,
                    "service": service,
                    "action": "block" if stopped else "pass",
                    "reason": "category" if stopped else "default",
                    "rule": f"category:{kind}" if stopped else "",
                    "visits": chance.randrange(1, 60),
                    "minutes": chance.randrange(1, 40),
                    "bytes_down": 100_000,
                }


def _minutes(
    chance: random.Random, household: Household, now: datetime, life: Life
) -> Iterator[Row]:
    today = now.astimezone(ZONE).date()
    for back in range(life.days):
        for child_id, _ in household.pupils:
            for scope in (EVERYTHING, category("video"), category("games")):
                bits = chance.getrandbits(60) << (60 * chance.randrange(14, 21))
                day = today - timedelta(days=back)
                yield {"child_id": child_id, "day": day, "scope": scope, "bits": to_bytes(bits)}
