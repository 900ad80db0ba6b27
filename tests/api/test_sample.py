"""The sample family: looked around in before anything is set up, and without a way to the house."""

from collections.abc import AsyncIterator
from pathlib import Path

import pytest
import sqlalchemy as sa

from api.sample import AN_HOUR, COOKIE, Sample
from store import adults, children
from store.tables import metadata
from tests.api.conftest import House

PAGES = ("/", "/activity", "/activity/searched", "/week", "/asks", "/alerts", "/devices")


@pytest.fixture
async def shown(fresh: House) -> AsyncIterator[House]:
    """A panel nobody has set up yet; the sample is cleared away afterwards."""
    yield fresh
    await sample_of(fresh).close()


@pytest.fixture
async def beside(house: House) -> AsyncIterator[House]:
    yield house
    await sample_of(house).close()


def sample_of(house: House) -> Sample:
    return house.app.state.sample  # type: ignore[attr-defined]


def stands(folder: str) -> bool:
    return Path(folder).is_dir()


async def rows(house: House) -> dict[str, list[str]]:
    async with house.panel.db.read() as store:
        return {
            name: sorted(map(repr, await store.execute(sa.select(table))))
            for name, table in metadata.tables.items()
            if name != "tries"
        }


async def test_somebody_looks_around_before_setting_up_and_every_page_is_lived_in(shown: House):
    async with shown.client() as browser:
        assert "sample family first" in (await browser.get("/setup/language")).text
        assert (await browser.post("/sample")).headers["location"] == "/"
        for path in PAGES:
            page = await browser.get(path, follow_redirects=True)
            assert page.status_code == 200, path
            assert "Everything here is made up" in page.text, path
        today = (await browser.get("/")).text
        for word in ("An", "Minh", "Linh", "Dinner time", "May I play a little longer?"):
            assert word in today
        assert "No door is running" not in today
        minh = today.partition('id="name-')[2].partition('"')[0]
        assert "hd-sample" in (await browser.get(f"/children/{minh}/day")).text
        about = {"kind": "phone", "text": "0912 345 678"}
        entered = await browser.post(f"/children/{minh}/details", data=about)
        assert entered.status_code == 303, "what is entered here is sealed with a key of its own"
        assert "YouTube" in (await browser.get("/activity")).text


async def test_what_is_tried_there_works_and_reaches_nothing_of_the_house(beside: House):
    before = await rows(beside)
    async with beside.client("alice") as browser:
        await browser.post("/sample")
        page = await browser.post("/pause-everyone", data={"length": "30"}, follow_redirects=True)
        assert "for An, Minh, Linh." in page.text
        first = page.text.partition('id="name-')[2].partition('"')[0]
        form = {"host": "play.example", "what": "block"}
        done = await browser.post(f"/children/{first}/site", data=form, follow_redirects=True)
        assert "on the list of blocked sites of An" in done.text
        mai = beside.children["Mai"].id
        assert (await browser.post(f"/children/{mai}/pause")).status_code == 404
        assert "Mai" not in (await browser.get("/")).text.replace("Main menu", "")
        await browser.post("/sample/end")
        assert "Mai" in (await browser.get("/")).text.replace("Main menu", "")
    assert await rows(beside) == before


async def test_what_is_not_about_children_is_refused_there_kindly(beside: House):
    before = await rows(beside)
    async with beside.client("alice") as browser:
        await browser.post("/sample")
        for path in ("/settings", "/settings/lists", "/security", "/account", "/activity.csv"):
            page = await browser.get(path)
            assert page.status_code == 403, path
            assert "The sample family has no such page" in page.text
            assert "Alice" not in page.text
        for path in ("/settings/notices/quiet", "/settings/lists/x", "/devices/new", "/sign-out"):
            assert (await browser.post(path)).status_code == 403, path
    assert await rows(beside) == before


async def test_its_session_never_reaches_a_browser_nor_takes_the_place_of_a_real_one(
    beside: House,
):
    async with beside.client("alice") as browser:
        entered = await browser.post("/sample")
        page = await browser.get("/")
        assert "haidang=" not in entered.headers["set-cookie"].replace(f"{COOKIE}=", "")
        assert "set-cookie" not in page.headers
        assert browser.cookies["haidang"] == beside.tokens["alice"]
        real = await browser.get("/api/v1/session")
    assert "Alice" in real.text


async def test_only_who_has_its_key_is_led_there(shown: House):
    async with shown.client() as browser, shown.client() as other:
        await browser.post("/sample")
        other.cookies.set(COOKIE, "guessed")
        answer = await other.get("/")
        assert answer.headers["location"] == "/setup"
        assert (await browser.get("/setup/language")).status_code == 200
    async with shown.panel.db.read() as store:
        assert await adults.list_all(store) == []
        assert await children.list_all(store) == []


async def test_it_is_made_up_once_and_anew_after_an_hour_and_leaves_no_file(shown: House):
    sample = sample_of(shown)
    async with shown.client() as browser:
        await browser.post("/sample")
        first = sample._house
        await browser.post("/sample")
        assert sample._house is first
        assert first
        assert stands(first.folder.name)
        shown.clock.move(seconds=AN_HOUR.total_seconds())
        await browser.post("/sample")
        assert sample._house is not first
    assert not stands(first.folder.name)


async def test_who_goes_on_to_set_up_or_to_sign_in_has_left_it(beside: House):
    async with beside.client() as browser:
        for path in ("/sign-in", "/setup/language"):
            await browser.post("/sample")
            assert COOKIE in browser.cookies
            await browser.get(path)
            assert COOKIE not in browser.cookies


async def test_another_site_cannot_lead_anybody_into_it(shown: House):
    async with shown.client() as browser:
        answer = await browser.post("/sample", headers={"Origin": "https://evil.example"})
    assert answer.status_code == 403
    assert sample_of(shown)._house is None
