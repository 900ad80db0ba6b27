"""The REST interface for what adults and children agree on: asks, tasks, groups, history."""

from rules.pack import schema
from rules.verdict import Action, Layer, Reason
from store import spent
from tests.api.conftest import House


def child(house: House, name: str = "Mai") -> str:
    return f"/api/v1/children/{house.children[name].id}"


async def test_an_ask_is_opened_answered_yes_and_opens_the_site(house: House) -> None:
    async with house.client("alice") as alice:
        rules = {"services": {"roblox": "block"}}
        await alice.put(f"{child(house)}/policy", json=rules)
        wish = {"scope": "service:roblox", "minutes": 20, "reason": "Homework is done"}
        asked = await alice.post(f"{child(house)}/asks", json=wish)
        assert asked.status_code == 201
        (waiting,) = (await alice.get("/api/v1/asks")).json()
        assert waiting == asked.json()
        path = f"/api/v1/asks/{waiting['id']}"
        answer = await alice.post(f"{path}/answer", json={"answer": "yes", "words": "Have fun"})
        assert answer.status_code == 200
        assert (answer.json()["state"], answer.json()["by"]) == ("yes", "Alice")
        assert (await alice.get("/api/v1/asks")).json() == []
        (grant,) = (await alice.get(f"{child(house)}/grants")).json()
        assert (grant["id"], grant["reason"]) == (answer.json()["given_id"], "Homework is done")
        explained = await alice.get(f"{child(house)}/explain", params={"host": "www.roblox.com"})
        assert explained.json()["verdict"]["reason"] == "grant"
        again = await alice.post(f"{path}/answer", json={"answer": "no"})
        assert (again.status_code, again.json()["code"]) == (409, "not-possible")
        assert again.json()["detail"] == "This ask is closed already."


async def test_one_page_of_a_bank_is_refused_with_the_reason_and_its_site_is_not(
    house: House,
) -> None:
    page = {"scope": "url:www.vietcombank.com.vn/loans", "minutes": 5}
    async with house.client("alice") as alice:
        for path in ("asks", "grants"):
            refused = await alice.post(f"{child(house)}/{path}", json=page)
            assert (refused.status_code, refused.json()["code"]) == (409, "not-possible")
            assert "Nobody looks into www.vietcombank.com.vn" in refused.json()["detail"]
        whole = {"scope": "site:vietcombank.com.vn", "minutes": 5}
        assert (await alice.post(f"{child(house)}/grants", json=whole)).status_code == 201
        assert (await alice.get(f"{child(house)}/asks")).json() == []


async def test_an_offer_is_taken_for_the_child_and_the_ledger_says_so(house: House) -> None:
    async with house.client("alice") as alice:
        wish = {"scope": "category:games", "counted": True, "minutes": 60}
        asked = (await alice.post(f"{child(house)}/asks", json=wish)).json()
        path = f"/api/v1/asks/{asked['id']}"
        early = await alice.post(f"{path}/accept")
        assert early.json()["detail"] == "There is no offer to accept yet."
        terms = {"scope": "category:games", "counted": True, "minutes": 15}
        await alice.post(f"{path}/answer", json={"answer": "offer", "terms": terms})
        taken = (await alice.post(f"{path}/accept")).json()
        assert (taken["state"], taken["terms"]["minutes"]) == ("accepted", 15)
        earned = (await alice.get(f"{child(house)}/earned")).json()
        assert earned["minutes"] == {"category:games": 15}
        assert earned["credits"][0]["by"] == "Alice"
        lines = (await alice.get("/api/v1/ledger")).json()
        assert [line["by"] for line in lines[:3]] == ["Alice"] * 3
        assert [line["sentence"] for line in lines[:3]] == [
            "Mai took the offer",
            "offered Mai something else",
            "Mai asked for something",
        ]
        assert (await alice.get(path)).json() == taken


async def test_an_ask_of_another_family_is_not_there_and_who_may_look_cannot_answer(house: House):
    async with house.client("alice") as alice:
        asked = (await alice.post(f"{child(house)}/asks", json={})).json()
    path = f"/api/v1/asks/{asked['id']}"
    async with house.client("charlie") as charlie:
        assert (await charlie.get(path)).status_code == 404
        answer = await charlie.post(f"{path}/answer", json={"answer": "yes"})
        assert answer.status_code == 404
        assert (await charlie.get("/api/v1/asks")).json() == []
    async with house.client("vera") as vera:
        assert (await vera.get(path)).status_code == 200
        assert (await vera.post(f"{path}/answer", json={"answer": "yes"})).status_code == 403


async def test_asks_end_by_themselves_and_too_many_are_refused(house: House) -> None:
    async with house.client("alice") as alice:
        path = f"{child(house)}/asks"
        first = (await alice.post(path, json={})).json()
        again = await alice.post(path, json={})
        assert again.status_code == 409
        assert "already" in again.json()["detail"]
        house.clock.move(hours=24)
        (kept,) = (await alice.get(path)).json()
        assert (kept["id"], kept["state"]) == (first["id"], "expired")


async def test_a_task_is_set_confirmed_and_credited(house: House) -> None:
    async with house.client("alice") as alice:
        path = f"{child(house)}/tasks"
        task = await alice.post(path, json={"title": "Dishes", "minutes": 15})
        assert task.status_code == 201
        one = f"{path}/{task.json()['id']}"
        back = await alice.post(f"{one}/send-back")
        assert back.status_code == 409
        kept = (await alice.post(f"{one}/confirm")).json()
        assert (kept["task"]["state"], kept["credit"]["minutes"]) == ("confirmed", 15)
        assert (await alice.post(f"{one}/confirm")).status_code == 409
        earned = (await alice.get(f"{child(house)}/earned")).json()
        assert earned["minutes"] == {"everything": 15}
        theirs = one.replace(str(house.children["Mai"].id), str(house.children["Nam"].id))
        assert (await alice.delete(theirs)).status_code == 404
        assert (await alice.delete(one)).status_code == 204
        assert (await alice.get(path)).json() == []


async def test_what_learning_earns_is_said_replaced_and_ended(house: House) -> None:
    async with house.client("alice") as alice:
        path = f"{child(house)}/exchanges"
        wrong = await alice.put(path, json={"source": "everything"})
        assert wrong.status_code == 422
        for most in (60, 30):
            made = await alice.put(path, json={"target": "category:games", "most": most})
            assert made.status_code == 200
        (kept,) = (await alice.get(f"{child(house)}/earned")).json()["exchanges"]
        assert kept["most"] == 30
        assert (await alice.delete(f"{path}/{kept['id']}")).status_code == 204
        assert (await alice.get(f"{child(house)}/earned")).json()["exchanges"] == []


async def test_minutes_are_added_to_a_day_to_come_but_not_to_one_gone(house: House) -> None:
    async with house.client("alice") as alice:
        path = f"{child(house)}/earned"
        given = await alice.post(path, json={"minutes": 30, "day": "2026-11-28", "why": "Birthday"})
        assert given.status_code == 201
        gone = await alice.post(path, json={"minutes": 30, "day": "2026-11-22"})
        assert gone.status_code == 422
        assert (await alice.get(path)).json()["credits"] == []


async def test_any_two_versions_are_compared_in_words(house: House) -> None:
    path = f"{child(house)}/policy"

    def bedtime(start: str) -> dict:
        windows = [{"days": [6], "start": start, "end": "06:00"}]
        return {"hours": [{"name": "bedtime", "windows": windows}]}

    async with house.client("alice") as alice:
        for start in ("21:00", "21:30"):
            assert (await alice.put(path, json=bedtime(start))).status_code == 200
        last = (await alice.get(f"{path}/history/3/changes")).json()
        assert (last["since"], last["number"]) == (2, 3)
        (sentence,) = last["sentences"]
        assert "Sunday" in sentence
        assert "21:00–06:00 → 21:30–06:00" in sentence
        whole = (await alice.get(f"{path}/history/3/changes", params={"since": 1})).json()
        assert "not set" in whole["sentences"][0]
        back = (await alice.get(f"{path}/history/1/changes", params={"since": 3})).json()
        assert back["sentences"][0].endswith("not set")
        assert (await alice.get(f"{path}/history/2")).json()["number"] == 2
        assert (await alice.get(f"{path}/history/9")).status_code == 404
        assert (await alice.post(f"{path}/history/2/restore")).json()["number"] == 4
        assert (await alice.get(f"{path}/history/4/changes", params={"since": 2})).json()[
            "sentences"
        ] == []


async def test_a_school_has_rules_its_classes_inherit_and_a_child_joins(house: House) -> None:
    async with house.client("alice") as alice:
        school = await alice.post("/api/v1/groups", json={"kind": "school", "name": "Lê Lợi"})
        assert school.status_code == 201
        below = {"kind": "class", "name": "5A", "parent_id": school.json()["id"]}
        room = (await alice.post("/api/v1/groups", json=below)).json()
        rules = f"/api/v1/groups/{school.json()['id']}/policy"
        saved = await alice.put(rules, json={"block": ["play.example"]})
        assert saved.status_code == 200
        stale = await alice.put(rules, json={}, headers={"If-Match": '"0"'})
        assert stale.status_code == 412
        mai = house.children["Mai"].id
        joined = await alice.put(f"/api/v1/groups/{room['id']}/children/{mai}")
        assert joined.status_code == 204
        kinds = [each["kind"] for each in (await alice.get(f"{child(house)}/groups")).json()]
        assert kinds == ["school", "class", "family"]
        about = {"params": {"host": "play.example"}}
        verdict = (await alice.get(f"{child(house)}/explain", **about)).json()["verdict"]
        assert (verdict["action"], verdict["layer"]) == ("block", "school")
        left = await alice.delete(f"/api/v1/groups/{room['id']}/children/{mai}")
        assert left.status_code == 204
        verdict = (await alice.get(f"{child(house)}/explain", **about)).json()["verdict"]
        assert verdict["action"] == "pass"


async def test_time_for_a_class_lifts_the_rules_of_the_class_and_not_those_of_the_school(
    house: House,
) -> None:
    async with house.client("alice") as alice:
        school = (await alice.post("/api/v1/groups", json={"kind": "school", "name": "S"})).json()
        below = {"kind": "class", "name": "5A", "parent_id": school["id"]}
        room = (await alice.post("/api/v1/groups", json=below)).json()
        mai = house.children["Mai"].id
        await alice.put(f"/api/v1/groups/{room['id']}/children/{mai}")
        for group, site in ((school, "never.example"), (room, "lesson.example")):
            rules = {"block": [site]}
            await alice.put(f"/api/v1/groups/{group['id']}/policy", json=rules)
        for site in ("never.example", "lesson.example"):
            given = {"minutes": 45, "scope": f"site:{site}", "reason": "Lesson 3"}
            answer = await alice.post(f"/api/v1/groups/{room['id']}/grants", json=given)
            assert answer.status_code == 201
            assert (answer.json()["children"], answer.json()["layer"]) == (1, "class")

        async def action(site: str) -> str:
            about = {"params": {"host": site}}
            answer = await alice.get(f"{child(house)}/explain", **about)
            return answer.json()["verdict"]["action"]

        assert await action("lesson.example") == "pass"
        assert await action("never.example") == "block"
        assert (await alice.get(f"{child(house, 'Nam')}/grants")).json() == []
        whole = await alice.post(f"/api/v1/groups/{school['id']}/grants", json={"minutes": 5})
        assert (whole.json()["children"], whole.json()["layer"]) == (1, "school")
    async with house.client("charlie") as charlie:
        theirs = await charlie.post(f"/api/v1/groups/{room['id']}/grants", json={"minutes": 5})
        assert theirs.status_code == 404


async def test_groups_of_others_are_not_there_and_lie_in_the_order_of_their_width(house: House):
    async with house.client("alice") as alice:
        school = (await alice.post("/api/v1/groups", json={"kind": "school", "name": "S"})).json()
        above = {"kind": "city", "name": "C", "parent_id": school["id"]}
        assert (await alice.post("/api/v1/groups", json=above)).status_code == 422
        kinds = [group["kind"] for group in (await alice.get("/api/v1/groups")).json()]
        assert kinds == ["school", "family"]
    async with house.client("charlie") as charlie:
        assert (await charlie.get(f"/api/v1/groups/{school['id']}/policy")).status_code == 404
        assert (
            await charlie.put(f"/api/v1/groups/{school['id']}/policy", json={})
        ).status_code == 404
        mine = {"kind": "class", "name": "x", "parent_id": school["id"]}
        assert (await charlie.post("/api/v1/groups", json=mine)).status_code == 404


async def test_a_task_reported_done_waits_to_be_confirmed(house: House) -> None:
    async with house.client("alice") as alice:
        path = f"{child(house)}/tasks"
        task = (await alice.post(path, json={"title": "Dishes", "minutes": 10})).json()
        done = await alice.post(f"{path}/{task['id']}/done")
        assert (done.status_code, done.json()["state"]) == (200, "done")
        confirmed = await alice.post(f"{path}/{task['id']}/confirm")
        assert confirmed.json()["credit"]["minutes"] == 10
    async with house.client("vera") as vera:
        assert (await vera.post(f"{path}/{task['id']}/done")).status_code == 403


async def test_a_group_says_where_its_rules_hold(house: House) -> None:
    async with house.client("alice") as alice:
        school = (await alice.post("/api/v1/groups", json={"kind": "school", "name": "S"})).json()
        path = f"/api/v1/groups/{school['id']}/networks"
        assert (await alice.get(path)).json() == {}
        put = await alice.put(path, json={"school": ["203.0.113.7/24"]})
        assert put.json() == {"school": ["203.0.113.0/24"]} == (await alice.get(path)).json()
        assert (await alice.put(path, json={"school": ["everywhere"]})).status_code == 422
        newest = (await alice.get("/api/v1/ledger")).json()[0]
        assert newest["sentence"] == "changed the networks of S"
    async with house.client("charlie") as charlie:
        assert (await charlie.get(path)).status_code == 404
        assert (await charlie.put(path, json={})).status_code == 404


async def test_a_draft_is_rehearsed_and_nothing_is_changed(house: House, note) -> None:
    mai = house.children["Mai"].id
    for host in ("www.roblox.com", "www.roblox.com", "olm.vn"):
        house.clock.move(minutes=-1)
        await note(mai, host, house.clock(), Action.PASS, Reason.DEFAULT, Layer.HOUSE)
    house.clock.move(minutes=3)
    async with house.client("alice") as alice:
        draft = {"categories": {"games": "block", "learning": "block"}}
        given = {"policy": draft, "days": 7}
        answer = (await alice.post(f"{child(house)}/rehearsal", json=given)).json()
        found = answer["rehearsal"]
        assert (found["visits"], found["stopped"], found["newly_stopped"]) == (3, 3, 3)
        assert found["learning"] == [{"host": "olm.vn", "visits": 1}]
        assert [cause["rule"] for cause in found["causes"]] == [
            "category:games",
            "category:learning",
        ]
        assert len(answer["sentences"]) == 2
        assert "Games" in answer["sentences"][0]
        assert [day["visits"] for day in found["days"]] == [0] * 6 + [3]
        assert (await alice.get(f"{child(house)}/policy")).json()["number"] == 1
        family = {"policy": {"categories": {"games": "block"}}, "layer": "family"}
        answer = (await alice.post(f"{child(house)}/rehearsal", json=family)).json()
        assert [cause["layer"] for cause in answer["rehearsal"]["causes"]] == ["family"]
        wrong = await alice.post(f"{child(house)}/rehearsal", json={"policy": {}, "days": 0})
        assert wrong.status_code == 422


async def test_rules_go_from_one_family_to_another_as_a_signed_pack(house: House) -> None:
    path = f"{child(house)}/policy/pack"
    async with house.client("alice") as alice:
        await alice.put(f"{child(house)}/policy", json={"block": ["bad.example"]})
        pack = await alice.post(path, json={"name": "Grade 5"})
        assert pack.status_code == 200
        theirs = f"{child(house, 'Nam')}/policy/pack"
        taken = await alice.put(theirs, content=pack.content)
        assert taken.status_code == 200
        assert taken.json()["policy"]["block"] == ["bad.example"]
        changed = await alice.put(theirs, content=pack.content.replace(b"bad", b"mad"))
        assert (changed.status_code, changed.json()["code"]) == (422, "pack-bad-signature")
        lines = (await alice.get("/api/v1/ledger")).json()
        assert [line["sentence"] for line in lines[:2]] == [
            "took the pack “Grade 5” as rules of Nam",
            "made the pack “Grade 5”",
        ]
        keys = (await alice.get("/api/v1/pack-keys")).json()
        assert keys["own"] == pack.json()["key"]
        added = await alice.post("/api/v1/pack-keys", json={"key": "ab" * 32, "name": "Ward"})
        assert added.status_code == 204
        (known,) = (await alice.get("/api/v1/pack-keys")).json()["trusted"]
        assert known == {"key": "ab" * 32, "name": "Ward", "by": "Alice"}
        assert (await alice.delete(f"/api/v1/pack-keys/{known['key']}")).status_code == 204
        assert (await alice.delete("/api/v1/pack-keys/nonsense")).status_code == 404
    async with house.client("vera") as vera:
        assert (await vera.post(path, json={"name": "x"})).status_code == 403


async def test_the_schema_of_packs_is_open_to_all(house: House) -> None:
    async with house.client() as stranger:
        answer = await stranger.get("/api/v1/pack.schema.json")
    assert answer.status_code == 200
    assert answer.json() == schema()


async def test_minutes_earned_are_part_of_the_explanation(house: House) -> None:
    mai = house.children["Mai"].id
    async with house.client("alice") as alice:
        rules = {"allowances": [{"scope": "category:games", "minutes": [2] * 7, "week": 60}]}
        await alice.put(f"{child(house)}/policy", json=rules)
        played = {(mai, house.clock().date(), "category:games"): 0b11}
        async with house.panel.db.write() as store:
            await spent.merge(store, played)
        about = {"params": {"host": "www.roblox.com"}}
        verdict = (await alice.get(f"{child(house)}/explain", **about)).json()["verdict"]
        assert (verdict["reason"], verdict["used"], verdict["limit"]) == ("allowance", 2, 2)
        more = {"minutes": 10, "scope": "category:games"}
        await alice.post(f"{child(house)}/earned", json=more)
        verdict = (await alice.get(f"{child(house)}/explain", **about)).json()["verdict"]
        assert verdict["action"] == "pass"
