"""A week of a whole school put into the log at once: as many visits as wanted, of real places.

Only the filling is quick; what is measured afterwards, sums and letters, is the product's own.
"""

import hashlib
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from itertools import batched
from random import Random
from uuid import UUID

import sqlalchemy as sa

from feeds.catalogue import Catalogue
from rules.minutes import Bitmap, mark
from rules.scope import EVERYTHING, category
from store import days, spent
from store.columns import Id, Moment
from store.database import Connection, Database
from store.tables import dirty_hours, visits
from tests.demo import places
from tests.demo.school.founding import ZONE, Founded
from tests.demo.school.loads import Load, loads

type Advance = Callable[[int, int], None]
MOST_HOSTS = 10
BLOCKED = frozenset({"gambling", "adult"})
HOUR, DAYS = timedelta(hours=1), 7
OPENS, CLOSES = 6 * 60, 23 * 60

pieces = sa.Table(
    "bench_pieces",
    sa.MetaData(),
    sa.Column("device_id", Id),
    sa.Column("child_id", Id),
    sa.Column("minute", Moment),
    sa.Column("place", sa.Integer),
    prefixes=["TEMPORARY"],
)
hosts = sa.Table(
    "bench_hosts",
    pieces.metadata,
    sa.Column("place", sa.Integer),
    sa.Column("key", sa.LargeBinary(8)),
    *(sa.Column(name, sa.Text) for name in ("host", "category", "action", "reason", "rule")),
    prefixes=["TEMPORARY"],
)


@dataclass(frozen=True, slots=True)
class Spot:
    """A place with what is known of its hosts."""

    category: str
    hosts: tuple[tuple[str, str], ...]
    """Host and category."""


def spots(catalogue: Catalogue) -> list[Spot]:
    """Take products that children use, and pages as browsers really loaded them."""
    named = [value.hosts for value in vars(places).values() if isinstance(value, places.Place)]
    loaded = [[fetch.host for fetch in load.fetches] for load in loads() if isinstance(load, Load)]
    return [_spot(each[:MOST_HOSTS], catalogue) for each in (*named, *loaded[:200])]


def _spot(names: tuple[str, ...] | list[str], catalogue: Catalogue) -> Spot:
    known = {name: next(iter(catalogue.look_up(name).categories), "") for name in names}
    return Spot(next(iter(known.values())), tuple(known.items()))


async def fill(
    db: Database,
    school: Founded,
    monday: date,
    wanted: int,
    *,
    catalogue: Catalogue,
    advance: Advance,
) -> int:
    """Fill a week with about so many visits; return how many rows there are."""
    known, chance = spots(catalogue), Random(5)
    hosts_of_one = sum(len(spot.hosts) for spot in known) / len(known)
    minutes = round(wanted / len(school.enrolled) / DAYS / hosts_of_one)
    for number in range(DAYS):
        day = monday + timedelta(days=number)
        lived = {each.child_id: _day(minutes, len(known), chance) for each in school.enrolled}
        await _fill_day(db, school, day, lived, known)
        await _mark_minutes(db, day, lived, known)
        advance(number + 1, DAYS)
    return await _count(db)


def _day(minutes: int, known: int, chance: Random) -> dict[int, int]:
    """Give a child's day: minute -> place, in stretches of a few minutes."""
    found: dict[int, int] = {}
    while len(found) < minutes:
        begin, place = chance.randrange(OPENS, CLOSES), chance.randrange(known)
        found |= dict.fromkeys(range(begin, min(begin + chance.randint(3, 30), CLOSES)), place)
    return found


async def _fill_day(
    db: Database,
    school: Founded,
    day: date,
    lived: Mapping[UUID, Mapping[int, int]],
    known: list[Spot],
) -> None:
    midnight = datetime(day.year, day.month, day.day, tzinfo=ZONE)
    devices = {each.child_id: each.device_id for each in school.enrolled}
    for hour in range(OPENS // 60, CLOSES // 60):
        rows = [
            {
                "device_id": devices[child_id],
                "child_id": child_id,
                "minute": midnight + timedelta(minutes=minute),
                "place": place,
            }
            for child_id, minutes in lived.items()
            for minute, place in minutes.items()
            if minute // 60 == hour
        ]
        async with db.write() as connection:
            await _prepare(connection, known)
            for some in batched(rows, 5000):
                await connection.execute(sa.insert(pieces), list(some))
            await _insert(connection, db.site_id, midnight + hour * HOUR)
            await connection.execute(sa.text("DROP TABLE bench_pieces"))
            await connection.execute(sa.text("DROP TABLE bench_hosts"))


async def _prepare(connection: Connection, known: list[Spot]) -> None:
    await connection.run_sync(pieces.metadata.create_all)
    rows = [
        {
            "place": number,
            "key": hashlib.blake2b(f"{number} {host}".encode(), digest_size=8).digest(),
            "host": host,
            "category": of,
            "action": "block" if of in BLOCKED else "pass",
            "reason": "category" if of in BLOCKED else "default",
            "rule": f"category:{of}" if of in BLOCKED else "",
        }
        for number, spot in enumerate(known)
        for host, of in spot.hosts
    ]
    await connection.execute(sa.insert(hosts), rows)


async def _insert(connection: Connection, site_id: UUID, hour: datetime) -> None:
    site = sa.literal(site_id, Id())
    key = _key(connection)
    numbers = [sa.literal(number, sa.BigInteger) for number in (3, 900, 20_000)]
    rows = sa.select(
        *(site, pieces.c.minute, key, pieces.c.minute, pieces.c.device_id, pieces.c.child_id),
        *(hosts.c.host, hosts.c.category, sa.literal(""), hosts.c.action, hosts.c.reason),
        *(hosts.c.rule, sa.literal("school"), sa.false(), *numbers),
    ).select_from(pieces.join(hosts, hosts.c.place == pieces.c.place))
    names = [column.name for column in visits.c]
    await connection.execute(sa.insert(visits).from_select(names, rows.order_by(pieces.c.minute)))
    marked = sa.select(site, pieces.c.child_id, sa.literal(hour, Moment()), sa.literal(1))
    columns = ["site_id", "child_id", "hour", "marks"]
    await connection.execute(sa.insert(dirty_hours).from_select(columns, marked.distinct()))


def _key(connection: Connection) -> sa.ColumnElement[object]:
    """Write what is one and the same for a pupil and a host from minute to minute.

    The journal's keys are digests of more than that, but of the same kind: sums go by them.
    """
    if connection.dialect.name == "sqlite":
        return sa.literal_column(
            "CAST(substr(bench_pieces.child_id, 9) || bench_hosts.key AS BLOB)"
        )
    said = sa.cast(pieces.c.child_id, sa.Text) + hosts.c.host + sa.cast(hosts.c.place, sa.Text)
    return sa.func.decode(sa.func.md5(said), "hex")


async def _mark_minutes(
    db: Database, day: date, lived: Mapping[UUID, Mapping[int, int]], known: list[Spot]
) -> None:
    bitmaps = {
        (child_id, day, scope): bits
        for child_id, minutes in lived.items()
        for scope, bits in _bits(minutes, known)
    }
    async with db.write() as connection:
        await spent.merge(connection, bitmaps)
        await days.mark(connection, {(child_id, day) for child_id in lived})


def _bits(minutes: Mapping[int, int], known: list[Spot]) -> Iterator[tuple[str, Bitmap]]:
    found: dict[str, Bitmap] = {}
    for minute, place in minutes.items():
        of = known[place].category
        for scope in (EVERYTHING, category(of)) if of else (EVERYTHING,):
            found[scope] = mark(found.get(scope, 0), minute)
    yield from found.items()


async def _count(db: Database) -> int:
    async with db.read() as connection:
        return int(await connection.scalar(sa.select(sa.func.count()).select_from(visits)) or 0)


async def without_indexes(db: Database) -> list[str]:
    """Drop what would slow the filling; return how to make it again. Elsewhere nothing."""
    async with db.write() as connection:
        if connection.dialect.name == "sqlite":
            found = sa.text(
                "SELECT name, sql FROM sqlite_master WHERE type = 'index' "
                "AND tbl_name = 'visits' AND sql IS NOT NULL"
            )
        else:
            found = sa.text(
                "SELECT indexname, indexdef FROM pg_indexes WHERE tablename = 'visits' "
                "AND indexname LIKE 'ix_%'"
            )
        rows = (await connection.execute(found)).all()
        for name, _ in rows:
            await connection.execute(sa.text(f"DROP INDEX {name}"))
    return [sql for _, sql in rows]


async def with_indexes(db: Database, made: list[str]) -> None:
    """Make the indexes again, and let PostgreSQL look at what it has."""
    for sql in made:
        async with db.write() as connection:
            await connection.execute(sa.text(sql))
    async with db.write() as connection:
        await connection.execute(sa.text("ANALYZE visits" if not db.is_sqlite else "SELECT 1"))
