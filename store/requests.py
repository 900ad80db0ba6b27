"""The register of what is asked for by law: received, answered, extended once, done."""

from collections.abc import Iterable
from uuid import UUID

import sqlalchemy as sa
from sqlalchemy.ext.asyncio import AsyncConnection

from rules.duties import Kind, Outcome, Party, Request
from rules.sentences import Sentence
from store.change import Change
from store.errors import Impossible, NotFound
from store.ids import new_id
from store.sight import Sight
from store.tables import requests

DONE = Sentence("This is done already.", {})
ONCE = Sentence("It was extended once; the law knows no second time.", {})


async def receive(
    tx: Change, group_id: UUID, child_id: UUID, *, kind: Kind, party: Party, who: str, words: str
) -> Request:
    """Write down a request that came in now."""
    key = new_id()
    row = {
        "id": key,
        "group_id": group_id,
        "child_id": child_id,
        "kind": kind.value,
        "party": party.value,
        "who": who,
        "words": words,
        "received": tx.now,
        "by": tx.by.name,
    }
    await tx.connection.execute(sa.insert(requests).values(row))
    return await get(tx.connection, key)


async def answer(tx: Change, request_id: UUID) -> None:
    """Say that who asked was told that it came in; who was first stays."""
    await _open(tx, request_id)
    fresh = sa.and_(requests.c.id == request_id, requests.c.answered.is_(None))
    await tx.connection.execute(sa.update(requests).where(fresh).values(answered=tx.now))


async def extend(tx: Change, request_id: UUID, why: str) -> None:
    """Extend it, once. Raises Impossible."""
    if (await _open(tx, request_id)).extended is not None:
        raise Impossible(ONCE)
    await _set(tx, request_id, extended=tx.now, why_extended=why)


async def finish(tx: Change, request_id: UUID, outcome: Outcome, note: str) -> None:
    """Say what became of it. Raises Impossible for one that is done."""
    found = await _open(tx, request_id)
    await _set(
        tx,
        request_id,
        answered=found.answered or tx.now,
        done=tx.now,
        done_by=tx.by.name,
        outcome=outcome.value,
        note=note,
    )


async def get(connection: AsyncConnection, request_id: UUID) -> Request:
    """Return a request. Raises NotFound."""
    wanted = sa.select(requests).where(requests.c.id == request_id)
    row = (await connection.execute(wanted)).mappings().one_or_none()
    if row is None:
        raise NotFound
    return _request(row)


async def list_of(
    connection: AsyncConnection,
    child_ids: Iterable[UUID] | Sight,
    *,
    only_open: bool = False,
) -> list[Request]:
    """Return requests about children, the open ones first, the oldest of them first."""
    column = requests.c.child_id
    about = child_ids.has_child(column) if isinstance(child_ids, Sight) else column.in_(child_ids)
    wanted = sa.select(requests).where(about)
    if only_open:
        wanted = wanted.where(requests.c.done.is_(None))
    order = (requests.c.done.is_not(None), requests.c.received, requests.c.id)
    rows = await connection.execute(wanted.order_by(*order))
    return [_request(row) for row in rows.mappings()]


async def all_open(connection: AsyncConnection) -> list[Request]:
    """Return every request that is still to be done."""
    rows = await connection.execute(sa.select(requests).where(requests.c.done.is_(None)))
    return [_request(row) for row in rows.mappings()]


async def _open(tx: Change, request_id: UUID) -> Request:
    found = await get(tx.connection, request_id)
    if not found.is_open:
        raise Impossible(DONE)
    return found


async def _set(tx: Change, request_id: UUID, **values: object) -> None:
    await tx.connection.execute(
        sa.update(requests).where(requests.c.id == request_id).values(values)
    )


def _request(row: sa.RowMapping) -> Request:
    return Request(**{**row, "kind": Kind(row["kind"]), "party": Party(row["party"])})
