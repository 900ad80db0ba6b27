"""What a child opened and was refused in a stretch of time, summed by host and answer."""

from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

import sqlalchemy as sa
from sqlalchemy.ext.asyncio import AsyncConnection

from rules.verdict import Action, Layer, Reason
from store.database import site_of
from store.tables import visits

SAME = ("device_id", "host", "category", "service", "action", "reason", "rule", "layer")
"""What makes visits of a child one sum."""


@dataclass(frozen=True, slots=True)
class HostSum:
    """All visits of one device of a child to one host with one answer, in a stretch."""

    child_id: UUID
    device_id: UUID | None
    host: str
    category: str
    service: str
    action: Action
    reason: Reason
    rule: str
    layer: Layer
    since: datetime
    """Its first minute."""
    last: datetime
    visits: int


async def of_child(
    connection: AsyncConnection, child_id: UUID, *, since: datetime, until: datetime
) -> list[HostSum]:
    """Return the sums of [since, until), the newest first."""
    same = [visits.c[name] for name in SAME]
    last = sa.func.max(visits.c.last, type_=visits.c.last.type).label("last")
    wanted = (
        sa.select(
            *same,
            sa.func.min(visits.c.minute, type_=visits.c.minute.type).label("since"),
            last,
            sa.cast(sa.func.sum(visits.c.visits), sa.BigInteger).label("visits"),
        )
        .where(
            visits.c.site_id == site_of(connection),
            visits.c.child_id == child_id,
            visits.c.minute >= since,
            visits.c.minute < until,
        )
        .group_by(*same)
        .order_by(last.desc(), visits.c.host)
    )
    return [
        HostSum(
            child_id=child_id,
            device_id=row.device_id,
            host=row.host,
            category=row.category,
            service=row.service,
            action=Action(row.action),
            reason=Reason(row.reason),
            rule=row.rule,
            layer=Layer(row.layer),
            since=row.since,
            last=row.last,
            visits=row.visits,
        )
        for row in await connection.execute(wanted)
    ]
