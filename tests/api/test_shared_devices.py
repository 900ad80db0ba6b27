"""A shared device on the panel and on the child's own page: who uses it, and the PINs."""

import pytest

from rules.vouching import HEADER, Visitor, vouch
from store import devices, uses
from store.change import SYSTEM, change
from tests.api.conftest import House

KEY = b"k" * 32
PIN = "4711"


@pytest.fixture
async def shared(house: House) -> House:
    """Mai and Nam share a tablet that asks; Mai has a PIN."""
    house.panel.credentials_key = lambda: KEY
    mai, nam = house.children["Mai"], house.children["Nam"]
    async with change(house.panel.db, by=SYSTEM, what="shared", now=house.clock()) as tx:
        tablet = await devices.add(
            tx,
            name="Máy bảng",
            kind="tablet",
            system="ios",
            child_ids=[mai.id, nam.id],
            first_port=8101,
        )
        await uses.set_asking(tx, tablet.id, asks=True)
    house.devices["tablet"] = tablet
    async with house.client("alice") as alice:
        answer = await alice.put(f"/api/v1/children/{mai.id}/pin", json={"pin": PIN})
        assert answer.status_code == 204
    return house


def at_device(house: House, name: str = "tablet", **more):
    """Return the browser of a child at a device, as the door leads it in."""
    client = house.client()
    visitor = Visitor(house.devices[name].id, "192.168.1.30")
    client.headers[HEADER] = vouch(more.get("key", KEY), visitor, house.clock())
    return client


async def user(house: House):
    async with house.panel.db.read() as store:
        tablet = await devices.get(store, house.devices["tablet"].id)
    return tablet.user_at(house.clock())


async def test_a_child_chooses_itself_says_its_pin_and_its_rules_hold(shared: House):
    mai = shared.children["Mai"]
    async with at_device(shared) as child:
        page = (await child.get("/own/who")).text
        assert "Mai" in page
        assert "Nam" in page
        assert 'lang="vi"' in page, "children are spoken to in their own language"
        asked = (await child.get(f"/own/who/{mai.id}")).text
        assert 'name="pin"' in asked
        answer = await child.post(f"/own/who/{mai.id}", data={"pin": PIN})
        assert (answer.status_code, answer.headers["location"]) == (303, "/who")
    assert await user(shared) == mai.id


async def test_a_child_without_a_pin_only_says_yes(shared: House):
    nam = shared.children["Nam"]
    async with at_device(shared) as child:
        assert 'name="pin"' not in (await child.get(f"/own/who/{nam.id}")).text
        await child.post(f"/own/who/{nam.id}", data={})
    assert await user(shared) == nam.id


async def test_a_wrong_pin_is_said_kindly_and_changes_nothing(shared: House):
    mai = shared.children["Mai"]
    async with at_device(shared) as child:
        answer = await child.post(f"/own/who/{mai.id}", data={"pin": "0000"})
        assert answer.status_code == 422
        assert "Chưa đúng mã PIN" in answer.text
        assert "0000" not in answer.text
    assert await user(shared) is None


async def test_guessing_is_slowed_down_on_this_device(shared: House):
    mai = shared.children["Mai"]
    async with at_device(shared) as child:
        for guess in range(5):
            await child.post(f"/own/who/{mai.id}", data={"pin": f"100{guess}"})
        answer = await child.post(f"/own/who/{mai.id}", data={"pin": PIN})
        assert answer.status_code == 429
        shared.clock.move(minutes=16)
        visitor = Visitor(shared.devices["tablet"].id, "192.168.1.30")
        child.headers[HEADER] = vouch(KEY, visitor, shared.clock())
        await child.post(f"/own/who/{mai.id}", data={"pin": PIN})
    assert await user(shared) == mai.id


async def test_who_is_done_says_so_and_the_next_one_is_asked(shared: House):
    nam = shared.children["Nam"]
    async with at_device(shared) as child:
        await child.post(f"/own/who/{nam.id}", data={})
        await child.post("/own/who")
        await child.post("/own/who")
    assert await user(shared) is None


async def test_without_the_doors_word_there_is_nothing_here(shared: House):
    mai = shared.children["Mai"]
    async with shared.client() as stranger, at_device(shared, key=b"x" * 32) as forger:
        for client in (stranger, forger):
            assert (await client.get("/own/who")).status_code == 404
            assert (await client.post(f"/own/who/{mai.id}", data={})).status_code == 404


async def test_a_device_of_one_child_asks_nobody(shared: House):
    async with at_device(shared, "phone") as child:
        page = (await child.get("/own/who")).text
        assert "Ở đây không ai cần cho biết mình là ai" in page
        mai = shared.children["Mai"]
        assert (await child.get(f"/own/who/{mai.id}")).status_code == 404


async def test_a_parent_gives_the_device_to_a_child_and_takes_it_back(shared: House):
    tablet, nam = shared.devices["tablet"], shared.children["Nam"]
    async with shared.client("alice") as alice:
        page = (await alice.get(f"/devices/{tablet.id}")).text
        assert "Nobody has said so yet" in page
        given = await alice.post(
            f"/devices/{tablet.id}/user", data={"child_id": str(nam.id)}, follow_redirects=True
        )
        assert "Nam uses Máy bảng now." in given.text
        assert await user(shared) == nam.id
        await alice.post(f"/devices/{tablet.id}/user", data={"child_id": ""})
    assert await user(shared) is None


async def test_the_same_by_rest_and_only_for_children_of_the_device(shared: House):
    tablet, nam = shared.devices["tablet"], shared.children["Nam"]
    where = f"/api/v1/devices/{tablet.id}/user"
    async with shared.client("bob") as bob, shared.client("vera") as vera:
        assert (await bob.put(where, json={"child_id": str(nam.id)})).status_code == 200
        assert (await bob.get(where)).json() == {"child_id": str(nam.id)}
        stranger = {"child_id": "00000000-0000-7000-8000-000000000000"}
        refused = await bob.put(where, json=stranger)
        assert refused.status_code == 422
        assert (await vera.put(where, json={"child_id": None})).status_code == 403
        assert (await bob.put(where, json={"child_id": None})).json() == {"child_id": None}
        phone = shared.devices["phone"]
        silent = {"child_id": str(shared.children["Mai"].id)}
        answer = await bob.put(f"/api/v1/devices/{phone.id}/user", json=silent)
        assert answer.json()["detail"] == "This device does not ask who is using it."


async def test_a_parent_sets_and_removes_a_pin_and_nobody_sees_it_again(shared: House):
    nam = shared.children["Nam"]
    async with shared.client("alice") as alice:
        for wrong in ("12", "abcd", "123456789"):
            answer = await alice.post(f"/children/{nam.id}/pin", data={"pin": wrong})
            assert answer.status_code == 422
            assert "four to eight digits" in answer.text
        await alice.post(f"/children/{nam.id}/pin", data={"pin": "0815"})
        page = (await alice.get(f"/children/{nam.id}/edit")).text
        assert "A PIN is set." in page
        assert "0815" not in page
        await alice.post(f"/children/{nam.id}/pin/remove")
        assert "the name alone is enough" in (await alice.get(f"/children/{nam.id}/edit")).text
    async with shared.client("charlie") as charlie:
        answer = await charlie.post(f"/children/{nam.id}/pin", data={"pin": "0815"})
        assert answer.status_code == 404
