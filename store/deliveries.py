"""Deliveries: each matter once over each channel; claimed by one worker, then sent or failed."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum
from uuid import UUID

import sqlalchemy as sa
from sqlalchemy.ext.asyncio import AsyncConnection

from rules.sentences import Sentence
from rules.telling import Kind, Matter
from store.database import Database
from store.errors import NotFound
from store.ids import new_id
from store.insert import insert_into
from store.paging import behind, in_order
from store.tables import channels, deliveries

AT_ONCE = 200
"""Deliveries claimed in one go."""
BROKEN_OFF = timedelta(minutes=5)
"""A claim this old was left by a process that died: nothing takes so long to send."""
KEPT = timedelta(days=30)
UNKNOWN = Sentence(
    "Sending was broken off, so it may have arrived or not. It is not sent again.", {}
)


class State(StrEnum):
    DUE = "due"
    CLAIMED = "claimed"
    SENT = "sent"
    FAILED = "failed"
    DROPPED = "dropped"
    """No longer true when it could have been told."""


@dataclass(frozen=True, slots=True)
class Delivery:
    id: UUID
    channel_id: UUID
    matter: str
    kind: Kind
    child_id: UUID | None
    about: dict[str, str | int | bool]
    crisis: bool
    made: datetime
    due: datetime
    expires: datetime
    state: State
    tries: int
    claimed: datetime | None
    done: datetime | None
    trouble: Sentence | None
    """Why it failed, or why it has to be tried again."""


async def known(connection: AsyncConnection, matters: Iterable[str]) -> set[tuple[UUID, str]]:
    """Return over which channels matters went already, or are on their way."""
    wanted = sa.select(deliveries.c.channel_id, deliveries.c.matter)
    rows = await connection.execute(wanted.where(deliveries.c.matter.in_(list(matters))))
    return {(row.channel_id, row.matter) for row in rows}


async def add(
    connection: AsyncConnection,
    channel_id: UUID,
    matter: Matter,
    *,
    due: datetime,
    now: datetime,
) -> UUID | None:
    """Put a matter on its way; None where it is or was on its way over this channel already."""
    delivery_id = new_id()
    fresh = insert_into(connection, deliveries).values(
        id=delivery_id,
        channel_id=channel_id,
        matter=matter.key,
        kind=matter.kind.value,
        child_id=matter.child_id,
        about=dict(matter.about),
        crisis=matter.is_crisis,
        made=now,
        due=due,
        expires=matter.expires,
        state=State.DUE.value,
        tries=0,
    )
    once = fresh.on_conflict_do_nothing().returning(deliveries.c.id)
    found: UUID | None = await connection.scalar(once)
    return found


async def claim(db: Database, now: datetime) -> list[Delivery]:
    """Claim what is due; of several workers exactly one gets each."""
    async with db.read() as connection:
        # Almost always nothing is: then nobody has to wait for the writer.
        if not await connection.scalar(sa.select(sa.exists().where(_is_due(now)))):
            return []
    chosen = sa.select(deliveries.c.id).where(_is_due(now))
    order = (deliveries.c.crisis.desc(), deliveries.c.due, deliveries.c.id)
    ids = chosen.order_by(*order).limit(AT_ONCE).with_for_update(skip_locked=True)
    taken = (
        sa.update(deliveries)
        .where(deliveries.c.id.in_(ids.scalar_subquery()), deliveries.c.state == State.DUE.value)
        .values(state=State.CLAIMED.value, claimed=now, tries=deliveries.c.tries + 1)
        .returning(*deliveries.c)
    )
    async with db.write() as connection:
        rows = (await connection.execute(taken)).mappings().all()
    return sorted((_delivery(row) for row in rows), key=lambda each: (not each.crisis, each.made))


async def settle(
    connection: AsyncConnection,
    ids: Iterable[UUID],
    state: State,
    *,
    now: datetime,
    trouble: Sentence | None = None,
) -> None:
    """Write down how claimed deliveries ended."""
    await _settle(connection, ids, state=state.value, done=now, trouble=_told(trouble))


async def put_back(
    connection: AsyncConnection, ids: Iterable[UUID], due: datetime, trouble: Sentence
) -> None:
    """Let claimed deliveries be tried again at a moment."""
    values = {"state": State.DUE.value, "due": due, "claimed": None, "trouble": _told(trouble)}
    await _settle(connection, ids, **values)


async def clear_up(db: Database, now: datetime) -> int:
    """Settle what a process that died was just sending: whether it arrived, nobody knows.

    A browser shows a second push of the same matter in place of the first, so that is sent again.
    """
    left = sa.and_(
        deliveries.c.state == State.CLAIMED.value, deliveries.c.claimed <= now - BROKEN_OFF
    )
    async with db.read() as connection:
        if not await connection.scalar(sa.select(sa.exists().where(left))):
            return 0
    harmless = deliveries.c.channel_id.in_(
        sa.select(channels.c.id).where(channels.c.way == "push").scalar_subquery()
    )
    again = {"state": State.DUE.value, "due": now, "claimed": None}
    over = {"state": State.FAILED.value, "done": now, "trouble": _told(UNKNOWN)}
    async with db.write() as connection:
        kept = await connection.execute(sa.update(deliveries).where(left, harmless).values(again))
        lost = await connection.execute(sa.update(deliveries).where(left).values(over))
    return kept.rowcount + lost.rowcount


async def try_again(connection: AsyncConnection, delivery_id: UUID, now: datetime) -> None:
    """Let an adult send once more what failed, from the first try on."""
    failed = sa.and_(deliveries.c.id == delivery_id, deliveries.c.state == State.FAILED.value)
    values = {"state": State.DUE.value, "due": now, "tries": 0, "done": None, "claimed": None}
    fresh = values | {"expires": now + timedelta(days=1)}
    await connection.execute(sa.update(deliveries).where(failed).values(fresh))


async def get(connection: AsyncConnection, delivery_id: UUID, adult_id: UUID) -> Delivery:
    """Return a delivery to an adult. Raises NotFound."""
    wanted = _of(adult_id).where(deliveries.c.id == delivery_id)
    row = (await connection.execute(wanted)).mappings().one_or_none()
    if row is None:
        raise NotFound
    return _delivery(row)


async def of_adult(
    connection: AsyncConnection,
    adult_id: UUID,
    *,
    limit: int = 50,
    after: tuple[datetime, UUID] | None = None,
) -> list[Delivery]:
    """Return what was sent to an adult, newest first; `after`: moment and id."""
    newest_first = ((deliveries.c.made, True), (deliveries.c.id, True))
    wanted = _of(adult_id).where(behind(after, *newest_first))
    newest = wanted.order_by(*in_order(*newest_first)).limit(limit)
    return [_delivery(row) for row in (await connection.execute(newest)).mappings()]


async def failed_lately(connection: AsyncConnection, adult_id: UUID, since: datetime) -> int:
    """Count what did not reach an adult since a moment."""
    failed = sa.and_(deliveries.c.state == State.FAILED.value, deliveries.c.done > since)
    mine = _of(adult_id).where(failed).subquery()
    return int(await connection.scalar(sa.select(sa.func.count()).select_from(mine)) or 0)


async def forget_older(connection: AsyncConnection, now: datetime) -> int:
    """Forget what ended long ago."""
    old = sa.delete(deliveries).where(deliveries.c.made < now - KEPT)
    return (await connection.execute(old)).rowcount


def _of(adult_id: UUID) -> sa.Select[tuple[object, ...]]:
    mine = sa.select(deliveries).join(channels, channels.c.id == deliveries.c.channel_id)
    return mine.where(channels.c.adult_id == adult_id)


def _is_due(now: datetime) -> sa.ColumnElement[bool]:
    return sa.and_(deliveries.c.state == State.DUE.value, deliveries.c.due <= now)


async def _settle(connection: AsyncConnection, ids: Iterable[UUID], **values: object) -> None:
    claimed = deliveries.c.state == State.CLAIMED.value
    mine = sa.update(deliveries).where(deliveries.c.id.in_(list(ids)), claimed)
    await connection.execute(mine.values(values))


def _told(sentence: Sentence | None) -> dict[str, object] | None:
    if sentence is None:
        return None
    return {"message": sentence.message, "values": dict(sentence.values)}


def _delivery(row: sa.RowMapping) -> Delivery:
    said = row["trouble"] or {}
    text, values = said.get("message"), said.get("values", {})
    return Delivery(
        **{
            **row,
            "kind": Kind(row["kind"]),
            "state": State(row["state"]),
            "trouble": Sentence(text, values) if text else None,
        }
    )
