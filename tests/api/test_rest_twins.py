"""What pages offer and programs could not do before: each by the same verb as its page."""

from datetime import timedelta

import pytest

from rules.telling import Wants
from rules.verdict import Reason
from store import channels, grants, sessions
from store.channels import Owner, Way
from tests.api.conftest import MONDAY, PASSWORD, House
from tests.api.test_dinner import reasons
from tests.api.test_school_week import School, school  # noqa: F401 a fixture
from tests.api.test_today import verdict

V1 = "/api/v1"


async def ends(house: House, name: str) -> list[timedelta]:
    async with house.panel.db.read() as store:
        running = await grants.running(store, now=house.clock(), child_id=house.children[name].id)
    return [grant.until - house.clock() for grant in running]


async def prove(house: House, who: str) -> None:
    async with house.panel.db.write() as store:
        session = await sessions.find(store, house.tokens[who], now=house.clock())
        assert session
        await sessions.prove(store, session.id, now=house.clock())


async def test_dinner_time_and_taking_it_back_with_the_extra_time_that_ran(house: House):
    async with house.client("alice") as hub:
        more = await hub.post(f"{V1}/everyone/grants", json={"minutes": 30})
        assert (more.status_code, len(more.json())) == (201, 2)
        house.clock.move(minutes=5)
        done = (await hub.post(f"{V1}/everyone/pause", json={"minutes": 60})).json()
        assert await reasons(house) == [Reason.PAUSED] * 2
        assert len(done["children"]) == 2
        house.clock.move(minutes=1)
        back = await hub.post(f"{V1}/everyone/undo", json=done)
        assert set(back.json()["children"]) == {str(one.id) for one in house.children.values()}
        assert await reasons(house) == [Reason.GRANT] * 2
        assert await ends(house, "Mai") == [timedelta(minutes=24)]
        again = await hub.post(f"{V1}/everyone/undo", json=done)
        assert again.json() == {"children": []}
        await hub.post(f"{V1}/everyone/pause", json={})
        assert (await hub.post(f"{V1}/everyone/resume")).status_code == 204
        assert Reason.PAUSED not in await reasons(house)


async def test_a_lock_until_the_morning_by_the_familys_clock(house: House):
    mai = house.children["Mai"].id
    async with house.client("bob") as hub:
        two = {"clock": "06:00", "minutes": 5}
        assert (await hub.post(f"{V1}/children/{mai}/pause", json=two)).status_code == 422
        await hub.post(f"{V1}/children/{mai}/pause", json={"clock": "06:00"})
    house.clock.move(hours=11, minutes=59)
    assert (await verdict(house, "Mai")).reason is Reason.PAUSED
    house.clock.move(minutes=1)
    assert (await verdict(house, "Mai")).reason is not Reason.PAUSED


async def test_a_site_is_decided_about_and_the_newest_change_taken_back(house: House):
    mai = house.children["Mai"].id
    sites = f"{V1}/children/{mai}/sites"
    async with house.client("alice") as hub:

        async def policy() -> dict:
            return (await hub.get(f"{V1}/children/{mai}/policy")).json()

        before = await policy()
        blocked = await hub.post(sites, json={"host": "EXAMPLE.com", "decision": "block"})
        assert (await policy())["policy"]["block"] == ["example.com"]
        number = blocked.json()["number"]
        undo = f"{V1}/children/{mai}/policy/history/{number}/undo"
        assert (await hub.post(undo)).status_code == 204
        assert (await policy())["policy"] == before["policy"]
        assert (await hub.post(undo)).status_code == 412
        limit = {"host": "x.example", "service": "youtube", "decision": "limit", "minutes": 20}
        await hub.post(sites, json=limit)
        [allowance] = (await policy())["policy"]["allowances"]
        assert (allowance["scope"], allowance["minutes"]) == ("service:youtube", [20] * 7)
        opened = {"host": "example.com", "decision": "open", "minutes": 10}
        grant = (await hub.post(sites, json=opened)).json()["grant"]
        assert grant["scope"] == "site:example.com"
        for wrong in (opened | {"minutes": 0}, limit | {"service": "nothing"}, {"host": "a b"}):
            answer = await hub.post(sites, json={"decision": "block"} | wrong)
            assert answer.status_code == 422, wrong


async def test_a_site_stands_on_the_lists_of_every_child_or_of_none(house: House):
    there = f"{V1}/family/sites/www.example.com"
    async with house.client("alice") as hub:
        listed = (await hub.put(there, json={"choice": "block"})).json()
        assert listed == {"site": "example.com", "allowed": [], "blocked": ["Mai", "Nam"]}
        assert (await hub.delete(there)).status_code == 204
        assert (await hub.get(there)).json()["blocked"] == []


async def test_a_device_gets_marks_a_password_and_no_tunnel_where_there_is_none(house: House):
    phone = f"{V1}/devices/{house.devices['phone'].id}"
    house.panel.credentials_key = lambda: b"k" * 32
    house.clock.move(hours=1)
    async with house.client("alice") as hub:
        card = (await hub.put(f"{phone}/marks", json={"card": "3C-06-30-AA-BB-CC"})).json()
        assert card["id"] == str(house.devices["phone"].id)
        assert (await hub.put(f"{phone}/marks", json={"card": "x"})).status_code == 422
        refused = await hub.post(f"{phone}/credentials")
        assert refused.json()["code"] == "prove-yourself"
        await prove(house, "alice")
        made = (await hub.post(f"{phone}/credentials")).json()
        assert made["username"] == "haidang-8101"
        assert len(made["password"]) >= 12
        assert (await hub.post(f"{phone}/tunnel")).status_code == 404
        assert (await hub.delete(f"{phone}/tunnel")).status_code == 204
        ways = (await hub.get(f"{phone}/ways")).json()
    assert {"tunnel", "socks"} <= {way["name"] for way in ways}
    told = [step for way in ways for step in way["steps"]]
    assert not [step for step in told if "{" in step]
    assert any("8101" in step for step in told)


async def test_who_looks_after_one_family_does_not_switch_the_judging_of_names(house: House):
    there = f"{V1}/catalogue/by-name"
    async with house.client("charlie") as other, house.client("alice") as hub:
        before = (await other.get(there)).json()["on"]
        assert (await other.put(there, json={"on": not before})).status_code == 403
        assert (await other.post("/look-up/names")).status_code == 403
        assert "/look-up/names" not in (await other.get("/look-up")).text
        assert "/look-up/names" in (await hub.get("/look-up")).text
        assert (await hub.get(there)).json() == {"on": before}
        await hub.put(there, json={"on": not before})
        assert (await other.get(there)).json() == {"on": not before}


async def test_a_password_is_changed_and_the_answer_signs_in_again(house: House):
    async with house.client("bob") as hub:
        wrong = {"password": "not this one", "new_password": "hải đăng trên biển xanh"}
        assert (await hub.put(f"{V1}/security/password", json=wrong)).status_code == 422
        right = wrong | {"password": PASSWORD}
        token = (await hub.put(f"{V1}/security/password", json=right)).json()["token"]
        assert (await hub.get(f"{V1}/session")).status_code == 401
    async with house.client() as hub:
        hub.headers["Authorization"] = f"Bearer {token}"
        me = {"name": "Bo", "language": "vi"}
        assert (await hub.put(f"{V1}/security/me", json=me)).status_code == 204
        assert (await hub.get(f"{V1}/session")).json()["name"] == "Bo"


async def test_a_letter_is_a_file_and_is_sent_to_ones_own_address(house: House):
    mai = f"{V1}/children/{house.children['Mai'].id}"
    async with house.client("alice") as hub:
        paper, numbers = await hub.get(f"{mai}/letter.pdf"), await hub.get(f"{mai}/letter.csv")
        assert paper.content.startswith(b"%PDF")
        assert numbers.headers["content-type"].startswith("text/csv")
        assert (await hub.get(f"{mai}/letter.doc")).status_code == 422
        assert (await hub.get(f"{mai}/term")).json() == []
        assert (await hub.get(f"{mai}/term.pdf")).status_code == 404
        nowhere = await hub.post(f"{mai}/letter/send")
        assert (nowhere.status_code, nowhere.json()["code"]) == (409, "no-mail")
        async with house.panel.db.write() as store:
            session = await sessions.find(store, house.tokens["alice"], now=MONDAY)
            assert session
            about = {"name": "Mail", "target": "a@b.c", "shown": "a@b.c", "wants": Wants()}
            owner = Owner(session.adult_id)
            await channels.add(store, owner, way=Way.MAIL, now=MONDAY, **about)
        assert (await hub.post(f"{mai}/letter/send")).status_code == 202
        [sent] = (await hub.get(f"{V1}/deliveries")).json()
        assert sent["kind"] == "week"


@pytest.mark.parametrize(("who", "reads", "steers"), [("tess", 200, 200), ("theo", 404, 404)])
async def test_a_class_has_files_and_a_timetable(
    house: House,
    school: School,  # noqa: F811 the fixture
    who: str,
    reads: int,
    steers: int,
):
    first = f"{V1}/groups/{school.first.id}"
    lessons = {"lessons": [{"start": "07:00", "end": "07:45", "days": [0, 1]}]}
    async with house.client(who) as hub:
        assert (await hub.get(f"{first}/letter.pdf")).status_code == reads
        assert (await hub.get(f"{first}/letter.csv")).status_code == reads
        assert (await hub.get(f"{first}/days.parquet")).status_code == steers
        assert (await hub.put(f"{first}/timetable", json=lessons)).status_code == steers
        if steers == 200:
            [kept] = (await hub.get(f"{first}/timetable")).json()["lessons"]
            assert (kept["start"], kept["end"], kept["days"]) == ("07:00", "07:45", [0, 1])


async def test_a_list_is_brought_in_from_its_lines(house: House):
    given = {"name": "Ours", "category": "games", "lines": "play.example\n"}
    async with house.client("alice") as hub, house.client("charlie") as other:
        assert (await other.post(f"{V1}/lists", json=given)).status_code == 403
        [made] = (await hub.post(f"{V1}/lists", json=given)).json()
        assert (made["name"], made["sites"]) == ("Ours", 1)
        both = given | {"address": "https://lists.example/x"}
        assert (await hub.post(f"{V1}/lists", json=both)).status_code == 422
