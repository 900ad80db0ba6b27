"""How sums read the log: an hour by its own rows, whatever else there is."""

from collections.abc import Iterator
from datetime import datetime
from pathlib import Path
from typing import Any

import pytest
import sqlalchemy as sa

from store import days, log, rollups
from store.database import Database
from store.errors import Away
from store.ids import new_id
from store.pending import Pending
from tests.kit.databases import Cluster, sqlite_url
from tests.store.family import Family, note


async def test_an_hour_is_summed_by_its_minutes_and_not_by_all_children_of_the_log(
    tmp_path: Path, now: datetime
) -> None:
    db = await Database.open(sqlite_url(tmp_path / "plan.db"))
    said: list[tuple[str, object]] = []

    def listen(*heard: object) -> None:
        said.append((str(heard[2]), heard[3]))

    sa.event.listen(db._writer.sync_engine, "before_cursor_execute", listen)
    async with db.write() as connection:
        await connection.execute(rollups._add_sums(connection, now.replace(minute=0), [new_id()]))
        statement, values = said[-1]
        plan = await connection.exec_driver_sql(f"EXPLAIN QUERY PLAN {statement}", values)  # type: ignore[arg-type]
        assert "visits USING PRIMARY KEY (site_id=? AND minute>? AND minute<?)" in str(plan.all())
    await db.close()


async def test_an_hour_is_summed_by_its_own_rows_on_postgresql_however_long_the_log_is(
    cluster: Cluster, now: datetime
) -> None:
    async with cluster.database() as address:
        db = await Database.open(address)
        async with db.write() as connection:
            some = rollups._sums(connection, now.replace(minute=0), [new_id()])
            said = some.compile(connection.sync_engine, compile_kwargs={"literal_binds": True})
            asked = f"EXPLAIN (FORMAT JSON) {said}".replace(":", "\\:")
            plan = (await connection.execute(sa.text(asked))).scalar_one()
        await db.close()
    scans = [node for node in nodes_of(plan[0]["Plan"]) if node.get("Relation Name") == "visits"]
    assert len(scans) == 3
    for scan in scans:
        within = " ".join(str(scan.get(part)) for part in ("Index Cond", "Recheck Cond", "Filter"))
        assert "minute >=" in within, scan
        assert "minute <" in within, scan


def nodes_of(plan: dict[str, Any]) -> Iterator[dict[str, Any]]:
    yield plan
    for below in plan.get("Plans", ()):
        yield from nodes_of(below)


async def test_many_hours_are_each_summed_once_however_many_are_summed_at_a_time(
    db: Database, family: Family, now: datetime
) -> None:
    pending = Pending(limit=1000)
    for hour in range(9):
        for host in ("olm.vn", "zalo.me"):
            at = now - hour * rollups.HOUR
            pending.note(note(at, host, child=family.mia.id, visits=hour + 1))
    await log.write(db, pending.seal(), now=now)
    assert await rollups.run(db, now=now) == 9
    assert await rollups.run(db, now=now) == 0
    async with db.read() as store:
        rows = await rollups.load(store, family.mia.id, since=now - 10 * rollups.HOUR, until=now)
    assert sorted(row.visits for row in rows) == sorted([*range(1, 10)] * 2)


async def test_a_database_that_is_away_is_said_so_and_nothing_is_half_summed(
    db: Database, family: Family, now: datetime, monkeypatch: pytest.MonkeyPatch
) -> None:
    pending = Pending(limit=1000)
    for hour in range(3):
        pending.note(note(now - hour * rollups.HOUR, "olm.vn", child=family.mia.id))
    await log.write(db, pending.seal(), now=now)

    async def is_away(*_: object) -> None:
        raise Away

    with monkeypatch.context() as patch:
        patch.setattr(days, "mark_hour", is_away)
        with pytest.raises(Away):
            await rollups.run(db, now=now)
    assert await rollups.run(db, now=now) == 3
