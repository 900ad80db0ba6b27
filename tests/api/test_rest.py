"""The REST interface: the same verbs, with tokens and problem documents."""

import datetime as dt
from uuid import UUID

from rules.presets import preset_for
from rules.verdict import Action, Layer, Reason
from store import adults, change, doors
from store.change import SYSTEM
from store.doors import Door
from tests.api.conftest import PASSWORD, House


async def test_a_program_signs_in_with_a_token_and_out_again(house: House):
    async with house.client() as program:
        given = {"email": "Alice@example.com", "password": PASSWORD}
        answer = await program.post("/api/v1/session", json=given)
        assert answer.status_code == 201
        program.headers["Authorization"] = f"Bearer {answer.json()['token']}"
        assert (await program.get("/api/v1/session")).json()["name"] == "Alice"
        assert (await program.delete("/api/v1/session")).status_code == 204
        assert (await program.get("/api/v1/session")).status_code == 401


async def test_a_wrong_password_is_a_problem_and_counts_as_a_try(house: House):
    async with house.client() as program:
        given = {"email": "alice@example.com", "password": "guess"}
        answer = await program.post("/api/v1/session", json=given)
        assert answer.status_code == 401
        assert answer.headers["content-type"] == "application/problem+json"
        assert answer.json()["code"] == "wrong-password"
        for _ in range(5):
            answer = await program.post("/api/v1/session", json=given)
        assert answer.status_code == 429


async def test_a_child_is_added_with_the_policy_of_its_age_changed_and_removed(house: House):
    async with house.client("alice") as alice:
        given = {"name": "Bé Tí", "birth_year": 2018, "language": "vi", "colour": "teal"}
        answer = await alice.post("/api/v1/children", json=given)
        assert answer.status_code == 201
        child = answer.json()
        policy = (await alice.get(f"/api/v1/children/{child['id']}/policy")).json()
        assert policy["policy"] == preset_for(8)[1].model_dump(mode="json")
        answer = await alice.post("/api/v1/children", json=given)
        assert answer.status_code == 422
        assert answer.json()["errors"][0]["at"] == "name"
        answer = await alice.put(f"/api/v1/children/{child['id']}", json=given | {"name": "Tí"})
        assert answer.json()["name"] == "Tí"
        assert (await alice.delete(f"/api/v1/children/{child['id']}")).status_code == 204
        assert (await alice.get(f"/api/v1/children/{child['id']}")).status_code == 404


async def test_a_policy_is_not_overwritten_by_who_read_an_older_one(house: House):
    path = f"/api/v1/children/{house.children['Mai'].id}/policy"
    async with house.client("alice") as alice, house.client("bob") as bob:
        read = await alice.get(path)
        mine = read.json()["policy"] | {"block": ["example.com"]}
        answer = await bob.put(path, json=mine, headers={"If-Match": read.headers["etag"]})
        assert answer.status_code == 200
        answer = await alice.put(
            path, json=mine | {"block": []}, headers={"If-Match": read.headers["etag"]}
        )
        assert answer.status_code == 412
        now = await alice.get(path)
        assert now.json()["policy"]["block"] == ["example.com"]
        assert now.json()["by"] == "Bob"
        history = (await alice.get(f"{path}/history")).json()
        assert [version["number"] for version in history] == [2, 1]
        answer = await alice.post(f"{path}/history/1/restore")
        assert answer.json()["policy"]["block"] == []


async def test_a_policy_that_makes_no_sense_is_refused_with_the_place(house: House):
    path = f"/api/v1/children/{house.children['Mai'].id}/policy"
    async with house.client("alice") as alice:
        answer = await alice.put(path, json={"allowances": [{"minutes": [1, 2]}]})
        assert answer.status_code == 422
        assert answer.json()["errors"][0]["at"].startswith("body/allowances/0/minutes")
        assert (await alice.get(path)).json()["number"] == 1


async def test_pause_resume_and_time_given_change_what_explain_says(house: House):
    mai = f"/api/v1/children/{house.children['Mai'].id}"
    async with house.client("alice") as alice:

        async def explained() -> dict:
            return (await alice.get(f"{mai}/explain", params={"host": "example.com"})).json()

        assert (await explained())["verdict"]["action"] == "pass"
        assert (await alice.post(f"{mai}/pause", json={})).status_code == 204
        answer = await explained()
        assert (answer["verdict"]["action"], answer["verdict"]["reason"]) == ("block", "paused")
        assert answer["for_parent"].startswith("Mai, example.com: Stopped")
        assert answer["trace"][-1]["verdict"] == answer["verdict"]
        grant = await alice.post(f"{mai}/grants", json={"minutes": 15})
        assert grant.status_code == 201
        assert grant.json()["until"] == "2026-11-23T11:15:00Z"
        assert len((await alice.get(f"{mai}/grants")).json()) == 1
        ended = await alice.delete(f"{mai}/grants/{grant.json()['id']}")
        assert ended.status_code == 204
        assert (await alice.get(f"{mai}/grants")).json() == []
        assert (await alice.post(f"{mai}/resume")).status_code == 204
        assert (await explained())["verdict"]["action"] == "pass"


async def test_explain_tells_the_device_the_layers_the_minutes_and_the_next_hours(house: House):
    mai = f"/api/v1/children/{house.children['Mai'].id}"
    policy = {
        "allowances": [{"scope": "everything", "minutes": [90] * 7}],
        "hours": [
            {"name": "bedtime", "windows": [{"start": "21:00", "end": "06:30"}]},
        ],
    }
    async with house.client("alice") as alice:
        assert (await alice.put(f"{mai}/policy", json=policy)).status_code == 200
        about = {"host": "example.com", "device_id": str(house.devices["phone"].id)}
        told = (await alice.get(f"{mai}/explain", params=about)).json()
        assert told["for_parent"].startswith(f"Mai on “{house.devices['phone'].name}”, example.com")
        for part in ("These hold now: ", "0 of 90 minutes", "“bedtime” begins at 21:00"):
            assert part in told["for_parent"]
        nam = f"/api/v1/children/{house.children['Nam'].id}/explain"
        assert (await alice.get(nam, params=about)).status_code == 404


async def test_a_grant_of_another_child_is_not_ended(house: House):
    async with house.client("alice") as alice:
        mai, nam = (f"/api/v1/children/{house.children[name].id}" for name in ("Mai", "Nam"))
        grant = (await alice.post(f"{mai}/grants", json={"minutes": 15})).json()
        answer = await alice.delete(f"{nam}/grants/{grant['id']}")
        assert answer.status_code == 404
        assert len((await alice.get(f"{mai}/grants")).json()) == 1


async def test_one_page_is_given_and_explained_without_the_rest_of_its_host(house: House):
    mai = f"/api/v1/children/{house.children['Mai'].id}"
    async with house.client("alice") as alice:
        await alice.put(f"{mai}/policy", json={"block": ["example.com"]})
        for scope in ("url:example.com/watch?v=1", "url:example.com/a/../b", "url:"):
            refused = await alice.post(f"{mai}/grants", json={"minutes": 5, "scope": scope})
            assert refused.status_code == 422
        page = {"minutes": 5, "scope": "url:https://example.com/lesson/"}
        given = await alice.post(f"{mai}/grants", json=page)
        assert (given.status_code, given.json()["scope"]) == (201, "url:example.com/lesson")

        async def explained(path: str) -> dict:
            about = {"host": "example.com", "path": path}
            return (await alice.get(f"{mai}/explain", params=about)).json()

        assert (await explained("/lesson/3"))["verdict"]["reason"] == "grant"
        assert "example.com/lesson" in (await explained("/lesson/3"))["for_parent"]
        assert (await explained("/other"))["verdict"]["reason"] == "block_list"
        assert (await explained(""))["verdict"]["action"] == "allow"
        rule = {"allowances": [{"scope": "url:example.com/lesson", "minutes": [9] * 7}]}
        assert (await alice.put(f"{mai}/policy", json=rule)).status_code == 422


async def test_a_grant_in_the_past_or_for_ever_is_refused(house: House):
    async with house.client("alice") as alice:
        path = f"/api/v1/children/{house.children['Mai'].id}/grants"
        for until in ("2020-01-01T00:00:00Z", "2036-01-01T00:00:00Z"):
            assert (await alice.post(path, json={"until": until})).status_code == 422
        assert (await alice.post(path, json={})).status_code == 422
        assert (await alice.get(path)).json() == []


async def test_a_device_gets_the_next_port_and_a_stranger_s_child_is_refused(house: House):
    async with house.client("alice") as alice, house.client("charlie") as charlie:
        given = {"name": "Tablet", "kind": "tablet", "system": "ios"}
        answer = await alice.post("/api/v1/devices", json=given)
        assert answer.json()["port"] == 8102
        assert "password_key" not in answer.json()
        theirs = given | {"child_ids": [str(house.children["Mai"].id)]}
        assert (await charlie.post("/api/v1/devices", json=theirs)).status_code == 422


async def test_the_doors_are_in_force_once_each_has_the_newest_rules(house: House):
    async with house.client("alice") as alice:
        answer = (await alice.get("/api/v1/doors")).json()
        assert answer["in_force"] is False
        door = Door("home/1", 1, answer["revision"], 0, house.clock())
        async with house.panel.db.write() as store:
            await doors.report(store, door)
        assert (await alice.get("/api/v1/doors")).json()["in_force"] is True
        await alice.post(f"/api/v1/children/{house.children['Mai'].id}/pause", json={})
        assert (await alice.get("/api/v1/doors")).json()["in_force"] is False


async def test_visits_are_searched_page_by_page(house: House, note):
    mai = house.children["Mai"].id
    for minute in range(5):
        at = house.clock() - dt.timedelta(minutes=minute)
        await note(mai, f"site{minute}.example", at, Action.PASS, Reason.DEFAULT, Layer.HOUSE)
    async with house.client("alice") as alice:
        path = f"/api/v1/children/{mai}/visits"
        first = (await alice.get(path, params={"limit": 3})).json()
        hosts = [visit["host"] for visit in first["visits"]]
        assert hosts == ["site0.example", "site1.example", "site2.example"]
        rest = (await alice.get(path, params={"limit": 3, "cursor": first["next"]})).json()
        assert [visit["host"] for visit in rest["visits"]] == ["site3.example", "site4.example"]
        assert rest["next"] == ""
        only = (await alice.get(path, params={"text": "site3"})).json()
        assert len(only["visits"]) == 1
        assert (await alice.get(path, params={"cursor": "nonsense"})).status_code == 422


async def test_the_catalogue_is_told_in_the_language_of_the_adult(house: House):
    async with house.client("alice") as alice:
        known = (await alice.get("/api/v1/catalogue/hosts/www.youtube.com")).json()
        assert "youtube" in known["services"]
        names = {each["id"]: each["name"] for each in (await alice.get("/api/v1/catalogue")).json()}
        assert names["games"] == "Games"
        assert (await alice.get("/api/v1/catalogue/hosts/a%20b")).status_code == 422


async def test_the_ledger_says_who_changed_what(house: House):
    async with house.client("bob") as bob:
        await bob.post(f"/api/v1/children/{house.children['Mai'].id}/pause", json={})
        line = (await bob.get("/api/v1/ledger")).json()[0]
        assert (line["by"], line["what"]) == ("Bob", "paused {child}")
        assert line["sentence"] == "paused Mai"


async def test_what_is_wrong_with_rules_is_said_in_the_language_of_the_adult(house: House) -> None:
    rules = {
        "hours": [{"name": "bedtime", "windows": [{"start": "9", "end": "06:00"}]}],
        "allow": ["a b"],
        "nonsense": 1,
    }
    async with house.client("alice") as alice:
        path = f"/api/v1/children/{house.children['Mai'].id}/policy"
        english = await alice.put(path, json=rules)
        me = (await alice.get("/api/v1/session")).json()
        async with change.change(house.panel.db, by=SYSTEM, what="x", now=house.clock()) as tx:
            await adults.alter(tx, UUID(me["id"]), language="vi")
        answer = await alice.put(path, json=rules)
    assert answer.status_code == 422
    assert {each["at"]: each["message"] for each in answer.json()["errors"]} == {
        "body/allow/0": "“a b” không phải là tên trang: hãy viết như example.com.",
        "body/hours/0/windows/0/start": "Bạn hãy viết giờ như 21:00.",
        "body/nonsense": "Mục này không có ở đây: hãy xem lại chính tả, hoặc bỏ nó đi.",
    }
    assert english.json()["errors"][0]["message"] == (
        "“a b” is not a host name: write it like example.com."
    )
