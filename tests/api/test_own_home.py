"""The child's own page: what is open, what is left, what is known about it, and its data."""

from datetime import timedelta

import pytest

from rules.asks import Wish
from rules.policy import Allowance, Choice, Hours, Policy, Privacy, Window
from rules.verdict import Action, Layer, Reason
from rules.vouching import HEADER, Refusal, Visitor, vouch
from store import asks, children, devices, grants, policies, spent, tasks
from store.actor import Actor, ActorKind
from store.change import SYSTEM, change
from tests.api.conftest import House

KEY = b"k" * 32
BEDTIME = Hours(name="bedtime", windows=(Window(days=tuple(range(7)), start="21:30", end="06:30"),))
RULES = Policy(
    categories={"gambling": Choice.BLOCK},
    hours=(BEDTIME,),
    allowances=(Allowance(minutes=(90,) * 7), Allowance(scope="category:games", minutes=(30,) * 7)),
)


@pytest.fixture
async def home(house: House) -> House:
    """Mai has hours and limits."""
    house.panel.credentials_key = lambda: KEY
    await keep(house, RULES)
    return house


async def keep(house: House, policy: Policy) -> None:
    mai = house.children["Mai"]
    async with change(house.panel.db, by=SYSTEM, what="rules", now=house.clock()) as tx:
        version = await policies.current(tx.connection, mai.id)
        await policies.save(tx, mai.id, policy, expected=version.number if version else 0)


def at_device(house: House, name: str = "phone", **more: object):
    """Return the browser of a child at a device, as the door leads it in."""
    client = house.client()
    visitor = Visitor(house.devices[name].id, "192.168.1.30", **more)
    client.headers[HEADER] = vouch(KEY, visitor, house.clock())
    return client


async def page(house: House, path: str = "/", **more: object) -> str:
    async with at_device(house, **more) as child:
        return (await child.get(f"/own{path}")).text


async def test_it_says_what_is_open_until_when_and_what_is_left(home: House):
    bits = {(home.children["Mai"].id, home.clock().date(), "category:games"): (1 << 10) - 1}
    async with home.panel.db.write() as store:
        await spent.merge(store, bits)
    shown = await page(home)
    assert "Đang mở" in shown
    assert "Đến 21:30 hôm nay" in shown
    assert "20 phút" in shown
    assert "21:30–24:00: đóng" in shown
    assert "tel:111" in shown


async def test_at_bedtime_it_says_why_it_is_closed_and_until_when(home: House):
    home.clock.move(hours=4)
    shown = await page(home)
    assert "Đang đóng" in shown
    assert "06:30" in shown


@pytest.mark.parametrize("refused", [None, "tracker.example"])
async def test_what_waits_for_the_child_is_there_whatever_was_refused_last(home: House, refused):
    last = Refusal(refused, Reason.CATEGORY, home.clock()) if refused else None
    assert 'href="/held"' in await page(home, refused=last, holds=True)
    gone = Refusal("chat.example", Reason.HOMEWORK, home.clock())
    assert 'href="/held"' not in await page(home, refused=gone), "two minutes are over"


async def test_what_was_refused_stands_there_with_its_reason_and_can_be_asked_for(home: House):
    refused = Refusal("www.bet365.com", Reason.CATEGORY, home.clock())
    shown = await page(home, refused=refused)
    assert "www.bet365.com" in shown
    assert "/ask?url=https%3A//www.bet365.com/" in shown
    port = Refusal("odd.example", Reason.PORT, home.clock())
    shown = await page(home, refused=port)
    assert "odd.example" in shown
    assert "/ask?url=" not in shown, "no adult can open a forbidden port"


async def test_more_of_everything_is_told_on_the_page_and_in_the_answer(home: House):
    mai, now = home.children["Mai"], home.clock()
    async with change(home.panel.db, by=SYSTEM, what="gave", now=now) as tx:
        await grants.give(tx, mai.id, until=now + timedelta(minutes=30))
    by = Actor(ActorKind.CHILD, mai.name, mai.id)
    async with change(home.panel.db, by=by, what="asked", now=now) as tx:
        asked = await asks.ask(tx, mai.id, Wish(scope="everything", minutes=30))
    assert "mở đến 18:30" in await page(home)
    assert "30 phút: <strong>internet" in await page(home, f"/asks/{asked.id}")


@pytest.mark.parametrize("method", ["GET", "POST"])
async def test_an_unknown_address_is_told_in_the_childs_language(home: House, method: str):
    mai = home.children["Mai"]
    about = {"name": mai.name, "birth_year": mai.birth_year, "colour": mai.colour}
    async with change(home.panel.db, by=SYSTEM, what="speaks", now=home.clock()) as tx:
        await children.alter(tx, mai.id, **about, language="vi")
    async with at_device(home) as child:
        lost = await child.request(method, "/own/nowhere/at-all")
    assert lost.status_code == 404
    assert "Ở đây không có gì" in lost.text
    assert "Nothing here" not in lost.text


async def test_a_task_is_said_to_be_done_by_its_child_alone(home: House):
    mai, nam = home.children["Mai"], home.children["Nam"]
    async with change(home.panel.db, by=SYSTEM, what="task", now=home.clock()) as tx:
        task = await tasks.add(tx, mai.id, title="Rửa bát", minutes=15)
        about = {"name": "Nam’s", "kind": "phone", "system": "ios", "child_ids": [nam.id]}
        home.devices["nam"] = await devices.add(tx, **about, first_port=8101)
    assert "Rửa bát" in await page(home)
    async with at_device(home, "nam") as brother:
        assert (await brother.post(f"/own/tasks/{task.id}/done")).status_code == 404
    async with at_device(home) as child:
        assert (await child.post(f"/own/tasks/{task.id}/done")).headers["location"] == "/"
        again = await child.post(f"/own/tasks/{task.id}/done")
        assert again.status_code == 303, "twice is told, not broken"
    assert "Người lớn đang xem" in await page(home)


@pytest.mark.parametrize(
    ("privacy", "said"),
    [
        (Privacy.COUNTS, "Không ghi bạn vào trang web nào"),
        (Privacy.SITES, "Bạn vào những trang web nào"),
        (Privacy.PAGES, "mở trang nào"),
    ],
)
async def test_it_says_what_is_written_down_by_the_level_that_holds(home: House, privacy, said):
    await keep(home, RULES.model_copy(update={"privacy": privacy}))
    shown = await page(home, "/mine")
    assert said in shown
    assert "90 ngày" in shown
    assert "Chúng tôi đếm số lần có " in shown, (
        "attempts to get around are counted, and that is said"
    )


async def test_it_says_who_changed_the_rules_and_who_looked(home: House):
    mai = home.children["Mai"]
    async with home.client("alice") as alice:
        await alice.post(f"/children/{mai.id}/pause", data={"back": "/"})
    shown = await page(home, "/mine")
    assert "Alice" in shown


async def test_the_data_holds_everything_of_this_child_and_nothing_of_another(home: House, note):
    mai, nam = home.children["Mai"], home.children["Nam"]
    seen = home.clock() - timedelta(minutes=30)
    await note(mai.id, "mai-was-here.example", seen, Action.PASS, Reason.DEFAULT, Layer.CHILD)
    await note(nam.id, "nam-was-here.example", seen, Action.PASS, Reason.DEFAULT, Layer.CHILD)
    async with at_device(home) as child:
        answer = await child.get("/own/mine/data.json")
        await child.post("/own/ask", data={"what": "everything", "minutes": "15", "words": "xin"})
    kept = answer.json()
    assert answer.headers["content-disposition"].startswith("attachment")
    assert "mai-was-here.example" in answer.text
    assert "nam-was-here.example" not in answer.text
    assert kept["about"]["name"] == "Mai"
    assert kept["rules"]
    assert {"minutes", "visits", "pages", "asks", "tasks", "alerts", "ledger"} <= kept.keys()


async def test_a_device_of_nobody_in_particular_says_so(home: House):
    both = [home.children["Mai"].id, home.children["Nam"].id]
    async with change(home.panel.db, by=SYSTEM, what="tablet", now=home.clock()) as tx:
        about = {"name": "Máy bảng", "kind": "tablet", "system": "ios", "child_ids": both}
        home.devices["tablet"] = await devices.add(tx, **about, first_port=8101)
    async with at_device(home, "tablet") as someone:
        assert "Nhiều bạn dùng chung" in (await someone.get("/own/")).text
        assert (await someone.get("/own/mine/data.json")).status_code == 303


async def test_without_the_doors_word_there_is_nothing(home: House):
    async with home.client() as stranger, home.client("alice") as alice:
        for client in (stranger, alice):
            for path in ("/own/", "/own/mine", "/own/mine/data.json", "/own/live"):
                assert (await client.get(path)).status_code == 404, path
