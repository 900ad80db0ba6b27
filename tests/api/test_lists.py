"""Imported lists in the panel: brought in, doubted, taken away."""

import asyncio

from feeds import lists
from tests.api.conftest import House

PASTED = {"name": "Mine", "category": "games", "lines": "spiel.example\nnot a site\n"}


async def test_a_pasted_list_is_in_and_the_doors_are_told(house: House):
    async with house.client("alice") as alice:
        before = (await alice.get("/api/v1/doors")).json()["revision"]
        answer = await alice.post("/settings/lists", data=PASTED)
        assert answer.headers["location"] == "/settings/lists"
        page = (await alice.get("/settings/lists")).text
        assert "Mine" in page
        assert "1 line not understood" in page
        assert "not a site" in page
        assert (await alice.get("/api/v1/doors")).json()["revision"] == before + 1
        assert "imported the list Mine with 1 sites" in (await alice.get("/settings/ledger")).text


async def test_lines_of_which_none_is_a_site_are_refused_and_kept_in_the_form(house: House):
    async with house.client("alice") as alice:
        answer = await alice.post("/settings/lists", data=PASTED | {"lines": "?!\n"})
        assert answer.status_code == 422
        assert "?!" in answer.text
    assert not lists.list_all(house.panel.lists)


async def test_an_address_and_lines_together_are_one_too_many(house: House):
    async with house.client("alice") as alice:
        both = PASTED | {"address": "https://lists.example/a.txt"}
        answer = await alice.post("/settings/lists", data=both)
        assert answer.status_code == 422
        assert "one of the two" in answer.text


async def test_an_address_in_the_house_is_not_fetched(house: House):
    async with house.client("alice") as alice:
        given = {"name": "Router", "category": "adult", "address": "http://127.0.0.1:1/list"}
        answer = await alice.post("/settings/lists", data=given)
        assert answer.status_code == 422
        assert 'value="http://127.0.0.1:1/list"' in answer.text
    assert not lists.list_all(house.panel.lists)


async def test_a_refresh_that_cannot_be_believed_is_said_on_the_page(house: House):
    kept = await lists.add_list(
        house.panel.lists, name="Old", category="games", source=b"spiel.example\n"
    )
    about = house.panel.lists / f"{kept.id}.json"
    named = kept.model_copy(update={"source": "http://127.0.0.1:1/gone"})
    await asyncio.to_thread(about.write_text, named.model_dump_json())
    async with house.client("alice") as alice:
        answer = await alice.post(f"/settings/lists/{kept.id}/refresh")
        assert answer.status_code == 303
        page = (await alice.get("/settings/lists")).text
        assert "The copy from before stays in use." in page


async def test_a_list_is_taken_away(house: House):
    async with house.client("alice") as alice:
        await alice.post("/settings/lists", data=PASTED)
        (kept,) = lists.list_all(house.panel.lists)
        await alice.post(f"/settings/lists/{kept.id}/remove")
        assert "No list from outside yet" in (await alice.get("/settings/lists")).text
    assert not lists.list_all(house.panel.lists)


async def test_whoever_may_only_look_brings_nothing_in(house: House):
    async with house.client("vera") as vera:
        assert (await vera.post("/settings/lists", data=PASTED)).status_code == 403
    assert not lists.list_all(house.panel.lists)
