"""A child asks on its own page and follows the answer there; only its own adults read why."""

import logging

import pytest

from rules.asks import Move
from rules.policy import Allowance, Choice, Policy
from rules.times import Hours, Window
from rules.videos import address_of
from rules.vouching import HEADER, Visitor, vouch
from store import asks, devices, doors, household, policies, uses
from store.change import SYSTEM, Actor, ActorKind, change
from tests.api.conftest import House

KEY = b"k" * 32
GAMBLING = "https://www.bet365.com/"


@pytest.fixture
async def home(house: House) -> House:
    """Mai may not gamble, and has no minutes for games left today."""
    house.panel.credentials_key = lambda: KEY
    games = Allowance(scope="category:games", minutes=(0,) * 7)
    policy = Policy(categories={"gambling": Choice.BLOCK}, allowances=(games,))
    await keep(house, policy)
    return house


async def keep(house: House, policy: Policy) -> None:
    mai = house.children["Mai"]
    async with change(house.panel.db, by=SYSTEM, what="rules", now=house.clock()) as tx:
        version = await policies.current(tx.connection, mai.id)
        await policies.save(tx, mai.id, policy, expected=version.number if version else 0)


def at_device(house: House, name: str = "phone", *, secure: bool = False):
    """Return the browser of a child at a device, as the door leads it in."""
    client = house.client()
    visitor = Visitor(house.devices[name].id, "192.168.1.30", secure)
    client.headers[HEADER] = vouch(KEY, visitor, house.clock())
    return client


async def asked(house: House, **given: str):
    """Ask as Mai, and return where that led."""
    form = {"what": "site", "url": GAMBLING, "minutes": "15", "phrase": "homework"} | given
    async with at_device(house) as child:
        return await child.post("/own/ask", data=form)


async def all_asks(house: House):
    async with house.panel.db.read() as store:
        return await asks.list_of(store, house.children["Mai"].id, now=house.clock())


async def test_the_page_says_why_it_is_stopped_and_what_can_be_asked_for(home: House):
    async with at_device(home) as child:
        page = (await child.get("/own/ask", params={"url": f"{GAMBLING}?token=secret"})).text
    assert "www.bet365.com" in page
    assert "Trang web này" in page
    assert "secret" not in page, "nobody needs what follows the question mark"
    assert "tel:111" in page
    assert 'value="page"' not in page, "a device that trusts us not cannot show one page alone"


async def test_a_little_one_gets_few_choices_and_larger_words(home: House):
    nam = home.children["Nam"]
    async with change(home.panel.db, by=SYSTEM, what="phone", now=home.clock()) as tx:
        about = {"name": "Nam’s", "kind": "phone", "system": "ios", "child_ids": [nam.id]}
        home.devices["nam"] = await devices.add(tx, **about, first_port=8101)
    async with at_device(home, "nam") as child:
        page = (await child.get("/own/ask", params={"url": "https://www.roblox.com/"})).text
    assert 'class="little"' in page
    assert 'value="60"' not in page


async def test_where_the_device_trusts_us_one_page_can_be_asked_for(home: House):
    async with at_device(home, secure=True) as child:
        page = (await child.get("/own/ask", params={"url": "https://www.bet365.com/rules/a"})).text
        assert 'value="page"' in page


async def test_an_ask_waits_for_the_adults_with_its_reason(home: House):
    answer = await asked(home, words="Cô giáo\nbảo xem")
    [ask] = await all_asks(home)
    assert answer.headers["location"] == f"/asks/{ask.id}"
    assert ask.wish.scope == "site:bet365.com"
    assert ask.wish.url == GAMBLING
    assert ask.wish.reason == "Mình cần cho việc học. Cô giáo bảo xem"
    assert ask.device_id == home.devices["phone"].id
    async with at_device(home) as child:
        assert "Đang chờ trả lời" in (await child.get(f"/own/asks/{ask.id}")).text


async def test_more_minutes_of_a_spent_allowance_are_asked_for_as_such(home: House):
    answer = await asked(home, what="limit", url="https://www.roblox.com/")
    [ask] = await all_asks(home)
    assert answer.status_code == 303
    assert (ask.wish.scope, ask.wish.counted) == ("category:games", True)


@pytest.mark.parametrize("what", ["category", "everything", "limit", "nonsense"])
async def test_a_forged_form_cannot_ask_for_more_than_there_is_to_choose(home: House, what: str):
    answer = await asked(home, what=what)
    assert answer.status_code == 422
    assert await all_asks(home) == []


async def test_until_the_lesson_ends_is_offered_and_asked_for(home: House):
    lesson = Window(days=(0,), start="17:30", end="18:40")
    await keep(home, Policy(hours=(Hours(name="Lesson", windows=(lesson,)),)))
    async with at_device(home) as child:
        page = (await child.get("/own/ask", params={"url": "https://open.example/"})).text
    assert 'value="40"' in page
    await asked(home, url="https://open.example/", minutes="40")
    [ask] = await all_asks(home)
    assert ask.wish.minutes == 40


@pytest.mark.parametrize(
    ("what", "scope", "url"),
    [
        ("video", "video:ccccccccccc", "https://youtu.be/ccccccccccc"),
        ("channel", "channel:@dua", "https://www.youtube.com/@dua"),
    ],
)
async def test_a_video_that_may_not_play_is_asked_for_or_its_channel(
    home: House, what: str, scope: str, url: str
):
    await keep(home, Policy(videos={"only": True, "channels": ["@thayminh"]}))
    place = address_of("ccccccccccc", "@dua")
    async with at_device(home) as child:
        page = (await child.get("/own/ask", params={"url": place})).text
    assert "chưa nằm trong số đó" in page
    assert "Kênh này" in page
    await asked(home, url=place, what=what)
    [ask] = await all_asks(home)
    assert (ask.wish.scope, ask.wish.url) == (scope, url)
    async with home.client("alice") as alice:
        assert f"YouTube {what} {scope.partition(':')[2]}" in (await alice.get("/asks")).text
        await alice.post(f"/api/v1/asks/{ask.id}/answer", json={"answer": "yes"})
    async with at_device(home) as child:
        page = (await child.get("/own/ask", params={"url": place})).text
    assert "chưa nằm trong số đó" not in page


async def test_asking_too_often_is_refused_kindly_and_what_was_typed_stays(home: House):
    await asked(home)
    again = await asked(home, words="đi mà")
    assert again.status_code == 409
    assert "Bạn đã xin" in again.text
    assert "đi mà" in again.text
    assert len(await all_asks(home)) == 1


@pytest.mark.parametrize("url", ["javascript:alert(1)", "https://", "nothing", "https://a..b/"])
async def test_what_is_no_address_is_said_at_its_field(home: House, url: str):
    answer = await asked(home, url=url)
    assert answer.status_code == 422
    assert "không phải địa chỉ" in answer.text
    async with at_device(home) as child:
        assert (await child.get("/own/ask", params={"url": url})).status_code == 200


async def test_yes_no_and_an_offer_reach_the_child_with_the_words(home: House):
    await asked(home)
    [ask] = await all_asks(home)
    where = f"/own/asks/{ask.id}"
    terms = {"minutes": 15, "scope": "site:bet365.com", "since": "2026-11-23T13:00:00Z"}
    async with home.client("alice") as alice, at_device(home) as child:
        given = {"answer": "offer", "terms": terms, "words": "Sau khi làm bài"}
        await alice.post(f"/api/v1/asks/{ask.id}/answer", json=given)
        page = (await child.get(where)).text
        assert "Alice đề nghị với bạn" in page
        assert "Sau khi làm bài" in page
        assert "20:00" in page
        await child.post(f"{where}/accept")
        assert "Từ 20:00 hôm nay đến 20:15" in (await child.get(where)).text
        home.clock.move(hours=2, minutes=5)
    async with at_device(home) as child:
        assert "Mở đến 20:15" in (await child.get(where)).text
    home.clock.move(minutes=11)
    async with at_device(home) as child:
        assert "hết thời gian rồi" in (await child.get(where)).text


async def test_a_no_is_told_with_its_words_and_an_offer_can_be_left(home: House):
    await asked(home)
    [ask] = await all_asks(home)
    async with home.client("alice") as alice, at_device(home) as child:
        no = {"answer": "no", "words": "Mai mình nói chuyện nhé"}
        await alice.post(f"/api/v1/asks/{ask.id}/answer", json=no)
        page = (await child.get(f"/own/asks/{ask.id}")).text
        assert "Lần này câu trả lời là không" in page
        assert "Mai mình nói chuyện nhé" in page
        await asked(home, url="https://open.example/")
        [other, _] = await all_asks(home)
        await child.post(f"/own/asks/{other.id}/withdraw")
        again = await child.post(f"/own/asks/{other.id}/accept", follow_redirects=False)
        assert again.headers["location"] == f"/asks/{other.id}"
    assert [each.state for each in await all_asks(home)] == ["withdrawn", "no"]


async def test_only_the_child_at_the_device_sees_and_moves_its_asks(home: House):
    await asked(home)
    [ask] = await all_asks(home)
    nam = home.children["Nam"]
    async with change(home.panel.db, by=SYSTEM, what="phone", now=home.clock()) as tx:
        about = {"name": "Nam’s", "kind": "phone", "system": "ios", "child_ids": [nam.id]}
        home.devices["nam"] = await devices.add(tx, **about, first_port=8101)
    async with at_device(home, "nam") as brother, home.client() as stranger:
        for client in (brother, stranger):
            assert (await client.get(f"/own/asks/{ask.id}")).status_code == 404
            assert (await client.post(f"/own/asks/{ask.id}/withdraw")).status_code == 404
        assert GAMBLING not in (await brother.get("/own/asks")).text


async def test_on_a_shared_device_one_says_first_who_it_is(home: House):
    both = [home.children["Mai"].id, home.children["Nam"].id]
    async with change(home.panel.db, by=SYSTEM, what="tablet", now=home.clock()) as tx:
        about = {"name": "Máy bảng", "kind": "tablet", "system": "ios", "child_ids": both}
        home.devices["tablet"] = await devices.add(tx, **about, first_port=8101)
        await uses.set_asking(tx, home.devices["tablet"].id, asks=True)
    async with at_device(home, "tablet") as someone:
        answer = await someone.get("/own/ask", params={"url": GAMBLING})
        assert (answer.status_code, answer.headers["location"]) == (303, "/who")
        assert (await someone.post("/own/ask", data={"what": "site"})).status_code == 303


async def test_the_reason_is_in_no_log(home: House, caplog: pytest.LogCaptureFixture):
    caplog.set_level(logging.INFO)
    await asked(home, words="bimatcuamai")
    assert await all_asks(home)
    assert "bimatcuamai" not in caplog.text
    assert "bet365" not in caplog.text


async def test_the_way_in_is_shown_once_every_door_knows_of_the_grant(home: House):
    """Whoever presses the button must not meet a door that has not heard of it yet."""
    await asked(home)
    [ask] = await all_asks(home)
    alice = Actor(ActorKind.ADULT, "Alice", home.children["Mai"].id)
    async with change(home.panel.db, by=alice, what="yes", now=home.clock()) as tx:
        await asks.answer(tx, ask.id, Move.YES)
        newest = await household.revision(tx.connection)
        for worker, revision in (("home/1", newest), ("home/2", newest - 1)):
            door = doors.Door(worker, 1, revision, 0, home.clock())
            await doors.report(tx.connection, door)
    async with at_device(home) as child:
        page = (await child.get(f"/own/asks/{ask.id}")).text
        assert "Được! Mở đến" in page
        assert "data-soon" in page
        assert f'href="{GAMBLING}"' not in page
        async with change(home.panel.db, by=SYSTEM, what="heard", now=home.clock()) as tx:
            newest = await household.revision(tx.connection)
            for worker in ("home/1", "home/2"):
                door = doors.Door(worker, 1, newest + 1, 0, home.clock())
                await doors.report(tx.connection, door)
        page = (await child.get(f"/own/asks/{ask.id}")).text
        assert "data-soon" not in page
        assert f'href="{GAMBLING}"' in page
