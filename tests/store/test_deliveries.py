"""Deliveries on both databases: a matter once, a claim for one, and what goes with whom."""

import asyncio
from datetime import datetime, timedelta

from rules.alerts import Level
from rules.telling import Kind, Matter, Quiet, Wants
from store import channels, deliveries, erasing, retention
from store.change import change
from store.channels import Channel, Owner, Way
from store.database import Database
from store.deliveries import State
from tests.store.family import Family


async def channel_of(db: Database, family: Family, now: datetime, **more: object) -> Channel:
    given = {"way": Way.MAIL, "name": "Mail", "target": "a@b.c", "shown": "a@b.c"} | more
    async with db.write() as connection:
        owner = Owner(family.ana.id)
        return await channels.add(connection, owner, wants=Wants(), now=now, **given)


def ask(family: Family, now: datetime, key: str = "ask:1") -> Matter:
    return Matter(Kind.ASK, key, now, family.mia.id, about={"scope": "everything", "minutes": 15})


async def put(db: Database, channel: Channel, matter: Matter, now: datetime) -> bool:
    async with db.write() as connection:
        added = await deliveries.add(connection, channel.id, matter, due=now, now=now)
    return added is not None


async def test_a_matter_goes_over_a_channel_once(
    db: Database, family: Family, now: datetime
) -> None:
    mail = await channel_of(db, family, now)
    other = await channel_of(db, family, now, target="x@y.z")
    put_on = [await put(db, each, ask(family, now), now) for each in (mail, mail, other)]
    assert put_on == [True, False, True]
    async with db.read() as connection:
        known = await deliveries.known(connection, ["ask:1", "ask:2"])
    assert known == {(mail.id, "ask:1"), (other.id, "ask:1")}


async def test_of_two_workers_one_gets_each_delivery(
    db: Database, family: Family, now: datetime
) -> None:
    mail = await channel_of(db, family, now)
    for number in range(20):
        await put(db, mail, ask(family, now, f"ask:{number}"), now)
    claimed = await asyncio.gather(*(deliveries.claim(db, now) for _ in range(4)))
    everything = [each.id for part in claimed for each in part]
    assert len(everything) == len(set(everything)) == 20
    assert await deliveries.claim(db, now) == []


async def test_a_crisis_comes_first_and_what_is_not_due_waits(
    db: Database, family: Family, now: datetime
) -> None:
    mail = await channel_of(db, family, now)
    await put(db, mail, ask(family, now), now)
    await put(db, mail, ask(family, now, "ask:2"), now + timedelta(minutes=1))
    about = {"category": "selfharm", "level": Level.URGENT.value}
    await put(db, mail, Matter(Kind.ALERT, "alert:1", now, family.mia.id, about=about), now)
    assert [each.matter for each in await deliveries.claim(db, now)] == ["alert:1", "ask:1"]


async def test_what_is_said_of_a_child_goes_with_the_child_and_a_channel_takes_all_along(
    db: Database, family: Family, now: datetime
) -> None:
    mail = await channel_of(db, family, now)
    await put(db, mail, ask(family, now), now)
    await put(db, mail, Matter(Kind.TEST, "test:1", now), now)
    async with change(db, by=family.ana, what="removed", now=now) as tx:
        await erasing.erase(tx, family.mia.id)
    async with db.read() as connection:
        left = await deliveries.of_adult(connection, family.ana.id)
    assert [each.kind for each in left] == [Kind.TEST]
    async with db.write() as connection:
        await channels.remove(connection, mail.id)
        assert await deliveries.of_adult(connection, family.ana.id) == []


async def test_a_channel_comes_back_as_it_was_and_the_same_target_is_renewed(
    db: Database, family: Family, now: datetime
) -> None:
    first = await channel_of(db, family, now)
    again = await channel_of(db, family, now, name="Other")
    assert again.id == first.id
    async with db.write() as connection:
        await channels.alter(connection, first.id, name="X", wants=Wants(kinds=frozenset()))
        [kept] = await channels.of_adult(connection, family.ana.id)
        assert (kept.name, kept.wants.kinds, kept.target) == ("X", frozenset(), "a@b.c")
        night = Quiet(since=1260, until=360)
        await channels.set_quiet(connection, family.ana.id, night)
        await channels.set_quiet(connection, family.ana.id, night)
        assert await channels.quiet_of(connection, family.ana.id) == night
        await channels.set_quiet(connection, family.ana.id, None)
        assert await channels.quiet_of(connection, family.ana.id) is None


async def test_what_was_sent_is_forgotten_after_a_month(
    db: Database, family: Family, now: datetime
) -> None:
    mail = await channel_of(db, family, now)
    await put(db, mail, ask(family, now), now)
    [claimed] = await deliveries.claim(db, now)
    async with db.write() as connection:
        await deliveries.settle(connection, [claimed.id], State.SENT, now=now)
    await retention.forget_older(db, now + timedelta(days=29), 90, 30)
    async with db.read() as connection:
        assert len(await deliveries.of_adult(connection, family.ana.id)) == 1
    await retention.forget_older(db, now + timedelta(days=31), 90, 30)
    async with db.read() as connection:
        assert await deliveries.of_adult(connection, family.ana.id) == []
