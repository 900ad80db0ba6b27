"""Asks: kept from the child's wish to what became of it; a yes gives in the same transaction."""

from collections.abc import Collection
from contextlib import suppress
from dataclasses import replace
from datetime import datetime
from uuid import UUID

import sqlalchemy as sa
from sqlalchemy.ext.asyncio import AsyncConnection

from rules.asks import (
    LASTS,
    LIMITS,
    OPEN,
    Ask,
    Limits,
    Move,
    NotPossible,
    State,
    Terms,
    Wish,
    refusal,
    seen,
    step,
)
from rules.giving import no_effect
from rules.visit import LookUp, unlisted
from store import children, earned, grants, groups
from store.actor import SYSTEM, Actor, ActorKind
from store.change import Change, change
from store.columns import one_of
from store.database import Database
from store.errors import Conflict, Impossible, NotFound, NotYours
from store.ids import new_id
from store.paging import behind, in_order
from store.sight import Sight
from store.tables import asks
from words.labels import to_say

GIVING = frozenset({State.YES, State.ACCEPTED})


async def ask(
    tx: Change,
    child_id: UUID,
    wish: Wish,
    *,
    device_id: UUID | None = None,
    limits: Limits = LIMITS,
    look_up: LookUp = unlisted,
    group_id: UUID | None = None,
) -> Ask:
    """Write down what a child asks for; `group_id` names whose rule stops it, if not the family's.

    Raises NotYours, and Impossible when it asks too often, or for what nobody could give.
    """
    if tx.by.kind is not ActorKind.CHILD or tx.by.id != child_id:
        raise NotYours
    if (why := no_effect(wish.scope, look_up)) is not None:
        raise Impossible(why)
    earlier = await list_of(tx.connection, child_id, now=tx.now, since=tx.now - LASTS)
    if (refused := refusal(earlier, wish, tx.now, limits)) is not None:
        raise Impossible(refused)
    asked = Ask(
        id=new_id(),
        child_id=child_id,
        device_id=device_id,
        wish=wish,
        group_id=group_id,
        asked=tx.now,
        expires=tx.now + LASTS,
    )
    await tx.connection.execute(sa.insert(asks).values(_row(asked)))
    return asked


async def answer(
    tx: Change,
    ask_id: UUID,
    move: Move,
    *,
    terms: Terms | None = None,
    words: str = "",
    look_up: LookUp = unlisted,
    of: UUID | None = None,
) -> Ask:
    """Answer as an adult: yes, no, or an offer of something else. Raises Impossible.

    What is given lifts the rules of a group, `of`; without one, those at home.
    """
    before = await get(tx.connection, ask_id, now=tx.now)
    scope = terms.scope if terms else before.wish.scope
    if move is not Move.NO and (why := no_effect(scope, look_up)) is not None:
        raise Impossible(why)
    after = _stepped(before, move, tx, terms)
    said = {"by": tx.by.name, "by_id": tx.by.id, "words": words, "group_id": of}
    return await _keep(tx, before, after.model_copy(update=said))


async def reopen(tx: Change, ask_id: UUID) -> Ask:
    """Take an answer back, with what it gave; the ask waits again. Raises Impossible."""
    before = await get(tx.connection, ask_id, now=tx.now)
    after = _stepped(before, Move.REOPEN, tx, None)
    if before.given_id is not None and before.terms is not None:
        if before.terms.counted:
            await earned.take(tx, before.child_id, before.given_id)
        else:
            # What ended by itself, or was ended already, is no matter any more.
            with suppress(NotFound):
                await grants.end(tx, before.given_id)
    return await _keep(tx, before, after)


async def accept(tx: Change, ask_id: UUID) -> Ask:
    """Take an offer, as the child who asked."""
    return await _by_child(tx, ask_id, Move.ACCEPT)


async def withdraw(tx: Change, ask_id: UUID) -> Ask:
    """Take an ask back, or decline an offer, as the child who asked."""
    return await _by_child(tx, ask_id, Move.WITHDRAW)


async def expire(db: Database, *, now: datetime) -> int:
    """Close what ran out of time, and return how many that were; twice does nothing more."""
    async with db.read() as connection:
        due = sa.and_(asks.c.state.in_(OPEN), asks.c.expires <= now)
        found = list(await connection.execute(sa.select(asks.c.id, asks.c.child_id).where(due)))
    for row in found:
        await _expire_one(db, row.id, row.child_id, now)
    return len(found)


async def get(connection: AsyncConnection, ask_id: UUID, *, now: datetime) -> Ask:
    """Return an ask as it stands at a moment. Raises NotFound."""
    wanted = sa.select(asks).where(asks.c.id == ask_id)
    row = (await connection.execute(wanted)).mappings().one_or_none()
    if row is None:
        raise NotFound
    return seen(_ask(row), now)


async def list_of(
    connection: AsyncConnection,
    child_id: UUID,
    *,
    now: datetime,
    since: datetime | None = None,
    limit: int = 100,
    after: tuple[datetime, UUID] | None = None,
) -> list[Ask]:
    """Return a child's asks as they stand at a moment, newest first; `after`: moment and id."""
    newest_first = ((asks.c.asked, True), (asks.c.id, True))
    wanted = sa.select(asks).where(asks.c.child_id == child_id, behind(after, *newest_first))
    if since is not None:
        wanted = wanted.where(asks.c.asked > since)
    newest = wanted.order_by(*in_order(*newest_first)).limit(limit)
    return [seen(_ask(row), now) for row in (await connection.execute(newest)).mappings()]


async def waiting(
    connection: AsyncConnection, child_ids: Collection[UUID] | None = None, *, now: datetime
) -> list[Ask]:
    """Return the asks that nobody has answered yet, oldest first, of some children or of all."""
    undecided = sa.and_(
        one_of(asks.c.child_id, child_ids),
        asks.c.state == State.ASKED.value,
        asks.c.expires > now,
    )
    rows = await connection.execute(sa.select(asks).where(undecided).order_by(asks.c.asked))
    return [_ask(row) for row in rows.mappings()]


async def settled(
    connection: AsyncConnection,
    sight: Sight,
    group_ids: Collection[UUID],
    *,
    now: datetime,
    limit: int,
    before: UUID | None = None,
) -> list[Ask]:
    """Return what waits no more, newest first; with `before` what is older than an ask.

    Of children an adult knows, and what some classes or schools answered. Raises NotFound for an
    ask that is none.
    """
    theirs = sa.or_(sight.has_child(asks.c.child_id), asks.c.group_id.in_(group_ids))
    waits = sa.and_(asks.c.state == State.ASKED.value, asks.c.expires > now)
    wanted = sa.select(asks).where(theirs, sa.not_(waits))
    if before is not None:
        last = await get(connection, before, now=now)
        place = sa.tuple_(asks.c.asked, asks.c.id)
        after = sa.tuple_(last.asked, last.id, types=[column.type for column in place.clauses])
        wanted = wanted.where(place < after)
    newest = wanted.order_by(asks.c.asked.desc(), asks.c.id.desc()).limit(limit)
    return [seen(_ask(row), now) for row in (await connection.execute(newest)).mappings()]


async def answered_since(
    connection: AsyncConnection, since: datetime, *, now: datetime
) -> list[Ask]:
    """Return the asks that an adult answered lately, newest first."""
    decided = sa.and_(
        asks.c.state.in_([State.YES.value, State.NO.value]),
        asks.c.decided > since,
    )
    rows = await connection.execute(sa.select(asks).where(decided).order_by(asks.c.decided.desc()))
    return [seen(_ask(row), now) for row in rows.mappings()]


async def _by_child(tx: Change, ask_id: UUID, move: Move) -> Ask:
    before = await get(tx.connection, ask_id, now=tx.now)
    if tx.by.kind is ActorKind.CHILD and tx.by.id != before.child_id:
        raise NotYours
    return await _keep(tx, before, _stepped(before, move, tx, None))


def _stepped(before: Ask, move: Move, tx: Change, terms: Terms | None) -> Ask:
    try:
        return step(before, move, by=tx.by.kind, now=tx.now, terms=terms)
    except NotPossible as error:
        raise Impossible(error.sentence) from error


async def _keep(tx: Change, before: Ask, after: Ask) -> Ask:
    """Write an ask after a step, and give what was agreed."""
    if after.state in GIVING and after.terms is not None:
        after = after.model_copy(update={"given_id": await _give(tx, after, after.terms)})
    which = sa.and_(asks.c.id == before.id, asks.c.state == before.state.value)
    written = await tx.connection.execute(sa.update(asks).where(which).values(_row(after)))
    if written.rowcount == 0:
        raise Conflict
    return after


async def _give(tx: Change, agreed: Ask, terms: Terms) -> UUID:
    """Give what an adult said yes to, in that adult's name, whoever spoke the last word."""
    by = Actor(ActorKind.ADULT, agreed.by, agreed.by_id)
    giver = replace(tx, by=by)
    of = await groups.get(tx.connection, agreed.group_id) if agreed.group_id else None
    if terms.counted:
        given = await earned.credit(
            giver,
            agreed.child_id,
            day=await children.today(tx.connection, agreed.child_id, now=tx.now),
            minutes=terms.minutes,
            scope=terms.scope,
            why=agreed.wish.reason,
        )
        return given.id
    since, until = terms.stretch(tx.now)
    grant = await grants.give(
        giver,
        agreed.child_id,
        since=since,
        until=until,
        scope=terms.scope,
        reason=agreed.wish.reason,
        of=of,
    )
    return grant.id


async def _expire_one(db: Database, ask_id: UUID, child_id: UUID, now: datetime) -> None:
    async with change(
        db, by=SYSTEM, what=to_say("an ask ended without an answer"), now=now, child_id=child_id
    ) as tx:
        ended = sa.update(asks).where(asks.c.id == ask_id, asks.c.state.in_(OPEN))
        values = {"state": State.EXPIRED.value, "decided": asks.c.expires}
        await tx.connection.execute(ended.values(values))


def _row(kept: Ask) -> dict[str, object]:
    row = kept.model_dump(exclude={"wish", "terms", "state"})
    return row | {
        "state": kept.state.value,
        "wish": kept.wish.model_dump(mode="json"),
        "terms": kept.terms.model_dump(mode="json") if kept.terms else None,
    }


def _ask(row: sa.RowMapping) -> Ask:
    return Ask.model_validate(dict(row))
