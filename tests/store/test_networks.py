"""Networks by tag: what a group names is where its rules hold, at the door."""

import pytest
from pydantic import TypeAdapter, ValidationError

from proxy.current import stand
from rules.compile import compile_child
from rules.decide import decide
from rules.policy import Applies, Policy
from rules.values import Networks
from rules.visit import Visit
from store import groups, household, networks, policies
from store.change import change

AT_SCHOOL = Policy(block=("game.vn",), applies=Applies(networks=("school",)))


async def home_of(db, now):
    async with db.read() as connection:
        return await household.load(connection, now=now)


async def test_rules_of_a_network_hold_there_and_nowhere_else(db, family, now) -> None:
    before = (await home_of(db, now)).revision
    async with change(db, by=family.ana, what="networks", now=now) as tx:
        await policies.save(tx, family.home.id, AT_SCHOOL)
        await networks.save(tx, family.home.id, {"school": ("10.1.0.0/16", "2001:db8::/32")})
    home = await home_of(db, now)
    assert home.revision > before, "the doors look again"
    door = stand(home, None)
    child = next(child for child in home.children if child.id == family.mia.id)

    def blocked(address: str) -> bool:
        visit = Visit("game.vn", networks=door.networks_of(address))
        return decide(compile_child(child), visit, now, {}).blocks

    assert blocked("10.1.2.3")
    assert blocked("2001:db8::7")
    assert not blocked("10.2.0.1")
    async with db.read() as connection:
        found = await networks.of_group(connection, family.home.id)
    assert found == {"school": ("10.1.0.0/16", "2001:db8::/32")}


async def test_two_groups_with_one_tag_take_nothing_from_each_other(db, family, now) -> None:
    async with change(db, by=family.ana, what="networks", now=now) as tx:
        other = await groups.add(tx, name="B", zone="Asia/Ho_Chi_Minh", language="vi")
        await networks.save(tx, family.home.id, {"school": ("10.1.0.0/16",)})
        await networks.save(tx, other.id, {"school": ("10.2.0.0/16",), "club": ("10.3.0.1/32",)})
    found = (await home_of(db, now)).networks
    assert set(found["school"]) == {"10.1.0.0/16", "10.2.0.0/16"}
    assert found["club"] == ("10.3.0.1/32",)
    async with change(db, by=family.ana, what="networks", now=now) as tx:
        await networks.save(tx, other.id, {})
    assert (await home_of(db, now)).networks == {"school": ("10.1.0.0/16",)}


@pytest.mark.parametrize("wrong", [{"school": ["10.1"]}, {"School!": []}, {"a": ["x"] * 51}])
def test_what_is_no_network_is_refused(wrong) -> None:
    with pytest.raises(ValidationError):
        TypeAdapter(Networks).validate_python(wrong)
