"""What must not be given away about a child: its kind and keyed digests, never the value."""

from collections import defaultdict
from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

import sqlalchemy as sa
from sqlalchemy.ext.asyncio import AsyncConnection

from rules.details import Detail, Digests, Kind
from rules.sentences import Sentence
from store.change import Change
from store.columns import one_of
from store.errors import Impossible, NotFound
from store.ids import new_id
from store.tables import details

MOST = 40
TOO_MANY = Sentence("There are {most} already: remove one first.", {"most": MOST})
SAME = Sentence("This is entered already.", {})


@dataclass(frozen=True, slots=True)
class Entered:
    """That a detail was entered: what kind, when and by whom; nobody can read what it was."""

    id: UUID
    child_id: UUID
    kind: Kind
    at: datetime
    by: str


async def add(tx: Change, child_id: UUID, kind: Kind, found: Digests) -> Entered:
    """Keep a detail of a child. Raises Impossible where it is kept already, or there are many."""
    mine = sa.select(details.c.kind, details.c.forms).where(details.c.child_id == child_id)
    kept = list(await tx.connection.execute(mine))
    if any(row.kind == kind.value and tuple(row.forms) == found.forms for row in kept):
        raise Impossible(SAME)
    if len(kept) >= MOST:
        raise Impossible(TOO_MANY)
    entered = Entered(new_id(), child_id, kind, tx.now, tx.by.name)
    row = {
        "id": entered.id,
        "child_id": child_id,
        "kind": kind.value,
        "heads": list(found.heads),
        "forms": list(found.forms),
        "at": entered.at,
        "by": entered.by,
    }
    await tx.connection.execute(sa.insert(details).values(row))
    return entered


async def remove(tx: Change, child_id: UUID, detail_id: UUID) -> Entered:
    """Forget a detail of a child. Raises NotFound."""
    found = next((e for e in await list_of(tx.connection, child_id) if e.id == detail_id), None)
    if found is None:
        raise NotFound
    await tx.connection.execute(sa.delete(details).where(details.c.id == detail_id))
    return found


async def list_of(connection: AsyncConnection, child_id: UUID) -> list[Entered]:
    """Return what was entered about a child, by kind, the oldest first."""
    wanted = (
        sa.select(details.c.id, details.c.child_id, details.c.kind, details.c.at, details.c.by)
        .where(details.c.child_id == child_id)
        .order_by(details.c.at, details.c.id)
    )
    rows = (await connection.execute(wanted)).mappings()
    found = [Entered(**{**row, "kind": Kind(row["kind"])}) for row in rows]
    return sorted(found, key=lambda each: list(Kind).index(each.kind))


async def of_all(
    connection: AsyncConnection, child_ids: Collection[UUID] | None = None
) -> dict[UUID, tuple[Detail, ...]]:
    """Return the details of all children, or of some, as the doors look for them."""
    found: dict[UUID, list[Detail]] = defaultdict(list)
    mine = sa.select(details).where(one_of(details.c.child_id, child_ids))
    for row in (await connection.execute(mine.order_by(details.c.id))).mappings():
        detail = Detail(
            id=row["id"],
            kind=Kind(row["kind"]),
            heads=tuple(row["heads"]),
            forms=tuple(row["forms"]),
        )
        found[row["child_id"]].append(detail)
    return {child: tuple(entered) for child, entered in found.items()}
