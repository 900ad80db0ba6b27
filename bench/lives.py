"""A year of a family and a term of a school, written as the journal would have, for benches."""

import random
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from pathlib import Path
from uuid import UUID
from zoneinfo import ZoneInfo

import sqlalchemy as sa

from rules.minutes import to_bytes
from rules.policy import Choice, Policy
from rules.scope import EVERYTHING, category
from rules.verdict import Action, Layer, Reason, Verdict
from store import adults, children, devices, groups, sessions, sums
from store.adults import Role
from store.change import SYSTEM, Actor, ActorKind, change
from store.children import Child
from store.database import Database
from store.journal import Journal, MinuteMark, Note
from store.tables import minutes, rollups
from tests.kit.agreed import agree

ZONE = "Asia/Ho_Chi_Minh"
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
OPEN = Verdict(Action.PASS, Reason.DEFAULT, Layer.CHILD)
SHUT = Verdict(Action.BLOCK, Reason.CATEGORY, Layer.CHILD, "category:gambling")
RULES = Policy(categories={"gambling": Choice.BLOCK, "adult": Choice.BLOCK})
AT_ONCE = 5000


@dataclass(frozen=True, slots=True)
class Lived:
    """Whose pages are asked for."""

    token: str
    child_id: UUID
    device_id: UUID


async def family_year(data: Path, now: datetime) -> Lived:
    """Fill a folder with three children's year: visits of 90 days, sums and minutes of 365."""
    return await _fill(data, now, kind="family", people=3, visits_days=90, days=365, a_day=150)


async def school_term(data: Path, now: datetime) -> Lived:
    """Fill a folder with the term of a school of 1,000: visits of a week, sums of 75 days."""
    return await _fill(data, now, kind="school", people=1000, visits_days=5, days=75, a_day=20)


async def _fill(
    data: Path, now: datetime, *, kind: str, people: int, visits_days: int, days: int, a_day: int
) -> Lived:
    db = await Database.open(f"sqlite+aiosqlite:///{data / 'haidang.db'}")
    chance = random.Random(7)
    try:
        pupils, lived = await _move_in(db, now, kind, people)
        journal = Journal(db, spool=data / "spool", clock=lambda: now, worker="bench")
        for back in range(days):
            day = now - timedelta(days=back)
            for pupil in pupils:
                if back < visits_days:
                    _note(journal, chance, pupil, day, a_day)
            if back < visits_days:
                await journal.flush()
        await _sums(db, chance, pupils, now, range(visits_days, days))
        await sums.run(db, now=now)
        return lived
    finally:
        await db.close()


async def _move_in(
    db: Database, now: datetime, kind: str, people: int
) -> tuple[list[tuple[Child, UUID]], Lived]:
    about = {"zone": ZONE, "language": "vi"}
    began = now - timedelta(days=400)
    pupils: list[tuple[Child, UUID]] = []
    async with change(db, by=SYSTEM, what="began", now=began) as tx:
        home = await groups.add(tx, name="Nhà", kind=kind, **about)
        ana = await adults.add(
            tx,
            name="Ana",
            email="ana@example.com",
            password_hash="x",
            language="vi",
            group_id=home.id,
            role=Role.OWNER,
        )
        for number in range(people):
            child = await children.add(
                tx,
                group_id=home.id,
                name=f"Em {number}",
                birth_year=2014,
                language="vi",
                policy=RULES,
            )
            await agree(tx, child.id)
            device = await devices.add(
                tx,
                name=f"Phone {number}",
                kind="phone",
                system="android",
                child_ids=[child.id],
                first_port=8101,
                group_id=home.id,
            )
            pupils.append((child, device.id))
    by = Actor(ActorKind.ADULT, "Ana", ana.id)
    for number in range(300):
        at = now - timedelta(days=number)
        values = {"child": "Em 0"}
        async with change(
            db, by=by, what="paused {child}", now=at, values=values, group_id=home.id
        ):
            pass
    async with db.write() as connection:
        token = await sessions.open_session(connection, ana.id, now=now)
    return pupils, Lived(token, pupils[0][0].id, pupils[0][1])


def _note(
    journal: Journal, chance: random.Random, pupil: tuple[Child, UUID], day: datetime, count: int
) -> None:
    child, device = pupil
    for _ in range(count):
        host, kind, service = chance.choice(SITES)
        at = day - timedelta(minutes=chance.randrange(900))
        verdict = SHUT if kind == "gambling" else OPEN
        note = Note(
            at, device, child.id, host, verdict, category=kind, service=service, bytes_down=9000
        )
        journal.note(note)
        if not verdict.blocks:
            local = at.astimezone(ZoneInfo(ZONE))
            minute, today = local.hour * 60 + local.minute, local.date().isoformat()
            for scope in (EVERYTHING, category(kind)):
                journal.mark(MinuteMark(child.id, today, scope, minute))


async def _sums(
    db: Database,
    chance: random.Random,
    pupils: list[tuple[Child, UUID]],
    now: datetime,
    days: range,
) -> None:
    """Write what is left of days whose visits are forgotten: sums by the hour, and minutes."""
    for table, rows in (
        (rollups, _hours(db, chance, pupils, now, days)),
        (minutes, _minutes(db, chance, pupils, now, days)),
    ):
        batch: list[dict[str, object]] = []
        for row in rows:
            batch.append(row)
            if len(batch) == AT_ONCE:
                await _insert(db, table, batch)
                batch = []
        if batch:
            await _insert(db, table, batch)


async def _insert(db: Database, table: sa.Table, batch: list[dict[str, object]]) -> None:
    async with db.write() as connection:
        await connection.execute(sa.insert(table), batch)


type Rows = Iterator[dict[str, object]]


def _hours(
    db: Database,
    chance: random.Random,
    pupils: list[tuple[Child, UUID]],
    now: datetime,
    days: range,
) -> Rows:
    noon = now.replace(hour=5, minute=0)
    for back in days:
        for child, _ in pupils:
            for offset, (host, kind, service) in enumerate(SITES):
                yield {
                    "site_id": db.site_id,
                    "child_id": child.id,
                    "hour": noon - timedelta(days=back) + timedelta(hours=offset),
                    "host": host,
                    "category": kind,
                    "service": service,
                    "action": "block" if kind == "gambling" else "pass",
                    "reason": "category" if kind == "gambling" else "default",
                    "rule": "category:gambling" if kind == "gambling" else "",
                    "visits": chance.randrange(1, 60),
                    "minutes": chance.randrange(1, 40),
                    "bytes_down": 100_000,
                }


def _minutes(
    db: Database,
    chance: random.Random,
    pupils: list[tuple[Child, UUID]],
    now: datetime,
    days: range,
) -> Rows:
    today: date = now.date()
    for back in days:
        for child, _ in pupils:
            for scope in (EVERYTHING, category("video"), category("games")):
                bits = chance.getrandbits(60) << (60 * chance.randrange(14, 21))
                yield {
                    "site_id": db.site_id,
                    "child_id": child.id,
                    "day": today - timedelta(days=back),
                    "scope": scope,
                    "bits": to_bytes(bits),
                }
