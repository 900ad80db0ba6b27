"""Layers of a child: its home and its classes with all above; grants speak for their giver."""

from datetime import timedelta

import pytest

from rules.policy import Policy
from rules.verdict import Layer
from store import adults, erasing, grants, groups, household, memberships, policies
from store.change import SYSTEM, Actor, ActorKind, change
from store.errors import NotFound

HOUR = timedelta(hours=1)


@pytest.fixture
async def school(db, now):
    """A city with a ward, a school and two classes; every group has rules of its own."""
    made = {}
    async with change(db, by=SYSTEM, what="set up the school", now=now) as tx:
        parent = None
        for kind in ("city", "ward", "school", "class"):
            made[kind] = await _group(tx, kind, parent)
            parent = made[kind].id
        made["club"] = await _group(tx, "class", made["school"].id)
    return made


async def _group(tx, kind, parent):
    group = await groups.add(
        tx, name=kind, zone="Asia/Ho_Chi_Minh", language="vi", kind=kind, parent_id=parent
    )
    await policies.save(tx, group.id, Policy(block=(f"{kind}.example",)))
    return group


async def layers_of(db, who, now):
    async with db.read() as connection:
        home = await household.load(connection, now=now)
    child = next(one for one in home.children if one.id == who.id)
    return [(layer, policy.block) for layer, policy in child.layers]


async def test_a_child_has_every_layer_above_its_groups_from_the_widest(db, family, school, now):
    async with change(db, by=SYSTEM, what="enrolled", now=now) as tx:
        await policies.save(tx, family.home.id, Policy(block=("home.example",)))
        for group in (school["class"], school["club"], school["class"]):
            await memberships.join(tx, family.mia.id, group.id)
    assert await layers_of(db, family.mia, now) == [
        (Layer.CITY, ("city.example",)),
        (Layer.WARD, ("ward.example",)),
        (Layer.SCHOOL, ("school.example",)),
        (Layer.CLASS, ("class.example",)),
        (Layer.CLASS, ("class.example",)),
        (Layer.FAMILY, ("home.example",)),
        (Layer.CHILD, ()),
    ]
    assert [layer for layer, _ in await layers_of(db, family.leo, now)] == ["family", "child"]


async def test_who_leaves_a_class_leaves_its_school_with_it(db, family, school, now) -> None:
    async with change(db, by=SYSTEM, what="enrolled", now=now) as tx:
        await memberships.join(tx, family.mia.id, school["class"].id)
    async with db.read() as connection:
        assert await memberships.members(connection, school["class"].id) == {family.mia.id}
        assert await memberships.members(connection, family.home.id) == {
            family.mia.id,
            family.leo.id,
        }
    async with change(db, by=SYSTEM, what="left", now=now) as tx:
        await memberships.leave(tx, family.mia.id, school["class"].id)
    assert await layers_of(db, family.mia, now) == [(Layer.CHILD, ())]
    with pytest.raises(NotFound):
        async with change(db, by=SYSTEM, what="left", now=now) as tx:
            await memberships.leave(tx, family.mia.id, school["class"].id)


GIVERS = [
    ("class", adults.Role.TEACHER, Layer.CLASS),
    ("school", adults.Role.OFFICER, Layer.SCHOOL),
    ("city", adults.Role.OFFICER, Layer.CITY),
    # Who may only look speaks for nobody, and so does a teacher of another class.
    ("school", adults.Role.VIEWER, Layer.FAMILY),
    ("club", adults.Role.TEACHER, Layer.FAMILY),
]


@pytest.mark.parametrize("case", GIVERS)
async def test_a_grant_carries_the_layer_of_its_giver(db, family, school, now, case) -> None:
    kind, role, layer = case
    async with change(db, by=SYSTEM, what="enrolled", now=now) as tx:
        await memberships.join(tx, family.mia.id, school["class"].id)
        giver = await adults.add(
            tx,
            name="Thu",
            email="thu@school.example",
            password_hash="hash",
            language="vi",
            group_id=school[kind].id,
            role=role,
        )
    actor = Actor(ActorKind.ADULT, "Thu", giver.id)
    async with change(db, by=actor, what="gave", now=now) as tx:
        grant = await grants.give(tx, family.mia.id, until=now + HOUR)
    spoken = None if layer is Layer.FAMILY else school[kind].id
    assert (grant.layer, grant.group_id) == (layer, spoken)


async def test_a_parent_s_grant_stays_the_family_s_whatever_class_the_child_joins(
    db, family, school, now
) -> None:
    async with change(db, by=SYSTEM, what="enrolled", now=now) as tx:
        await memberships.join(tx, family.mia.id, school["class"].id)
    async with change(db, by=family.ana, what="gave", now=now) as tx:
        grant = await grants.give(tx, family.mia.id, until=now + HOUR)
    assert (grant.layer, grant.group_id) == (Layer.FAMILY, family.home.id)
    async with change(db, by=SYSTEM, what="teaches", now=now) as tx:
        await adults.give_role(tx, family.ana.id, school["class"].id, adults.Role.TEACHER)
    async with change(db, by=family.ana, what="gave", now=now) as tx:
        assert (await grants.give(tx, family.mia.id, until=now + HOUR)).layer is Layer.FAMILY
        given = await grants.give(tx, family.mia.id, until=now + HOUR, of=school["class"])
        assert (given.layer, given.group_id) == (Layer.CLASS, school["class"].id)
    async with db.read() as connection:
        mine = await grants.of_group(connection, school["class"].id, family.mia.id, now=now)
    assert [grant.id for grant in mine] == [given.id]


async def test_with_a_child_go_its_memberships(db, family, school, now) -> None:
    async with change(db, by=SYSTEM, what="enrolled", now=now) as tx:
        await memberships.join(tx, family.mia.id, school["class"].id)
        await erasing.erase(tx, family.mia.id)
    async with db.read() as connection:
        assert await memberships.members(connection, school["class"].id) == set()
