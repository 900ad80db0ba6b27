"""Adults answer asks on Today with one tap, or with an offer; pages follow without a reload."""

import asyncio
from collections.abc import Iterator
from datetime import datetime, timedelta
from pathlib import Path

import pytest
from playwright.sync_api import expect

from api import live
from rules.asks import Wish
from store import asks, grants
from store.actor import Actor, ActorKind
from store.change import change
from tests.api.conftest import House
from tests.api.served import Served, serve
from tests.kit.browser import PHONE, chromium

WISH = Wish(scope="site:open.example", minutes=30, reason="Cho bài tập")


async def ask(house: House, wish: Wish = WISH, who: str = "Mai"):
    child = house.children[who]
    by = Actor(ActorKind.CHILD, child.name, child.id)
    async with change(house.panel.db, by=by, what="asked", now=house.clock()) as tx:
        return await asks.ask(tx, child.id, wish, device_id=house.devices["phone"].id)


async def seen(house: House, asked):
    async with house.panel.db.read() as store:
        return await asks.get(store, asked.id, now=house.clock())


async def given(house: House):
    async with house.panel.db.read() as store:
        return await grants.running(store, now=house.clock())


async def test_today_shows_what_waits_with_its_reason(house: House):
    await ask(house)
    async with house.client("alice") as alice, house.client("charlie") as charlie:
        page = (await alice.get("/")).text
        assert "Mai asks for 30 minutes" in page
        assert "Cho bài tập" in page
        assert "Mai’s phone" in page
        assert "Cho bài tập" not in (await charlie.get("/")).text


@pytest.mark.parametrize(
    ("tapped", "state", "minutes"),
    [("yes", "yes", 30), ("little", "yes", 15), ("no", "no", 0)],
)
async def test_one_tap_answers(house: House, tapped: str, state: str, minutes: int):
    asked = await ask(house)
    async with house.client("alice") as alice:
        answer = await alice.post(f"/asks/{asked.id}", data={"answer": tapped, "back": "/"})
        assert answer.headers["location"] == "/"
        assert (await seen(house, asked)).state == state
        lengths = [(each.until - each.since).total_seconds() / 60 for each in await given(house)]
        assert lengths == ([minutes] if minutes else [])
        assert "asks for" not in (await alice.get("/")).text


async def test_an_offer_says_how_long_from_when_and_a_word(house: House):
    asked = await ask(house, Wish(scope="category:games", minutes=60, counted=True))
    offer = {"answer": "offer", "minutes": "15", "after": "19:30", "words": "Sau bài tập"}
    async with house.client("bob") as bob:
        await bob.post(f"/asks/{asked.id}", data=offer)
        answered = await seen(house, asked)
        assert (answered.state, answered.words, answered.by) == ("offered", "Sau bài tập", "Bob")
        assert answered.terms
        assert answered.terms.since
        assert answered.terms.since.isoformat() == "2026-11-23T12:30:00+00:00"
        assert not answered.terms.counted, "minutes of an allowance wait for nothing"
        assert "Offered 15 minutes" in (await bob.get("/asks")).text


@pytest.mark.parametrize("wrong", [{"minutes": "0"}, {"after": "25:00"}, {"words": "x" * 301}])
async def test_what_does_not_fit_is_said_at_its_field_and_nothing_is_answered(house: House, wrong):
    asked = await ask(house)
    async with house.client("alice") as alice:
        answer = await alice.post(f"/asks/{asked.id}", data={"answer": "offer"} | wrong)
        assert answer.status_code == 422
        assert "hd-wrong" in answer.text
    assert (await seen(house, asked)).state == "asked"


async def test_who_only_looks_or_belongs_elsewhere_answers_nothing(house: House):
    asked = await ask(house)
    for who, status in (("vera", 403), ("charlie", 404), ("", 303)):
        async with house.client(who) as client:
            answer = await client.post(f"/asks/{asked.id}", data={"answer": "yes"})
            assert answer.status_code == status, who
    assert (await seen(house, asked)).state == "asked"


async def test_two_parents_at_once_the_second_is_told(house: House):
    asked = await ask(house)
    async with house.client("alice") as alice, house.client("bob") as bob:
        await alice.post(f"/asks/{asked.id}", data={"answer": "no"})
        late = await bob.post(f"/asks/{asked.id}", data={"answer": "yes"})
        assert late.status_code == 409
        assert "closed already" in late.text
    assert await given(house) == []


async def test_an_appeal_leads_to_where_it_is_put_right(house: House):
    await ask(house, WISH.model_copy(update={"appeal": True}))
    async with house.client("alice") as alice:
        assert "/look-up?host=open.example" in (await alice.get("/")).text


async def test_the_history_tells_what_became_of_each(house: House):
    asked = await ask(house)
    async with house.client("alice") as alice:
        assert "Nobody has asked" not in (await alice.get("/asks")).text
        await alice.post(f"/asks/{asked.id}", data={"answer": "yes"})
        assert "until 18:30" in (await alice.get("/asks")).text
        house.clock.move(hours=1)
        assert "Given, and over" in (await alice.get("/asks")).text


async def test_open_pages_hear_of_a_change(house: House, monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setattr(live, "EVERY", 0.01)
    events = live.stream(house.panel).body_iterator
    assert "retry" in await anext(events)
    waiting = asyncio.ensure_future(anext(events))
    await ask(house)
    assert await asyncio.wait_for(waiting, 5) == "data: look\n\n"
    async with house.client() as stranger:
        assert (await stranger.get("/live")).status_code == 303


async def test_a_page_looks_again_when_something_ends_by_itself(
    house: House, monkeypatch: pytest.MonkeyPatch
):
    monkeypatch.setattr(live, "EVERY", 0.01)
    end = house.clock() + timedelta(minutes=1)

    async def coming() -> list[datetime]:
        return [end] if end > house.clock() else []

    events = live.stream(house.panel, coming).body_iterator
    assert "retry" in await anext(events)
    waiting = asyncio.ensure_future(anext(events))
    assert not (await asyncio.wait({waiting}, timeout=0.1))[0], "nothing ended yet"
    house.clock.move(minutes=2)
    assert await asyncio.wait_for(waiting, 5) == "data: look\n\n"


@pytest.fixture(scope="module")
def served(tmp_path_factory, catalogue, empty_database: Path) -> Iterator[Served]:
    with serve(tmp_path_factory.mktemp("served"), catalogue, empty_database) as panel:
        yield panel


@pytest.mark.browser
def test_an_ask_appears_on_today_by_itself(served: Served, tmp_path: Path):
    with chromium(tmp_path) as launch:
        page = launch("parent", viewport=PHONE)
        cookie = {"name": "haidang", "value": served.house.tokens["alice"], "url": served.url}
        page.context.add_cookies([cookie])
        page.goto(served.url)
        expect(page.get_by_role("heading", name="Mai", exact=True)).to_be_visible()
        served.do(ask(served.house))
        expect(page.get_by_text("Mai asks for 30 minutes")).to_be_visible(timeout=20_000)
        page.get_by_role("button", name="Yes").click()
        expect(page.get_by_role("status").filter(has_text="You said yes to Mai.")).to_be_visible()
