"""Lists in the panel and over REST: switched on, brought in, doubted, decided, taken away."""

import asyncio
from collections.abc import AsyncIterator

import pytest

from feeds import directory, lists
from feeds.fetch import Limits
from feeds.progress import Step, at_work
from tests.api.conftest import House
from tests.feeds.packs import UT1, packed
from tests.feeds.shelf import Shelf, opened

V1 = "/api/v1/lists"

PASTED = {"name": "Mine", "category": "games", "lines": "spiel.example\nnot a site\n"}


async def test_a_pasted_list_is_in_and_the_doors_are_told(house: House):
    async with house.client("alice") as alice:
        before = (await alice.get("/api/v1/doors")).json()["revision"]
        answer = await alice.post("/settings/lists", data=PASTED)
        assert answer.headers["location"] == "/settings/lists"
        page = (await alice.get("/settings/lists")).text
        assert "Mine" in page
        assert "1 line not understood" in page
        shown = (await alice.get("/settings/lists/mine")).text
        assert "not a site" in shown
        assert "<dd>One site a line</dd>" in shown
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
        assert "leads into your own network" in page
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


@pytest.fixture
async def shelf(monkeypatch: pytest.MonkeyPatch) -> AsyncIterator[Shelf]:
    """A publisher on loopback, to which every entry of the directory points."""
    async with opened() as shelf:
        here = {
            name: entry.model_copy(update={"address": shelf.url(f"/{name}")})
            for name, entry in directory.directory().items()
        }
        for place in ("feeds.directory", "api.pages.lists", "api.rest.lists"):
            monkeypatch.setattr(f"{place}.directory", lambda: here)
        monkeypatch.setattr(lists, "Limits", lambda: Limits(private_networks=True))
        yield shelf


def many(number: int) -> str:
    return "".join(f"bet{index}.example\n" for index in range(number))


async def test_the_directory_tells_what_each_list_is_and_nothing_is_fetched(
    house: House, shelf: Shelf
):
    async with house.client("alice") as alice:
        page = (await alice.get("/settings/lists")).text
        assert "Nothing is fetched before you switch a list on" in page
        assert "hostsVN Gambling" in page
        assert "licence MIT" in page
        entries = (await alice.get(f"{V1}/directory")).json()
    assert all(entry["licence"] and entry["good"] and not entry["on"] for entry in entries)
    assert shelf.asked == []


async def test_one_tap_switches_a_list_on_and_another_off(house: House, shelf: Shelf):
    shelf.put(many(10), "/hostsvn-gambling")
    async with house.client("alice") as alice:
        answer = await alice.post("/settings/lists/directory/hostsvn-gambling/on")
        assert answer.headers["location"] == "/settings/lists"
        (kept,) = lists.list_all(house.panel.lists)
        assert (kept.sites, kept.entry) == (10, "hostsvn-gambling")
        assert "switched on the list hostsVN Gambling" in (await alice.get("/settings/ledger")).text
        page = (await alice.get("/settings/lists")).text
        assert "10 sites" in page
        assert "/settings/lists/directory/hostsvn-gambling/off" in page
        await alice.post("/settings/lists/directory/hostsvn-gambling/off")
    assert not lists.list_all(house.panel.lists)


async def test_a_list_that_cannot_be_fetched_stays_on_and_says_so(house: House, shelf: Shelf):
    async with house.client("alice") as alice:
        await alice.post("/settings/lists/directory/hostsvn-gambling/on")
        page = (await alice.get("/settings/lists")).text
    assert "answered 404" in page
    assert "The copy from before" not in page


async def test_a_list_that_shrank_is_shown_on_today_and_decided_with_one_tap(
    house: House, shelf: Shelf
):
    shelf.put(many(100), "/hostsvn-gambling")
    async with house.client("alice") as alice:
        await alice.put(f"{V1}/directory/hostsvn-gambling")
        shelf.put(many(10), "/hostsvn-gambling")
        await alice.post("/settings/lists/hostsvn-gambling/refresh")
        assert "suddenly lost most of its sites" in (await alice.get("/")).text
        page = (await alice.get("/settings/lists")).text
        assert "This list shrank from 100 to 10 sites." in page
        await alice.post("/settings/lists/hostsvn-gambling/take")
        assert "suddenly lost" not in (await alice.get("/")).text
        page = (await alice.get("/settings/lists/hostsvn-gambling")).text
        assert "From 100 to 10 sites." in page
        shelf.put(many(1), "/hostsvn-gambling")
        await alice.post("/settings/lists/hostsvn-gambling/refresh")
        await alice.post("/settings/lists/hostsvn-gambling/keep")
        assert "suddenly lost" not in (await alice.get("/")).text
    (kept,) = lists.list_all(house.panel.lists)
    assert kept.sites == 10


async def test_folders_of_an_archive_are_offered_and_taken_as_an_adult_says(
    house: House, shelf: Shelf
):
    shelf.put(packed(UT1), "/ut1")
    async with house.client("alice") as alice:
        await alice.post("/settings/lists/directory/ut1/on")
        page = (await alice.get("/settings/lists/ut1-adult")).text
        assert "stars.example" not in page
        assert "astrology" in page
        assert "single pages 2, patterns 1" in page
        wrong = await alice.put(f"{V1}/ut1-adult/folders", json={"astrology": "nothing"})
        assert wrong.status_code == 422
        data = {"name": "astrology", "category": "social"}
        await alice.post("/settings/lists/ut1-adult/folders", data=data)
        listed = (await alice.get(V1)).json()
    assert {one["category"] for one in listed} == {"adult", "drugs", "proxy", "social"}


async def test_rest_tells_all_about_a_list_and_its_changes(house: House, shelf: Shelf):
    shelf.put(many(10), "/oisd-nsfw")
    async with house.client("alice") as alice:
        assert (await alice.put(f"{V1}/directory/oisd-nsfw")).status_code == 202
        one = (await alice.get(f"{V1}/oisd-nsfw")).json()
        assert (one["sites"], one["kind"], one["alarm"]) == (10, "subscription", False)
        assert one["next"] > one["checked"]
        shelf.put(many(12), "/oisd-nsfw")
        assert (await alice.post(f"{V1}/oisd-nsfw/refresh")).status_code == 202
        (change,) = (await alice.get(f"{V1}/oisd-nsfw/changes")).json()
        assert (change["added"], change["removed"]) == (2, 0)
        assert (await alice.post(f"{V1}/oisd-nsfw/take")).status_code == 409
        assert (await alice.delete(f"{V1}/oisd-nsfw")).status_code == 204
        assert (await alice.get(f"{V1}/oisd-nsfw")).status_code == 404
        assert (await alice.put(f"{V1}/directory/no-such-list")).status_code == 404


async def test_the_page_shows_how_far_a_download_is_and_comes_anew_at_its_end(house: House):
    directory.switch_on(house.panel.lists, "oisd-nsfw", house.clock.now)
    async with house.client("alice") as alice:
        with at_work(house.panel.lists, "oisd-nsfw") as tell:
            tell(Step.FETCH, 512_000, 1_024_000)
            page = (await alice.get("/settings/lists")).text
            assert "500 of 1,000 kB" in page
            part = await alice.get(
                "/settings/lists/oisd-nsfw/progress", headers={"HX-Request": "true"}
            )
            assert 'value="50"' in part.text
            one = (await alice.get(f"{V1}/oisd-nsfw")).json()
            assert one["under_way"] == {"step": "fetch", "done": 512_000, "of": 1_024_000}
        over = await alice.get("/settings/lists/oisd-nsfw/progress", headers={"HX-Request": "true"})
        assert over.headers["hx-redirect"] == "/settings/lists"


async def test_whoever_may_only_look_switches_nothing_on(house: House, shelf: Shelf):
    async with house.client("vera") as vera:
        answer = await vera.post("/settings/lists/directory/oisd-nsfw/on")
        assert answer.status_code == 403
        assert (await vera.put(f"{V1}/directory/oisd-nsfw")).status_code == 403
        assert (await vera.get("/settings/lists")).status_code == 200
    assert shelf.asked == []
