"""Alerts: grave words a child typed, one for each matter, and what adults did about them."""

from collections.abc import Iterable, Sequence
from collections.abc import Set as AbstractSet
from dataclasses import dataclass, fields
from datetime import datetime
from uuid import UUID

import sqlalchemy as sa
from sqlalchemy.ext.asyncio import AsyncConnection

from rules.alerts import GRAVITY, SAME_MATTER, Level, Place
from store.change import Change
from store.database import site_of
from store.errors import NotFound
from store.ids import new_id
from store.notes import Alarm
from store.paging import behind, in_order
from store.sight import Sight
from store.tables import alerts


@dataclass(frozen=True, slots=True)
class Alert:
    """One matter: what it is about, how grave, how often and when; never more than was agreed."""

    id: UUID
    child_id: UUID | None
    """None where several children share the device."""
    device_id: UUID | None
    category: str
    level: Level
    place: Place
    host: str
    words: str
    first: datetime
    last: datetime
    times: int
    seen: datetime | None = None
    seen_by: str = ""
    closed: datetime | None = None
    closed_by: str = ""
    comment: str = ""
    comment_by: str = ""
    topic: str = ""
    """What it is about more closely; empty where the category says it all."""

    @property
    def is_open(self) -> bool:
        """Tell whether nobody closed it yet."""
        return self.closed is None


@dataclass(frozen=True, slots=True)
class Whose:
    """Whose alerts are meant: those of children, and of devices they share."""

    child_ids: frozenset[UUID]
    device_ids: frozenset[UUID] = frozenset()

    def has_child(self, column: sa.ColumnElement[UUID]) -> sa.ColumnElement[bool]:
        """Say that a column holds one of the children."""
        return column.in_(self.child_ids)

    def has_device(self, column: sa.ColumnElement[UUID]) -> sa.ColumnElement[bool]:
        """Say that a column holds one of the devices."""
        return column.in_(self.device_ids)


type Seen = Whose | Sight
"""Whose alerts somebody sees: named one by one, or by where they live."""


async def take(
    connection: AsyncConnection, alarms: Iterable[Alarm], removed: AbstractSet[UUID]
) -> None:
    """Write what the doors heard: what is the same matter adds to the alert there is."""
    for alarm in sorted(alarms, key=lambda alarm: alarm.at):
        if alarm.child_id in removed:
            continue
        running = await _running(connection, alarm)
        if running is None:
            await connection.execute(sa.insert(alerts).values(_row(site_of(connection), alarm)))
        else:
            await _add(connection, running, alarm)


async def unknown(connection: AsyncConnection, alarms: Iterable[Alarm]) -> list[Alarm]:
    """Return the alarms of whose matters there is no alert yet, open or closed."""
    asked = list(alarms)
    same = sa.and_(
        alerts.c.site_id == site_of(connection),
        alerts.c.topic.in_({alarm.topic for alarm in asked}),
    )
    rows = await connection.execute(sa.select(alerts.c.category, alerts.c.topic).where(same))
    known = {(row.category, row.topic) for row in rows}
    return [alarm for alarm in asked if (alarm.category, alarm.topic) not in known]


async def once(connection: AsyncConnection, alarm: Alarm) -> bool:
    """Keep an alert about a matter unless there is one, open or closed; tell whether it is new.

    The matter is its category and topic.
    """
    same = sa.and_(
        alerts.c.site_id == site_of(connection),
        alerts.c.category == alarm.category,
        alerts.c.topic == alarm.topic,
    )
    if await connection.scalar(sa.select(alerts.c.id).where(same).limit(1)):
        return False
    await connection.execute(sa.insert(alerts).values(_row(site_of(connection), alarm)))
    return True


async def list_of(
    connection: AsyncConnection,
    whose: Seen,
    *,
    only_open: bool = False,
    limit: int = 100,
    skip: int = 0,
    after: tuple[int, datetime, UUID] | None = None,
) -> list[Alert]:
    """Return alerts, the open ones first, of each kind the newest first.

    `after`: 1 where it is closed, its last moment, its id.
    """
    closed = sa.case((alerts.c.closed.is_(None), 0), else_=1)
    order = ((closed, False), (alerts.c.last, True), (alerts.c.id, False))
    wanted = _all(connection).where(_about(whose), behind(after, *order))
    if only_open:
        wanted = wanted.where(alerts.c.closed.is_(None))
    ordered = wanted.order_by(*in_order(*order))
    rows = await connection.execute(ordered.limit(limit).offset(skip))
    return [_alert(row) for row in rows.mappings()]


async def get(connection: AsyncConnection, alert_id: UUID, whose: Seen | None = None) -> Alert:
    """Return an alert. Raises NotFound, also for an alert about somebody else."""
    wanted = _all(connection).where(alerts.c.id == alert_id)
    if whose is not None:
        wanted = wanted.where(_about(whose))
    row = (await connection.execute(wanted)).mappings().one_or_none()
    if row is None:
        raise NotFound
    return _alert(row)


async def see(tx: Change, alert_id: UUID) -> Alert:
    """Write down that an adult took note of it; who was first stays."""
    alert = await get(tx.connection, alert_id)
    if alert.seen is None:
        await _change(tx, alert_id, seen=tx.now, seen_by=tx.by.name)
    return await get(tx.connection, alert_id)


async def comment(tx: Change, alert_id: UUID, text: str) -> Alert:
    """Keep an adult's own note with it; an empty text takes the note away."""
    await get(tx.connection, alert_id)
    await _change(tx, alert_id, comment=text, comment_by=tx.by.name if text else "")
    return await get(tx.connection, alert_id)


async def close(tx: Change, alert_id: UUID) -> Alert:
    """Say that the matter is dealt with; what is heard later is a new one."""
    await see(tx, alert_id)
    await _change(tx, alert_id, closed=tx.now, closed_by=tx.by.name)
    return await get(tx.connection, alert_id)


async def reopen(tx: Change, alert_id: UUID) -> Alert:
    """Take back that it was dealt with."""
    await get(tx.connection, alert_id)
    await _change(tx, alert_id, closed=None, closed_by="")
    return await get(tx.connection, alert_id)


def _about(whose: Seen) -> sa.ColumnElement[bool]:
    shared = sa.and_(alerts.c.child_id.is_(None), whose.has_device(alerts.c.device_id))
    return sa.or_(whose.has_child(alerts.c.child_id), shared)


async def _change(tx: Change, alert_id: UUID, **values: object) -> None:
    await tx.connection.execute(sa.update(alerts).where(alerts.c.id == alert_id).values(**values))


async def _running(connection: AsyncConnection, alarm: Alarm) -> Alert | None:
    """Find the open alert about the same matter, if its last time was not long ago."""
    same: Sequence[sa.ColumnElement[bool]] = (
        alerts.c.category == alarm.category,
        alerts.c.topic == alarm.topic,
        alerts.c.closed.is_(None),
        alerts.c.last >= alarm.at - SAME_MATTER,
        alerts.c.first <= alarm.at + SAME_MATTER,
        alerts.c.child_id == alarm.child_id
        if alarm.child_id
        else sa.and_(alerts.c.child_id.is_(None), alerts.c.device_id == alarm.device_id),
    )
    newest = _all(connection).where(*same).order_by(alerts.c.last.desc()).limit(1)
    # Two doors that hear the same child at once add up, one after the other.
    row = (await connection.execute(newest.with_for_update())).mappings().one_or_none()
    return _alert(row) if row else None


async def _add(connection: AsyncConnection, alert: Alert, alarm: Alarm) -> None:
    values: dict[str, object] = {
        "times": alert.times + 1,
        "first": min(alert.first, alarm.at),
        "last": max(alert.last, alarm.at),
    }
    if GRAVITY[alarm.level] > GRAVITY[alert.level]:
        # Who took note of a lesser matter has not taken note of this.
        values |= {
            "level": alarm.level.value,
            "place": alarm.place.value,
            "host": alarm.host,
            "words": alarm.words,
            "seen": None,
            "seen_by": "",
        }
    await connection.execute(sa.update(alerts).where(alerts.c.id == alert.id).values(values))


def _all(connection: AsyncConnection) -> sa.Select[tuple[object, ...]]:
    columns = [alerts.c[field.name] for field in fields(Alert)]
    return sa.select(*columns).where(alerts.c.site_id == site_of(connection))


def _row(site_id: UUID, alarm: Alarm) -> dict[str, object]:
    return {
        "site_id": site_id,
        "id": new_id(),
        "child_id": alarm.child_id,
        "device_id": alarm.device_id,
        "category": alarm.category,
        "level": alarm.level.value,
        "place": alarm.place.value,
        "host": alarm.host,
        "words": alarm.words,
        "topic": alarm.topic,
        "first": alarm.at,
        "last": alarm.at,
        "times": 1,
    }


def _alert(row: sa.RowMapping) -> Alert:
    return Alert(**{**row, "level": Level(row["level"]), "place": Place(row["place"])})
