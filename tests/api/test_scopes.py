"""Who knows of what: a role for one child only, what belongs to nobody, and two families apart."""

from uuid import UUID

import pytest

from api.gate import narrowed
from api.strangers import claimant
from rules.reading import Reading, key_of
from rules.verdict import Action, Reason
from store import adults, change, children, devices, groups, networks, readings, sessions
from store.adults import Adult, Role
from store.change import SYSTEM
from store.devices import Sighting
from store.ids import new_id
from store.strangers import id_of
from store.tokens import Token, TokenScope
from tests.api.conftest import MONDAY, House

V1 = "/api/v1"
ONE, TWO = UUID(int=1), UUID(int=2)


async def enter(house: House, name: str, group_id: UUID, role: Role, only=None) -> None:
    """Let another adult come in."""
    async with change.change(house.panel.db, by=SYSTEM, what="came", now=house.clock()) as tx:
        adult = await adults.add(
            tx,
            name=name,
            email=f"{name.lower()}@example.com",
            password_hash="!",
            language="en",
            group_id=group_id,
            role=role,
            only=only,
        )
    async with house.panel.db.write() as store:
        token = await sessions.open_session(store, adult.id, now=house.clock())
        house.tokens[name.lower()] = token


async def test_who_is_there_for_one_child_meets_no_other(house: House):
    assert house.family
    mai, nam = house.children["Mai"].id, house.children["Nam"].id
    await enter(house, "Gran", house.family.id, Role.VIEWER, [nam])
    async with house.client("gran") as gran:
        assert [one["name"] for one in (await gran.get(f"{V1}/children")).json()] == ["Nam"]
        for path in ("/", "/week", "/devices", "/activity", "/settings", "/alerts", "/asks"):
            page = (await gran.get(path, follow_redirects=True)).text
            assert str(mai) not in page, path
            assert "Mai’s" not in page, path
        assert (await gran.get(f"/children/{nam}")).status_code == 200
        assert (await gran.get(f"/children/{mai}")).status_code == 404
        assert (await gran.post(f"{V1}/children/{nam}/resume")).status_code == 403
        below = await gran.get(f"{V1}/groups/{house.family.id}/children")
        assert [one["name"] for one in below.json()] == ["Nam"]


async def test_a_parent_of_one_child_steers_it_and_nothing_of_the_family(house: House):
    assert house.family
    mai, nam = house.children["Mai"].id, house.children["Nam"].id
    await enter(house, "Step", house.family.id, Role.PARENT, [nam])
    async with house.client("step") as step:
        given = {"minutes": 15}
        assert (await step.post(f"{V1}/children/{nam}/grants", json=given)).status_code == 201
        assert (await step.post(f"{V1}/children/{mai}/grants", json=given)).status_code == 404
        assert (await step.post("/pause-everyone")).status_code == 303
        assert (await step.delete(f"{V1}/children/{nam}")).status_code == 403
        family = {"name": "X", "zone": "Asia/Tokyo", "language": "vi"}
        assert (await step.put(f"{V1}/family", json=family)).status_code == 403
        answer = await step.put(f"{V1}/groups/{house.family.id}/policy", json={})
        assert answer.status_code == 403
    async with house.client("alice") as alice:
        paused = [
            (await alice.get(f"{V1}/children/{child}/policy")).json()["policy"].get("pause")
            for child in (mai, nam)
        ]
    assert paused[0] is None
    assert paused[1] is not None


async def test_who_runs_one_family_only_looks_in_another(house: House):
    mai = house.children["Mai"].id
    async with change.change(house.panel.db, by=SYSTEM, what="x", now=house.clock()) as tx:
        charlie = await adults.find_by_email(tx.connection, "charlie@example.com")
        assert charlie
        assert house.family
        await adults.give_role(tx, charlie.id, house.family.id, Role.VIEWER)
    async with house.client("charlie") as both:
        assert (await both.get(f"/children/{mai}")).status_code == 200
        assert (await both.post(f"/children/{mai}/pause")).status_code == 403
        assert (await both.post(f"{V1}/children/{mai}/resume")).status_code == 403
        phone = house.devices["phone"].id
        assert (await both.delete(f"{V1}/devices/{phone}")).status_code == 403
        assert (await both.get(f"{V1}/family")).json()["name"] == "Nhà Lê"


async def test_what_belongs_to_nobody_is_of_the_family_that_added_it(house: House):
    async with house.client("alice") as ours, house.client("charlie") as other:
        given = {"name": "Old tablet", "child_ids": []}
        made = (await ours.post(f"{V1}/devices", json=given)).json()
        given = {"name": "Their TV", "child_ids": []}
        await other.post(f"{V1}/devices", json=given)
        assert "Their TV" not in (await ours.get("/")).text + (await ours.get("/devices")).text
        assert "Old tablet" not in (await other.get("/")).text + (await other.get("/devices")).text
        assert (await other.get(f"{V1}/devices/{made['id']}")).status_code == 404
        await ours.delete(f"{V1}/children/{house.children['Mai'].id}")
        names = [one["name"] for one in (await other.get(f"{V1}/devices")).json()]
        assert names == ["Their TV"]


async def test_a_stranger_is_of_the_network_it_stands_in_else_of_the_house(house: House):
    async with change.change(house.panel.db, by=SYSTEM, what="x", now=house.clock()) as tx:
        charlie = await adults.find_by_email(tx.connection, "charlie@example.com")
        assert charlie
        await networks.save(tx, next(iter(charlie.roles)), {"home": ("10.9.0.0/16",)})
        for address in ("10.9.1.2", "192.168.1.77"):
            sighting = Sighting(id_of(address), house.clock(), address, stranger=True)
            await devices.record(tx.connection, [sighting])
    async with house.client("alice") as ours, house.client("charlie") as other:
        assert [one["address"] for one in (await ours.get(f"{V1}/strangers")).json()] == [
            "192.168.1.77"
        ]
        assert [one["address"] for one in (await other.get(f"{V1}/strangers")).json()] == [
            "10.9.1.2"
        ]
        answer = await ours.post(f"{V1}/strangers/welcome", json={"address": "10.9.1.2"})
        assert answer.status_code == 404


@pytest.mark.parametrize(
    ("claims", "address", "whose"),
    [
        ({ONE: {"a": ("10.0.0.0/16",)}}, "10.0.3.4", ONE),
        ({ONE: {"a": ("10.0.0.0/16",)}, TWO: {"b": ("10.0.3.0/24",)}}, "10.0.3.4", TWO),
        ({ONE: {"a": ("10.0.3.0/24",)}, TWO: {"b": ("10.0.3.0/24",)}}, "10.0.3.4", None),
        ({ONE: {"a": ("0.0.0.0/0",)}}, "10.0.3.4", None),
        ({ONE: {"a": ("2001:db8::/32",)}}, "2001:db8::1", ONE),
        ({ONE: {"a": ("2001:db8::/32",)}}, "10.0.3.4", None),
        ({}, "10.0.3.4", None),
    ],
)
def test_the_narrowest_network_claims_and_the_world_claims_nothing(claims, address, whose):
    assert claimant(claims, address) == whose


async def test_a_reading_is_known_where_the_family_s_own_record_names_the_site(house: House, note):
    async with change.change(house.panel.db, by=SYSTEM, what="x", now=house.clock()) as tx:
        charlie = await adults.find_by_email(tx.connection, "charlie@example.com")
        assert charlie
        theirs = await children.add(
            tx, group_id=next(iter(charlie.roles)), name="Bo", birth_year=2014, language="vi"
        )
    for child, site in ((house.children["Mai"].id, "ours.example"), (theirs.id, "next.example")):
        await note(child, site, MONDAY, Action.PASS, Reason.DEFAULT)
    sites = ("ours.example", "next.example", "nobody.example")
    found = [Reading(key_of(site), MONDAY, "gambling", ("x",), site=site) for site in sites]
    await readings.keep(house.panel.db, found)
    async with house.client("alice") as ours, house.client("charlie") as other:
        seen = {one["site"] for one in (await ours.get(f"{V1}/readings")).json()}
        assert seen == {"ours.example", "nobody.example"}
        assert [one["site"] for one in (await other.get(f"{V1}/readings")).json()] == [
            "next.example"
        ]
        answer = await ours.post(f"{V1}/readings/{key_of('next.example')}/wrong")
        assert answer.status_code == 404


async def test_lists_are_changed_by_who_looks_after_the_machine(house: House):
    async with house.client("charlie") as other, house.client("alice") as ours:
        assert (await other.get(f"{V1}/lists")).status_code == 200
        assert (await other.delete(f"{V1}/lists/none")).status_code == 403
        assert (await ours.delete(f"{V1}/lists/none")).status_code == 404


async def test_an_officer_knows_numbers_and_never_children(house: House):
    async with change.change(house.panel.db, by=SYSTEM, what="x", now=house.clock()) as tx:
        ward = await groups.add(
            tx, name="Ward 1", kind="ward", zone="Asia/Ho_Chi_Minh", language="vi"
        )
        school = await groups.add(
            tx,
            name="School",
            kind="school",
            zone="Asia/Ho_Chi_Minh",
            language="vi",
            parent_id=ward.id,
        )
    await enter(house, "Otto", ward.id, Role.OFFICER)
    async with house.client("otto") as otto:
        assert (await otto.get(f"{V1}/groups/{school.id}/children")).status_code == 403
        assert (await otto.put(f"{V1}/groups/{school.id}/policy", json={})).status_code == 200
        given = {"name": "X", "birth_year": 2015}
        assert (await otto.post(f"{V1}/children", json=given)).status_code == 403


def test_a_token_is_its_adult_with_no_more_than_it_is_for():
    child, other = new_id(), new_id()
    adult = Adult(ONE, "Ana", "a@b", "vi", "", {ONE: Role.OWNER, TWO: Role.OFFICER})
    about = {"id": ONE, "adult_id": ONE, "name": "t", "created": MONDAY, "until": None}
    reads = narrowed(adult, Token(scope=TokenScope.READ, only=None, **about))
    assert reads.roles == {ONE: Role.VIEWER, TWO: Role.OFFICER}
    acts = narrowed(adult, Token(scope=TokenScope.ACT, only=frozenset({child}), **about))
    assert acts.steers(ONE, child)
    assert not acts.sees(ONE, other)
    assert not acts.runs(ONE)
