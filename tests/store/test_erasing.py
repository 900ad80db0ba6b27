"""After an erasure nothing of a child is left, whatever table it stood in; the proof is."""

import json
from datetime import date, datetime
from pathlib import Path
from uuid import UUID

import pytest
import sqlalchemy as sa

from store import devices, erasing, ledger
from store.change import SYSTEM, Actor, ActorKind, change
from store.columns import Id
from store.database import Database
from store.ids import new_id
from store.spool import erase_from
from store.tables import ledger as ledger_table
from store.tables import metadata
from tests.store.family import Family

PLANT = "geheimer-leuchtturm"
"""A word that stands nowhere else."""
CHANNELS = metadata.tables["channels"]
PARENTS = {"channel_id": CHANNELS, "roster_change_id": metadata.tables["roster_changes"]}
"""What rows about a child hang on without being about one themselves."""
AWAY = frozenset({"ledger", "removed_children", "children"})


def planted(table: sa.Table, known: dict[str, object], now: datetime) -> dict[str, object]:
    """Make a row that says the word wherever a word can stand."""
    return {column.name: _value(table, column, known, now) for column in table.c}


def _value(table: sa.Table, column: sa.Column, known: dict[str, object], now: datetime) -> object:
    if column.name in known and isinstance(column.type, Id):
        return known[column.name]
    for key in column.foreign_keys:
        return known.get(f"{key.column.table.name.rstrip('s')}_id")
    kinds = (
        (Id, new_id()),
        (sa.Boolean, True),
        (sa.Integer, 1),
        (sa.JSON, {"said": PLANT}),
        (sa.LargeBinary, PLANT.encode()[:16]),
        (sa.Date, date(2026, 11, 23)),
        (sa.Text, f"{PLANT} in {table.name}"),
    )
    return next((value for kind, value in kinds if isinstance(column.type, kind)), now)


async def plant(db: Database, family: Family, now: datetime) -> set[str]:
    """Write the word into every table that has rows about a child; return their names."""
    async with db.read() as connection:
        adult = await connection.scalar(sa.select(metadata.tables["adults"].c.id))
    known: dict[str, object] = {
        "site_id": db.site_id,
        "child_id": family.mia.id,
        "group_id": family.home.id,
        "adult_id": adult,
        "device_id": family.tablet.id,
    }
    tables = [t for t in metadata.sorted_tables if "child_id" in t.c and t.name not in AWAY]
    async with db.write() as connection:
        parents = {name: planted(table, known, now) for name, table in PARENTS.items()}
        for name, table in PARENTS.items():
            await connection.execute(sa.insert(table).values(parents[name]))
            known[name] = parents[name]["id"]
        for table in tables:
            row = planted(table, known, now)
            keys = [column for column in table.primary_key if column.name in row]
            same = sa.and_(*(column == row[column.name] for column in keys))
            await connection.execute(sa.delete(table).where(same))
            await connection.execute(sa.insert(table).values(row))
        # They belong to adults and schools: what was put there is not the child's.
        for name, table in PARENTS.items():
            harmless = {key: "x" for key, value in parents[name].items() if PLANT in str(value)}
            where = table.c.id == parents[name]["id"]
            await connection.execute(sa.update(table).where(where).values(harmless))
    return {table.name for table in tables}


async def everything(db: Database) -> str:
    """Return every row of every table."""
    async with db.read() as connection:
        rows = [
            (await connection.execute(sa.select(table))).all() for table in metadata.sorted_tables
        ]
    return repr(rows)


async def erase(db: Database, family: Family, now: datetime, child_id: UUID) -> erasing.Receipt:
    async with change(db, by=family.ana, what="", now=now, group_id=family.home.id) as tx:
        await erasing.erase(tx, child_id)
    async with db.read() as connection:
        return (await erasing.receipts(connection, [family.home.id]))[0]


async def test_whatever_table_says_something_of_a_child_is_emptied_and_counted(
    db: Database, family: Family, now: datetime
) -> None:
    tables = await plant(db, family, now)
    assert PLANT in await everything(db)
    receipt = await erase(db, family, now, family.mia.id)
    assert PLANT not in await everything(db)
    assert tables - {"shared_devices"} <= receipt.tables.keys()
    assert receipt.tables["children"] == 1
    assert receipt.rows == sum(receipt.tables.values())


async def test_its_name_leaves_the_ledger_and_the_chain_still_proves_the_rest(
    db: Database, family: Family, now: datetime
) -> None:
    mia = Actor(ActorKind.CHILD, "Mia", family.mia.id)
    said = (
        (family.ana, "added {child}", {"child": "Mia"}, None),
        (SYSTEM, "told of {child}", {"child": "Mia"}, None),
        (mia, "{child} asked", {"child": "Mia"}, family.mia.id),
        (family.ana, "renamed {device}", {"device": "the Tablet of hers"}, None),
        (family.ana, "wrote to {whom}", {"whom": "Miamed"}, None),
    )
    for by, what, values, child_id in said:
        group = family.home.id if by is family.ana else None
        async with change(
            db, by=by, what=what, now=now, values=values, child_id=child_id, group_id=group
        ):
            pass
    receipt = await erase(db, family, now, family.mia.id)
    async with db.read() as connection:
        lines = {line.what: line for line in await ledger.lines(connection)}
        assert await ledger.first_broken(connection) is None
        tablet = await devices.get(connection, family.tablet.id)
    assert lines["added {child}"].values == {"child": "…"}
    assert lines["told of {child}"].values == {"child": "…"}
    assert lines["{child} asked"].by.name == "…"
    assert lines["renamed {device}"].values == {"device": "…"}
    assert lines["wrote to {whom}"].values == {"whom": "Miamed"}
    assert receipt.redacted == 4
    assert (tablet.name, tablet.child_ids) == (f"tablet {tablet.port}", ())


@pytest.mark.parametrize(
    "change_one",
    [{"what": "added nobody"}, {"by_id": None}, {"values_hash": bytes(32)}, {"hash": bytes(32)}],
)
async def test_what_was_erased_cannot_be_changed_afterwards_either(
    db: Database, family: Family, now: datetime, change_one: dict[str, object]
) -> None:
    async with change(
        db,
        by=family.ana,
        what="added {child}",
        now=now,
        values={"child": "Mia"},
        group_id=family.home.id,
    ):
        pass
    await erase(db, family, now, family.mia.id)
    one = ledger_table.c.what == "added {child}"
    async with db.write() as connection:
        number = await connection.scalar(sa.select(ledger_table.c.number).where(one))
        await connection.execute(sa.update(ledger_table).where(one).values(change_one))
        broken = await ledger.first_broken(connection)
    assert broken in {number, number + 1}


async def test_of_another_child_nothing_is_touched(
    db: Database, family: Family, now: datetime
) -> None:
    await plant(db, family, now)
    before = await erased_of(db, family.mia.id)
    assert {"visits", "letters", "policies", "children"} <= before.keys()
    await erase(db, family, now, family.leo.id)
    assert await erased_of(db, family.mia.id) == before


async def erased_of(db: Database, child_id: UUID) -> dict[str, int]:
    async with db.read() as connection:
        return await erasing.count(connection, child_id)


async def test_the_files_of_the_database_hold_nothing_any_more_either(
    db: Database, family: Family, now: datetime
) -> None:
    await plant(db, family, now)
    receipt = await erase(db, family, now, family.mia.id)
    async with db.write() as connection:
        await erasing.keep_swept(connection, receipt.number, erasing.Swept(0, clean=False))
    folder = Path(str(db.url.database)).parent
    if db.is_sqlite:
        assert any(PLANT.encode() in path.read_bytes() for path in folder.glob("haidang.db*"))
    # As the clock does in the night where it could not be done at once.
    assert await erasing.scrub_left(db) == 1
    async with db.read() as connection:
        assert (await erasing.swept_after(connection, receipt.number)) == erasing.Swept(0, True)
    assert await erasing.scrub_left(db) == 0
    if db.is_sqlite:
        found = [path.name for path in folder.rglob("*") if path.is_file()]
        assert any(name.endswith(".db") for name in found)
        for path in folder.rglob("*"):
            assert not path.is_file() or PLANT.encode() not in path.read_bytes(), path


def test_what_waits_on_disk_loses_the_child_s_lines_and_keeps_the_others(tmp_path: Path) -> None:
    mia, leo = new_id(), new_id()
    lines = [{"batch": str(new_id()), "lines": 2}]
    lines += [{"minutes": {"child_id": str(one), "said": PLANT}} for one in (mia, leo)]
    whole = tmp_path / "a-home_1.jsonl"
    whole.write_text("".join(json.dumps(line) + "\n" for line in lines))
    (tmp_path / "b.jsonl.damaged").write_text(f'{{"half": "{mia} {PLANT}\n')
    (tmp_path / "c.jsonl").write_text(json.dumps({"batch": str(new_id()), "lines": 0}) + "\n")
    assert erase_from(tmp_path, mia) == 2
    header, left = [json.loads(line) for line in whole.read_text().splitlines()]
    assert header["lines"] == 1
    assert left["minutes"]["child_id"] == str(leo)
    assert str(mia) not in "".join(path.read_text() for path in tmp_path.iterdir())
    assert whole.stat().st_mode & 0o077 == 0
    assert erase_from(tmp_path / "none", mia) == 0


async def test_a_child_is_found_in_the_log_by_its_index_and_not_by_reading_all_of_it(
    db: Database, family: Family, now: datetime
) -> None:
    said: list[str] = []

    def listen(*heard: object) -> None:
        said.append(str(heard[2]))

    sa.event.listen(db._writer.sync_engine, "before_cursor_execute", listen)
    await erase(db, family, now, family.mia.id)
    log = {table.name for table in metadata.sorted_tables if "site_id" in table.c}
    deleted = [each for each in said if each.startswith("DELETE FROM ")]
    of_log = [each for each in deleted if each.split()[2] in log and ".child_id IN" in each]
    assert len(of_log) > 5
    assert all(".site_id = " in each for each in of_log)
