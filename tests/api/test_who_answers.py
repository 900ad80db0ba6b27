"""Who answers an ask: whose rule stops it, while it holds; and an answer is not for ever."""

import pytest

from rules.policy import Applies, Choice, Policy, Window
from rules.vouching import HEADER, Visitor, vouch
from store import asks, grants, policies
from store.change import SYSTEM, change
from tests.api.conftest import House
from tests.api.test_classroom import is_open, school

__all__ = ["school"]
KEY = b"k" * 32
LESSON = Window(days=(0,), start="17:00", end="18:40")
SITE = "5a.example"


@pytest.fixture
async def lesson(house: House, school) -> House:
    """Class 5A has a lesson until 18:40, and it is 18:00."""
    house.panel.credentials_key = lambda: KEY
    rules = Policy(block=(SITE,), applies=Applies(windows=(LESSON,)))
    async with change(house.panel.db, by=SYSTEM, what="rules", now=house.clock()) as tx:
        await policies.save(tx, school["5A"].id, rules, expected=1)
    return house


def at_device(house: House):
    client = house.client()
    visitor = Visitor(house.devices["phone"].id, "192.168.1.30")
    client.headers[HEADER] = vouch(KEY, visitor, house.clock())
    return client


async def asked(house: House, **given: str):
    form = {"what": "site", "url": f"https://{SITE}/", "minutes": "15", "words": "cho bài tập"}
    async with at_device(house) as child:
        await child.post("/own/ask", data=form | given)
    return (await all_of(house))[0]


async def all_of(house: House):
    async with house.panel.db.read() as store:
        return await asks.list_of(store, house.children["Mai"].id, now=house.clock())


async def test_in_the_lesson_the_teacher_answers_and_a_parent_is_told_so(lesson: House, school):
    ask = await asked(lesson)
    assert ask.group_id == school["5A"].id
    async with at_device(lesson) as child:
        page = (await child.get("/own/ask", params={"url": f"https://{SITE}/"})).text
        assert "Quy định của 5A chặn điều này đến 18:40" in page
        assert "5A thấy lời xin này" in (await child.get(f"/own/asks/{ask.id}")).text
    async with lesson.client("thu") as thu, lesson.client("alice") as alice:
        shown = (await alice.get("/")).text
        assert "A rule of 5A stops this until 18:40" in shown
        assert 'value="yes"' not in shown
        refused = await alice.post(f"/asks/{ask.id}", data={"answer": "yes"})
        assert refused.status_code == 409
        assert "only they can open it, until 18:40" in refused.text
        assert not await is_open(lesson, SITE)
        assert "cho bài tập" in (await thu.get("/")).text
        assert (await thu.post(f"/asks/{ask.id}", data={"answer": "yes"})).status_code == 303
    assert await is_open(lesson, SITE)
    async with lesson.panel.db.read() as store:
        [grant] = await grants.running(store, now=lesson.clock())
    assert (grant.layer, grant.group_id, grant.by) == ("class", school["5A"].id, "Thu")


async def test_after_the_lesson_the_family_answers_and_the_teacher_no_more(lesson: House):
    ask = await asked(lesson)
    lesson.clock.move(minutes=45)
    async with lesson.client("thu") as thu, lesson.client("alice") as alice:
        refused = await thu.post(f"/api/v1/asks/{ask.id}/answer", json={"answer": "yes"})
        assert (refused.status_code, refused.json()["code"]) == (409, "not-possible")
        given = await alice.post(f"/api/v1/asks/{ask.id}/answer", json={"answer": "yes"})
        assert given.json()["group_id"] is None
        # What was said at home stays at home.
        assert (await thu.get(f"/api/v1/asks/{ask.id}")).status_code == 404


async def test_a_teacher_reads_nothing_of_what_is_asked_of_the_family(lesson: House):
    ask = await asked(lesson, url="https://home.example/")
    assert ask.group_id is None
    async with lesson.client("thu") as thu:
        assert "cho bài tập" not in (await thu.get("/asks")).text
        assert (await thu.get(f"/api/v1/asks/{ask.id}")).status_code == 404
        assert (await thu.post(f"/asks/{ask.id}", data={"answer": "no"})).status_code == 404


@pytest.fixture
async def home(house: House) -> House:
    house.panel.credentials_key = lambda: KEY
    mai = house.children["Mai"]
    async with change(house.panel.db, by=SYSTEM, what="rules", now=house.clock()) as tx:
        rules = Policy(categories={"gambling": Choice.BLOCK})
        await policies.save(tx, mai.id, rules, expected=1)
    return house


GAMBLING = "https://www.bet365.com/"


async def test_a_no_may_become_a_yes_for_a_day_and_any_answer_is_taken_back_for_minutes(
    home: House,
):
    ask = await asked(home, url=GAMBLING)
    here = f"/asks/{ask.id}"
    async with home.client("alice") as alice:
        await alice.post(here, data={"answer": "no", "back": "/"})
        assert "Alice said no to Mai." in (await alice.get("/")).text
        await alice.post(here, data={"answer": "undo", "back": "/"})
        assert [each.state for each in await all_of(home)] == ["asked"]
        await alice.post(here, data={"answer": "no"})
        home.clock.move(hours=3)
        assert "Say yes after all" in (await alice.get("/asks")).text
        refused = await alice.post(f"/api/v1{here}/undo")
        assert refused.status_code == 409, "what the child has lived with for hours is no slip"
        assert (await alice.post(here, data={"answer": "yes"})).status_code == 409, "an old page"
        await alice.post(here, data={"answer": "yes", "seen": "no"})
        assert await is_open(home, "bet365.com")
        await alice.post(f"/api/v1{here}/undo")
        assert not await is_open(home, "bet365.com")
        home.clock.move(hours=22)
        late = await alice.post(here, data={"answer": "yes", "seen": "no"})
        assert late.status_code == 409
        assert "closed already" in late.text


async def test_a_wrong_category_is_put_right_with_one_tap_for_every_child(home: House):
    ask = await asked(home, url=GAMBLING, appeal="true")
    assert ask.wish.appeal
    async with home.client("alice") as alice:
        page = (await alice.get("/")).text
        assert "Mai says our lists are wrong about this site" in page
        await alice.post(f"/asks/{ask.id}", data={"answer": "right", "back": "/"})
        lists = [
            (await alice.get(f"/api/v1/children/{child.id}/policy")).json()["policy"]["allow"]
            for child in home.children.values()
        ]
    assert lists == [["bet365.com"]] * 2
    assert [each.state for each in await all_of(home)] == ["yes"]
