"""Devices nobody knows, in the memory: seen, called a guest's, forgotten."""

from datetime import timedelta

import pytest

from store import devices, retention, strangers
from store.change import change
from store.devices import Sighting
from store.errors import NotFound
from store.strangers import KEPT, id_of

HERE = "192.168.1.33"


async def pass_by(db, at, address=HERE, card=""):
    async with db.write() as store:
        sighting = Sighting(id_of(address), at, address, stranger=True, card=card)
        return await devices.record(store, [sighting])


async def all_of(db):
    async with db.read() as store:
        return await strangers.list_all(store)


async def test_a_stranger_is_kept_once_with_when_it_came_first_and_last(db, now):
    await pass_by(db, now, card="aa:bb:cc:dd:ee:ff")
    moved = await pass_by(db, now + timedelta(hours=1))
    await pass_by(db, now - timedelta(hours=1))
    [found] = await all_of(db)
    assert (found.first, found.seen) == (now, now + timedelta(hours=1))
    assert (found.card, found.guest) == ("aa:bb:cc:dd:ee:ff", False)
    assert not moved, "a stranger changes no rules"


async def test_strangers_and_known_devices_of_one_batch_are_told_apart(db, family, now):
    async with db.write() as store:
        known = Sighting(family.tablet.id, now, "192.168.1.9")
        stranger = Sighting(id_of(HERE), now, HERE, stranger=True)
        await devices.record(store, [known, stranger])
        tablet = await devices.get(store, family.tablet.id)
    assert tablet.seen == now
    assert [each.address for each in await all_of(db)] == [HERE]


async def test_a_guest_stays_a_guest_when_it_comes_again(db, family, now):
    await pass_by(db, now)
    async with change(db, by=family.ana, what="guest", now=now) as tx:
        await strangers.welcome(tx, HERE)
    await pass_by(db, now + timedelta(days=1))
    assert [each.guest for each in await all_of(db)] == [True]
    with pytest.raises(NotFound):
        async with change(db, by=family.ana, what="guest", now=now) as tx:
            await strangers.welcome(tx, "192.168.1.99")


async def test_who_stays_away_is_forgotten(db, now):
    await pass_by(db, now)
    await retention.forget_older(db, now + KEPT, 90, 30)
    assert len(await all_of(db)) == 1
    await retention.forget_older(db, now + KEPT + timedelta(minutes=1), 90, 30)
    assert await all_of(db) == []
