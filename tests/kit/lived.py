"""Thirty days as a family lived them: fifty thousand rows, minutes, grants and gifts."""

import random
from datetime import UTC, date, datetime, timedelta
from uuid import UUID

import sqlalchemy as sa

from rules.minutes import mark, to_bytes
from rules.policy import Allowance, Choice, Hours, Policy, Window
from rules.visit import Known
from store import earned, grants
from store.change import SYSTEM, change
from store.database import Database
from store.ids import new_id
from store.tables import minutes, visits

ZONE = "Asia/Ho_Chi_Minh"
DAYS = 30
ROWS = 50_000
HOSTS = 400
DRAFT = Policy(
    categories={"c3": Choice.BLOCK},
    hours=(Hours(name="bedtime", windows=(Window(start="21:00", end="06:30"),)),),
    allowances=(
        Allowance(minutes=(120,) * 7),
        Allowance(scope="category:c1", minutes=(30,) * 7, week=150),
        Allowance(scope="service:s5", minutes=(10,) * 7),
    ),
)


async def agree(db: Database, child_id: UUID, now: datetime) -> None:
    """Give two grants and one gift of minutes on every day, and let learning earn games."""
    async with change(db, by=SYSTEM, what="lived", now=now) as tx:
        await earned.set_exchange(
            tx, child_id, source="category:c2", target="category:c1", give=2, get=1, most=30
        )
        for back in range(DAYS):
            since = now - timedelta(days=back, hours=3)
            for scope in ("everything", "category:c3"):
                until = since + timedelta(minutes=45)
                await grants.give(tx, child_id, since=since, until=until, scope=scope)
            day = (now - timedelta(days=back)).date()
            await earned.credit(tx, child_id, day=day, minutes=15, scope="category:c1")


def known(number: int) -> Known:
    """Say what a host of the thirty days is about."""
    return Known((f"c{number % 8}",), (f"s{number % 40}",) if number % 3 else ())


async def live(db, child_id: UUID, now: datetime) -> None:
    """Write thirty days down: fifty thousand rows, and the minutes that go with them."""
    dice = random.Random(7)
    midnight = datetime(now.year, now.month, now.day, tzinfo=UTC) - timedelta(hours=7)
    bitmaps: dict[tuple[UUID, date, str], int] = {}
    rows = []
    for number in range(ROWS):
        back, minute, host = dice.randrange(DAYS), dice.randrange(6 * 60, 1435), dice.randrange(400)
        at = midnight - timedelta(days=back) + timedelta(minutes=minute)
        about = known(host)
        scopes = ["everything", f"category:{about.categories[0]}"]
        scopes += [f"service:{name}" for name in about.services]
        for scope in scopes:
            key = (child_id, now.date() - timedelta(days=back), scope)
            bitmaps[key] = mark(bitmaps.get(key, 0), minute)
        rows.append(_row(db.site_id, child_id, at, host, number))
    async with db.write() as connection:
        for start in range(0, ROWS, 2000):
            await connection.execute(sa.insert(visits), rows[start : start + 2000])
        await connection.execute(sa.insert(minutes), _bits(db.site_id, bitmaps))


def _bits(site_id: UUID, bitmaps: dict[tuple[UUID, date, str], int]) -> list[dict]:
    return [
        {"site_id": site_id, "child_id": child, "day": day, "scope": scope, "bits": to_bytes(bits)}
        for (child, day, scope), bits in bitmaps.items()
    ]


def _row(site_id: UUID, child_id: UUID, at: datetime, host: int, number: int) -> dict:
    return {
        "site_id": site_id,
        "minute": at,
        "key": new_id().bytes,
        "last": at,
        "child_id": child_id,
        "host": f"h{host}.example",
        "category": f"c{host % 8}",
        "service": "",
        "action": "pass" if number % 20 else "block",
        "reason": "default",
        "rule": "",
        "layer": "house",
        "opened": False,
        "visits": 1,
        "bytes_up": 100,
        "bytes_down": 2000,
    }
