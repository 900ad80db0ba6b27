"""Reading the log: search, filter, page, export."""

import base64
import binascii
import hashlib
import struct
from collections.abc import AsyncIterator, Collection
from collections.abc import Set as AbstractSet
from dataclasses import dataclass, fields
from datetime import datetime, timedelta
from uuid import UUID

import sqlalchemy as sa
from sqlalchemy.ext.asyncio import AsyncConnection

from rules.verdict import Action, Layer, Reason
from store.columns import EPOCH, MICROSECOND, one_of
from store.database import site_of
from store.ids import NOBODY
from store.paging import behind, in_order
from store.sight import Sight
from store.tables import children
from store.tables import pages as pages_table
from store.tables import visits as visits_table

PLACE = struct.Struct(">qq16s")
"""A row's place in the log as the bytes of a cursor: minute, last moment, key."""
AT_ONCE = 1000
"""Rows an export reads at a time."""


@dataclass(frozen=True, slots=True)
class VisitRow:
    """All visits of one device to one host within one minute with one answer."""

    minute: datetime
    last: datetime
    device_id: UUID | None
    child_id: UUID | None
    host: str
    category: str
    service: str
    action: Action
    reason: Reason
    rule: str
    layer: Layer
    visits: int
    bytes_up: int
    bytes_down: int
    opened: bool


@dataclass(frozen=True, slots=True)
class PageRow:
    at: datetime
    device_id: UUID | None
    child_id: UUID | None
    host: str
    url: str
    title: str
    kind: str = "page"
    """A page, a search (its words are the title) or a video."""
    name: str = ""
    detail: str = ""
    id: UUID | None = None
    """Once it is kept."""


@dataclass(frozen=True, slots=True)
class VisitFilter:
    """What to look for; None or empty means any."""

    child_id: UUID | None = None
    device_id: UUID | None = None
    blocked: bool | None = None
    category: str = ""
    service: str = ""
    reason: Reason | None = None
    text: str = ""
    """A part of the host's name."""
    since: datetime | None = None
    until: datetime | None = None
    sight: Sight | None = None
    """What the reader may know of: the children, and devices of no child."""


async def search(
    connection: AsyncConnection, wanted: VisitFilter, *, limit: int = 50, cursor: str = ""
) -> tuple[list[VisitRow], str]:
    """Return rows newest first and the cursor of the next page (empty at the end).

    Raises ValueError for a cursor that is not ours.
    """
    place = sa.tuple_(visits_table.c.minute, visits_table.c.last, visits_table.c.key)
    matching = sa.select(visits_table).where(*_conditions(connection, wanted))
    if cursor:
        after = sa.tuple_(*_place_of(cursor), types=[column.type for column in place.clauses])
        matching = matching.where(place < after)
    newest = matching.order_by(*(column.desc() for column in place.clauses)).limit(limit + 1)
    found = (await connection.execute(newest)).all()
    more = len(found) > limit
    last = found[limit - 1] if more else None
    following = _written(last.minute, last.last, last.key) if last else ""
    return [_row(row) for row in found[:limit]], following


async def export(connection: AsyncConnection, wanted: VisitFilter) -> AsyncIterator[VisitRow]:
    """Give every row that matches, newest first, without holding them all in memory."""
    cursor = ""
    while True:
        rows, cursor = await search(connection, wanted, limit=AT_ONCE, cursor=cursor)
        for row in rows:
            yield row
        if not cursor:
            return


async def pages(
    connection: AsyncConnection,
    *,
    child_id: UUID | None = None,
    since: datetime | None = None,
    until: datetime | None = None,
    kind: str = "",
    limit: int = 50,
    after: tuple[datetime, UUID] | None = None,
) -> list[PageRow]:
    """Return pages opened, newest first; of one kind, or of all. `after`: moment and id."""
    newest_first = ((pages_table.c.at, True), (pages_table.c.id, True))
    columns = [pages_table.c[field.name] for field in fields(PageRow)]
    wanted = sa.select(*columns).where(pages_table.c.site_id == site_of(connection))
    if child_id is not None:
        wanted = wanted.where(pages_table.c.child_id == child_id)
    if since is not None:
        wanted = wanted.where(pages_table.c.at >= since)
    if until is not None:
        wanted = wanted.where(pages_table.c.at < until)
    if kind:
        wanted = wanted.where(pages_table.c.kind == kind)
    wanted = wanted.where(behind(after, *newest_first))
    newest = wanted.order_by(*in_order(*newest_first)).limit(limit)
    return [PageRow(**row) for row in (await connection.execute(newest)).mappings()]


async def searched(
    connection: AsyncConnection, sight: Sight, *, limit: int, cursor: str = ""
) -> tuple[list[PageRow], str]:
    """Return what children searched for and watched, newest first, and the next page's cursor.

    Raises ValueError for a cursor that is not ours.
    """
    columns = [pages_table.c[field.name] for field in fields(PageRow)]
    place = sa.tuple_(pages_table.c.at, pages_table.c.id)
    mine = _looked_at_last(sight.has_child(pages_table.c.child_id))
    wanted = sa.select(*columns).where(pages_table.c.site_id == site_of(connection), mine)
    if cursor:
        at, _, key = _place_of(cursor)
        after = sa.tuple_(at, UUID(bytes=key), types=[column.type for column in place.clauses])
        wanted = wanted.where(place < after)
    found: list[sa.RowMapping] = []
    # Kind by kind, as the index lies: of each only as many as a page may need.
    for kind in ("search", "video"):
        newest = wanted.where(pages_table.c.kind == kind)
        newest = newest.order_by(*(column.desc() for column in place.clauses)).limit(limit + 1)
        found += (await connection.execute(newest)).mappings()
    found.sort(key=lambda row: (row["at"], row["id"]), reverse=True)
    shown = [PageRow(**row) for row in found[:limit]]
    last = found[limit - 1] if len(found) > limit else None
    return shown, _written(last["at"], last["at"], last["id"].bytes) if last else ""


async def last_seen(
    connection: AsyncConnection, child_ids: Collection[UUID] | None = None
) -> dict[UUID, VisitRow]:
    """Return for each child, or for some, the newest row that was not blocked."""
    passed = sa.and_(
        visits_table.c.site_id == site_of(connection),
        visits_table.c.action != Action.BLOCK.value,
    )
    newest = (
        sa.select(visits_table.c.minute)
        .where(passed, visits_table.c.child_id == children.c.id)
        .order_by(visits_table.c.minute.desc())
        .limit(1)
        .scalar_subquery()
    )
    # Two steps, and two plain lists: as a join, or by pairs, SQLite reads the whole log.
    mine = one_of(children.c.id, child_ids)
    found = await connection.execute(sa.select(children.c.id, newest).where(mine))
    minutes = {child_id: minute for child_id, minute in found if minute is not None}
    rows = sa.select(visits_table).where(
        passed,
        visits_table.c.child_id.in_(minutes),
        visits_table.c.minute.in_(set(minutes.values())),
    )
    # The last of a child's rows stands: the order puts its newest there.
    ordered = rows.order_by(visits_table.c.minute, visits_table.c.last)
    return {row.child_id: _row(row) for row in await connection.execute(ordered)}


async def answered(connection: AsyncConnection, since: datetime) -> dict[str, int]:
    """Count the visits of everybody since a moment, by what was answered."""
    mine = sa.and_(visits_table.c.site_id == site_of(connection), visits_table.c.minute >= since)
    wanted = sa.select(visits_table.c.action, sa.func.sum(visits_table.c.visits)).where(mine)
    rows = await connection.execute(wanted.group_by(visits_table.c.action))
    return {action: int(number) for action, number in rows}


async def who_saw(
    connection: AsyncConnection, hosts: AbstractSet[str], *, since: datetime
) -> dict[str, set[UUID]]:
    """Return for hosts which children's record names them, from a moment on."""
    wanted = (
        sa.select(visits_table.c.host, visits_table.c.child_id)
        .where(
            visits_table.c.site_id == site_of(connection),
            visits_table.c.minute >= _floor(since),
            visits_table.c.host.in_(hosts),
            visits_table.c.child_id.is_not(None),
        )
        .distinct()
    )
    found: dict[str, set[UUID]] = {}
    for row in await connection.execute(wanted):
        found.setdefault(row.host, set()).add(row.child_id)
    return found


async def last_safe_search(
    connection: AsyncConnection, device_id: UUID, since: datetime
) -> datetime | None:
    """Return when a device was last led to the safe host of a search engine."""
    columns = visits_table.c
    wanted = sa.select(sa.func.max(columns.last)).where(
        columns.site_id == site_of(connection),
        columns.device_id == device_id,
        columns.minute >= since,
        columns.reason == Reason.SAFE_SEARCH.value,
    )
    found: datetime | None = await connection.scalar(wanted)
    return found


def key_of(row: VisitRow) -> bytes:
    """Return the digest of all that makes a row one row within its minute."""
    parts = (
        (row.device_id or NOBODY).hex,
        (row.child_id or NOBODY).hex,
        row.host,
        row.category,
        row.service,
        row.action,
        row.reason,
        row.rule,
        row.layer,
        "opened" if row.opened else "",
    )
    return hashlib.blake2b("\x1f".join(parts).encode(), digest_size=16).digest()


def cursor_after(row: VisitRow) -> str:
    """Return the cursor of what comes after a row."""
    return _written(row.minute, row.last, key_of(row))


def _conditions(connection: AsyncConnection, wanted: VisitFilter) -> list[sa.ColumnElement[bool]]:
    columns = visits_table.c
    conditions = [columns.site_id == site_of(connection)]
    same = {
        "child_id": wanted.child_id,
        "device_id": wanted.device_id,
        "category": wanted.category,
        "service": wanted.service,
        "reason": wanted.reason.value if wanted.reason else None,
    }
    conditions += [columns[name] == value for name, value in same.items() if value]
    if wanted.blocked is not None:
        blocked = columns.action == Action.BLOCK.value
        conditions.append(blocked if wanted.blocked else sa.not_(blocked))
    if wanted.text:
        conditions.append(columns.host.contains(wanted.text.strip().lower(), autoescape=True))
    if wanted.since is not None:
        conditions.append(columns.minute >= _floor(wanted.since))
    if wanted.until is not None:
        conditions.append(columns.minute < wanted.until)
    if wanted.sight is not None:
        conditions.append(_seen(wanted.sight))
    return conditions


def _seen(sight: Sight) -> sa.ColumnElement[bool]:
    """Say that a row is of a child, or of a device of no child, that somebody knows of."""
    columns = visits_table.c
    nobodys = sight.has_device(columns.device_id)
    if sight.homeless:
        nobodys = sa.or_(nobodys, columns.device_id.is_(None))
    known = sa.or_(sight.has_child(columns.child_id), sa.and_(columns.child_id.is_(None), nobodys))
    return _looked_at_last(known)


def _looked_at_last(fits: sa.ColumnElement[bool]) -> sa.ColumnElement[bool]:
    """Say the same so that it does not choose the way: the log is walked from its end.

    Bare it would lead to the rows of child after child, all of them to be sorted. Compared with
    something it would look to PostgreSQL as if one row in two hundred fitted: sorted as well.
    """
    return sa.case((fits, sa.true()), else_=sa.false())


def _floor(moment: datetime) -> datetime:
    """Return the minute a moment lies in: a row belongs to its whole minute."""
    return moment.replace(second=0, microsecond=0)


def _row(row: sa.Row[tuple[object, ...]]) -> VisitRow:
    return VisitRow(
        minute=row.minute,
        last=row.last,
        device_id=row.device_id,
        child_id=row.child_id,
        host=row.host,
        category=row.category,
        service=row.service,
        action=Action(row.action),
        reason=Reason(row.reason),
        rule=row.rule,
        layer=Layer(row.layer),
        visits=row.visits,
        bytes_up=row.bytes_up,
        bytes_down=row.bytes_down,
        opened=row.opened,
    )


def _written(minute: datetime, last: datetime, key: bytes) -> str:
    first, second = ((moment - EPOCH) // MICROSECOND for moment in (minute, last))
    return base64.urlsafe_b64encode(PLACE.pack(first, second, key)).decode()


def _place_of(cursor: str) -> tuple[datetime, datetime, bytes]:
    try:
        minute, last, key = PLACE.unpack(base64.b64decode(cursor, altchars=b"-_", validate=True))
        moments = (EPOCH + timedelta(microseconds=count) for count in (minute, last))
        return next(moments), next(moments), key
    except (struct.error, binascii.Error, ValueError, OverflowError) as error:
        raise ValueError("this cursor is not ours: begin again without one") from error
