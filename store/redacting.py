"""Taking a removed child's name out of the ledger, so that the chain still proves the rest.

A line's hash covers its author and a digest of its values. Where either has to go, the line cannot
be checked by itself any more; the receipt of the erasure, a line of the same chain, says which
lines these are and holds a digest over everything else that they say.
"""

import hashlib
import json
import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from uuid import UUID

import sqlalchemy as sa
from sqlalchemy.ext.asyncio import AsyncConnection

from store.actor import ActorKind
from store.tables import adults, children, ledger, roles
from words.labels import to_say

ERASED_CHILD = to_say("erased a child with everything recorded: {rows} rows")
"""What the receipt of an erasure says; its values are the proof."""
GONE = "…"
"""Stands for the name of who is not to be named any more."""


@dataclass(frozen=True, slots=True)
class Redaction:
    """Which lines were changed, and a digest over what they still say."""

    numbers: tuple[int, ...]
    digest: str

    @property
    def values(self) -> dict[str, str]:
        """Return it as values of the receipt."""
        return {"lines": " ".join(map(str, self.numbers)), "redacted": self.digest}


@dataclass(frozen=True, slots=True)
class Named:
    """A child that is erased, where it lived, and the names that point to it."""

    child_id: UUID
    group_id: UUID
    names: tuple[str, ...]
    """Its own, and those of its devices."""


async def redact(connection: AsyncConnection, erased: Sequence[Named]) -> Redaction:
    """Erase the names of children, and those of their devices, wherever a line says them."""
    ids = [child.child_id for child in erased]
    nothing = {"values": sa.null(), "salt": sa.null()}
    about = sa.update(ledger).where(ledger.c.child_id.in_(ids))
    await connection.execute(about.values(nothing))
    spoke = sa.and_(ledger.c.by_kind == ActorKind.CHILD.value, ledger.c.by_id.in_(ids))
    authored = set(await connection.scalars(sa.select(ledger.c.number).where(spoke)))
    await connection.execute(sa.update(ledger).where(spoke).values(by_name=GONE))
    told = await _telling(connection, erased)
    lines = sa.update(ledger).where(ledger.c.number.in_(told))
    await connection.execute(lines.values(nothing))
    numbers = tuple(sorted(authored | told))
    return Redaction(numbers, digest(await _rows(connection, numbers)))


async def _telling(connection: AsyncConnection, erased: Sequence[Named]) -> set[int]:
    """Find lines of their groups, and of nobody in particular, whose values say their names."""
    found: set[int] = set()
    by_group: dict[UUID, set[str]] = {}
    for child in erased:
        by_group.setdefault(child.group_id, set()).update(child.names)
    for group_id, names in by_group.items():
        family = sa.select(roles.c.adult_id).where(roles.c.group_id == group_id)
        of_theirs = sa.or_(
            ledger.c.group_id == group_id,
            sa.and_(ledger.c.group_id.is_(None), ledger.c.by_id.in_(family)),
        )
        found |= await _saying(connection, of_theirs, names)
    alone = await _without_namesake(connection, erased)
    nobody = sa.and_(ledger.c.group_id.is_(None), ledger.c.by_id.is_(None))
    return found | await _saying(connection, nobody, alone)


async def _saying(
    connection: AsyncConnection, where: sa.ColumnElement[bool], names: Iterable[str]
) -> set[int]:
    """Find lines whose values say one of the names, as words of their own."""
    words = [rf"(?<!\w){re.escape(name)}(?!\w)" for name in names if name]
    if not words:
        return set()
    said = re.compile("|".join(words))
    wanted = sa.select(ledger.c.number, ledger.c["values"]).where(where)
    rows = await connection.execute(wanted.where(ledger.c.what != ERASED_CHILD))
    return {
        row.number
        for row in rows
        if row.values and any(said.search(str(value)) for value in row.values.values())
    }


async def _without_namesake(connection: AsyncConnection, erased: Sequence[Named]) -> set[str]:
    """Return the names of those whose names nobody else of this installation goes by."""
    every = {name for child in erased for name in child.names}
    ids = [child.child_id for child in erased]
    same = sa.and_(children.c.name.in_(every), children.c.id.not_in(ids))
    others: dict[str, set[UUID | None]] = {}
    for row in await connection.execute(
        sa.select(children.c.name, children.c.group_id).where(same)
    ):
        others.setdefault(row.name, set()).add(row.group_id)
    for name in await connection.scalars(sa.select(adults.c.name).where(adults.c.name.in_(every))):
        others.setdefault(name, set()).add(None)
    return {
        name
        for child in erased
        if not any(others.get(each, set()) - {child.group_id} for each in child.names)
        for name in child.names
    }


async def promised(connection: AsyncConnection, *, after: int = 0) -> list[Redaction]:
    """Return what the receipts in the chain, after a line, say of the lines before them."""
    receipts = sa.and_(ledger.c.number > after, ledger.c.what == ERASED_CHILD)
    wanted = sa.select(ledger.c.number, ledger.c["values"]).where(receipts)
    found = []
    for row in await connection.execute(wanted):
        values = row.values or {}
        numbers = tuple(int(one) for one in str(values.get("lines", "")).split() if one.isdigit())
        # A receipt speaks of what was before it, never of what comes.
        if numbers and max(numbers) < row.number:
            found.append(Redaction(numbers, str(values.get("redacted", ""))))
    return found


async def unkept(connection: AsyncConnection, promises: Iterable[Redaction]) -> int | None:
    """Return the first line of a receipt that does not say any more what it holds, or None."""
    for each in promises:
        if digest(await _rows(connection, each.numbers)) != each.digest:
            return each.numbers[0]
    return None


def digest(rows: Iterable[sa.RowMapping]) -> str:
    """Return a digest over everything lines say but their author's name and their values."""
    lines = [
        [
            row["number"],
            row["at"].isoformat(timespec="microseconds"),
            row["by_kind"],
            str(row["by_id"]),
            row["what"],
            row["values_hash"].hex(),
            str(row["child_id"]),
            row["revision"],
            str(row["group_id"]),
            row["hash"].hex(),
        ]
        for row in rows
    ]
    return hashlib.sha256(json.dumps(lines, ensure_ascii=False).encode()).hexdigest()


async def _rows(connection: AsyncConnection, numbers: tuple[int, ...]) -> list[sa.RowMapping]:
    wanted = sa.select(ledger).where(ledger.c.number.in_(numbers)).order_by(ledger.c.number)
    return list((await connection.execute(wanted)).mappings())
