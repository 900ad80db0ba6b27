"""The page that says what is looked into for a child, and the same by REST."""

from rules.verdict import Action, Reason
from tests.api.conftest import MONDAY, House

PASSED = (Action.PASS, Reason.DEFAULT)


async def test_with_no_rule_and_nothing_passed_the_page_says_so(house: House):
    mai = house.children["Mai"]
    async with house.client("alice") as alice:
        page = (await alice.get(f"/children/{mai.id}/opened")).text
    assert "No rule of Mai needs to look inside anything." in page
    assert "Nothing has passed yet" in page
    assert "banks and wallets" in page


async def test_reasons_share_sites_and_pinned_apps_are_told(house: House, note):
    mai = house.children["Mai"]
    async with house.client("alice") as alice:
        where = f"/api/v1/children/{mai.id}"
        etag = (await alice.get(f"{where}/policy")).headers["etag"]
        wanted = {"searches": True, "urls": [{"scope": "service:youtube", "path": "/shorts"}]}
        answer = await alice.put(f"{where}/policy", json=wanted, headers={"If-Match": etag})
        assert answer.status_code == 200, answer.text
        await note(mai.id, "www.google.com", MONDAY, *PASSED, opened=True, bytes_down=1000)
        await note(mai.id, "vnexpress.net", MONDAY, *PASSED, bytes_down=9000)
        await note(mai.id, "api.app.example", MONDAY, Action.PASS, Reason.PINNED)
        page = (await alice.get(f"/children/{mai.id}/opened")).text
        told = (await alice.get(f"{where}/opened")).json()
    assert "90 % was never opened" in page
    assert "YouTube is opened for the rule about addresses “/shorts”." in page
    assert "the child’s own rules" in page
    assert "www.google.com" in page
    assert "Apps that cannot be looked into" in page
    assert told["unopened_percent"] == 90
    assert [site["host"] for site in told["sites"]] == ["www.google.com"]
    assert [site["host"] for site in told["pinned"]] == ["api.app.example"]
    assert len(told["why"]) == 2


async def test_another_familys_child_is_not_there(house: House):
    mai = house.children["Mai"]
    async with house.client("charlie") as charlie:
        assert (await charlie.get(f"/children/{mai.id}/opened")).status_code == 404
        assert (await charlie.get(f"/api/v1/children/{mai.id}/opened")).status_code == 404
