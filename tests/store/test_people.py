from dataclasses import replace
from datetime import date, datetime, timedelta

import pytest
import sqlalchemy as sa

from rules.policy import Choice, Policy
from rules.verdict import Layer
from store import (
    adults,
    children,
    devices,
    facts,
    grants,
    groups,
    household,
    letters,
    policies,
    sessions,
    spent,
)
from store.change import SYSTEM, change
from store.database import Database
from store.devices import Sighting
from store.errors import Conflict, NotFound, StoreError, Taken
from store.ids import new_id
from store.tables import sessions as sessions_table
from tests.store.family import Family


async def test_a_group_needs_a_zone_that_exists(db: Database, now: datetime) -> None:
    with pytest.raises(ValueError, match="time zone"):
        async with change(db, by=SYSTEM, what="x", now=now) as tx:
            await groups.add(tx, name="Nhà", zone="Asia/Haiphong", language="vi")
    with pytest.raises(ValueError, match="kind of group"):
        async with change(db, by=SYSTEM, what="x", now=now) as tx:
            await groups.add(tx, name="Nhà", zone="UTC", language="vi", kind="castle")


async def test_a_group_changes_its_name_and_keeps_its_id(
    db: Database, family: Family, now: datetime
) -> None:
    async with change(db, by=family.ana, what="renamed", now=now) as tx:
        changed = await groups.alter(tx, family.home.id, name="Home", zone="UTC", language="en")
    assert changed == replace(family.home, name="Home", zone="UTC", language="en")
    async with db.read() as connection:
        assert await groups.list_all(connection) == [changed]
        with pytest.raises(NotFound):
            await groups.get(connection, new_id())


async def test_an_adult_is_found_however_the_address_is_written(
    db: Database, family: Family, now: datetime
) -> None:
    async with db.read() as connection:
        found = await adults.find_by_email(connection, " ANA@nha.EXAMPLE ")
        assert found is not None
        assert found == await adults.get(connection, found.id)
        assert await adults.find_by_email(connection, "carl@nha.example") is None
        with pytest.raises(NotFound):
            await adults.get(connection, new_id())
    assert found.roles == {family.home.id: adults.Role.OWNER}


async def test_two_adults_cannot_share_an_address(
    db: Database, family: Family, now: datetime
) -> None:
    with pytest.raises(Taken):
        async with change(db, by=family.ana, what="invited", now=now) as tx:
            await adults.add(
                tx,
                name="Ben",
                email="ANA@nha.example",
                password_hash="h",
                language="vi",
                group_id=family.home.id,
                role=adults.Role.PARENT,
            )
    async with db.read() as connection:
        assert len(await adults.list_all(connection)) == 1


async def test_an_adult_changes_only_what_is_given(
    db: Database, family: Family, now: datetime
) -> None:
    assert family.ana.id
    async with change(db, by=family.ana, what="changed", now=now) as tx:
        changed = await adults.alter(tx, family.ana.id, language="en")
    assert (changed.name, changed.language, changed.password_hash) == ("Ana", "en", "hash")


async def test_two_children_of_a_family_cannot_share_a_name(
    db: Database, family: Family, now: datetime
) -> None:
    with pytest.raises(Taken):
        async with change(db, by=family.ana, what="added", now=now) as tx:
            await children.add(
                tx, group_id=family.home.id, name="Mia", birth_year=2020, language="vi"
            )
    with pytest.raises(Taken):
        async with change(db, by=family.ana, what="renamed", now=now) as tx:
            await children.alter(
                tx, family.leo.id, name="Mia", birth_year=2012, language="vi", colour="red"
            )


async def test_a_childs_particulars_change(db: Database, family: Family, now: datetime) -> None:
    async with change(db, by=family.ana, what="changed", now=now) as tx:
        changed = await children.alter(
            tx, family.mia.id, name="Mia", birth_year=2018, language="en", colour="pink"
        )
    assert changed == replace(family.mia, birth_year=2018, language="en", colour="pink")
    async with db.read() as connection:
        assert await children.list_all(connection) == [changed, family.leo]
        assert await children.list_all(connection, group_ids=[new_id()]) == []


async def test_each_device_gets_the_lowest_free_port(
    db: Database, family: Family, now: datetime
) -> None:
    assert (family.tablet.port, family.phone.port) == (9001, 9002)
    async with change(db, by=family.ana, what="swapped", now=now) as tx:
        await devices.remove(tx, family.tablet.id)
        console = await devices.add(
            tx, name="Switch", kind="console", system="other", child_ids=[], first_port=9001
        )
    assert console.port == 9001
    with pytest.raises(StoreError, match="no free port"):  # noqa: PT012 - it is the block that fails
        async with change(db, by=family.ana, what="too many", now=now) as tx:
            for _ in range(2):
                await devices.add(
                    tx, name="TV", kind="tv", system="other", child_ids=[], first_port=65_535
                )


async def test_a_device_may_belong_to_several_children(
    db: Database, family: Family, now: datetime
) -> None:
    both = [family.leo.id, family.mia.id]
    async with change(db, by=family.ana, what="shared", now=now) as tx:
        shared = await devices.alter(
            tx,
            family.tablet.id,
            name="Family tablet",
            kind="tablet",
            system="android",
            child_ids=both,
        )
    assert shared.child_ids == tuple(both)
    async with db.read() as connection:
        mine = await devices.list_all(connection, child_id=family.leo.id)
        assert [device.name for device in mine] == ["Family tablet", "Phone"]


async def test_an_address_and_a_card_belong_to_one_device(
    db: Database, family: Family, now: datetime
) -> None:
    marks = {"address": "192.168.1.20", "card": "02:68:64:00:00:02"}
    async with change(db, by=family.ana, what="marks", now=now) as tx:
        known = await devices.set_marks(tx, family.tablet.id, **marks)
        await devices.set_marks(tx, family.tablet.id, **marks)
    assert (known.address, known.card) == tuple(marks.values())
    phone = next(it for it in await _devices(db) if it.id != family.tablet.id)
    for mark, taken in marks.items():
        given = {"address": "", "card": "", mark: taken}
        with pytest.raises(Taken):
            async with change(db, by=family.ana, what="marks", now=now) as tx:
                await devices.set_marks(tx, phone.id, **given)
    async with db.read() as connection:
        home = await household.load(connection, now=now)
    found = {device.id: device.card for device in home.devices}
    assert found[family.tablet.id] == marks["card"]


async def _devices(db: Database) -> list[devices.Device]:
    async with db.read() as connection:
        return await devices.list_all(connection)


async def test_a_proxy_user_name_belongs_to_one_device(
    db: Database, family: Family, now: datetime
) -> None:
    async with change(db, by=family.ana, what="credentials", now=now) as tx:
        device = await devices.set_credentials(
            tx, family.tablet.id, username="mia", password_key="key"
        )
        assert (device.username, device.password_key) == ("mia", "key")
        await devices.set_credentials(tx, family.tablet.id, username="mia", password_key="new")
    with pytest.raises(Taken):
        async with change(db, by=family.ana, what="credentials", now=now) as tx:
            await devices.set_credentials(tx, family.phone.id, username="mia", password_key="key")


async def test_what_a_door_saw_of_a_device_is_kept_newest_first(
    db: Database, family: Family, now: datetime
) -> None:
    tablet = family.tablet.id
    later = now + timedelta(seconds=5)
    async with db.write() as connection:
        seen = [
            Sighting(tablet, later, "10.0.0.2"),
            Sighting(tablet, now, "10.0.0.1", trusts_ca=True),
        ]
        assert await devices.record(connection, seen)
        assert not await devices.record(connection, [Sighting(tablet, now, "10.0.0.9")])
        assert not await devices.record(connection, [Sighting(new_id(), now, "10.0.0.9")])
        device = await devices.get(connection, tablet)
    assert (device.seen, device.seen_from, device.trusts_ca) == (later, "10.0.0.2", True)


async def test_only_a_change_of_trust_moves_the_revision(
    db: Database, family: Family, now: datetime
) -> None:
    tablet = family.tablet.id
    moved = []
    for second, trusts in enumerate((None, True, True, None, False)):
        at = now + timedelta(seconds=second)
        async with db.write() as connection:
            before = await household.revision(connection)
            told = await devices.record(connection, [Sighting(tablet, at, "10.0.0.1", trusts)])
            assert told == (await household.revision(connection) > before)
            moved.append(told)
    assert moved == [False, True, False, False, True]


async def test_an_undo_appends_a_copy_of_the_older_version(
    db: Database, family: Family, now: datetime
) -> None:
    async with change(db, by=family.ana, what="blocked", now=now) as tx:
        await policies.save(tx, family.mia.id, Policy(block=("a.example",)), expected=1)
    async with change(db, by=family.ana, what="undone", now=now) as tx:
        restored = await policies.restore(tx, family.mia.id, 1)
    assert restored.number == 3
    assert restored.policy.categories == {"games": Choice.BLOCK}
    async with db.read() as connection:
        current = await policies.current(connection, family.mia.id)
        assert current == restored
        assert len(await policies.history(connection, family.mia.id)) == 3
        assert len(await policies.history(connection, family.mia.id, limit=1)) == 1
        assert await policies.current(connection, new_id()) is None
    with pytest.raises(NotFound):
        async with change(db, by=family.ana, what="undone", now=now) as tx:
            await policies.restore(tx, family.mia.id, 99)


async def test_a_policy_changed_in_the_meantime_is_not_overwritten(
    db: Database, family: Family, now: datetime
) -> None:
    with pytest.raises(Conflict):
        async with change(db, by=family.ana, what="late", now=now) as tx:
            await policies.save(tx, family.mia.id, Policy(), expected=7)
    async with change(db, by=family.ana, what="first", now=now) as tx:
        assert (await policies.save(tx, family.home.id, Policy(), expected=0)).number == 1


async def test_grants_end_by_themselves_or_by_hand(
    db: Database, family: Family, now: datetime
) -> None:
    async with change(db, by=family.ana, what="gave time", now=now) as tx:
        soon = await grants.give(tx, family.mia.id, until=now + timedelta(minutes=15))
        later = await grants.give(
            tx,
            family.leo.id,
            until=now + timedelta(hours=1),
            scope="service:youtube",
            reason="film",
        )
    async with db.read() as connection:
        assert await grants.running(connection, now=now) == [soon, later]
        assert await grants.running(connection, now=now, child_id=family.leo.id) == [later]
        assert await grants.running(connection, now=soon.until) == [later]
    moment = now + timedelta(minutes=5)
    async with change(db, by=family.ana, what="ended", now=moment) as tx:
        await grants.end(tx, later.id)
    async with db.read() as connection:
        assert await grants.running(connection, now=moment) == [soon]
    with pytest.raises(NotFound):
        async with change(db, by=family.ana, what="ended", now=moment) as tx:
            await grants.end(tx, later.id)


async def test_a_door_gets_the_whole_household(db: Database, family: Family, now: datetime) -> None:
    async with change(db, by=family.ana, what="house rules", now=now) as tx:
        await policies.save(tx, family.home.id, Policy(safe_search=True))
        grant = await grants.give(tx, family.leo.id, until=now + timedelta(minutes=15))
        await facts.keep(tx.connection, household.PRIVATE_HOSTS, '["192.168.1.5"]')
    async with db.read() as connection:
        loaded = await household.load(connection, now=now)
        later = await household.load(connection, now=now + timedelta(hours=1))
    mia, leo = loaded.children
    assert (loaded.revision, loaded.site_id, loaded.language) == (2, db.site_id, "vi")
    assert loaded.private_hosts == ("192.168.1.5",)
    assert [layer for layer, _ in mia.layers] == [Layer.FAMILY, Layer.CHILD]
    assert mia.layers[0][1].safe_search
    assert mia.layers[1][1].categories == {"games": Choice.BLOCK}
    assert (mia.zone, leo.language) == ("Asia/Ho_Chi_Minh", "en")
    assert (leo.grants, later.children[1].grants) == ((grant,), ())
    assert [(device.port, device.child_ids) for device in loaded.devices] == [
        (9001, (mia.id,)),
        (9002, (leo.id,)),
    ]


async def test_a_class_lies_under_its_school(db: Database, now: datetime) -> None:
    async with change(db, by=SYSTEM, what="a school", now=now) as tx:
        school = await groups.add(tx, name="THCS", zone="UTC", language="vi", kind="school")
        form = await groups.add(
            tx, name="7A", zone="UTC", language="vi", kind="class", parent_id=school.id
        )
        await policies.save(tx, school.id, Policy(safe_search=True))
        await policies.save(tx, form.id, Policy())
        await children.add(tx, group_id=form.id, name="An", birth_year=2013, language="vi")
    async with db.read() as connection:
        [pupil] = (await household.load(connection, now=now)).children
    assert [layer for layer, _ in pupil.layers] == [Layer.SCHOOL, Layer.CLASS, Layer.CHILD]


async def test_guests_are_kept_from_harm_until_an_adult_decides(
    db: Database, now: datetime
) -> None:
    async with db.read() as connection:
        careful = (await household.load(connection, now=now)).guest
    assert careful.safe_search
    assert careful.categories["adult"] is Choice.BLOCK
    own = Policy(categories={"games": Choice.BLOCK})
    async with db.write() as connection:
        await facts.keep(connection, household.GUEST_POLICY, own.model_dump_json())
        assert await household.guest_policy(connection) == own
        await facts.keep(connection, household.GUEST_POLICY, '{"categories": 5}')
        assert await household.guest_policy(connection) == careful


async def test_a_session_lives_thirty_days_after_it_was_last_seen(
    db: Database, family: Family, now: datetime
) -> None:
    assert family.ana.id
    async with db.write() as connection:
        token = await sessions.open_session(connection, family.ana.id, now=now, agent="Firefox")
    day20, day45 = now + timedelta(days=20), now + timedelta(days=45)
    async with db.write() as connection:
        session = await sessions.find(connection, token, now=day20)
        assert session is not None
        assert (session.adult_id, session.agent) == (family.ana.id, "Firefox")
        assert await sessions.find(connection, token, now=day45) is not None
    async with db.read() as connection:
        assert await sessions.find(connection, token, now=day45 + timedelta(days=29)) is not None
        assert await sessions.find(connection, token, now=day45 + timedelta(days=30)) is None
        assert await sessions.find(connection, "guessed", now=now) is None


async def test_no_token_is_stored(db: Database, family: Family, now: datetime) -> None:
    assert family.ana.id
    async with db.write() as connection:
        token = await sessions.open_session(connection, family.ana.id, now=now)
        stored = (await connection.execute(sa.select(sessions_table))).all()
    assert len(token) >= 43
    assert token not in repr(stored)


async def test_all_sessions_but_this_one_can_be_ended(
    db: Database, family: Family, now: datetime
) -> None:
    assert family.ana.id
    async with db.write() as connection:
        tokens = [await sessions.open_session(connection, family.ana.id, now=now) for _ in range(3)]
        mine = await sessions.find(connection, tokens[0], now=now)
        assert mine is not None
        await sessions.close_all(connection, family.ana.id, but=mine.id)
        left = [await sessions.find(connection, token, now=now) for token in tokens]
        assert left == [mine, None, None]
        await sessions.close(connection, mine.id)
        assert await sessions.find(connection, tokens[0], now=now) is None


async def test_guessing_is_braked_and_a_success_forgives(db: Database, now: datetime) -> None:
    key = "login:ana@nha.example"
    async with db.write() as connection:
        tries = [await sessions.may_try(connection, key, now=now, tries=3) for _ in range(4)]
        assert tries == [None, None, None, timedelta(minutes=15)]
        moment = now + timedelta(minutes=10)
        assert await sessions.may_try(connection, key, now=moment, tries=3) == timedelta(minutes=5)
        assert await sessions.may_try(connection, "login:ben", now=moment, tries=3) is None
        over = now + timedelta(minutes=15)
        assert await sessions.may_try(connection, key, now=over, tries=3) is None
        await sessions.forget_tries(connection, key)
        tries = [await sessions.may_try(connection, key, now=over, tries=3) for _ in range(3)]
        assert tries == [None, None, None]


async def test_exactly_one_caller_gets_a_letters_week(
    db: Database, family: Family, now: datetime
) -> None:
    week = date(2026, 11, 16)
    claims = []
    for _ in range(2):
        async with db.write() as connection:
            claims.append(await letters.claim(connection, family.mia.id, week, now=now))
    assert claims == [True, False]
    async with db.write() as connection:
        assert await letters.weeks(connection, family.mia.id) == []
        await letters.keep(connection, family.mia.id, week, summary='{"a":1}', now=now)
        await letters.keep(connection, family.mia.id, week, summary='{"a":2}', now=now)
        assert await letters.find(connection, family.mia.id, week) == '{"a":2}'
        assert await letters.weeks(connection, family.mia.id) == [week]
        late = now + timedelta(days=1)
        assert not await letters.claim(connection, family.mia.id, week, now=late)
        assert await letters.find(connection, family.leo.id, week) is None


async def test_a_letter_whose_writer_died_can_be_claimed_again(
    db: Database, family: Family, now: datetime
) -> None:
    week = date(2026, 11, 16)
    async with db.write() as connection:
        assert await letters.claim(connection, family.mia.id, week, now=now)
        soon, late = now + timedelta(minutes=59), now + timedelta(hours=1)
        assert not await letters.claim(connection, family.mia.id, week, now=soon)
        assert await letters.claim(connection, family.mia.id, week, now=late)


async def test_attended_minutes_of_two_devices_count_once(db: Database, family: Family) -> None:
    monday, mia, leo = date(2026, 11, 23), family.mia.id, family.leo.id
    async with db.write() as connection:
        await spent.merge(connection, {(mia, monday, "everything"): 0b0110})
        await spent.merge(
            connection,
            {(mia, monday, "everything"): 0b1100, (leo, monday, "everything"): 1 << 1439},
        )
        assert await spent.load(connection, day=monday) == {
            (mia, "everything"): 0b1110,
            (leo, "everything"): 1 << 1439,
        }
        only = await spent.load(connection, child_ids=[leo], day=monday)
        assert list(only) == [(leo, "everything")]
        tuesday = date(2026, 11, 24)
        await spent.merge(connection, {(mia, tuesday, "service:youtube"): 1})
        assert await spent.load_days(connection, mia, first=monday, last=tuesday) == {
            (monday, "everything"): 0b1110,
            (tuesday, "service:youtube"): 1,
        }
        assert await spent.load_days(connection, mia, first=tuesday, last=tuesday) == {
            (tuesday, "service:youtube"): 1
        }
