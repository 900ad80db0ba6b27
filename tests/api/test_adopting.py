"""Presets and calendars taken into rules: by REST, and in the panel with one tap and an undo."""

import re
from html import unescape

from rules.policy import Allowance, Policy
from rules.presets import PRESETS
from store import adults, change, policies
from store.change import SYSTEM
from tests.api.conftest import House
from tests.api.test_rest_agreements import child
from tests.api.test_today import set_policy
from tests.rules.test_adopting import event
from tests.rules.test_icalendar import TET, calendar

EXAMS = calendar(event("a", "20261214"), event("b", "20261215"))
ICS = {"Content-Type": "text/calendar"}


async def own(house: House, name: str = "Mai") -> Policy:
    async with house.panel.db.read() as store:
        return (await policies.current(store, house.children[name].id)).policy


async def test_a_preset_is_shown_taken_and_undone_by_rest(house: House) -> None:
    await set_policy(house, "Mai", Policy(block=("bad.example",)))
    async with house.client("alice") as alice:
        named = {each["name"]: each for each in (await alice.get("/api/v1/presets")).json()}
        assert list(named) == ["little", "child", "teen", "youth", "nd147"]
        assert (named["teen"]["ages"], named["nd147"]["ages"]) == ([12, 15], None)
        path = f"{child(house)}/policy/preset"
        seen = (await alice.post(path, json={"name": "teen", "preview": True})).json()
        assert seen["sentences"]
        assert await own(house) == Policy(block=("bad.example",))
        taken = (await alice.post(path, json={"name": "teen"})).json()
        assert (taken["before"], taken["number"]) == (seen["number"], seen["number"] + 1)
        assert await own(house) == PRESETS["teen"].model_copy(update={"block": ("bad.example",)})
        again = (await alice.post(path, json={"name": "teen"})).json()
        assert (again["number"], again["sentences"]) == (taken["number"], [])
        wrong = await alice.post(path, json={"name": "grown"})
        assert wrong.json()["errors"][0]["message"].startswith("Please write one of these: little,")
        early = await alice.post(path, json={"name": "youth"}, headers={"If-Match": '"1"'})
        assert early.status_code == 412
        line = (await alice.get("/api/v1/ledger")).json()[0]["sentence"]
        assert line == "took the rules for 12 to 15 years as those of Mai"
        await alice.post(f"{child(house)}/policy/history/{taken['before']}/restore")
    assert await own(house) == Policy(block=("bad.example",))


async def test_a_group_takes_a_preset_and_a_calendar_and_its_history_goes_back(
    house: House,
) -> None:
    async with house.client("alice") as alice:
        path = f"/api/v1/groups/{house.family.id}/policy"
        taken = (await alice.post(f"{path}/preset", json={"name": "nd147"})).json()
        assert {each["every"] for each in taken["policy"]["allowances"]} == {30}
        dated = await alice.post(
            f"{path}/calendar", params={"like": "exam"}, content=EXAMS, headers=ICS
        )
        assert [each["uid"] for each in dated.json()["policy"]["exceptions"]] == ["a", "b"]
        told = (await alice.get(f"{path}/history/{dated.json()['number']}/changes")).json()
        assert told["sentences"] == dated.json()["sentences"]
        back = await alice.post(f"{path}/history/{dated.json()['before']}/restore")
        assert back.json()["policy"]["exceptions"] == []
    async with house.client("charlie") as charlie:
        assert (await charlie.post(f"{path}/preset", json={"name": "teen"})).status_code == 404
        assert (await charlie.post(f"{path}/calendar", content=EXAMS)).status_code == 404
    async with house.client("vera") as vera:
        assert (await vera.post(f"{path}/preset", json={"name": "teen"})).status_code == 403


async def test_a_calendar_read_again_changes_nothing_and_what_is_left_out_is_told(
    house: House,
) -> None:
    timed = calendar(event("c", "20270301T090000Z"), TET)
    async with house.client("alice") as alice:
        path = f"{child(house)}/policy/calendar"
        first = (await alice.post(path, content=timed, headers=ICS)).json()
        assert [each["name"] for each in first["policy"]["exceptions"]] == ["Tết Nguyên đán"]
        assert [each["message"] for each in first["problems"]] == [
            "This event has times of day; only whole days can be taken over."
        ]
        again = (await alice.post(path, content=timed, headers=ICS)).json()
        assert (again["number"], again["sentences"]) == (first["number"], [])
        none = await alice.post(path, content=calendar(event("c", "20270301T090000Z")))
        assert none.json()["detail"].startswith("Nothing was taken over. Line ")
        assert "only whole days" in none.json()["detail"]
        empty = await alice.post(path, content=calendar())
        assert empty.json()["detail"] == "There is no event in this calendar."
        binary = await alice.post(path, content=b"\xff\xfe\x00")
        assert "UTF-8" in binary.json()["detail"]
        strange = await alice.post(path, params={"like": "party"}, content=EXAMS)
        assert strange.json()["errors"][0]["at"] == "query/like"


async def test_a_parent_reads_a_preset_takes_it_with_one_tap_and_undoes_it(house: House) -> None:
    mine = Policy(
        allow=("school.example",),
        allowances=(Allowance(scope="service:youtube", minutes=(20,) * 7),),
    )
    await set_policy(house, "Mai", mine)
    async with house.client("alice") as browser:
        here = f"/children/{house.children['Mai'].id}"
        page = unescape((await browser.get(f"{here}/presets")).text)
        # Mai is twelve: her own age stands there without a choice.
        for words in ("12 to 15 years", "22:00–05:30", "What changes for Mai", "1 allowed site"):
            assert words in page
        number = re.search(r'name="number" value="(\d+)"', page)[1]
        taken = await browser.post(f"{here}/presets", data={"name": "teen", "number": number})
        done = unescape((await browser.get(taken.headers["location"])).text)
        assert "These rules hold for Mai now." in done
        after = await own(house)
        assert (after.allow, after.youtube) == (("school.example",), PRESETS["teen"].youtube)
        assert mine.allowances[0] in after.allowances
        again = unescape((await browser.get(f"{here}/presets?name=teen")).text)
        assert "These rules hold already" in again
        late = await browser.post(f"{here}/presets", data={"name": "youth", "number": number})
        assert late.status_code == 409
        assert "in the meantime" in late.text
        await browser.post(f"{here}/restore", data={"number": number})
        assert (await browser.get(f"{here}/presets?name=nobody")).status_code == 404
    assert await own(house) == mine


async def test_a_parent_sees_what_a_calendar_changes_before_it_does(house: House) -> None:
    async with house.client("alice") as browser:
        here = f"/children/{house.children['Mai'].id}"
        assert "Every week is like any other." in (await browser.get(f"{here}/calendar")).text
        file = {"file": ("exams.ics", EXAMS.encode(), "text/calendar")}
        page = await browser.post(f"{here}/calendar", files=file, data={"like": "exam"})
        text = unescape(page.text)
        assert "a was put in the calendar" in text
        assert (await own(house)).exceptions == ()
        sent = {
            name: unescape(re.search(rf'name="{name}" value="([^"]*)"', page.text)[1])
            for name in ("days", "number")
        }
        taken = await browser.post(f"{here}/calendar/accept", data=sent)
        assert "The dates are in the rules" in (await browser.get(taken.headers["location"])).text
        assert {each.uid for each in (await own(house)).exceptions} == {"a", "b"}
        shown = unescape((await browser.get(f"{here}/calendar")).text)
        assert "14 December 2026 · like a day of exams" in shown
        stale = await browser.post(f"{here}/calendar/accept", data=sent)
        assert stale.status_code == 409
        number = re.search(r'name="number" value="(\d+)"', shown)[1]
        await browser.post(f"{here}/calendar/remove", data={"place": "0", "number": number})
        assert {each.uid for each in (await own(house)).exceptions} == {"b"}


async def test_a_file_that_is_no_calendar_is_refused_in_the_language_of_the_parent(
    house: House,
) -> None:
    async with change.change(house.panel.db, by=SYSTEM, what="x", now=house.clock()) as tx:
        alice = await adults.find_by_email(tx.connection, "alice@example.com")
        await adults.alter(tx, alice.id, language="vi")
    async with house.client("alice") as browser:
        here = f"/children/{house.children['Mai'].id}/calendar"
        for content, said in ((b"hello", "BEGIN:VCALENDAR"), (b"", "Hãy chọn tệp lịch trước")):
            page = await browser.post(here, files={"file": ("x.ics", content, "text/calendar")})
            assert page.status_code == 422
            assert said in unescape(page.text)
        assert "Nothing was taken" not in page.text
        bad = {"days": '[{"name": 1}]', "number": "1"}
        assert (await browser.post(f"{here}/accept", data=bad)).status_code == 422


async def test_the_rules_of_a_family_take_a_preset_and_a_calendar_as_a_childs_do(
    house: House,
) -> None:
    here = f"/groups/{house.family.id}"
    async with house.client("alice") as alice, house.client("vera") as vera:
        overview = (await alice.get(f"{here}/rules")).text
        assert f'href="{here}/presets"' in overview
        assert f'href="{here}/details"' not in overview
        page = unescape((await alice.get(f"{here}/presets")).text)
        # The youngest of the family is seven.
        assert "What changes for Nhà Trần" in page
        assert '<a href="' + here + '/presets?name=child" aria-current="page">' in page
        taken = await alice.post(f"{here}/presets", data={"name": "child", "number": "0"})
        assert (
            "These rules hold for Nhà Trần now."
            in (await alice.get(taken.headers["location"])).text
        )
        file = {"file": ("exams.ics", EXAMS.encode(), "text/calendar")}
        shown = (await alice.post(f"{here}/calendar", files=file)).text
        found = re.findall(r'name="(days|number)" value="([^"]*)"', shown)
        sent = {name: unescape(value) for name, value in found}
        assert (await alice.post(f"{here}/calendar/accept", data=sent)).status_code == 303
        only_looks = (await vera.get(f"{here}/presets?name=teen")).text
        assert "Use these rules" not in only_looks
        assert (await vera.post(f"{here}/presets", data={"name": "teen"})).status_code == 403
    async with house.panel.db.read() as store:
        rules = (await policies.current(store, house.family.id)).policy
    assert rules.hours == PRESETS["child"].hours
    assert len(rules.exceptions) == len(PRESETS["child"].exceptions) + 2
