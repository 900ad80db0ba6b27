"""What was told to children: each matter once, whichever door noticed it first."""

from dataclasses import asdict, dataclass
from datetime import datetime
from uuid import UUID

import sqlalchemy as sa
from sqlalchemy.ext.asyncio import AsyncConnection

from rules.notices import Kind, Notice
from store.database import Database, site_of
from store.insert import insert_into
from store.paging import behind, in_order
from store.tables import notices


@dataclass(frozen=True, slots=True)
class Told:
    """A notice, whom it was told to, and when."""

    child_id: UUID
    at: datetime
    notice: Notice


async def add(connection: AsyncConnection, told: list[Told]) -> None:
    """Write notices down; what was told before stays as it is."""
    if not told:
        return
    site_id = site_of(connection)
    rows = [
        {
            "site_id": site_id,
            "child_id": each.child_id,
            "at": each.at,
            **asdict(each.notice),
            "kind": each.notice.kind.value,
        }
        # In one order everywhere, so that two doors never wait for each other in a ring.
        for each in sorted(told, key=lambda each: (each.child_id, each.notice.key))
    ]
    await connection.execute(insert_into(connection, notices).on_conflict_do_nothing(), rows)


async def list_of(
    connection: AsyncConnection,
    child_ids: list[UUID],
    *,
    since: datetime | None = None,
    limit: int = 50,
    after: tuple[datetime, str] | None = None,
) -> list[Told]:
    """Return what was told to some children, newest first; `after`: moment and key."""
    newest_first = ((notices.c.at, True), (notices.c.key, True))
    mine = sa.and_(notices.c.site_id == site_of(connection), notices.c.child_id.in_(child_ids))
    wanted = sa.select(notices).where(mine, behind(after, *newest_first))
    if since is not None:
        wanted = wanted.where(notices.c.at >= since)
    newest = wanted.order_by(*in_order(*newest_first)).limit(limit)
    return [told_of(row) for row in (await connection.execute(newest)).mappings()]


async def forget(db: Database, before: datetime) -> int:
    """Forget notices of earlier days; return how many went.

    That a child grows up is told once in a life, so these few stay.
    """
    old = sa.and_(
        notices.c.site_id == db.site_id,
        notices.c.at < before,
        notices.c.kind != Kind.AGE.value,
    )
    async with db.write() as connection:
        return (await connection.execute(sa.delete(notices).where(old))).rowcount


def told_of(row: sa.RowMapping) -> Told:
    """Read a notice."""
    notice = Notice(
        Kind(row["kind"]),
        row["key"],
        row["scope"],
        row["minutes"],
        row["left"],
        row["limit"],
        row["week"],
        row["until"],
    )
    return Told(row["child_id"], row["at"], notice)
