"""What two adults edit at once: who read an older state is told (412), and nothing is lost."""

import asyncio

import pytest

from tests.api.conftest import House
from tests.api.test_rest_twins import prove

V1 = "/api/v1"
CHILD = {"birth_year": 2014, "language": "vi"}
EDITED = {
    "family": ("PUT", {"name": "A", "zone": "Asia/Ho_Chi_Minh", "language": "vi"}, "name"),
    "children/{mai}": ("PUT", {"name": "Mai A", **CHILD}, "name"),
    "devices/{phone}": ("PUT", {"name": "Phone", "child_ids": ["{mai}"]}, "name"),
    "groups/{family}": ("PATCH", {"name": "Nhà A"}, "name"),
    "groups/{family}/networks": ("PUT", {"home": ["192.168.1.0/24"]}, None),
    "keeping": ("PUT", {"visits_days": 40, "pages_days": 20}, None),
    "quiet-hours": ("PUT", {"quiet": {"since": 1320, "until": 360}}, None),
    "letter-time": ("PUT", {"day": 2, "minute": 420}, None),
}
OTHER = {
    "groups/{family}/networks": {"home": ["10.0.0.0/8"]},
    "keeping": {"visits_days": 50, "pages_days": 10},
    "quiet-hours": {"quiet": None},
    "letter-time": {"day": 3, "minute": 480},
}


def filled(house: House, value):
    assert house.family
    names = {
        "{mai}": str(house.children["Mai"].id),
        "{phone}": str(house.devices["phone"].id),
        "{family}": str(house.family.id),
    }
    if isinstance(value, dict):
        return {key: filled(house, each) for key, each in value.items()}
    if isinstance(value, list):
        return [filled(house, each) for each in value]
    for name, found in names.items():
        value = value.replace(name, found) if isinstance(value, str) else value
    return value


@pytest.mark.parametrize("shape", EDITED)
async def test_who_read_an_older_state_is_told_and_the_newer_one_stays(house: House, shape: str):
    method, body, name = EDITED[shape]
    path, first = f"{V1}/{filled(house, shape)}", filled(house, body)
    second = OTHER.get(shape) or first | {name: "B"}
    await prove(house, "alice")
    async with house.client("alice") as alice:
        read = (await alice.get(path)).headers["etag"]
        assert (await alice.get(path)).headers["etag"] == read
        mine = {"If-Match": read}
        done = await alice.request(method, path, json=first, headers=mine)
        assert done.status_code == 200, done.text
        assert done.headers["etag"] == (await alice.get(path)).headers["etag"] != read
        before = (await alice.get(path)).json()
        late = await alice.request(method, path, json=second, headers=mine)
        assert (late.status_code, late.json()["code"]) == (412, "changed-meanwhile")
        assert late.headers["content-type"] == "application/problem+json"
        assert (await alice.get(path)).json() == before
        weak = {"If-Match": f'"other", W/{done.headers["etag"]}'}
        assert (await alice.request(method, path, json=second, headers=weak)).status_code == 200
        # Who does not say what was read, or says that anything will do, is not asked to.
        assert (await alice.request(method, path, json=first)).status_code == 200
        anything = {"If-Match": "*"}
        assert (await alice.request(method, path, json=second, headers=anything)).status_code == 200


async def test_of_two_at_once_with_the_same_tag_one_is_told(house: House):
    mai = f"{V1}/children/{house.children['Mai'].id}"
    async with house.client("alice") as alice, house.client("bob") as bob:
        mine = {"If-Match": (await alice.get(mai)).headers["etag"]}
        answers = await asyncio.gather(
            *(
                who.put(mai, json={"name": f"Mai {place}", **CHILD}, headers=mine)
                for place, who in enumerate((alice, bob, alice, bob))
            )
        )
        assert sorted(each.status_code for each in answers) == [200, 412, 412, 412]
        [kept] = [each.json()["name"] for each in answers if each.status_code == 200]
        assert (await alice.get(mai)).json()["name"] == kept


async def test_what_the_verb_does_not_replace_changes_no_tag(house: House):
    phone = f"{V1}/devices/{house.devices['phone'].id}"
    async with house.client("alice") as alice:
        before = (await alice.get(phone)).headers["etag"]
        await alice.put(f"{phone}/marks", json={"address": "192.168.1.77"})
        seen = await alice.get(phone)
        assert seen.json()["address"] == "192.168.1.77"
        assert seen.headers["etag"] == before
