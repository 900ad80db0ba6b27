"""A teacher gives one child of the class time, and touches nothing of the family's."""

import pytest

from rules.policy import Policy
from store import adults, change, groups, memberships, policies, sessions
from store.adults import Role
from store.change import SYSTEM
from tests.api.conftest import House
from tests.api.test_rest_agreements import child


@pytest.fixture
async def school(house: House) -> dict[str, groups.Group]:
    """A school with two classes: Mai is in one of them, and Thu teaches it."""
    db, now = house.panel.db, house.clock()
    made: dict[str, groups.Group] = {}
    async with change.change(db, by=SYSTEM, what="began", now=now) as tx:
        for name, kind, above in (("S", "school", ""), ("5A", "class", "S"), ("5B", "class", "S")):
            parent = made[above].id if above else None
            about = {"zone": "Asia/Ho_Chi_Minh", "language": "vi", "kind": kind}
            made[name] = await groups.add(tx, name=name, parent_id=parent, **about)
            block = (f"{name.lower()}.example",)
            await policies.save(tx, made[name].id, Policy(block=block))
        await policies.save(tx, house.family.id, Policy(block=("home.example",)))
        for name in ("5A", "5B"):
            await memberships.join(tx, house.children["Mai"].id, made[name].id)
        await memberships.join(tx, house.children["Nam"].id, made["5B"].id)
        thu = await adults.add(
            tx,
            name="Thu",
            email="thu@example.com",
            password_hash="x",
            language="en",
            group_id=made["5A"].id,
            role=Role.TEACHER,
        )
    async with db.write() as store:
        house.tokens["thu"] = await sessions.open_session(store, thu.id, now=now)
    return made


async def is_open(house: House, site: str) -> bool:
    async with house.client("alice") as alice:
        answer = await alice.get(f"{child(house)}/explain", params={"host": site})
        return answer.json()["verdict"]["action"] != "block"


async def test_a_teacher_opens_what_the_class_closed_for_one_child_and_nothing_else(
    house: House, school
) -> None:
    room = f"/api/v1/groups/{school['5A'].id}/children"
    mai = house.children["Mai"].id
    async with house.client("thu") as thu:
        (member,) = (await thu.get(room)).json()
        assert member == {"id": str(mai), "name": "Mai"}
        given = {}
        for site in ("5a.example", "5b.example", "s.example", "home.example"):
            wish = {"minutes": 20, "scope": f"site:{site}", "reason": "Lesson 3"}
            answer = await thu.post(f"{room}/{mai}/grants", json=wish)
            assert (answer.status_code, answer.json()["layer"]) == (201, "class")
            given[site] = answer.json()["id"]
        # The class's own rule gives way; those of the other class, the school and the home do not.
        opened = [site for site in given if await is_open(house, site)]
        assert opened == ["5a.example"]
        assert len((await thu.get(f"{room}/{mai}/grants")).json()) == 4
        gone = await thu.delete(f"{room}/{mai}/grants/{given['5a.example']}")
        assert gone.status_code == 204
    assert not await is_open(house, "5a.example")
    async with house.client("alice") as alice:
        line = (await alice.get("/api/v1/ledger")).json()[0]
    assert (line["by"], line["sentence"]) == ("Thu", "took back extra time of Mai in 5A")


async def test_a_teacher_reaches_neither_the_family_nor_another_class(house: House, school) -> None:
    mai, nam = house.children["Mai"].id, house.children["Nam"].id
    room, other = (f"/api/v1/groups/{school[name].id}/children" for name in ("5A", "5B"))
    async with house.client("alice") as alice:
        parents = (await alice.post(f"{child(house)}/grants", json={"minutes": 15})).json()
        assert parents["layer"] == "family"
    async with house.client("thu") as thu:
        wish = {"minutes": 20}
        assert (await thu.post(f"{room}/{nam}/grants", json=wish)).status_code == 404
        assert (await thu.post(f"{other}/{nam}/grants", json=wish)).status_code == 404
        assert (await thu.post(f"{other}/{mai}/grants", json=wish)).status_code == 404
        home = f"/api/v1/groups/{house.family.id}/children"
        assert (await thu.post(f"{home}/{mai}/grants", json=wish)).status_code == 404
        for way in ("grants", "policy", "visits", "history", "asks", "explain?host=a.vn"):
            assert (await thu.get(f"{child(house)}/{way}")).status_code == 404
        assert (await thu.put(f"{child(house)}/policy", json={})).status_code == 404
        assert (await thu.get(f"{room}/{mai}/grants")).json() == []
        taken = await thu.delete(f"{room}/{mai}/grants/{parents['id']}")
        assert taken.status_code == 404
    async with house.client("vera") as vera:
        assert (await vera.get(room)).status_code == 404


async def test_a_lesson_opens_only_its_sites_is_extended_and_ends_by_itself(
    house: House, school
) -> None:
    here = f"/groups/{school['5A'].id}/lesson"
    async with house.client("thu") as thu:
        begin = {"sites": "https://www.olm.vn/lop-5, vi.wikipedia.org", "minutes": "45"}
        for wrong, said in (({"sites": "###"}, "is no site"), ({"minutes": "999"}, "lie")):
            page = await thu.post(here, data=begin | wrong)
            assert page.status_code == 422, said
        assert (await thu.post(here, data=begin)).status_code == 303
        page = (await thu.get(here)).text
        assert 'data-left="2700"' in page
        assert "vi.wikipedia.org" in page
        assert await is_open(house, "olm.vn")
        assert not await is_open(house, "news.example")
        # What the family closed stays closed, whatever a teacher opens.
        assert not await is_open(house, "home.example")
        assert (await thu.post(f"{here}/extend", data={"minutes": "10"})).status_code == 303
        running = (await thu.get(f"/api/v1{here}")).json()
        assert running["sites"] == ["olm.vn", "vi.wikipedia.org"]
        house.clock.move(minutes=54)
        assert not await is_open(house, "news.example")
        house.clock.move(minutes=1)
        assert await is_open(house, "news.example")
        assert (await thu.post(f"/api/v1{here}/extend", json={})).status_code == 409
        # The sites of the last lesson wait for the next one.
        assert "vi.wikipedia.org</textarea>" in (await thu.get(here)).text
        await thu.post(here, data=begin)
        assert (await thu.post(f"{here}/end")).status_code == 303
        assert await is_open(house, "news.example")
        assert (await thu.get(f"/api/v1{here}")).json() is None


async def test_a_lesson_ends_the_time_that_the_class_gave_and_is_the_teacher_s_alone(
    house: House, school
) -> None:
    mai = house.children["Mai"].id
    room, other = school["5A"].id, school["5B"].id
    async with house.client("thu") as thu:
        given = await thu.post(f"/api/v1/groups/{room}/children/{mai}/grants", json={"minutes": 60})
        assert given.status_code == 201
        wish = {"minutes": 45, "sites": "olm.vn"}
        assert (await thu.post(f"/api/v1/groups/{room}/lesson", json=wish)).status_code == 201
        assert not await is_open(house, "news.example")
        assert (await thu.post(f"/api/v1/groups/{other}/lesson", json=wish)).status_code == 404
    async with house.client("alice") as alice:
        for method, path in (("GET", "lesson"), ("POST", "lesson/end")):
            answer = await alice.request(method, f"/groups/{room}/{path}")
            assert answer.status_code == 404
        # The child's own page and its parents read whose lesson it is, and until when.
        told = (await alice.get(f"{child(house)}/explain", params={"host": "news.example"})).json()
        assert "Thu" in str(told)
