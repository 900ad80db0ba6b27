"""The family’s part of the ledger: what its adults did, and what concerns its children."""

from dataclasses import dataclass
from uuid import UUID

from api.needs import Desk
from store import adults, children, ledger
from store.ledger import LedgerLine

AT_ONCE = 200


@dataclass(frozen=True, slots=True)
class Trail:
    """Lines, newest first, and the number to go on before (None at the end)."""

    lines: list[LedgerLine]
    older: int | None


async def trail(desk: Desk, *, limit: int, before: int | None = None) -> Trail:
    """Return the newest lines of this family, before a line."""
    found: list[LedgerLine] = []
    async with desk.panel.db.read() as store:
        ours: set[UUID | None] = {
            child.id for child in await children.list_all(store, group_ids=list(desk.adult.roles))
        }
        ours |= {
            adult.id
            for adult in await adults.list_all(store)
            if not desk.adult.roles.keys().isdisjoint(adult.roles)
        }
        while len(found) <= limit:
            lines = await ledger.lines(store, limit=AT_ONCE, before=before)
            found += [line for line in lines if {line.by.id, line.child_id} & ours]
            if len(lines) < AT_ONCE:
                break
            before = lines[-1].number
    shown = found[:limit]
    return Trail(shown, shown[-1].number if len(found) > limit else None)
