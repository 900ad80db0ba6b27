"""Letters at the desk: when they come, how they end without signing in, and the child's words."""

import json
import re
from datetime import date, timedelta

import pytest

from reports.weekly import run_due
from rules.telling import Kind, Wants
from store import channels, comments, ledger, sessions, stops
from store.channels import Channel, Owner, Way
from tests.api.conftest import MONDAY, House
from tests.api.test_asking import KEY, at_device
from tests.api.test_week import LAST_WEDNESDAY, lived, page_of

WEEK = date(2026, 11, 23)
"""The running one."""


async def adult_id(house: House, name: str = "alice"):
    async with house.panel.db.read() as store:
        session = await sessions.find(store, house.tokens[name], now=house.clock())
    assert session
    return session.adult_id


async def channel_of(house: House, kinds: frozenset[Kind] = frozenset({Kind.WEEK})) -> Channel:
    given = {"way": Way.MAIL, "name": "Mail", "target": "a@nha.example", "shown": "a@nha.example"}
    wants = Wants(kinds=kinds)
    owner = Owner(adult_id=await adult_id(house))
    async with house.panel.db.write() as store:
        return await channels.add(store, owner, wants=wants, now=house.clock(), **given)


async def link_of(house: House, channel: Channel, kind: Kind = Kind.WEEK) -> str:
    async with house.panel.db.write() as store:
        return f"/letters/stop/{await stops.make(store, channel.id, kind, house.clock())}"


async def kinds_of(house: House, channel: Channel) -> frozenset[Kind]:
    async with house.panel.db.read() as store:
        return (await channels.some(store, [channel.id]))[channel.id].wants.kinds


async def test_a_mail_program_ends_the_letter_in_one_click_signed_out(house: House):
    channel = await channel_of(house, frozenset({Kind.WEEK, Kind.ASK}))
    link = await link_of(house, channel)
    async with house.client() as program:
        answer = await program.post(link, data={"List-Unsubscribe": "One-Click"})
        twice = await program.post(link, data={"List-Unsubscribe": "One-Click"})

    assert answer.status_code == twice.status_code == 200
    assert "comes to a@nha.example no more" in answer.text
    assert await kinds_of(house, channel) == {Kind.ASK}
    async with house.panel.db.read() as store:
        lines = await ledger.lines(store)
    assert [line.what for line in lines].count("ended the weekly letter by the link below it") == 1


async def test_opening_the_link_ends_nothing_and_asks(house: House):
    channel = await channel_of(house)
    link = await link_of(house, channel)
    async with house.client() as reader:
        page = await reader.get(link)
        await reader.post(link)
        over = await reader.get(link)
        await reader.post(link, data={"again": "true"})

    assert "No more of these mails?" in page.text
    assert "It has ended" in over.text
    assert await kinds_of(house, channel) == {Kind.WEEK}


async def test_a_link_that_was_never_made_ends_nothing(house: House):
    channel = await channel_of(house)
    async with house.client() as stranger:
        made_up = await stranger.post(f"/letters/stop/{'x' * 43}")
        hashed = stops.digest((await link_of(house, channel)).rpartition("/")[2]).hex()
        stolen = await stranger.post(f"/letters/stop/{hashed[:43]}")

    assert (made_up.status_code, stolen.status_code) == (404, 404)
    assert await kinds_of(house, channel) == {Kind.WEEK}


async def test_another_site_cannot_end_a_letter_with_a_form(house: House):
    channel = await channel_of(house)
    link = await link_of(house, channel)
    async with house.client() as browser:
        answer = await browser.post(link, headers={"Origin": "https://evil.example"})

    assert answer.status_code == 403
    assert await kinds_of(house, channel) == {Kind.WEEK}


async def test_when_letters_come_is_chosen_on_the_page_and_by_programs(house: House):
    async with house.client("alice") as alice, house.client("vera") as vera:
        page = await alice.get("/settings/notices")
        assert "No channel brings you letters yet" in page.text
        given = {"day": "5", "at": "18:30", "empty": "true"}
        assert (await alice.post("/settings/notices/letters", data=given)).status_code == 303
        told = (await alice.get("/api/v1/letter-time")).json()
        wrong = await alice.put("/api/v1/letter-time", json={"day": 9, "minute": 1})
        other = (await vera.get("/api/v1/letter-time")).json()

    assert told == {"day": 5, "minute": 18 * 60 + 30, "empty": True}
    assert wrong.status_code == 422
    assert other == {"day": 0, "minute": 7 * 60, "empty": False}


async def test_the_week_says_when_the_letter_comes_and_sends_it_now(house: House):
    await lived(house)
    channel = await channel_of(house)
    async with house.client("alice") as alice:
        page = await alice.get(page_of(house))
        sent = await alice.post(f"{page_of(house)}/send")
        told = (await alice.get("/api/v1/deliveries")).json()

    assert "It comes to Mail; the next one" in page.text
    assert sent.headers["location"] == "/settings/notices#sent"
    assert [(each["kind"], each["state"]) for each in told] == [("week", "due")]
    assert told[0]["channel_id"] == str(channel.id)


async def test_a_term_is_told_from_the_letters_that_were_kept(house: House):
    async with house.client("alice") as alice:
        none = await alice.get(f"{page_of(house)}/term")
        missing = await alice.get(f"{page_of(house)}/term.pdf")
        await lived(house)
        await run_due(house.panel.db, now=MONDAY)
        term = await alice.get(f"{page_of(house)}/term")
        printed = await alice.get(f"{page_of(house)}/term.pdf")

    assert "No letter has been kept yet" in none.text
    assert missing.status_code == 404
    assert "50 minutes" in re.sub(r"\s+", " ", term.text)
    assert printed.content.startswith(b"%PDF")


@pytest.fixture
def home(house: House) -> House:
    house.panel.credentials_key = lambda: KEY
    return house


async def test_a_child_reads_its_week_and_its_words_stand_in_the_letter(home: House):
    await lived(home)
    words = "Con muốn ngủ muộn hơn.\r\n<b>Thật đấy</b>"
    async with at_device(home) as mai, home.client("alice") as alice:
        before = await mai.get("/own/week")
        await mai.post("/own/week", data={"words": words})
        read = await alice.get(page_of(home, start=LAST_WEDNESDAY.date()))
        running = await alice.get(page_of(home))
        long = await mai.post("/own/week", data={"words": "x" * 501})

    assert "Lời của bạn" in before.text
    assert "Mai đã dùng mạng" in before.text
    assert "Thư không gửi cho ai" in before.text
    both = read.text + running.text
    assert "Con muốn ngủ muộn hơn." in both
    assert "&lt;b&gt;Thật đấy" in both
    assert long.status_code == 422


async def test_a_child_is_told_who_gets_the_letter_and_reads_no_question_for_adults(home: House):
    await lived(home)
    await channel_of(home)
    async with at_device(home) as mai:
        page = await mai.get("/own/week")

    assert "Thư được gửi đến: Alice" in page.text
    assert "Để mở lời trò chuyện" not in page.text


async def test_on_a_monday_the_words_are_to_the_week_that_just_ended(home: House):
    home.now = MONDAY
    async with at_device(home) as mai:
        await mai.post("/own/week", data={"words": "xin chào"})
    child, last = home.children["Mai"].id, WEEK - timedelta(days=7)
    async with home.panel.db.read() as store:
        found = {day: await comments.find(store, child, day) for day in (last, WEEK)}
    assert json.dumps(found[last], ensure_ascii=False) == '"xin chào"'
    assert found[WEEK] == ""


async def test_the_letter_of_a_class_ends_in_one_click_and_the_ledger_says_so(house: House):
    channel = await channel_of(house, frozenset({Kind.GROUP_WEEK, Kind.WEEK}))
    async with house.client() as program:
        answer = await program.post(
            await link_of(house, channel, Kind.GROUP_WEEK), data={"List-Unsubscribe": "One-Click"}
        )
    assert answer.status_code == 200
    assert await kinds_of(house, channel) == {Kind.WEEK}
    async with house.panel.db.read() as store:
        said = [line.what for line in await ledger.lines(store)]
    assert "ended the letter of a class or school by the link below it" in said
