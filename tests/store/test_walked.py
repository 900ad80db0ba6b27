"""A page of the log is read from its end, on PostgreSQL too, however much there is."""

from datetime import datetime, timedelta

import sqlalchemy as sa

from rules.verdict import Action, Reason
from store import visits
from store.database import Connection, Database
from store.ids import new_id
from store.sight import Sight
from store.tables import visits as table
from store.visits import VisitFilter
from tests.kit.databases import Cluster
from tests.store.family import move_in
from tests.store.test_rollups import nodes_of

ROWS = 6000


async def fill(connection: Connection, child_id: object, now: datetime) -> None:
    site_id = await connection.scalar(sa.text("SELECT value FROM facts WHERE key = 'site_id'"))
    texts = dict.fromkeys(("host", "category", "service", "rule", "layer"), "")
    rows = [
        texts
        | {
            "site_id": site_id,
            "minute": now - timedelta(minutes=number),
            "last": now - timedelta(minutes=number),
            "key": new_id().bytes,
            "child_id": child_id,
            "action": Action.BLOCK.value,
            "reason": Reason.CATEGORY.value,
            "visits": 1,
            "bytes_up": 0,
            "bytes_down": 0,
            "opened": False,
        }
        for number in range(ROWS)
    ]
    await connection.execute(sa.insert(table), rows)
    await connection.execute(sa.text("ANALYZE"))


async def test_what_was_stopped_is_read_from_the_end_of_the_log(
    cluster: Cluster, now: datetime
) -> None:
    async with cluster.database() as address:
        db = await Database.open(address)
        family = await move_in(db, now)
        async with db.write() as connection:
            await fill(connection, family.mia.id, now)
            sight = Sight(frozenset({family.home.id}), (), frozenset({family.home.id}))
            wanted = VisitFilter(blocked=True, since=now - timedelta(days=6), sight=sight)
            fits = visits._conditions(connection, wanted)
            newest = sa.select(table).where(*fits).order_by(table.c.minute.desc()).limit(120)
            said = newest.compile(connection.sync_engine, compile_kwargs={"literal_binds": True})
            asked = f"EXPLAIN (ANALYZE, FORMAT JSON) {said}".replace(":", "\\:")
            plan = (await connection.execute(sa.text(asked))).scalar_one()
        await db.close()
    [scan] = [node for node in nodes_of(plan[0]["Plan"]) if node.get("Relation Name") == "visits"]
    assert scan["Scan Direction"] == "Backward"
    assert scan["Actual Rows"] <= 200
