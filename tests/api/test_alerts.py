"""Alerts on the desk: what an adult reads, does about them, and that the ledger keeps it."""

from datetime import timedelta

from rules.alerts import Level, Place
from rules.policy import Policy
from rules.verdict import Action, Reason, Verdict
from store import log
from store.batch import Batch
from store.notes import Alarm, Note
from store.pending import Pending
from tests.api.conftest import MONDAY, House
from tests.api.test_child import form_of
from tests.api.test_today import set_policy


async def heard(house: House, name: str = "Mai", **more) -> None:
    """Tell an alert the way a door does."""
    given = {
        "at": MONDAY - timedelta(minutes=20),
        "device_id": house.devices["phone"].id,
        "child_id": house.children[name].id if name else None,
        "category": "selfharm",
        "level": Level.URGENT,
        "place": Place.SEARCH,
        "host": "www.google.com",
        **more,
    }
    await log.write(house.panel.db, Batch(alarms=[Alarm(**given)]), now=MONDAY)


async def only(client) -> dict[str, object]:
    [alert] = (await client.get("/api/v1/alerts")).json()
    return alert


async def test_without_alerts_the_page_says_where_they_would_come_from(house: House) -> None:
    async with house.client("alice") as alice:
        assert "No open alert" in (await alice.get("/alerts")).text
        assert "/alerts" not in (await alice.get("/")).text.partition("<main")[2]


async def test_an_alert_stands_on_today_and_tells_what_it_means_and_who_helps(house: House):
    await heard(house)
    async with house.client("alice") as alice:
        today, page = (await alice.get("/")).text, (await alice.get("/alerts")).text
    for word in ("Mai", "Self-harm and despair", "Talk today", 'href="/alerts"'):
        assert word in today
    for word in ("1 time searched for", "www.google.com", "Do you sometimes", 'href="tel:111"'):
        assert word in page


async def test_a_site_that_changed_is_told_with_what_to_do(house: House) -> None:
    given = {"category": "changed", "level": Level.NOTICE, "place": Place.PAGE}
    await heard(house, host="www.youtube.com", **given)
    async with house.client("alice") as alice:
        page = (await alice.get("/alerts")).text
    for word in ("YouTube is built differently", "met on a page", "What to do", "newer Hải Đăng"):
        assert word in page
    assert "How to talk about it" not in page


async def test_words_are_shown_only_where_the_door_told_them(house: House) -> None:
    await heard(house, words="em muốn tự tử")
    await heard(house, "Nam", place=Place.CHAT, host="chatgpt.com")
    async with house.client("alice") as alice:
        page = (await alice.get("/alerts")).text
    assert page.count("The words:") == 1
    assert "em muốn tự tử" in page


async def test_an_adult_takes_note_writes_closes_and_opens_again(house: House) -> None:
    await heard(house)
    async with house.client("alice") as alice:
        alert = await only(alice)
        here = f"/alerts/{alert['id']}"
        await alice.post(f"{here}/seen")
        await alice.post(f"{here}/comment", data={"comment": "We talked on Sunday."})
        page = (await alice.get("/alerts")).text
        assert "Alice has taken note" in page
        assert "We talked on Sunday." in page
        closed = await alice.post(f"{here}/close")
        assert (closed.status_code, closed.headers["location"]) == (303, "/alerts")
        assert "Closed by Alice" in (await alice.get("/alerts")).text
        assert (await alice.get("/api/v1/alerts", params={"only_open": True})).json() == []
        await alice.post(f"{here}/reopen")
        assert (await only(alice))["closed"] is None


async def test_a_note_that_is_too_long_is_said_beside_it(house: House) -> None:
    await heard(house)
    async with house.client("alice") as alice:
        here = f"/alerts/{(await only(alice))['id']}"
        answer = await alice.post(f"{here}/comment", data={"comment": "x" * 501})
    assert answer.status_code == 422
    assert "This does not fit" in answer.text


async def test_the_same_by_rest_and_the_ledger_knows_who_looked_and_what_was_done(house: House):
    await heard(house)
    async with house.client("bob") as bob:
        alert = await only(bob)
        here = f"/api/v1/alerts/{alert['id']}"
        assert (alert["category"], alert["level"], alert["words"]) == ("selfharm", "urgent", "")
        assert (await bob.post(f"{here}/seen")).json()["seen_by"] == "Bob"
        note = (await bob.put(f"{here}/comment", json={"comment": "Called 111."})).json()
        assert (note["comment"], note["comment_by"]) == ("Called 111.", "Bob")
        assert (await bob.post(f"{here}/close")).json()["closed_by"] == "Bob"
        lines = (await bob.get("/api/v1/ledger")).json()
    said = [line["sentence"] for line in lines[:4]]
    assert said == [
        "closed an alert about Mai",
        "commented an alert about Mai",
        "took note of an alert about Mai",
        "looked at the alerts of Mai",
    ]
    assert "111" not in str(lines)


async def test_another_family_s_alerts_are_not_there_and_who_may_look_cannot_close(house: House):
    await heard(house)
    async with house.client("alice") as alice:
        here = f"/api/v1/alerts/{(await only(alice))['id']}"
    async with house.client("charlie") as charlie:
        assert (await charlie.get("/api/v1/alerts")).json() == []
        assert (await charlie.get(here)).status_code == 404
        assert (await charlie.post(f"{here}/close")).status_code == 404
    async with house.client("vera") as vera:
        assert (await vera.get(here)).status_code == 200
        assert (await vera.post(f"{here}/close")).status_code == 403


async def test_a_shared_device_is_named_where_no_child_can_be(house: House) -> None:
    await heard(house, "")
    async with house.client("alice") as alice:
        page = (await alice.get("/alerts")).text
    assert "A shared device: Self-harm" in page
    assert "Mai’s phone" in page


async def test_the_switch_stands_in_the_rules_and_is_kept(house: House) -> None:
    await set_policy(house, "Mai", Policy())
    here = f"/children/{house.children['Mai'].id}/rules/privacy"
    async with house.client("alice") as alice:
        form = await form_of(alice, house, "Mai", "privacy") | {"searches": ["yes"]}
        assert 'name="searches"' in (await alice.get(here)).text
        saved = await alice.post(here, data=form)
        assert saved.status_code == 303
        rules = (await alice.get(f"/api/v1/children/{house.children['Mai'].id}/policy")).json()
    assert rules["policy"]["searches"] is True


async def test_what_was_searched_and_watched_is_read_and_the_ledger_keeps_who_did(house: House):
    mai = house.children["Mai"].id
    more = {"visits": 0, "title": "núi <lửa>", "name": "Google", "kind": "search"}
    kept = Note(
        MONDAY, None, mai, "www.google.com", Verdict(Action.PASS, Reason.DEFAULT), page="u", **more
    )
    pending = Pending(10)
    pending.note(kept)
    await log.write(house.panel.db, pending.seal(), now=MONDAY)
    async with house.client("alice") as alice:
        page = (await alice.get("/activity/searched")).text
        [line, *_] = (await alice.get("/api/v1/ledger")).json()
        pages = (await alice.get(f"/api/v1/children/{mai}/pages?kind=search")).json()
    assert "núi &lt;lửa&gt;" in page
    assert line["sentence"] == "looked at what Mai searched and watched"
    assert [(row["kind"], row["name"]) for row in pages] == [("search", "Google")]
    async with house.client("charlie") as charlie:
        assert "Nothing is written down" in (await charlie.get("/activity/searched")).text


async def test_where_nothing_was_searched_the_page_leads_to_the_rules(house: House) -> None:
    async with house.client("alice") as browser:
        page = await browser.get("/activity/searched")
    assert page.status_code == 200
    assert f"/children/{house.children['Mai'].id}/rules/privacy" in page.text
