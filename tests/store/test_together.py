"""What is done for several children in one change, on both databases."""

from datetime import datetime, timedelta

from rules.policy import Choice, Policy
from store import grants, ledger, policies
from store.change import SYSTEM, change
from store.database import Database
from tests.store.family import Family

CHANGED = Policy(categories={"games": Choice.BLOCK})


async def test_policies_of_several_are_read_and_saved_each_after_its_own_number(
    db: Database, family: Family, now: datetime
) -> None:
    owners = [child.id for child in (family.mia, family.leo)]
    async with change(db, by=SYSTEM, what="changed one", now=now) as tx:
        await policies.save(tx, owners[0], CHANGED)
    async with change(db, by=SYSTEM, what="changed {child}", now=now) as tx:
        tx.about = {owner: {"child": str(number)} for number, owner in enumerate(owners)}
        before = await policies.current_of(tx.connection, owners)
        await policies.save_each(
            tx,
            {owner: (before[owner].number if owner in before else 0, Policy()) for owner in owners},
        )
    async with db.read() as connection:
        after = await policies.current_of(connection, owners)
        earlier = await policies.numbered(
            connection, {owner: version.number - 1 for owner, version in after.items()}
        )
        lines = await ledger.lines(connection, limit=2)
        assert await ledger.first_broken(connection) is None
    assert earlier[owners[0]] == CHANGED
    assert [after[owner].values for owner in owners] == [{"child": "0"}, {"child": "1"}]
    assert {line.child_id for line in lines} == set(owners)
    assert len({line.revision for line in lines}) == 1


async def test_what_was_ended_goes_on_only_for_as_long_as_it_was_meant_to(
    db: Database, family: Family, now: datetime
) -> None:
    later = now + timedelta(minutes=10)
    async with change(db, by=SYSTEM, what="gave", now=now) as tx:
        long = await grants.give(tx, family.mia.id, until=now + timedelta(hours=1))
        await grants.give(tx, family.mia.id, until=now + timedelta(minutes=15))
    async with change(db, by=SYSTEM, what="paused", now=later) as tx:
        await grants.end_all(tx, [family.mia.id, family.leo.id])
    async with change(db, by=SYSTEM, what="back", now=later + timedelta(minutes=6)) as tx:
        await grants.take_up(tx, [family.mia.id], later)
        await grants.take_up(tx, [family.mia.id], now)
    async with db.read() as connection:
        assert await grants.running(connection, now=later + timedelta(minutes=6)) == [long]
