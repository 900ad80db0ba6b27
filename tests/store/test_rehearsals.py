"""What a rehearsal reads of thirty days: visits, minutes, grants, minutes added."""

from datetime import date, timedelta

from rules.minutes import mark
from rules.rehearsal import begin
from rules.verdict import Layer
from store import earned, grants, rehearsals, spent
from store.change import change
from store.journal import Journal
from tests.kit.lived import DAYS, DRAFT, HOSTS, ROWS, ZONE, agree, known, live
from tests.store.family import BLOCKED, note


async def read(db, child, last: date, count: int, zone: str = ZONE):
    async with db.read() as connection:
        found = rehearsals.days(connection, child.id, last=last, count=count, zone=zone)
        return [day async for day in found]


async def test_days_are_local_and_hold_what_was_seen_in_order(db, family, now, tmp_path) -> None:
    journal = Journal(db, spool=tmp_path, clock=lambda: now, worker="t/1")
    # The child's Monday ends at 17:00 in UTC.
    monday, tuesday = now.replace(hour=16, minute=59), now.replace(hour=17, minute=0)
    journal.note(note(tuesday, "late.example", child=family.mia.id))
    journal.note(note(monday, "early.example", child=family.mia.id, visits=3, category="games"))
    journal.note(note(monday, "no.example", child=family.mia.id, verdict=BLOCKED))
    journal.note(note(monday, "theirs.example", child=family.leo.id))
    await journal.flush()
    async with db.write() as connection:
        await spent.merge(connection, {(family.mia.id, now.date(), "everything"): mark(0, 1439)})
    first, second = await read(db, family.mia, now.date() + timedelta(days=1), 2)
    assert (first.day, second.day) == (now.date(), now.date() + timedelta(days=1))
    stamp = int(monday.timestamp()) // 60
    assert sorted(first.seen) == [
        (stamp, "early.example", "games", "", 3, False),
        (stamp, "no.example", "", "", 1, True),
    ]
    assert [seen.host for seen in second.seen] == ["late.example"]
    assert (first.minutes, second.minutes) == ({"everything": 1 << 1439}, {})


async def test_thirty_days_of_a_busy_family_are_rehearsed_day_by_day(db, family, now) -> None:
    await live(db, family.mia.id, now)
    await agree(db, family.mia.id, now)
    hosts = {f"h{number}.example": known(number) for number in range(HOSTS)}
    layers = tuple((layer, DRAFT) for layer in (Layer.CITY, Layer.FAMILY, Layer.CHILD))
    rehearser = begin(layers, ZONE, hosts.__getitem__)
    days = await read(db, family.mia, now.date(), DAYS)
    for day in days:
        rehearser.day(day)
    found = rehearser.result()
    assert len(found.days) == DAYS
    assert found.visits > 0.9 * ROWS
    assert {cause.reason for cause in found.causes} == {"hours", "allowance", "category"}
    assert all(len(day.grants) >= 2 and len(day.credits) == 1 for day in days)


async def test_a_day_knows_its_grants_and_gifts_and_no_others(db, family, now) -> None:
    yesterday = now - timedelta(days=1)
    async with change(db, by=family.ana, what="x", now=now) as tx:
        late = await grants.give(
            tx, family.mia.id, since=yesterday, until=now, scope="category:games"
        )
        await grants.give(tx, family.leo.id, since=yesterday, until=now)
        gift = await earned.credit(tx, family.mia.id, day=now.date(), minutes=15)
    days = await read(db, family.mia, now.date() + timedelta(days=1), 3)
    assert [[grant.id for grant in day.grants] for day in days] == [[late.id], [late.id], []]
    assert [day.credits for day in days] == [(), (gift,), ()]
