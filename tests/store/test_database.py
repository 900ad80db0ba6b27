import asyncio
import sys
from datetime import UTC, datetime, timedelta, timezone
from pathlib import Path

import pytest
import sqlalchemy as sa
from alembic.autogenerate import compare_metadata
from alembic.migration import MigrationContext
from alembic.script import ScriptDirectory

from store import facts, household, schema
from store.columns import Id, Moment
from store.database import Database
from store.errors import Away, StoreError
from store.ids import new_id
from store.tables import metadata
from tests.kit.databases import Cluster, sqlite_url
from tests.store.family import move_in

SINCE_0002 = {
    "class_codes",
    "enrolments",
    "followed",
    "repeats",
    "asks",
    "tasks",
    "credits",
    "exchanges",
    "memberships",
    "pack_keys",
    "notices",
    "alerts",
    "pins",
    "shared_devices",
    "readings",
    "strangers",
    "presence",
    "role_children",
    "invitations",
    "passkeys",
    "one_time_codes",
    "recovery_codes",
    "half_steps",
    "tokens",
    "channels",
    "deliveries",
    "quiet_hours",
    "details",
    "consents",
    "letter_times",
    "comments",
    "stops",
    "helpers",
    "child_days",
    "dirty_days",
    "belonged",
    "group_days",
    "group_minutes",
    "group_presence",
    "timetables",
    "group_letters",
    "pupil_numbers",
    "roster_changes",
    "roster_steps",
    "requests",
}
COLUMNS_SINCE = {
    "pages": ("kind", "name", "detail"),
    "devices": ("card", "tunnel_key", "group_id"),
    "roles": ("only_some",),
    "sessions": ("address", "proven"),
    "ledger": ("group_id",),
    "grants": (
        "meant_until",
        "group_id",
    ),
    "doors": ("memory", "counts"),
    "groups": ("closed",),
    "children": ("left", "picture"),
}


async def test_what_the_migrations_build_is_what_the_tables_say(empty_url: str) -> None:
    db = await Database.open(empty_url)

    def differences(connection: sa.Connection) -> list[object]:
        context = MigrationContext.configure(connection, opts={"compare_server_default": True})
        return list(compare_metadata(context, metadata))

    async with db.write() as connection:
        assert await connection.run_sync(differences) == []
    await db.close()


async def test_a_table_without_a_migration_would_be_noticed(db: Database) -> None:
    changed = sa.MetaData(naming_convention=metadata.naming_convention)
    for table in metadata.tables.values():
        table.to_metadata(changed)
    changed.tables["visits"].append_column(sa.Column("mood", sa.Text))

    def differences(connection: sa.Connection) -> list[object]:
        return list(compare_metadata(MigrationContext.configure(connection), changed))

    async with db.write() as connection:
        assert len(await connection.run_sync(differences)) == 1


def test_the_newest_migration_is_the_one_the_code_expects() -> None:
    script = ScriptDirectory.from_config(schema.configuration())
    assert script.get_heads() == [schema.HEAD]


async def test_an_older_installation_is_brought_up_with_everything_in_it(
    url: str, now: datetime
) -> None:
    db = await Database.open(url)
    family = await move_in(db, now)
    async with db.write() as connection:
        for table in reversed(metadata.sorted_tables):
            if table.name in SINCE_0002:
                await connection.execute(sa.text(f"DROP TABLE {table.name}"))
        for index in (
            "ix_ledger_group_id_number",
            "ix_ledger_by_id_at",
            "ix_pages_site_id_kind_at",
        ):
            await connection.execute(sa.text(f"DROP INDEX {index}"))
        for table, columns in COLUMNS_SINCE.items():
            for column in columns:
                await connection.execute(sa.text(f'ALTER TABLE {table} DROP COLUMN "{column}"'))
        await connection.execute(sa.text("UPDATE alembic_version SET version_num = '0001'"))
    await db.close()
    again = await Database.open(url)
    async with again.read() as connection:
        home = await household.load(connection, now=now)
        assert await schema.at_head(connection)
    assert [child.id for child in home.children] == [family.mia.id, family.leo.id]
    await again.close()


async def test_several_processes_may_open_a_new_database_at_once(empty_url: str) -> None:
    program = (
        "import asyncio, sys; from store.database import Database\n"
        "db = asyncio.run(Database.open(sys.argv[1])); print(db.site_id)"
    )
    processes = [
        await asyncio.create_subprocess_exec(
            sys.executable, "-c", program, empty_url, stdout=asyncio.subprocess.PIPE
        )
        for _ in range(2)
    ]
    said = [(await process.communicate())[0] for process in processes]
    assert [process.returncode for process in processes] == [0, 0]
    assert len(set(said)) == 1
    assert said[0].strip()


async def test_the_site_keeps_its_id(url: str) -> None:
    first = await Database.open(url)
    await first.close()
    second = await Database.open(url)
    await second.close()
    assert first.site_id == second.site_id


async def test_a_database_that_is_up_to_date_is_opened_without_looking_for_migrations(
    url: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    await (await Database.open(url)).close()

    async def asked(_connection: object) -> None:
        pytest.fail("Alembic takes half a second, and there was nothing to do")

    monkeypatch.setattr(schema, "upgrade", asked)
    await (await Database.open(url)).close()


async def test_a_database_of_a_newer_version_is_refused_with_what_to_do(url: str) -> None:
    db = await Database.open(url)
    async with db.write() as connection:
        await connection.execute(sa.text("UPDATE alembic_version SET version_num = '9999'"))
    await db.close()
    with pytest.raises(StoreError, match="Update this program"):
        await Database.open(url)


@pytest.mark.parametrize("wrong", ["mysql://x/y", "sqlite+aiosqlite://", "nonsense"])
async def test_an_address_of_another_kind_is_refused(wrong: str) -> None:
    with pytest.raises(StoreError):
        await Database.open(wrong)


async def test_a_server_that_does_not_answer_is_away() -> None:
    with pytest.raises(Away):
        await Database.open("postgresql+asyncpg://nobody@127.0.0.1:1/nothing")


async def test_a_database_that_does_not_exist_is_away(cluster: Cluster) -> None:
    with pytest.raises(Away):
        await Database.open(cluster.address("nowhere"))


async def test_a_failed_write_leaves_nothing(db: Database) -> None:
    with pytest.raises(RuntimeError):  # noqa: PT012 - it is the block that fails
        async with db.write() as connection:
            await facts.keep(connection, "half", "done")
            raise RuntimeError
    async with db.read() as connection:
        assert await facts.find(connection, "half") is None


async def test_reading_sees_one_state_while_another_writes(db: Database) -> None:
    async with db.read() as reading:
        assert await facts.find(reading, "colour") is None
        async with db.write() as connection:
            await facts.keep(connection, "colour", "blue")
        assert await facts.find(reading, "colour") is None
    async with db.read() as reading:
        assert await facts.find(reading, "colour") == "blue"


async def test_a_connection_for_reading_cannot_write(db: Database) -> None:
    with pytest.raises((Away, sa.exc.DBAPIError)):
        async with db.read() as connection:
            await facts.keep(connection, "sneaky", "yes")
    async with db.read() as connection:
        assert await facts.find(connection, "sneaky") is None


async def test_writers_queue_instead_of_failing(db: Database) -> None:
    async def count_up() -> None:
        async with db.write() as connection:
            # Locked from the start, so that nobody else can read the old number.
            await connection.execute(sa.text("UPDATE revision SET number = number + 1"))
            before = int(await facts.find(connection, "count") or "0")
            await asyncio.sleep(0)
            await facts.keep(connection, "count", str(before + 1))

    await asyncio.gather(*(count_up() for _ in range(20)))
    async with db.read() as connection:
        assert await facts.find(connection, "count") == "20"


async def test_a_locked_file_is_away_after_the_patience(tmp_path: Path) -> None:
    one = await Database.open(sqlite_url(tmp_path / "one.db"))
    other = await Database.open(sqlite_url(tmp_path / "one.db"))
    async with one.write():
        with pytest.raises(Away):
            async with other.write(patience_ms=50):
                pass
    async with other.write(patience_ms=50) as connection:
        await facts.keep(connection, "after", "free")
    await one.close()
    await other.close()


async def test_a_write_that_is_cancelled_lets_the_next_one_in(db: Database) -> None:
    with pytest.raises(TimeoutError):  # noqa: PT012 - it is the block that fails
        async with asyncio.timeout(0.05), db.write() as connection:
            await facts.keep(connection, "never", "kept")
            await asyncio.sleep(10)
    async with db.write() as connection:
        assert await facts.find(connection, "never") is None


async def test_sqlite_survives_a_power_cut_by_its_settings(tmp_path: Path) -> None:
    path = tmp_path / "safe.db"
    db = await Database.open(sqlite_url(path))
    async with db.write() as connection:
        settings = [
            await connection.scalar(sa.text(f"PRAGMA {name}"))
            for name in ("journal_mode", "synchronous", "foreign_keys")
        ]
    assert settings == ["wal", 2, 1]
    assert path.stat().st_mode & 0o777 == 0o600
    await db.close()


async def test_ids_and_moments_come_back_as_they_went_in(db: Database) -> None:
    table = sa.Table("trip", sa.MetaData(), sa.Column("id", Id), sa.Column("at", Moment))
    hanoi = timezone(timedelta(hours=7))
    given = new_id(), datetime(2026, 11, 23, 20, 30, 15, 123456, tzinfo=hanoi)
    async with db.write() as connection:
        await connection.run_sync(table.create)
        await connection.execute(sa.insert(table).values(id=given[0], at=given[1]))
        row = (await connection.execute(sa.select(table))).one()
        await connection.run_sync(table.drop)
    assert (row.id, row.at) == given
    assert row.at.tzinfo == UTC


async def test_a_moment_without_its_zone_is_refused(db: Database) -> None:
    with pytest.raises(sa.exc.StatementError, match="needs its time zone"):  # noqa: PT012 - it is the block that fails
        async with db.read() as connection:
            naive = datetime(2026, 1, 1)  # noqa: DTZ001 - the mistake is the test
            await connection.execute(sa.select(sa.literal(naive, Moment())))


async def test_facts_are_kept_replaced_and_forgotten(db: Database) -> None:
    async with db.write() as connection:
        await facts.keep(connection, "code", "1")
        await facts.keep(connection, "code", "2")
        assert await facts.find(connection, "code") == "2"
        await facts.forget(connection, "code")
        assert await facts.find(connection, "code") is None
