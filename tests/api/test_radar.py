"""What we did not see, on the pages of a child and a device, and by REST."""

from datetime import timedelta
from uuid import UUID

from rules.radar import Look
from rules.verdict import Action, Reason
from store import devices, radar
from store.devices import Sighting
from tests.api.conftest import MONDAY, House
from tests.api.test_consent import KEY, at_device

STOPPED = (Action.BLOCK, Reason.NOT_TLS)
ALL = (1 << 12) - 1


async def look(house: House, device_id: UUID, *hours: tuple[int, int, int]) -> None:
    start = MONDAY.replace(minute=0, second=0, microsecond=0) - timedelta(hours=len(hours))
    looks = [Look(device_id, start + timedelta(hours=n), *bits) for n, bits in enumerate(hours)]
    await radar.keep(house.panel.db, looks)


async def test_where_nothing_is_known_the_pages_say_so(house: House):
    mai, phone = house.children["Mai"], house.devices["phone"]
    async with house.client("alice") as alice:
        page = (await alice.get(f"/children/{mai.id}")).text
        told = (await alice.get(f"/api/v1/children/{mai.id}/radar")).json()
    assert "What we did not see" in page
    assert f"{phone.name}: not known." in page
    assert told["tried"] == []
    [device] = told["devices"]
    assert (device["device_id"], device["least_percent"]) == (str(phone.id), None)


async def test_attempts_and_unseen_hours_are_told_with_how_sure_we_are(house: House, note):
    mai, phone = house.children["Mai"], house.devices["phone"]
    await note(mai.id, "nordvpn.com", MONDAY, Action.BLOCK, Reason.CATEGORY, category="proxy")
    await note(mai.id, "x.example", MONDAY, *STOPPED)
    await look(house, phone.id, (ALL, ALL, 0), (ALL, 0, 0), (ALL, ALL, 1))
    async with house.panel.db.write() as store:
        await devices.record(store, [Sighting(phone.id, MONDAY, "192.168.1.20")])
    async with house.client("alice") as alice:
        page = (await alice.get(f"/children/{mai.id}")).text
        device_page = (await alice.get(f"/devices/{phone.id}")).text
        told = (await alice.get(f"/api/v1/children/{mai.id}/radar")).json()
    assert {each["way"]: each["times"] for each in told["tried"]} == {"service": 1, "tunnel": 1}
    [device] = told["devices"]
    assert (device["looked"], device["seen"], device["unseen_hours"]) == (36, 24, 1)
    assert device["least_percent"] < 66 < device["most_percent"]
    assert device["borrowed"] == 1
    assert device["said"] in page
    assert "1 hour on this network without coming through us." in page
    assert "A VPN, proxy, hidden DNS or translator" in page
    assert "Once it used the way in" in page
    assert device["said"] in device_page


async def test_the_child_reads_the_same_figures_as_its_adults(house: House, note):
    mai, phone = house.children["Mai"], house.devices["phone"]
    await note(mai.id, "nordvpn.com", MONDAY, Action.BLOCK, Reason.CATEGORY, category="proxy")
    await look(house, phone.id, (ALL, ALL, 0), (ALL, 0, 0), (ALL, ALL, 1))
    house.panel.credentials_key = lambda: KEY
    async with house.client("alice") as alice, at_device(house) as child:
        told = (await alice.get(f"/api/v1/children/{mai.id}/radar")).json()
        page = (await child.get("/own/mine")).text
    [device] = told["devices"]
    figures = f"từ {device['least_percent']} đến {device['most_percent']} %"
    assert figures in page
    assert "1 giờ có mặt trong mạng này" in page
    assert "VPN, proxy, DNS mã hoá" in page


async def test_another_familys_child_is_not_there(house: House):
    mai = house.children["Mai"]
    async with house.client("charlie") as charlie:
        assert (await charlie.get(f"/api/v1/children/{mai.id}/radar")).status_code == 404
