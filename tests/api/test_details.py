"""What must not be given away: entered on a page, never shown again; the rules for what is sent."""

import re

import pytest

from rules.details import Kind, find, finder
from rules.policy import Policy
from rules.sending import Decides, Sending
from store import details, policies
from tests.api.conftest import House
from tests.api.test_asking import all_asks, at_device, keep

V1 = "/api/v1"
KEY = b"k" * 32
PHONE = "0987 123 654"


@pytest.fixture(autouse=True)
def keyed(house: House) -> None:
    house.panel.credentials_key = lambda: KEY


async def kept(house: House, name: str = "Mai"):
    async with house.panel.db.read() as store:
        return (await details.of_all(store)).get(house.children[name].id, ())


async def test_a_detail_is_entered_and_cannot_be_read_again(house: House):
    mai = house.children["Mai"].id
    async with house.client("alice") as alice:
        page = (await alice.get(f"/children/{mai}/details")).text
        assert "Nothing yet" in page
        answer = await alice.post(f"/children/{mai}/details", data={"kind": "phone", "text": PHONE})
        assert answer.status_code == 303
        page = (await alice.get(f"/children/{mai}/details")).text
        assert "Alice" in page
        assert "telephone number" in page
        assert "987" not in page
        assert "987" not in (await alice.get("/settings/ledger")).text
        [detail] = await kept(house)
        assert find(finder(KEY, [detail]), "+84987123654") == {Kind.PHONE}
        await alice.post(f"/children/{mai}/details/{detail.id}/remove")
        assert await kept(house) == ()


@pytest.mark.parametrize(("kind", "text"), [("phone", "113"), ("name", "Mai"), ("home", "")])
async def test_what_does_not_fit_is_said_and_not_shown_again(house: House, kind, text):
    mai = house.children["Mai"].id
    async with house.client("alice") as alice:
        answer = await alice.post(f"/children/{mai}/details", data={"kind": kind, "text": text})
    assert answer.status_code == 422
    assert "hd-wrong" in answer.text
    assert 'name="text" type="text" value=""' in answer.text
    assert await kept(house) == ()


async def test_over_rest_details_are_entered_listed_and_forgotten(house: House):
    address = f"{V1}/children/{house.children['Mai'].id}/details"
    async with house.client("alice") as alice:
        answer = await alice.post(address, json={"kind": "phone", "text": PHONE, "everyone": True})
        assert answer.status_code == 201
        assert "987" not in answer.text
        again = await alice.post(address, json={"kind": "phone", "text": "+84987123654"})
        assert again.status_code == 422
        [one] = (await alice.get(address)).json()
        assert (one["kind"], one["by"]) == ("phone", "Alice")
        assert (await alice.delete(f"{address}/{one['id']}")).status_code == 204
        assert (await alice.delete(f"{address}/{one['id']}")).status_code == 404


async def test_the_rules_for_what_is_sent_are_set_in_the_form(house: House):
    mai = house.children["Mai"].id
    async with house.client("alice") as alice:
        page = (await alice.get(f"/children/{mai}/rules/sent")).text
        number = re.search(r'name="number" value="(\d+)"', page)[1]
        form = {
            "number": number,
            "sent.homework": "yes",
            "sent.told": "topic",
            "sent.anyway": "3",
            "sent.ask": "yes",
            "sent.decides": "adult",
            "sent.trusted": "https://club.example/join\nservice:zalo",
        }
        wrong = await alice.post(f"/children/{mai}/rules/sent", data=form | {"sent.anyway": "99"})
        assert wrong.status_code == 422
        await alice.post(f"/children/{mai}/rules/sent", data=form)
    async with house.panel.db.read() as store:
        policy: Policy = (await policies.current(store, mai)).policy
    assert (policy.homework.on, policy.homework.told, policy.homework.anyway) == (True, "topic", 3)
    assert (policy.sending.ask, policy.sending.decides) == (True, Decides.ADULT)
    assert policy.sending.trusted == ("site:club.example", "service:zalo")


async def test_a_child_asks_whether_it_may_send_something_about_itself(house: House):
    mai = house.children["Mai"].id
    await keep(house, Policy(sending=Sending(ask=True)))
    async with house.client("alice") as alice:
        data = {"kind": "phone", "text": PHONE}
        await alice.post(f"/children/{mai}/details", data=data)
    stranger = "https://stranger.example/"
    async with at_device(house) as child:
        page = (await child.get("/own/ask", params={"url": stranger, "what": "send"})).text
        assert "Gửi thông tin của mình cho trang đó" in page
        form = {"what": "send", "url": stranger, "minutes": "15"}
        assert (await child.post("/own/ask", data=form)).status_code == 303
        assert "Trước khi thông tin về bạn" in (await child.get("/own/mine")).text
    [ask] = await all_asks(house)
    assert ask.wish.scope == "send:stranger.example"
    async with house.client("alice") as alice:
        assert "private details to stranger.example" in (await alice.get("/asks")).text
