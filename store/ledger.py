"""The ledger: who changed what, who looked at what; each line carries the hash of the one before.

The chain covers a salted digest of a line's values, not the values: so what a line says about a
removed child can be erased, and the chain still holds.
"""

import hashlib
import json
import secrets
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from string import Formatter
from typing import Any
from uuid import UUID

import sqlalchemy as sa
from sqlalchemy.ext.asyncio import AsyncConnection

from store import redacting, revisions
from store.actor import Actor, ActorKind
from store.sight import NOBODY, Sight
from store.tables import children, ledger

FIRST = bytes(32)
ERASED = "…"
"""Stands for every value of a line whose child was removed."""


@dataclass(frozen=True, slots=True)
class LedgerLine:
    number: int
    at: datetime
    by: Actor
    what: str
    values: dict[str, str]
    child_id: UUID | None
    revision: int | None
    group_id: UUID | None = None
    """The group whose line it is; older lines do not say it."""


@dataclass(frozen=True, slots=True)
class Whose:
    """Which lines a reader may see: one of these has to fit."""

    group_ids: frozenset[UUID] = frozenset()
    """Lines of these groups."""
    child_ids: frozenset[UUID] = frozenset()
    """Lines about these children."""
    adult_ids: frozenset[UUID] = frozenset()
    """Lines of these adults, where the line does not say its group."""
    own_id: UUID | None = None
    """Everything this adult did."""
    sight: Sight = NOBODY
    """Lines about children an adult knows."""
    house: bool = False
    """What the machine itself did, or somebody by commands: lines of no adult, group or child."""


@dataclass(frozen=True, slots=True)
class Filter:
    """What is looked for; None and empty mean any."""

    by_id: UUID | None = None
    child_id: UUID | None = None
    kind: str = ""
    """`changed`, or `looked`."""
    since: datetime | None = None
    until: datetime | None = None


ANY = Filter()
AT_ONCE = 2000
"""Lines of the chain that are checked in one go."""
LATELY = 5000
"""So many of the newest lines tell who writes here."""


@dataclass(frozen=True, slots=True)
class Checked:
    """How far the chain was walked, and what was found."""

    number: int = 0
    """The last line that is as it was written."""
    hash: bytes = FIRST
    broken: int | None = None
    """The first line that was altered afterwards."""
    is_done: bool = False
    """The end was reached, or the first altered line."""


NOT_YET = Checked()


async def looked(
    connection: AsyncConnection,
    *,
    by: Actor,
    what: str,
    now: datetime,
    values: dict[str, str] | None = None,
    child_id: UUID | None = None,
    group_id: UUID | None = None,
) -> None:
    """Write that somebody looked at something (no new revision). Needs a connection for writing."""
    told = {child_id: values or {}}
    await looked_each(connection, by=by, what=what, told=told, now=now, group_id=group_id)


async def looked_each(
    connection: AsyncConnection,
    *,
    by: Actor,
    what: str,
    told: Mapping[UUID | None, dict[str, str]],
    now: datetime,
    group_id: UUID | None = None,
) -> None:
    """Write that somebody looked at something of several children, a line for each."""
    await revisions.hold(connection)
    await append_each(
        connection, by=by, what=what, told=told, now=now, revision=None, group_id=group_id
    )


async def append(
    connection: AsyncConnection,
    *,
    by: Actor,
    what: str,
    values: dict[str, str],
    now: datetime,
    child_id: UUID | None,
    revision: int | None,
    group_id: UUID | None = None,
) -> None:
    """Add a line to the end of the chain; the caller holds the revision, so there is one end."""
    await append_each(
        connection,
        by=by,
        what=what,
        told={child_id: values},
        now=now,
        revision=revision,
        group_id=group_id,
    )


async def append_each(
    connection: AsyncConnection,
    *,
    by: Actor,
    what: str,
    told: Mapping[UUID | None, dict[str, str]],
    now: datetime,
    revision: int | None,
    group_id: UUID | None = None,
) -> None:
    """Add a line for each child that something was done for, with the values it is told by."""
    newest = sa.select(ledger.c.number, ledger.c.hash).order_by(ledger.c.number.desc()).limit(1)
    last = (await connection.execute(newest)).one_or_none()
    first, previous = (last.number + 1, last.hash) if last else (1, FIRST)
    rows = []
    for number, (child_id, values) in enumerate(told.items(), first):
        at = now.astimezone(UTC)
        line = LedgerLine(number, at, by, what, values, child_id, revision, group_id)
        rows.append(_row(line, previous))
        previous = rows[-1]["hash"]
    if rows:
        await connection.execute(sa.insert(ledger), rows)


async def lines(
    connection: AsyncConnection,
    *,
    child_id: UUID | None = None,
    limit: int = 50,
    before: int | None = None,
    whose: Whose | None = None,
    wanted: Filter = ANY,
) -> list[LedgerLine]:
    """Return lines, newest first: all, or those a reader may see."""
    found = sa.select(ledger).order_by(ledger.c.number.desc()).limit(limit)
    found = found.where(*_parts(wanted))
    if whose is not None:
        found = found.where(_seen_by(whose))
    if child_id is not None:
        found = found.where(ledger.c.child_id == child_id)
    if before is not None:
        found = found.where(ledger.c.number < before)
    return [_line(row) for row in (await connection.execute(found)).mappings()]


async def authors(connection: AsyncConnection, whose: Whose) -> list[tuple[UUID, str]]:
    """Return who wrote lines lately that a reader may see, by name, to choose from."""
    newest = sa.select(sa.func.max(ledger.c.number) - LATELY).scalar_subquery()
    wanted = sa.select(ledger.c.by_id, sa.func.max(ledger.c.by_name).label("name"))
    wanted = wanted.where(ledger.c.by_id.is_not(None), _seen_by(whose))
    wanted = wanted.where(ledger.c.number > newest).group_by(ledger.c.by_id)
    rows = await connection.execute(wanted)
    return sorted(((row.by_id, row.name) for row in rows), key=lambda row: row[1])


async def looked_lately(
    connection: AsyncConnection, by_id: UUID, what: str, *, since: datetime
) -> list[tuple[UUID | None, dict[str, str]]]:
    """Return about whom an adult looked at something from a moment on, and what was said of it."""
    mine = sa.and_(
        ledger.c.by_id == by_id,
        ledger.c.at >= since,
        ledger.c.revision.is_(None),
        ledger.c.what == what,
    )
    rows = await connection.execute(sa.select(ledger.c.child_id, ledger.c["values"]).where(mine))
    return [(row.child_id, row.values) for row in rows]


async def length(connection: AsyncConnection) -> int:
    """Return how many lines the chain has."""
    return await connection.scalar(sa.select(sa.func.max(ledger.c.number))) or 0


def _row(line: LedgerLine, previous: bytes) -> dict[str, Any]:
    """Write a line as a row of the chain."""
    salt = secrets.token_bytes(16)
    values_hash = _values_hash(salt, line.values)
    return {
        "number": line.number,
        "at": line.at,
        "by_kind": line.by.kind.value,
        "by_name": line.by.name,
        "by_id": line.by.id,
        "what": line.what,
        "values": line.values,
        "salt": salt,
        "values_hash": values_hash,
        "child_id": line.child_id,
        "revision": line.revision,
        "group_id": line.group_id,
        "hash": _line_hash(previous, line, values_hash),
    }


def _parts(wanted: Filter) -> Iterator[sa.ColumnElement[bool]]:
    if wanted.by_id is not None:
        yield ledger.c.by_id == wanted.by_id
    if wanted.child_id is not None:
        yield ledger.c.child_id == wanted.child_id
    if wanted.kind:
        looked_only = ledger.c.revision.is_(None)
        yield looked_only if wanted.kind == "looked" else ledger.c.revision.is_not(None)
    if wanted.since is not None:
        yield ledger.c.at >= wanted.since
    if wanted.until is not None:
        yield ledger.c.at < wanted.until


def _seen_by(whose: Whose) -> sa.ColumnElement[bool]:
    nameless = sa.and_(ledger.c.group_id.is_(None), ledger.c.child_id.is_(None))
    return sa.or_(
        ledger.c.group_id.in_(whose.group_ids),
        ledger.c.child_id.in_(whose.child_ids),
        whose.sight.has_child(ledger.c.child_id),
        sa.and_(nameless, ledger.c.by_id.in_(whose.adult_ids)),
        ledger.c.by_id == whose.own_id if whose.own_id else sa.false(),
        sa.and_(nameless, ledger.c.by_id.is_(None)) if whose.house else sa.false(),
    )


async def first_broken(connection: AsyncConnection) -> int | None:
    """Walk the chain; return the number of the first line that was altered, or None."""
    checked = NOT_YET
    while not checked.is_done:
        checked = await check_on(connection, checked)
    return checked.broken


async def check_on(
    connection: AsyncConnection, checked: Checked, *, most: int = AT_ONCE
) -> Checked:
    """Walk the chain on from where it was checked, by at most so many lines."""
    after = ledger.c.number > checked.number
    wanted = sa.select(ledger).where(after).order_by(ledger.c.number).limit(most)
    rows = list((await connection.execute(wanted)).mappings())
    # What is redacted behind here is promised by a receipt that comes later still.
    promises = await redacting.promised(connection, after=checked.number)
    redacted = {number for each in promises for number in each.numbers}
    erased = {row["child_id"] for row in rows if row["values"] is None} - {None}
    still = sa.select(children.c.id).where(children.c.id.in_(erased))
    living = set(await connection.scalars(still)) if erased else set()
    number, previous = checked.number, checked.hash
    for row in rows:
        known = row["number"] in redacted or _holds(row, previous, living)
        if row["number"] != number + 1 or not known:
            return Checked(number, previous, broken=number + 1, is_done=True)
        number, previous = row["number"], row["hash"]
    is_done = len(rows) < most
    broken = await redacting.unkept(connection, promises) if is_done else None
    return Checked(number, previous, broken, is_done)


def _holds(row: sa.RowMapping, previous: bytes, living: set[UUID]) -> bool:
    """Tell whether a line is as it was written; values may be missing only for a removed child."""
    if _line_hash(previous, _line(row), row["values_hash"]) != row["hash"]:
        return False
    if row["values"] is None:
        return row["child_id"] is not None and row["child_id"] not in living
    return (
        row["salt"] is not None and _values_hash(row["salt"], row["values"]) == row["values_hash"]
    )


def _values_hash(salt: bytes, values: dict[str, str]) -> bytes:
    return hashlib.sha256(salt + _canonical(values)).digest()


def _line_hash(previous: bytes, line: LedgerLine, values_hash: bytes) -> bytes:
    said = {
        "number": line.number,
        "at": line.at.isoformat(timespec="microseconds"),
        "by": [line.by.kind.value, line.by.name, str(line.by.id)],
        "what": line.what,
        "values": values_hash.hex(),
        "child": str(line.child_id),
        "revision": line.revision,
    }
    if line.group_id is not None:
        said["group"] = str(line.group_id)
    return hashlib.sha256(previous + _canonical(said)).digest()


def _canonical(value: object) -> bytes:
    return json.dumps(value, ensure_ascii=False, sort_keys=True, separators=(",", ":")).encode()


def _line(row: sa.RowMapping) -> LedgerLine:
    values = row["values"]
    if values is None:
        values = {name: ERASED for _, name, _, _ in Formatter().parse(row["what"]) if name}
    return LedgerLine(
        number=row["number"],
        at=row["at"],
        by=Actor(ActorKind(row["by_kind"]), row["by_name"], row["by_id"]),
        what=row["what"],
        values=values,
        child_id=row["child_id"],
        revision=row["revision"],
        group_id=row["group_id"],
    )
