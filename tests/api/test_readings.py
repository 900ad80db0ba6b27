"""Sites told by their pages, in the panel and over REST: shown, put right, read again."""

import pytest

from rules.reading import Reading, key_of
from store import readings
from tests.api.conftest import House

SITE = "trangmoi.example"
KEY = key_of(SITE)
V1 = "/api/v1"


@pytest.fixture
async def told(house: House) -> House:
    words = ("nhà cái", "tài xỉu")
    now = house.panel.clock()
    found = [
        Reading(KEY, now, "gambling", words, site=SITE),
        Reading(key_of("quiet.example"), now, "adult", ("x",)),
    ]
    await readings.keep(house.panel.db, found)
    return house


async def test_nothing_found_yet_says_where_it_is_switched_on(house: House):
    async with house.client("alice") as alice:
        assert "Read pages of unknown sites" in (await alice.get("/settings/read")).text


async def test_a_parent_sees_the_words_and_says_that_they_are_wrong(told: House):
    async with told.client("alice") as alice:
        page = (await alice.get("/settings/read")).text
        assert all(word in page for word in (SITE, "nhà cái · tài xỉu", "Gambling"))
        assert "1 more site is known whose name is not kept" in page
        answer = await alice.post(f"/settings/read/{KEY}/wrong")
        assert answer.headers["location"] == "/settings/read"
        page = (await alice.get("/settings/read")).text
        assert "nhà cái" not in page
        assert "Put right by you" in page
        assert f"said that {SITE} was read wrongly" in (await alice.get("/settings/ledger")).text
        await alice.post(f"/settings/read/{KEY}/forget")
        assert SITE not in (await alice.get(f"{V1}/readings")).text


async def test_over_rest_a_reading_is_listed_looked_up_and_put_right(told: House):
    async with told.client("alice") as alice:
        (one,) = (await alice.get(f"{V1}/readings")).json()
        assert (one["site"], one["category"], one["source"]) == (SITE, "gambling", "words")
        known = (await alice.get(f"{V1}/catalogue/hosts/{SITE}")).json()
        assert (known["categories"], known["looks"]) == (["gambling"], ["nhà cái", "tài xỉu"])
        assert (await alice.post(f"{V1}/readings/{KEY}/wrong")).status_code == 204
        known = (await alice.get(f"{V1}/catalogue/hosts/{SITE}")).json()
        assert (known["categories"], known["looks"]) == ([], [])
        assert (await alice.delete(f"{V1}/readings/{KEY}")).status_code == 204
        assert (await alice.post(f"{V1}/readings/{'0' * 24}/wrong")).status_code == 404
        assert (await alice.post(f"{V1}/readings/nonsense/wrong")).status_code == 422


async def test_a_stranger_sees_none_of_it(told: House):
    async with told.client() as stranger:
        assert (await stranger.get(f"{V1}/readings")).status_code == 401
