"""The child's own words to its week; it may change them until the letter was sent."""

from datetime import date
from uuid import UUID

import sqlalchemy as sa
from sqlalchemy.ext.asyncio import AsyncConnection

from rules.sentences import Sentence
from rules.telling import Kind
from store.actor import ActorKind
from store.change import Change
from store.errors import Impossible, NotYours
from store.insert import insert_into
from store.tables import comments, deliveries

SENT = Sentence("The letter about this week was sent already. You can write to the next one.", {})
ON_ITS_WAY = ("claimed", "sent")


async def write(tx: Change, child_id: UUID, week: date, words: str) -> None:
    """Keep what a child says to its week (the first day); nothing said takes it away.

    Raises NotYours for anybody but the child, and Impossible once the letter was sent.
    """
    if tx.by.kind is not ActorKind.CHILD or tx.by.id != child_id:
        raise NotYours
    if await was_sent(tx.connection, child_id, week):
        raise Impossible(SENT)
    mine = sa.and_(comments.c.child_id == child_id, comments.c.week == week)
    if not words:
        await tx.connection.execute(sa.delete(comments).where(mine))
        return
    kept = {"words": words, "at": tx.now}
    fresh = insert_into(tx.connection, comments).values(child_id=child_id, week=week, **kept)
    await tx.connection.execute(
        fresh.on_conflict_do_update(index_elements=["child_id", "week"], set_=kept)
    )


async def find(connection: AsyncConnection, child_id: UUID, week: date) -> str:
    """Return what a child said to a week; empty where it said nothing."""
    mine = sa.and_(comments.c.child_id == child_id, comments.c.week == week)
    found: str | None = await connection.scalar(sa.select(comments.c.words).where(mine))
    return found or ""


async def was_sent(connection: AsyncConnection, child_id: UUID, week: date) -> bool:
    """Tell whether a letter about a week is being sent, or was, to anybody."""
    sent = sa.and_(
        deliveries.c.matter == f"{Kind.WEEK}:{child_id}:{week}",
        deliveries.c.state.in_(ON_ITS_WAY),
    )
    return bool(await connection.scalar(sa.select(sa.exists().where(sent))))
