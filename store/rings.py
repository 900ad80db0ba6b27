"""When each bell of the clock last rang, and how its work went."""

import json
from dataclasses import dataclass
from datetime import datetime

import sqlalchemy as sa
from sqlalchemy.ext.asyncio import AsyncConnection

from store import facts
from store.database import Database
from store.tables import facts as facts_table

PREFIX = "bell:"


@dataclass(frozen=True, slots=True)
class Ring:
    """How a piece of work went the last time."""

    at: datetime
    failures: int = 0
    """How often in a row it failed."""
    trouble: str = ""
    """The name of the last error; never its text, which may name a child's site."""


async def keep(db: Database, name: str, ring: Ring) -> None:
    """Keep how a piece of work went."""
    said = {"at": ring.at.isoformat(), "failures": ring.failures, "trouble": ring.trouble}
    async with db.write() as connection:
        await facts.keep(connection, PREFIX + name, json.dumps(said))


async def last(connection: AsyncConnection) -> dict[str, Ring]:
    """Return the last ring of every bell that ever rang, by name."""
    wanted = sa.select(facts_table).where(facts_table.c.key.startswith(PREFIX, autoescape=True))
    rows = await connection.execute(wanted.order_by(facts_table.c.key))
    return {row.key.removeprefix(PREFIX): _ring(json.loads(row.value)) for row in rows}


def _ring(said: dict[str, str | int]) -> Ring:
    at = datetime.fromisoformat(str(said["at"]))
    return Ring(at, int(said["failures"]), str(said["trouble"]))
