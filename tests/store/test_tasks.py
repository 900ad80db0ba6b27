"""Tasks, credits and exchanges in the memory."""

from datetime import timedelta

import pytest

from rules.earn import TaskState, earned
from store import earned as minutes
from store import erasing, household, tasks
from store.change import Actor, ActorKind, change
from store.errors import Impossible, NotFound, NotYours


def child(who) -> Actor:
    return Actor(ActorKind.CHILD, who.name, who.id)


async def set_task(db, family, now, **more):
    async with change(db, by=family.ana, what="set a task", now=now) as tx:
        return await tasks.add(
            tx, family.mia.id, title="Dishes", minutes=15, scope="category:games", **more
        )


async def rules_of(db, who, now):
    async with db.read() as connection:
        home = await household.load(connection, now=now)
    return next(one for one in home.children if one.id == who.id)


async def test_a_task_done_and_confirmed_adds_its_minutes_to_that_day(db, family, now) -> None:
    task = await set_task(db, family, now)
    async with change(db, by=child(family.mia), what="did a task", now=now) as tx:
        assert (await tasks.done(tx, task.id)).state is TaskState.DONE
    assert (await rules_of(db, family.mia, now)).credits == ()
    async with change(db, by=family.ana, what="confirmed", now=now) as tx:
        kept, credit = await tasks.confirm(tx, task.id)
    assert (kept.state, credit.why, credit.by) == (TaskState.CONFIRMED, "Dishes", "Ana")
    mia = await rules_of(db, family.mia, now)
    today = now.date()
    assert earned(mia.credits, mia.exchanges, today, {}) == {"category:games": 15}
    assert earned(mia.credits, mia.exchanges, today + timedelta(days=1), {}) == {}


async def test_a_task_earns_once_and_a_daily_one_once_a_day(db, family, now) -> None:
    once, daily = await set_task(db, family, now), await set_task(db, family, now, daily=True)
    for task in (once, daily):
        async with change(db, by=family.ana, what="confirmed", now=now) as tx:
            await tasks.confirm(tx, task.id)
        with pytest.raises(Impossible):
            async with change(db, by=family.ana, what="confirmed", now=now) as tx:
                await tasks.confirm(tx, task.id)
    tomorrow = now + timedelta(days=1)
    async with db.read() as connection:
        listed = await tasks.list_of(connection, family.mia.id, now=tomorrow)
    assert [task.state for task in listed] == [TaskState.CONFIRMED, TaskState.OPEN]
    async with change(db, by=family.ana, what="confirmed", now=tomorrow) as tx:
        await tasks.confirm(tx, daily.id)
    async with db.read() as connection:
        kept = await minutes.credits_of(
            connection, family.mia.id, first=now.date(), last=tomorrow.date()
        )
    assert [credit.minutes for credit in kept] == [15, 15, 15]


async def test_only_the_child_says_it_is_done_and_only_an_adult_confirms(db, family, now) -> None:
    task = await set_task(db, family, now)
    with pytest.raises(NotYours):
        async with change(db, by=child(family.leo), what="did a task", now=now) as tx:
            await tasks.done(tx, task.id)
    with pytest.raises(Impossible):
        async with change(db, by=child(family.mia), what="confirmed", now=now) as tx:
            await tasks.confirm(tx, task.id)
    async with change(db, by=child(family.mia), what="did a task", now=now) as tx:
        await tasks.done(tx, task.id)
    async with change(db, by=family.ana, what="sent back", now=now) as tx:
        assert (await tasks.send_back(tx, task.id)).state is TaskState.OPEN
    async with change(db, by=family.ana, what="removed", now=now) as tx:
        await tasks.remove(tx, task.id)
    with pytest.raises(NotFound):
        async with change(db, by=family.ana, what="removed", now=now) as tx:
            await tasks.remove(tx, task.id)


async def test_an_exchange_is_one_for_each_pair_and_reaches_the_doors(db, family, now) -> None:
    async def exchange(most: int):
        async with change(db, by=family.ana, what="set an exchange", now=now) as tx:
            return await minutes.set_exchange(
                tx,
                family.mia.id,
                source="category:learning",
                target="category:games",
                give=2,
                get=1,
                most=most,
            )

    await exchange(60)
    kept = await exchange(30)
    mia = await rules_of(db, family.mia, now)
    assert mia.exchanges == (kept,)
    learned = {"category:learning": 200}
    assert earned(mia.credits, mia.exchanges, now.date(), learned) == {"category:games": 30}
    with pytest.raises(NotFound):
        async with change(db, by=family.ana, what="ended", now=now) as tx:
            await minutes.end_exchange(tx, family.leo.id, kept.id)
    async with change(db, by=family.ana, what="ended", now=now) as tx:
        await minutes.end_exchange(tx, family.mia.id, kept.id)
    assert (await rules_of(db, family.mia, now)).exchanges == ()


async def test_with_a_child_go_its_tasks_and_minutes(db, family, now) -> None:
    task = await set_task(db, family, now)
    async with change(db, by=family.ana, what="confirmed", now=now) as tx:
        await tasks.confirm(tx, task.id)
    async with change(db, by=family.ana, what="removed", now=now) as tx:
        await erasing.erase(tx, family.mia.id)
    async with db.read() as connection:
        assert await minutes.credits_near(connection, now=now) == {}
        with pytest.raises(NotFound):
            await tasks.get(connection, task.id)
