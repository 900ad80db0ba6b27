"""Dinner time: everyone is paused with one tap, for a while, and taken back with one tap."""

import re
from datetime import timedelta
from html import unescape

import pytest

from rules.policy import Policy
from rules.verdict import Reason
from store import change, children, grants
from store.adults import Role
from store.change import SYSTEM
from tests.api.conftest import MONDAY, House
from tests.api.test_scopes import enter
from tests.api.test_today import HTMX, address, set_policy, verdict


async def reasons(house: House) -> list[Reason]:
    return [(await verdict(house, name)).reason for name in ("Mai", "Nam")]


def undo_of(text: str) -> dict[str, list[str]]:
    """Return the fields of the undo that a page offers."""
    form = text.partition('action="/undo-everyone"')[2].partition("</form>")[0]
    fields: dict[str, list[str]] = {}
    for name, value in re.findall(r'name="(\w+)" value="([^"]*)"', form):
        fields.setdefault(name, []).append(unescape(value))
    return fields


@pytest.mark.parametrize(
    ("form", "minutes", "said"),
    [
        ({"length": "15"}, 15, "18:15"),
        ({"length": "60"}, 60, "19:00"),
        ({"length": "until", "at": "19:30"}, 90, "19:30"),
        ({"length": "until", "at": "06:45"}, 765, "tomorrow 06:45"),
    ],
)
async def test_dinner_time_says_who_is_paused_until_when_and_ends_by_itself(
    house: House, form: dict[str, str], minutes: int, said: str
):
    async with house.client("bob") as browser:
        before = (await browser.get("/")).text
        part = (await browser.post("/pause-everyone", data=form, headers=HTMX)).text
        assert "A pause for everyone" in before
        assert f"paused until {said}" in part
        assert "for Mai, Nam." in part
        assert "Everyone is paused until" in part
        assert await reasons(house) == [Reason.PAUSED] * 2
        house.clock.move(minutes=minutes - 1)
        assert await reasons(house) == [Reason.PAUSED] * 2
        house.clock.move(minutes=1)
        assert Reason.PAUSED not in await reasons(house)
        assert "A pause for everyone" in (await browser.get("/")).text


async def test_one_undo_brings_back_rules_and_the_extra_time_that_ran(house: House):
    async with house.client("alice") as browser:
        await browser.post(address(house, "Mai", "more"), data={"length": "30"})
        house.clock.move(minutes=5)
        answer = await browser.post("/pause-everyone", data={"length": "60"})
        page = (await browser.get(answer.headers["location"])).text
        assert await reasons(house) == [Reason.PAUSED] * 2
        house.clock.move(minutes=1)
        done = await browser.post("/undo-everyone", data=undo_of(page))
        said = (await browser.get(done.headers["location"])).text
    async with house.panel.db.read() as store:
        [grant] = await grants.running(store, now=house.clock())

    assert "Taken back for Mai, Nam: all is as before." in said
    assert await reasons(house) == [Reason.GRANT, Reason.DEFAULT]
    assert grant.until == MONDAY + timedelta(minutes=30)


async def test_who_was_changed_again_since_keeps_the_pause(house: House):
    async with house.client("alice") as browser:
        part = (await browser.post("/pause-everyone", data={"length": "60"}, headers=HTMX)).text
        house.clock.move(seconds=5)
        await browser.post(address(house, "Mai", "resume"))
        said = (await browser.post("/undo-everyone", data=undo_of(part), headers=HTMX)).text
        again = (await browser.post("/undo-everyone", data=undo_of(part), headers=HTMX)).text

    assert "Taken back for Nam" in said
    assert "nothing was taken back" in again
    assert Reason.PAUSED not in await reasons(house)


async def test_a_longer_pause_of_one_child_is_neither_shortened_nor_undone(house: House):
    async with house.client("alice") as browser:
        await browser.post(address(house, "Mai", "pause"), data={"until": "morning"})
        house.clock.move(seconds=1)
        part = (await browser.post("/pause-everyone", data={"length": "15"}, headers=HTMX)).text
        assert "for Nam." in part
        await browser.post("/undo-everyone", data=undo_of(part))
        assert await reasons(house) == [Reason.PAUSED, Reason.DEFAULT]
        await browser.post("/pause-everyone")
        nothing = (await browser.post("/pause-everyone", data={"length": "30"}, headers=HTMX)).text

    assert "nothing was changed" in nothing


async def test_a_lock_holds_until_the_morning(house: House):
    async with house.client("alice") as browser:
        await browser.post(address(house, "Mai", "pause"), data={"until": "morning"})
        assert "Mai is locked until tomorrow 06:00." in (await browser.get("/")).text
        house.clock.move(hours=11, minutes=59)
        assert (await verdict(house, "Mai")).reason is Reason.PAUSED
        house.clock.move(minutes=1)

    assert not (await verdict(house, "Mai")).blocks


async def test_who_looks_after_one_child_calls_only_that_one_to_dinner(house: House):
    assert house.family
    await enter(house, "Gran", house.family.id, Role.PARENT, [house.children["Nam"].id])
    async with house.client("gran") as gran:
        await gran.post("/pause-everyone", data={"length": "30"})
        assert await reasons(house) == [Reason.DEFAULT, Reason.PAUSED]
        await gran.post("/resume-everyone")
    async with house.client("alice") as alice:
        house.clock.move(seconds=1)
        part = (await alice.post("/pause-everyone", data={"length": "60"}, headers=HTMX)).text
    async with house.client("gran") as gran:
        said = (await gran.post("/undo-everyone", data=undo_of(part), headers=HTMX)).text

    assert "Taken back for Nam: all is as before." in said
    assert await reasons(house) == [Reason.PAUSED, Reason.DEFAULT]


async def test_who_may_only_look_is_offered_nothing_to_tap_and_refused(house: House):
    async with house.client("vera") as vera:
        page = (await vera.get("/")).text
        denied = [
            await vera.post(path, data={"length": "15", "at": MONDAY.isoformat()})
            for path in ("/pause-everyone", "/undo-everyone")
        ]

    assert "Mai" in page
    assert "/pause" not in page
    assert "Add a child" not in page
    assert [answer.status_code for answer in denied] == [403, 403]
    assert Reason.PAUSED not in await reasons(house)


async def test_a_stranger_s_undo_touches_no_other_family(house: House):
    async with house.client("alice") as alice:
        part = (await alice.post("/pause-everyone", data={"length": "60"}, headers=HTMX)).text
    async with house.client("charlie") as charlie:
        said = (await charlie.post("/undo-everyone", data=undo_of(part), headers=HTMX)).text

    assert "Mai" not in said
    assert await reasons(house) == [Reason.PAUSED] * 2


async def test_who_is_grown_up_is_not_called_to_dinner(house: House):
    async with change.change(house.panel.db, by=SYSTEM, what="grew", now=MONDAY) as tx:
        nam = house.children["Nam"]
        about = {"name": "Nam", "language": "vi", "colour": "blue"}
        await children.alter(tx, nam.id, birth_year=2005, **about)
    await set_policy(house, "Nam", Policy())
    async with house.client("alice") as alice:
        part = (await alice.post("/pause-everyone", data={"length": "60"}, headers=HTMX)).text

    assert "for Mai." in part


@pytest.mark.parametrize("at", ["", "late", "25:00"])
async def test_a_time_that_is_none_is_said_and_pauses_nobody(house: House, at: str):
    async with house.client("alice") as alice:
        answer = await alice.post("/pause-everyone", data={"length": "until", "at": at})

    assert answer.status_code == 422
    assert "such as 19:30" in answer.text
    assert Reason.PAUSED not in await reasons(house)
