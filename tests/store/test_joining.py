"""A family's child comes into a class: once, in place of a pupil of the list, and back again."""

from datetime import timedelta

import pytest

from rules.joining import State
from store import (
    children,
    class_codes,
    devices,
    enrolling,
    enrolments,
    groups,
    memberships,
    rosters,
    taking_in,
)
from store.change import SYSTEM, change
from store.errors import Impossible, NotFound

DAY = timedelta(days=1)


@pytest.fixture
async def school(db, now):
    """A school with class 6A, in which a pupil of the list stands who may be Leo."""
    about = {"zone": "Asia/Ho_Chi_Minh", "language": "vi"}
    async with change(db, by=SYSTEM, what="founded", now=now) as tx:
        made = {"S": await groups.add(tx, name="S", kind="school", **about)}
        made["6A"] = await groups.add(tx, name="6A", kind="class", parent_id=made["S"].id, **about)
        pupil = await children.add(
            tx, group_id=made["6A"].id, name="Leo", birth_year=2012, language="vi"
        )
        await rosters.give_number(tx, made["S"].id, pupil.id, "HS1")
        made["laptop"] = await devices.add(
            tx, name="L", kind="pc", system="windows", child_ids=[pupil.id], first_port=9300
        )
    return made | {"pupil": pupil}


async def asked_for(db, family, group, now):
    async with change(db, by=family.ana, what="asked", now=now) as tx:
        return await enrolments.ask(tx, family.leo.id, group.id, language="vi", wording="words")


async def known(db, school):
    async with db.read() as store:
        found = await rosters.enrolled(store, school["S"])
        numbers = await rosters.numbers_of(store, school["S"].id)
        laptop = await devices.get(store, school["laptop"].id)
    return {one.child_id for one in found}, numbers, laptop.child_ids


async def test_a_new_code_ends_the_one_before_and_each_runs_out(db, school, now) -> None:
    async with change(db, by=SYSTEM, what="made", now=now) as tx:
        first = await class_codes.make(tx, school["6A"].id, until=now + DAY)
        second = await class_codes.make(tx, school["6A"].id, until=now + DAY)
    async with db.read() as store:
        assert (await class_codes.find(store, second.code, now=now)).group_id == school["6A"].id
        for code, at in ((first.code, now), (second.code, now + DAY), ("", now)):
            with pytest.raises(NotFound):
                await class_codes.find(store, code, now=at)


async def test_the_code_of_a_closed_class_opens_nothing(db, family, school, now) -> None:
    async with change(db, by=SYSTEM, what="made", now=now) as tx:
        made = await class_codes.make(tx, school["6A"].id, until=now + DAY)
        await children.leave(tx, school["pupil"].id)
        await groups.close(tx, school["6A"].id)
    async with db.read() as store:
        with pytest.raises(NotFound):
            await class_codes.find(store, made.code, now=now)


async def test_who_takes_the_place_of_a_pupil_has_its_number_and_devices_and_nobody_stands_twice(
    db, family, school, now
) -> None:
    asked = await asked_for(db, family, school["6A"], now)
    async with db.read() as store:
        pupil = (await rosters.enrolled(store, school["S"]))[0]
    async with change(db, by=SYSTEM, what="took in", now=now) as tx:
        await taking_in.take_in(tx, asked, school["6A"], match=pupil)
    leo = family.leo.id
    assert await known(db, school) == ({leo}, {leo: "HS1"}, (leo,))
    async with db.read() as store:
        done = (await rosters.history(store, school["6A"].id))[0]
    async with change(db, by=SYSTEM, what="undid", now=now) as tx:
        await enrolling.undo(tx, done)
    was = school["pupil"].id
    assert await known(db, school) == ({was}, {was: "HS1"}, (was,))
    async with db.read() as store:
        assert (await enrolments.get(store, asked.id)).state is State.WAITING


async def test_a_wish_is_answered_once(db, family, school, now) -> None:
    asked = await asked_for(db, family, school["6A"], now)
    with pytest.raises(Impossible):
        await asked_for(db, family, school["6A"], now)
    async with change(db, by=SYSTEM, what="took in", now=now) as tx:
        await taking_in.take_in(tx, asked, school["6A"])
    with pytest.raises(NotFound):
        async with change(db, by=SYSTEM, what="took in", now=now) as tx:
            await taking_in.take_in(tx, asked, school["6A"])
    with pytest.raises(Impossible):
        await asked_for(db, family, school["6A"], now)


async def test_who_leaves_can_ask_again_and_what_was_agreed_stays_on_record(
    db, family, school, now
) -> None:
    asked = await asked_for(db, family, school["6A"], now)
    async with change(db, by=SYSTEM, what="took in", now=now) as tx:
        await taking_in.take_in(tx, asked, school["6A"])
    async with change(db, by=family.ana, what="left", now=now + DAY) as tx:
        await memberships.leave(tx, family.leo.id, school["6A"].id)
        await enrolments.leave(tx, family.leo.id, school["6A"].id)
    await asked_for(db, family, school["6A"], now + DAY)
    async with db.read() as store:
        kept = await enrolments.of_child(store, family.leo.id)
        later = await enrolments.waiting(store, [school["6A"].id], now=now + 32 * DAY)
    assert [one.state for one in kept] == [State.WAITING, State.LEFT]
    assert (kept[1].wording, kept[1].by) == ("words", "Ana")
    assert later == []
