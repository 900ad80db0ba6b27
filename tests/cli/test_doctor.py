"""The doctor finds what is wrong and says what to do."""

import os
import socket
from datetime import UTC, datetime, timedelta

import pytest

from cli.doctor import examine
from cli.lock import Held, hold, is_held
from cli.settings import Settings
from proxy.ca import KEY_FILE, ensure_ca
from rules import credentials
from rules.findings import Finding
from store import second_steps
from store.change import SYSTEM, change
from store.database import Database
from store.sealing import Seal
from tests.kit.service import free_port
from tests.store.family import move_in

NOW = datetime(2026, 11, 23, 12, 0, tzinfo=UTC)


@pytest.fixture
def settings(tmp_path) -> Settings:
    tmp_path.chmod(0o700)
    return Settings.model_validate(
        {
            "data": tmp_path,
            "panel": {"host": "127.0.0.1", "port": free_port()},
            "door": {"host": "127.0.0.1", "port": free_port()},
        }
    )


async def found(settings: Settings) -> dict[str, Finding]:
    findings = await examine(settings)
    return {finding.what.message.format(**finding.what.values): finding for finding in findings}


async def troubles(settings: Settings) -> set[str]:
    return {name for name, finding in (await found(settings)).items() if not finding.is_well}


async def test_a_new_installation_is_well(settings) -> None:
    assert await troubles(settings) == set()
    await (await Database.open(settings.db_url)).close()
    assert await troubles(settings) == set()


async def test_a_folder_that_others_can_read_is_named(settings) -> None:
    settings.data.chmod(0o755)
    assert await troubles(settings) == {"Data folder"}


async def test_a_port_in_use_is_named_unless_it_is_ours(settings) -> None:
    with socket.socket() as other:
        other.bind(("127.0.0.1", settings.panel.port))
        other.listen()
        name = f"Port {settings.panel.port}"
        assert await troubles(settings) == {name}
        with hold(settings.data):
            assert (await found(settings))[name].is_well


async def test_a_key_that_others_can_read_is_named(settings) -> None:
    folder = settings.data / "ca"
    ensure_ca(folder)
    assert (await found(settings))["Certificate authority"].is_well
    (folder / KEY_FILE).chmod(0o644)
    assert await troubles(settings) == {"Certificate authority"}


async def test_a_clock_that_went_back_is_named(settings) -> None:
    file = settings.data / "household.json"
    file.touch()
    later = (datetime.now(UTC) + timedelta(days=2)).timestamp()  # noqa: TID251 against the real clock
    os.utime(file, (later, later))
    assert await troubles(settings) == {"Clock"}


async def test_a_damaged_list_is_named(settings) -> None:
    lists = settings.data / "lists"
    lists.mkdir()
    (lists / "mine.json").write_text("{")
    assert await troubles(settings) == {"Catalogue"}


async def test_a_database_that_is_none_is_named(settings) -> None:
    (settings.data / "haidang.db").write_bytes(b"this is no database" * 100)
    assert await troubles(settings) == {"Database"}


async def test_an_altered_ledger_is_named(settings) -> None:
    db = await Database.open(settings.db_url)
    for what in ("one", "two"):
        async with change(db, by=SYSTEM, what=what, now=NOW):
            pass
    async with db.write() as connection:
        await connection.exec_driver_sql("UPDATE ledger SET what = 'three' WHERE what = 'one'")
    await db.close()
    assert await troubles(settings) == {"Ledger"}


@pytest.mark.parametrize("happened", ["lost", "another"])
async def test_a_key_that_opens_no_secret_any_more_is_named(settings, happened) -> None:
    key = settings.data / credentials.KEY_FILE
    key.write_bytes(b"1" * 32)
    db = await Database.open(settings.db_url, Seal(key.read_bytes()))
    family = await move_in(db, NOW)
    async with db.write() as connection:
        await second_steps.set_app(connection, family.ana.id, "secret", step=0, now=NOW)
    await db.close()
    assert await troubles(settings) == set()
    if happened == "lost":
        key.unlink()
    else:
        key.write_bytes(b"2" * 32)
    assert await troubles(settings) == {"Sealed secrets"}
    assert key.exists() is (happened == "another"), "who only looks makes no key"


async def test_running_without_a_living_door_is_named(settings) -> None:
    await (await Database.open(settings.db_url)).close()
    with hold(settings.data):
        assert await troubles(settings) == {"Doors"}


def test_a_data_folder_has_one_holder(tmp_path) -> None:
    assert not is_held(tmp_path)
    with hold(tmp_path):
        assert is_held(tmp_path)
        with pytest.raises(Held), hold(tmp_path):
            pass
    assert not is_held(tmp_path)
