"""Erasing children: every row of every table that is about them, counted for the receipt."""

import asyncio
import json
import re
import sqlite3
from collections import Counter
from collections.abc import Collection
from contextlib import closing
from dataclasses import asdict, dataclass
from datetime import datetime
from itertools import batched
from typing import Any
from uuid import UUID

import sqlalchemy as sa
from sqlalchemy.ext.asyncio import AsyncConnection

from store import facts, redacting
from store import ledger as chain
from store.change import Change
from store.database import Database, site_of
from store.errors import NotFound
from store.insert import insert_into
from store.redacting import Named
from store.tables import (
    children,
    device_children,
    devices,
    invitations,
    ledger,
    metadata,
    policies,
    presence,
    removed_children,
    repeats,
    sightings,
    tokens,
)
from store.tables import facts as facts_table

STAYS = frozenset({"ledger", "removed_children", "shared_devices"})
"""The ledger's lines stay without their values; that a child was removed is known by its id; a
shared device stays one, and nobody uses it."""
OF_DEVICE = frozenset({"visits", "pages", "alerts"})
AN_ID = re.compile(r"[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}")
AT_ONCE = 500


@dataclass(frozen=True, slots=True)
class Receipt:
    """The proof of an erasure: a line of the ledger and what it counts."""

    number: int
    at: datetime
    by: str
    rows: int
    tables: dict[str, int]
    redacted: int
    """Lines of the ledger that said a name and do not any more."""
    hash: str
    """The seal of the line, with which the lines after it are sealed."""
    revision: int | None = None


async def erase(tx: Change, child_id: UUID) -> None:
    """Erase a child; the change's own line becomes the receipt. Raises NotFound."""
    proof = await _erase(tx, [child_id])
    tx.what = redacting.ERASED_CHILD
    tx.values.update(proof)


async def erase_all(tx: Change, child_ids: Collection[UUID], group_id: UUID) -> None:
    """Erase several children within a change about something else; they have one receipt.

    Raises NotFound.
    """
    if not child_ids:
        return
    proof = await _erase(tx, child_ids)
    await chain.append(
        tx.connection,
        by=tx.by,
        what=redacting.ERASED_CHILD,
        values=proof,
        now=tx.now,
        child_id=None,
        revision=tx.revision,
        group_id=group_id,
    )


async def _erase(tx: Change, child_ids: Collection[UUID]) -> dict[str, str]:
    """Erase children, each kind of row by one statement; return what proves it."""
    wanted = sa.select(children).where(children.c.id.in_(child_ids))
    found = list((await tx.connection.execute(wanted)).mappings())
    if len(found) != len(set(child_ids)):
        raise NotFound
    alone = await _devices_of_them_alone(tx.connection, child_ids)
    counts = Counter(await _empty_devices(tx.connection, alone))
    names: dict[UUID, list[str]] = {child["id"]: [child["name"]] for child in found}
    for device in alone:
        for child_id in device["child_ids"]:
            names[child_id].append(device["name"])
    named = [Named(child["id"], child["group_id"], tuple(names[child["id"]])) for child in found]
    redaction = await redacting.redact(tx.connection, named)
    counts.update(await _delete(tx.connection, child_ids))
    gone = insert_into(tx.connection, removed_children).on_conflict_do_nothing()
    await tx.connection.execute(gone, [{"child_id": child_id} for child_id in child_ids])
    rows = {table: number for table, number in sorted(counts.items()) if number}
    return {"rows": str(sum(rows.values())), "tables": json.dumps(rows)} | redaction.values


async def count(connection: AsyncConnection, child_id: UUID) -> dict[str, int]:
    """Count what erasing a child would remove, by table; nothing is changed."""
    found = {}
    for table in _tables():
        theirs = sa.and_(_of_site(connection, table), table.c.child_id == child_id)
        rows = sa.select(sa.func.count()).select_from(table).where(theirs)
        found[table.name] = await connection.scalar(rows) or 0
    rules = sa.select(sa.func.count()).select_from(policies).where(policies.c.owner_id == child_id)
    found |= {"policies": await connection.scalar(rules) or 0, "children": 1}
    return {table: rows for table, rows in sorted(found.items()) if rows}


async def receipts(connection: AsyncConnection, group_ids: list[UUID]) -> list[Receipt]:
    """Return the receipts of erasures in groups, newest first."""
    wanted = sa.select(ledger).where(
        ledger.c.what == redacting.ERASED_CHILD, ledger.c.group_id.in_(group_ids)
    )
    rows = await connection.execute(wanted.order_by(ledger.c.number.desc()))
    return [_receipt(row) for row in rows.mappings()]


async def receipt(connection: AsyncConnection, group_ids: list[UUID], number: int) -> Receipt:
    """Return one receipt. Raises NotFound."""
    for each in await receipts(connection, group_ids):
        if each.number == number:
            return each
    raise NotFound


@dataclass(frozen=True, slots=True)
class Swept:
    """What was cleared away beside the tables."""

    spooled: int
    """Records that waited on disk."""
    clean: bool
    """Whether the database's files were written anew; else the clock does it in the night."""


async def keep_swept(connection: AsyncConnection, number: int, swept: Swept) -> None:
    """Keep beside a receipt what was cleared away after it."""
    await facts.keep(connection, f"{facts.SWEPT}{number}", json.dumps(asdict(swept)))


async def swept_after(connection: AsyncConnection, number: int) -> Swept | None:
    """Return what was cleared away after a receipt, once it was."""
    said = await facts.find(connection, f"{facts.SWEPT}{number}")
    return Swept(**json.loads(said)) if said else None


async def scrub_left(db: Database) -> int:
    """Write the files anew where that could not be done after an erasure; count these."""
    async with db.read() as connection:
        rows = await connection.execute(
            sa.select(facts_table).where(facts_table.c.key.startswith(facts.SWEPT, autoescape=True))
        )
        left = {row.key: json.loads(row.value) for row in rows}
    left = {key: said for key, said in left.items() if not said["clean"]}
    if not left or not await scrub(db):
        return 0
    async with db.write() as connection:
        for key, said in left.items():
            await facts.keep(connection, key, json.dumps(said | {"clean": True}))
    return len(left)


async def scrub(db: Database) -> bool:
    """Take erased rows out of the database's files, too; False where it is too busy just now."""
    if not db.is_sqlite:
        await db.vacuum()
        return True
    return await asyncio.to_thread(_rewrite, str(db.url.database))


def _rewrite(path: str) -> bool:
    """Write the file anew: what was erased would stand on in pages nobody uses."""
    try:
        with closing(sqlite3.connect(path, timeout=20, isolation_level=None)) as connection:
            connection.execute("VACUUM")
            busy = connection.execute("PRAGMA wal_checkpoint(TRUNCATE)").fetchone()[0]
    except sqlite3.OperationalError:
        return False
    return not busy


def _tables() -> list[sa.Table]:
    """Return the tables with rows about one child, those that others hang on last."""
    found = [table for table in metadata.sorted_tables if "child_id" in table.c]
    return [table for table in reversed(found) if table.name not in STAYS]


def _of_site(connection: AsyncConnection, table: sa.Table) -> sa.ColumnElement[bool]:
    """Say that rows are of this site: the log's indexes lead with it, else all of it is read."""
    return table.c.site_id == site_of(connection) if "site_id" in table.c else sa.true()


async def _delete(connection: AsyncConnection, child_ids: Collection[UUID]) -> dict[str, int]:
    counts: dict[str, int] = {}
    for table in _tables():
        theirs = sa.and_(_of_site(connection, table), table.c.child_id.in_(child_ids))
        counts[table.name] = (await connection.execute(sa.delete(table).where(theirs))).rowcount
    for table in metadata.sorted_tables:
        if "owner_id" in table.c:
            owned = sa.delete(table).where(table.c.owner_id.in_(child_ids))
            counts[table.name] = (await connection.execute(owned)).rowcount
    gone = await connection.execute(sa.delete(children).where(children.c.id.in_(child_ids)))
    counts[children.name] = gone.rowcount
    said = {str(child_id) for child_id in child_ids}
    counts[repeats.name] = await _forget_answers(connection, said)
    for table in (invitations, tokens):
        await _forget_reach(connection, table, said)
    return counts


async def _forget_answers(connection: AsyncConnection, child_ids: set[str]) -> int:
    """Forget what programs were answered about children; a day of answers is kept at most."""
    rows = await connection.execute(sa.select(repeats.c.key_hash, repeats.c.answer))
    about = [row.key_hash for row in rows if child_ids.intersection(AN_ID.findall(row.answer))]
    for some in batched(about, AT_ONCE):
        await connection.execute(sa.delete(repeats).where(repeats.c.key_hash.in_(some)))
    return len(about)


async def _forget_reach(connection: AsyncConnection, table: sa.Table, child_ids: set[str]) -> None:
    """Take children out of those that an invitation or a token is for."""
    rows = await connection.execute(sa.select(table.c.id, table.c.only))
    for row in rows:
        if row.only and child_ids.intersection(row.only):
            rest = [one for one in row.only if one not in child_ids]
            changed = sa.update(table).where(table.c.id == row.id)
            await connection.execute(changed.values(only=rest))


async def _devices_of_them_alone(
    connection: AsyncConnection, child_ids: Collection[UUID]
) -> list[dict[str, Any]]:
    """Return the devices that no other child uses, with `child_ids` of whom they are."""
    uses = device_children.c
    mine = sa.select(uses.device_id, uses.child_id).where(uses.child_id.in_(child_ids))
    whose: dict[UUID, list[UUID]] = {}
    for row in await connection.execute(mine):
        whose.setdefault(row.device_id, []).append(row.child_id)
    others = sa.select(uses.device_id).where(uses.child_id.not_in(child_ids))
    wanted = sa.select(devices).where(devices.c.id.in_(whose), devices.c.id.not_in(others))
    rows = (await connection.execute(wanted)).mappings()
    return [{**row, "child_ids": whose[row["id"]]} for row in rows]


async def _empty_devices(
    connection: AsyncConnection, alone: list[dict[str, Any]]
) -> dict[str, int]:
    """Forget what devices of no other child did and were called; their way in stays open."""
    ids = [each["id"] for each in alone]
    counts: dict[str, int] = {}
    if not ids:
        return counts
    for name in sorted(OF_DEVICE):
        table = metadata.tables[name]
        unnamed = sa.and_(
            _of_site(connection, table), table.c.device_id.in_(ids), table.c.child_id.is_(None)
        )
        counts[name] = (await connection.execute(sa.delete(table).where(unnamed))).rowcount
    for table in (presence, sightings):
        gone = await connection.execute(sa.delete(table).where(table.c.device_id.in_(ids)))
        counts[table.name] = gone.rowcount
    neutral = sa.update(devices).where(devices.c.id == sa.bindparam("key"))
    await connection.execute(
        neutral.values(name=sa.bindparam("plain"), username=None, password_key=""),
        [{"key": each["id"], "plain": f"{each['kind']} {each['port']}"} for each in alone],
    )
    return counts


def _receipt(row: sa.RowMapping) -> Receipt:
    values = row["values"] or {}
    return Receipt(
        number=row["number"],
        at=row["at"],
        by=row["by_name"],
        rows=int(values.get("rows", 0)),
        tables=json.loads(values.get("tables", "{}")),
        redacted=len(str(values.get("lines", "")).split()),
        hash=row["hash"].hex(),
        revision=row["revision"],
    )
