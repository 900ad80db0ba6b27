"""Secrets that have to be read again lie sealed in the database, with a key that is not in it."""

import asyncio
from datetime import datetime
from pathlib import Path
from uuid import UUID

import pytest
import sqlalchemy as sa

from rules.telling import Wants
from store import adults, channels, erasing, half_steps, second_steps
from store.adults import Role
from store.change import SYSTEM, change
from store.channels import Owner, Way
from store.database import Connection, Database
from store.half_steps import Kind
from store.sealing import Seal, Unreadable, is_sealed
from store.tables import channels as channels_table
from store.tables import metadata, one_time_codes
from tests.kit.databases import SEAL
from tests.store.family import Family

TELEGRAM = "tgram://123456789:AbCdEfGhIjKlMnOp/12315544/"
APP = "JBSWY3DPEHPK3PXPJBSWY3DPEHPK3PXP"
BEGUN = "KRSXG5CTMVRXEZLUKRSXG5CTMVRXEZLU"
OTHER = Seal(b"another key, as long as it has to")


async def fill(connection: Connection, adult_id: UUID, now: datetime) -> None:
    about = {"name": "Telegram", "shown": "Telegram", "wants": Wants(), "now": now}
    await channels.add(connection, Owner(adult_id), way=Way.OUTSIDE, target=TELEGRAM, **about)
    await second_steps.set_app(connection, adult_id, APP, step=1, now=now)
    await half_steps.begin(
        connection, Kind.CODES_NEW, now=now, adult_id=adult_id, data=BEGUN.encode()
    )


async def everything_in(db: Database) -> bytes:
    """Return what somebody finds who steals the database: its files, or each column of each row."""
    if db.is_sqlite:
        return await asyncio.to_thread(_files, Path(str(db.url.database)))
    async with db.read() as connection:
        rows = [await connection.execute(sa.select(table)) for table in metadata.sorted_tables]
        return repr([list(each) for each in rows]).encode()


def _files(path: Path) -> bytes:
    return path.read_bytes() + path.with_name(f"{path.name}-wal").read_bytes()


async def secrets_of(connection: Connection, adult_id: UUID) -> tuple[str, str]:
    """Read what an adult's channel and app need."""
    [channel] = await channels.of_adult(connection, adult_id)
    app = (await second_steps.of_adult(connection, adult_id)).app
    assert app is not None
    return channel.target, app.secret


@pytest.fixture
def ana(family: Family) -> UUID:
    assert family.ana.id
    return family.ana.id


async def test_nothing_secret_stands_in_the_database_and_all_of_it_can_be_read(
    db: Database, ana: UUID, now: datetime
):
    async with db.write() as connection:
        await fill(connection, ana, now)
    found = await everything_in(db)
    assert b"Telegram" in found
    for secret in (TELEGRAM, "AbCdEfGhIjKlMnOp", APP, BEGUN):
        assert secret.encode() not in found
        assert secret.encode().hex().encode() not in found
    async with db.read() as connection:
        [channel] = await channels.of_adult(connection, ana)
        held = await second_steps.of_adult(connection, ana)
    assert channel.target == TELEGRAM
    assert held.app is not None
    assert held.app.secret == APP
    assert TELEGRAM not in repr(channel)
    assert APP not in repr(held)


async def test_what_was_written_before_is_sealed_when_the_database_is_opened(
    db: Database, url: str, ana: UUID, now: datetime
):
    async with db.write() as connection:
        await fill(connection, ana, now)
        await connection.execute(sa.update(channels_table).values(target=TELEGRAM, digest=b"old"))
        await connection.execute(sa.update(one_time_codes).values(secret=APP))
    assert APP.encode() in await everything_in(db)
    again = await Database.open(url, SEAL)
    try:
        async with again.read() as connection:
            [row] = (await connection.execute(sa.select(channels_table))).all()
            [channel] = await channels.of_adult(connection, ana)
            held = await second_steps.of_adult(connection, ana)
        assert is_sealed(row.target)
        assert channel.target == TELEGRAM
        assert held.app is not None
        assert held.app.secret == APP
        async with again.write() as connection:
            # The same address is known again, and does not stand there twice.
            await fill(connection, ana, now)
            assert len(await channels.of_adult(connection, ana)) == 1
        await db.close()
        assert await erasing.scrub_left(again) == 1
        found = await everything_in(again)
        assert APP.encode() not in found
        assert TELEGRAM.encode() not in found
    finally:
        await again.close()


async def test_another_key_opens_nothing_and_no_key_does_not_either(
    db: Database, url: str, ana: UUID, now: datetime
):
    async with db.write() as connection:
        await fill(connection, ana, now)
    for seal in (OTHER, None):
        other = await Database.open(url, seal)
        try:
            async with other.read() as connection:
                with pytest.raises(Unreadable):
                    await secrets_of(connection, ana)
        finally:
            await other.close()


async def test_a_secret_put_into_another_adults_row_cannot_be_read_there(
    db: Database, family: Family, ana: UUID, now: datetime
):
    about = {"password_hash": "-", "language": "vi", "group_id": family.home.id}
    async with change(db, by=SYSTEM, what="added", now=now) as tx:
        ben = await adults.add(tx, name="Ben", email="b@b.c", role=Role.PARENT, **about)
        await second_steps.set_app(tx.connection, ana, APP, step=1, now=now)
        await tx.connection.execute(sa.update(one_time_codes).values(adult_id=ben.id))
        moved = (await second_steps.of_adult(tx.connection, ben.id)).app
    assert moved is not None
    with pytest.raises(Unreadable):
        assert moved.secret


def test_what_was_never_sealed_is_not_taken_for_a_secret():
    for text in ("", "sealed:", "sealed:AAAA", APP):
        with pytest.raises(Unreadable):
            SEAL.open(text, "somewhere")
