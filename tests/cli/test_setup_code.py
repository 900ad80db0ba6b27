"""The set-up code: one at a time, only its hash is kept, and nothing once there is an owner."""

from datetime import UTC, datetime

import pytest

from cli.setup_code import KEY, SetupCode, has_owner
from store import adults, facts, groups
from store.adults import Role
from store.change import SYSTEM, change
from store.database import Database

NOW = datetime(2026, 11, 23, 12, 0, tzinfo=UTC)


@pytest.fixture
async def db(tmp_path):
    opened = await Database.open(f"sqlite+aiosqlite:///{tmp_path / 'haidang.db'}")
    yield opened
    await opened.close()


async def an_owner_comes(db: Database) -> None:
    async with change(db, by=SYSTEM, what="set up", now=NOW) as tx:
        family = await groups.add(tx, name="Nhà", zone="Asia/Ho_Chi_Minh", language="vi")
        await adults.add(
            tx,
            name="Ana",
            email="ana@example.com",
            password_hash="x",
            language="vi",
            group_id=family.id,
            role=Role.OWNER,
        )


async def test_the_code_opens_however_it_is_typed_and_another_does_not(db) -> None:
    code = SetupCode()
    shown = await code.renew(db)
    assert len(shown) == 8
    assert code.verify(shown)
    assert code.verify(f" {shown[:4].lower()}-{shown[4:].lower()} ")
    assert not code.verify("22222222")
    assert not code.verify("")


async def test_only_a_hash_is_kept(db) -> None:
    shown = await SetupCode().renew(db)
    async with db.read() as connection:
        kept = await facts.find(connection, KEY)
    assert kept
    assert shown not in kept


async def test_a_new_code_made_elsewhere_replaces_the_one_before(db) -> None:
    panels = SetupCode()
    first = await panels.renew(db)
    second = await SetupCode().renew(db)
    await panels.refresh(db)
    assert panels.verify(second)
    assert not panels.verify(first)


async def test_no_code_opens_once_there_is_an_owner(db) -> None:
    code = SetupCode()
    shown = await code.renew(db)
    assert not await has_owner(db)
    await an_owner_comes(db)
    assert await has_owner(db)
    await code.refresh(db)
    assert not code.verify(shown)
