"""What must not be given away is kept as digests: shown as entered, never as it was."""

import pytest

from rules.details import Kind, digests, find, finder
from store import details, erasing, household
from store.change import change
from store.errors import Impossible, NotFound

KEY = b"k" * 32
PHONE = "0912 345 678"


async def enter(db, family, now, kind=Kind.PHONE, text=PHONE):
    async with change(db, by=family.ana, what="x", now=now) as tx:
        return await details.add(tx, family.leo.id, kind, digests(KEY, kind, text))


async def test_a_detail_reaches_the_doors_as_digests(db, family, now) -> None:
    entered = await enter(db, family, now)
    async with db.read() as connection:
        home = await household.load(connection, now=now)
        assert await details.list_of(connection, family.leo.id) == [entered]
        assert await details.list_of(connection, family.mia.id) == []
    leo = next(child for child in home.children if child.id == family.leo.id)
    assert find(finder(KEY, leo.details), "+84912345678") == {Kind.PHONE}
    assert "912345678" not in home.model_dump_json()


async def test_the_same_detail_is_entered_once(db, family, now) -> None:
    await enter(db, family, now)
    with pytest.raises(Impossible):
        await enter(db, family, now, text="+84 912 345 678")


async def test_a_detail_is_removed_and_goes_with_the_child(db, family, now) -> None:
    entered = await enter(db, family, now)
    async with change(db, by=family.ana, what="x", now=now) as tx:
        with pytest.raises(NotFound):
            await details.remove(tx, family.mia.id, entered.id)
        await details.remove(tx, family.leo.id, entered.id)
    await enter(db, family, now)
    async with change(db, by=family.ana, what="x", now=now) as tx:
        await erasing.erase(tx, family.leo.id)
    async with db.read() as connection:
        assert await details.of_all(connection) == {}
