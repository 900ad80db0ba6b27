"""A backup is put back whole, or nothing is changed; who was erased since does not come back."""

import asyncio
import shutil
import tarfile
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from cli import backups
from cli.lock import hold
from cli.restoring import restore
from cli.settings import Settings
from proxy.ca import ensure_ca
from rules.backups import Every, Plan
from store import adults, children, erasing, ledger, second_steps
from store import backups as plans
from store.change import SYSTEM, change
from store.database import Database
from store.sealing import Seal
from tests.store.family import move_in

NOW = datetime(2026, 11, 23, 12, 0, tzinfo=UTC)


@pytest.fixture
def settings(tmp_path: Path) -> Settings:
    return Settings(data=tmp_path / "data")


async def fill(settings: Settings) -> Path:
    """Make a family, back it up, then erase one child and change the other's name."""
    settings.data.mkdir(mode=0o700)
    ensure_ca(settings.data / "ca")
    (settings.data / "credentials.key").write_bytes(b"k" * 32)
    db = await Database.open(settings.db_url, Seal(b"k" * 32))
    family = await move_in(db, NOW)
    assert family.ana.id
    async with db.write() as connection:
        await second_steps.set_app(connection, family.ana.id, "SECRET", step=1, now=NOW)
    file = await backups.make(settings, backups.folder_of(settings), db)
    async with change(db, by=SYSTEM, what="", now=NOW) as tx:
        await erasing.erase(tx, family.mia.id)
    about = {"birth_year": 2012, "language": "en", "colour": "red"}
    async with change(db, by=SYSTEM, what="renamed", now=NOW) as tx:
        await children.alter(tx, family.leo.id, name="Leonard", **about)
    await db.close()
    return file


async def apps(settings: Settings, key: bytes) -> list[str]:
    """Return what the adults' apps make codes from."""
    db = await Database.open(settings.db_url, Seal(key))
    async with db.read() as connection:
        found = [
            (await second_steps.of_adult(connection, adult.id)).app
            for adult in await adults.list_all(connection)
        ]
    await db.close()
    return [app.secret for app in found if app]


async def names(settings: Settings) -> tuple[list[str], int | None, list[str]]:
    db = await Database.open(settings.db_url)
    async with db.read() as connection:
        found = [child.name for child in await children.list_all(connection)]
        broken = await ledger.first_broken(connection)
        said = [line.what for line in await ledger.lines(connection, limit=3)]
    await db.close()
    return found, broken, said


def test_what_was_backed_up_is_back_and_who_was_erased_since_is_not(settings, capsys) -> None:
    file = asyncio.run(fill(settings))
    (settings.data / "credentials.key").unlink()
    assert restore(settings, file, yes=True) is None
    found, broken, said = asyncio.run(names(settings))
    assert found == ["Leo"]
    assert broken is None
    assert said[0] == "restored the backup {file}"
    assert "Children erased again: 1" in capsys.readouterr().out
    key = (settings.data / "credentials.key").read_bytes()
    assert key == b"k" * 32
    assert asyncio.run(apps(settings, key)) == ["SECRET"]
    (aside,) = settings.data.glob("before-restore-*")
    assert (aside / "haidang.db").exists()
    assert aside.stat().st_mode & 0o077 == 0


def test_what_is_no_backup_or_damaged_changes_nothing(settings, tmp_path) -> None:
    asyncio.run(fill(settings))
    outside, broken, odd = tmp_path / "a.tar.gz", tmp_path / "b.tar.gz", tmp_path / "c.tar.gz"
    outside.write_bytes(b"no archive")
    (tmp_path / "haidang.db").write_bytes(b"no database" * 500)
    with tarfile.open(broken, "w:gz") as archive:
        archive.add(tmp_path / "haidang.db", "haidang.db")
    with tarfile.open(odd, "w:gz") as archive:
        archive.add(tmp_path / "haidang.db", "haidang.db")
        archive.add(tmp_path / "haidang.db", "../../evil")
    for file in (outside, broken, odd, tmp_path / "none"):
        assert restore(settings, file, yes=True) is not None, file
    assert asyncio.run(names(settings))[0] == ["Leonard"]
    assert not (tmp_path.parent / "evil").exists()
    assert not list(settings.data.glob("before-restore-*"))


def test_a_backup_of_a_newer_program_is_taken_back_out(settings, tmp_path) -> None:
    file = asyncio.run(fill(settings))
    with tarfile.open(file) as archive:
        archive.extractall(tmp_path / "in", filter="data")

    async def age() -> None:
        db = await Database.open(f"sqlite+aiosqlite:///{tmp_path / 'in' / 'haidang.db'}")
        async with db.write() as connection:
            await connection.exec_driver_sql("UPDATE alembic_version SET version_num = '9999'")
        await db.close()

    asyncio.run(age())
    newer = tmp_path / "newer.tar.gz"
    with tarfile.open(newer, "w:gz") as archive:
        archive.add(tmp_path / "in" / "haidang.db", "haidang.db")
    trouble = restore(settings, newer, yes=True)
    assert trouble
    assert "newer version" in str(trouble.values["why"])
    assert asyncio.run(names(settings))[0] == ["Leonard"]


def test_while_the_service_runs_nothing_is_restored(settings) -> None:
    file = asyncio.run(fill(settings))
    with hold(settings.data):
        trouble = restore(settings, file, yes=True)
    assert trouble
    assert trouble.message.startswith("Stop Hải Đăng first")


async def test_the_clock_makes_a_backup_by_the_plan_and_removes_those_too_many(settings) -> None:
    settings.data.mkdir(mode=0o700)
    db = await Database.open(settings.db_url)
    folder = backups.folder_of(settings)
    assert await backups.make_due(settings, db, NOW) == 0
    async with change(db, by=SYSTEM, what="planned", now=NOW) as tx:
        await plans.choose(tx, Plan(Every.DAY, keep=2))
    folder.mkdir()
    for days in (30, 20):
        old = backups.name_at(NOW - timedelta(days=days))
        shutil.copy(settings.data / "haidang.db", folder / old)
    assert await backups.make_due(settings, db, datetime(2030, 1, 1, tzinfo=UTC)) == 1
    assert len(backups.list_all(folder)) == 2
    await db.close()
