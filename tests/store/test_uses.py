"""Shared devices in the memory: who uses one, for how long, and the PINs."""

from datetime import timedelta

import pytest

from store import children, devices, erasing, household, uses
from store.change import change
from store.devices import Sighting
from store.errors import Impossible, NotYours
from store.uses import IDLE, LONGEST


async def shared(db, family, now):
    """Make the tablet one that Mia and Leo share, and that asks."""
    async with change(db, by=family.ana, what="shared", now=now) as tx:
        await devices.alter(
            tx,
            family.tablet.id,
            name="Tablet",
            kind="tablet",
            system="ios",
            child_ids=[family.mia.id, family.leo.id],
        )
        await uses.set_asking(tx, family.tablet.id, asks=True)


async def begin(db, family, now, child=None):
    async with change(db, by=family.ana, what="begin", now=now) as tx:
        await uses.begin(tx, family.tablet.id, (child or family.mia).id)


async def tablet(db, family, now):
    """Return the tablet as a door sees it."""
    async with db.read() as store:
        home = await household.load(store, now=now)
    return next(each for each in home.devices if each.id == family.tablet.id)


async def see(db, family, at):
    async with db.write() as store:
        return await devices.record(store, [Sighting(family.tablet.id, at, "10.0.0.9")])


async def test_a_shared_device_asks_until_a_child_says_who_it_is(db, family, now):
    await shared(db, family, now)
    assert (await tablet(db, family, now)).is_anonymous
    await begin(db, family, now)
    used = await tablet(db, family, now)
    assert (used.user_id, used.is_anonymous) == (family.mia.id, False)


async def test_a_use_ends_by_itself_when_the_device_was_silent(db, family, now):
    await shared(db, family, now)
    await begin(db, family, now)
    assert (await tablet(db, family, now + IDLE - timedelta(seconds=1))).user_id == family.mia.id
    assert (await tablet(db, family, now + IDLE)).user_id is None


async def test_a_device_in_use_stays_its_users_without_moving_the_revision_all_the_time(
    db, family, now
):
    await shared(db, family, now)
    await begin(db, family, now)
    moved = [await see(db, family, now + timedelta(minutes=each)) for each in range(0, 60, 2)]
    assert (await tablet(db, family, now + timedelta(minutes=75))).user_id == family.mia.id
    assert sum(moved) <= 4


async def test_a_use_that_ended_is_not_brought_back_by_traffic(db, family, now):
    await shared(db, family, now)
    await begin(db, family, now)
    await see(db, family, now + IDLE + timedelta(minutes=1))
    assert (await tablet(db, family, now + IDLE + timedelta(minutes=2))).user_id is None


async def test_however_busy_once_a_day_somebody_says_again_who_they_are(db, family, now):
    await shared(db, family, now)
    await begin(db, family, now)
    for each in range(0, 14 * 60, 10):
        await see(db, family, now + timedelta(minutes=each))
    assert (await tablet(db, family, now + LONGEST - timedelta(minutes=1))).user_id
    assert (await tablet(db, family, now + LONGEST)).user_id is None


async def test_only_a_child_of_the_device_may_use_it(db, family, now):
    await shared(db, family, now)
    async with change(db, by=family.ana, what="third", now=now) as tx:
        tom = await children.add(
            tx, group_id=family.home.id, name="Tom", birth_year=2015, language="vi"
        )
    with pytest.raises(NotYours):
        await begin(db, family, now, tom)
    assert (await tablet(db, family, now)).is_anonymous


async def test_a_device_that_does_not_ask_has_no_user_to_be_said(db, family, now):
    with pytest.raises(Impossible):
        await begin(db, family, now)


async def test_who_is_taken_off_a_device_no_longer_uses_it(db, family, now):
    await shared(db, family, now)
    await begin(db, family, now)
    async with change(db, by=family.ana, what="less", now=now) as tx:
        await devices.alter(
            tx,
            family.tablet.id,
            name="Tablet",
            kind="tablet",
            system="ios",
            child_ids=[family.leo.id, (await _tom(tx, family)).id],
        )
    assert (await tablet(db, family, now)).user_id is None


async def test_a_removed_child_leaves_no_pin_and_no_use_behind(db, family, now):
    await shared(db, family, now)
    async with change(db, by=family.ana, what="pin", now=now) as tx:
        await uses.set_pin(tx, family.mia.id, "hash")
    await begin(db, family, now)
    async with change(db, by=family.ana, what="removed", now=now) as tx:
        await erasing.erase(tx, family.mia.id)
    async with db.read() as store:
        assert await uses.pins_of(store, [family.mia.id]) == {}
        assert (await uses.all_of(store))[family.tablet.id].child_id is None


async def test_a_pin_is_replaced_and_taken_away(db, family, now):
    for given, kept in (("one", "one"), ("two", "two"), ("", None)):
        async with change(db, by=family.ana, what="pin", now=now) as tx:
            await uses.set_pin(tx, family.mia.id, given)
        async with db.read() as store:
            assert (await uses.pins_of(store, [family.mia.id])).get(family.mia.id) == kept


async def _tom(tx, family):
    return await children.add(
        tx, group_id=family.home.id, name="Tom", birth_year=2015, language="vi"
    )
