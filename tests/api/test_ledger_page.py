"""The ledger as a page: who changed and who looked, searched, in two languages, with its chain."""

import re

import sqlalchemy as sa

from rules.verdict import Action, Reason
from store.change import SYSTEM, Actor, ActorKind, change
from store.tables import ledger
from tests.api.conftest import MONDAY, House

LEDGER = "/settings/ledger"


async def happen(house: House) -> None:
    """Let Alice change, Bob change a day later, and Bob look."""
    mai = house.children["Mai"].id
    async with house.client("alice") as alice, house.client("bob") as bob:
        await alice.post(f"/api/v1/children/{mai}/grants", json={"minutes": 15})
        house.clock.move(days=1)
        nam = house.children["Nam"].id
        await bob.post(f"/api/v1/children/{nam}/pause", json={})
        await bob.post("/confirm", data={"password": "biển xanh và hải đăng"})
        await bob.get(f"/activity.csv?child={nam}")


async def test_one_finds_who_did_what_about_whom(house: House):
    await happen(house)
    mai = house.children["Mai"].id
    async with house.client("alice") as alice:
        page = (await alice.get(LEDGER)).text
        assert "The chain holds: all" in page
        assert (
            page.index("exported what Nam visited")
            < page.index("paused Nam")
            < page.index("gave Mai")
        )
        bob = page.split('">Bob</option>')[0].rsplit('value="', 1)[1]
        for query, there, gone in (
            (f"by={bob}", "paused Nam", "gave Mai"),
            (f"child={mai}", "gave Mai", "paused Nam"),
            ("kind=looked", "exported what Nam visited", "paused Nam"),
            ("kind=changed&period=today", "paused Nam", "gave Mai"),
        ):
            found = (await alice.get(f"{LEDGER}?{query}")).text
            assert there in found, query
            assert gone not in found, query
        nothing = (await alice.get(f"{LEDGER}?by=nonsense")).text
        assert "Nothing like this" in nothing
        assert "Show everything" in nothing


async def test_a_search_goes_on_on_the_next_page(house: House):
    assert house.family
    where = {"now": MONDAY, "group_id": house.family.id}
    for number in range(52):
        async with change(house.panel.db, by=SYSTEM, what=f"turned page {number}.", **where):
            pass
    async with house.client("alice") as alice:
        page = (await alice.get(f"{LEDGER}?kind=changed&period=week")).text
        older = page.split(f'href="{LEDGER}?kind=changed')[1].split('"')[0].replace("&amp;", "&")
        rest = (await alice.get(f"{LEDGER}?kind=changed{older}")).text
    assert "period=week" in older
    assert (page.count("turned page"), rest.count("turned page")) == (50, 2)


async def test_a_line_altered_afterwards_is_shown_to_everyone(house: House):
    await happen(house)
    async with house.panel.db.write() as store:
        await store.execute(sa.update(ledger).where(ledger.c.number == 2).values(by_name="Nobody"))
    async with house.client("charlie") as other:
        assert "Line 2 was altered afterwards" in (await other.get(LEDGER)).text
        told = (await other.get("/api/v1/ledger/chain")).json()
        assert (told["holds"], told["broken"]) == (False, 2)


async def test_what_the_machine_did_is_the_house_s_to_know(house: House):
    async with change(house.panel.db, by=SYSTEM, what="took the list over", now=MONDAY):
        pass
    async with house.client("alice") as alice, house.client("charlie") as other:
        assert "took the list over" in (await alice.get(LEDGER)).text
        assert "took the list over" not in (await other.get(LEDGER)).text


async def test_over_rest_lines_are_searched_too(house: House, note):
    await note(house.children["Mai"].id, "a.example", MONDAY, Action.PASS, Reason.DEFAULT)
    await happen(house)
    async with house.client("alice") as alice:
        looked = (await alice.get("/api/v1/ledger?kind=looked")).json()
        assert [line["by"] for line in looked] == ["Bob"]
        since = house.clock().isoformat()
        lines = (await alice.get("/api/v1/ledger", params={"since": since})).json()
        assert {line["by"] for line in lines} == {"Bob"}


async def test_a_child_that_changed_something_is_named_once(house: House):
    mai = house.children["Mai"]
    by = Actor(ActorKind.CHILD, mai.name, mai.id)
    about = {"child_id": mai.id, "values": {"child": mai.name}}
    async with change(house.panel.db, by=by, what="{child} took back an ask", now=MONDAY, **about):
        pass
    async with house.client("alice") as alice:
        page = (await alice.get(LEDGER)).text
    told = " ".join(re.sub("<[^>]+>", " ", page).split())
    assert "Mai took back an ask" in told
    assert "Mai Mai" not in told
