"""Devices nobody knows, on the panel: told on Today, adopted with one tap, or a guest's."""

import datetime as dt

from store import devices
from store.devices import Sighting
from store.strangers import id_of
from tests.api.conftest import House

HERE, CARD = "192.168.1.33", "aa:bb:cc:dd:ee:ff"


async def pass_by(house: House, address: str = HERE, card: str = "") -> None:
    async with house.panel.db.write() as store:
        sighting = Sighting(id_of(address), house.clock(), address, stranger=True, card=card)
        await devices.record(store, [sighting])


async def test_today_tells_of_a_stranger_for_a_day_and_devices_shows_it(house: House):
    async with house.client("alice") as alice:
        assert "nobody knows" not in (await alice.get("/")).text
        await pass_by(house)
        assert (
            f"A device that nobody knows goes online here ({HERE})." in (await alice.get("/")).text
        )
        assert HERE in (await alice.get("/devices")).text
        house.clock.move(hours=25)
        assert "nobody knows" not in (await alice.get("/")).text
        assert HERE in (await alice.get("/devices")).text


async def test_one_tap_makes_it_a_childs_device_known_by_its_card(house: House):
    await pass_by(house, card=CARD)
    mai = house.children["Mai"]
    async with house.client("alice") as alice:
        given = {"address": HERE, "whose": str(mai.id)}
        page = (await alice.post("/strangers", data=given, follow_redirects=True)).text
        assert "This is Mai’s device now" in page
        assert HERE not in (await alice.get("/devices")).text
        twice = await alice.post("/strangers", data=given)
        assert twice.status_code == 404
    async with house.panel.db.read() as store:
        added = (await devices.list_all(store, child_id=mai.id))[-1]
    assert (added.name, added.card, added.address) == ("Mai’s device", CARD, "")


async def test_without_a_card_its_address_is_what_it_is_known_by(house: House):
    await pass_by(house)
    mai = house.children["Mai"]
    async with house.client("bob") as bob:
        given = {"address": HERE, "child_id": str(mai.id)}
        answer = await bob.post("/api/v1/strangers/adopt", json=given)
        assert (answer.status_code, answer.json()["address"]) == (201, HERE)
        assert (await bob.get("/api/v1/strangers")).json() == []


async def test_a_guests_device_is_not_told_of_again(house: House):
    await pass_by(house)
    async with house.client("alice") as alice:
        await alice.post("/strangers", data={"address": HERE, "whose": "guest"})
        await pass_by(house)
        assert "nobody knows goes online" not in (await alice.get("/")).text
        assert "A guest’s" in (await alice.get("/devices")).text


async def test_a_card_that_another_device_has_is_refused_and_nothing_half_done_stays(house: House):
    await pass_by(house, card=CARD)
    await pass_by(house, "192.168.1.34", card=CARD)
    mai = house.children["Mai"]
    async with house.client("alice") as alice:
        for address, status in ((HERE, 201), ("192.168.1.34", 422)):
            given = {"address": address, "child_id": str(mai.id)}
            answer = await alice.post("/api/v1/strangers/adopt", json=given)
            assert answer.status_code == status, answer.text
        assert "known by this address or network card already" in answer.text
        assert len((await alice.get("/api/v1/devices")).json()) == 2


async def test_only_those_who_may_change_something_adopt_and_only_for_their_own_children(
    house: House,
):
    await pass_by(house)
    given = {"address": HERE, "child_id": str(house.children["Mai"].id)}
    async with house.client("vera") as vera, house.client("charlie") as charlie:
        assert (await vera.post("/api/v1/strangers/adopt", json=given)).status_code == 403
        # Nor does another family know what came by in the house of the first.
        assert (await charlie.post("/api/v1/strangers/adopt", json=given)).status_code == 404
        form = {"address": HERE, "whose": given["child_id"]}
        assert (await charlie.post("/strangers", data=form)).status_code == 404


async def test_the_news_is_of_strangers_and_not_of_long_ago(house: House):
    for number in (1, 2, 3):
        await pass_by(house, f"192.168.1.{number}")
        house.clock.move(hours=10)
    async with house.client("alice") as alice:
        assert (
            "2 devices that nobody knows go online here (192.168.1.3 and others)."
            in (await alice.get("/")).text
        )
    assert house.clock.now.tzinfo is dt.UTC
