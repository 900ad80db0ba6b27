"""Looking up a site: what is known, who says so, and one tap where that is wrong."""

from feeds.by_name import is_on
from store import policies
from tests.api.conftest import House


async def lists_of(house: House) -> list[tuple[tuple[str, ...], tuple[str, ...]]]:
    """Return the allowed and the blocked sites of each child that has rules."""
    async with house.panel.db.read() as store:
        found = await policies.all_current(store)
    return [(policy.allow, policy.block) for policy in found.values()]


async def test_the_page_says_what_is_known_and_who_says_so(house: House):
    async with house.client("alice") as alice:
        page = (await alice.get("/look-up?host=https://www.YouTube.com/watch?v=1")).text
        assert "www.youtube.com" in page
        assert "Video" in page
        assert "It belongs to YouTube." in page
        assert "services/video.toml" in page
        page = (await alice.get("/look-up?host=kubet79.vip")).text
        assert "Its name looks like Gambling and betting: ‘kubet’, ‘79’, ‘.vip’." in page
        page = (await alice.get("/look-up?host=hx88.com")).text
        assert "one weak sign" in page
        page = (await alice.get("/look-up?host=nobody.example")).text
        assert "Hải Đăng does not know this site." in page
        assert "No list names it" in page


async def test_before_anything_is_typed_there_is_only_the_box(house: House):
    async with house.client("alice") as alice:
        page = (await alice.get("/look-up")).text
        assert 'name="host"' in page
        assert "Who says so" not in page


async def test_what_is_no_site_is_said_at_the_box_and_stays_in_it(house: House):
    async with house.client("alice") as alice:
        answer = await alice.get("/look-up?host=not%20a%20site")
        assert answer.status_code == 422
        assert "Please write a site like example.com." in answer.text
        assert 'value="not a site"' in answer.text
        assert (
            await alice.post("/look-up", data={"host": "?", "what": "allow"})
        ).status_code == 422


async def test_one_tap_allows_or_blocks_a_site_for_every_child_and_another_takes_it_back(
    house: House,
):
    async with house.client("alice") as alice:
        before = await lists_of(house)
        for what, place in (("allow", 0), ("block", 1)):
            answer = await alice.post("/look-up", data={"host": "www.new.example", "what": what})
            assert answer.headers["location"] == "/look-up?host=www.new.example"
            after = await lists_of(house)
            assert any("new.example" in lists[place] for lists in after)
            assert not any("new.example" in lists[1 - place] for lists in after)
        page = (await alice.get("/look-up?host=www.new.example")).text
        assert "You block it for" in page
        assert "Undo: take it off the lists" in page
        await alice.post("/look-up", data={"host": "new.example", "what": "off"})
        assert await lists_of(house) == before
        assert "new.example" in (await alice.get("/settings/ledger")).text


async def test_a_helpline_cannot_be_put_on_a_list_here(house: House):
    async with house.client("alice") as alice:
        page = (await alice.get("/look-up?host=tongdai111.vn")).text
        assert "never blocked" in page
        assert "for every child" not in page


async def test_judging_names_is_switched_off_and_on_for_the_house(house: House):
    async with house.client("alice") as alice:
        before = (await alice.get("/api/v1/doors")).json()["revision"]
        await alice.post("/look-up/names")
        assert not is_on(house.panel.lists)
        assert (await alice.get("/api/v1/doors")).json()["revision"] == before + 1
        await alice.post("/look-up/names")
        assert is_on(house.panel.lists)


async def test_whoever_may_only_look_looks_up_and_changes_nothing(house: House):
    async with house.client("vera") as vera:
        assert (await vera.get("/look-up?host=kubet79.vip")).status_code == 200
        assert (await vera.post("/look-up/names")).status_code == 403
        chosen = {"host": "new.example", "what": "allow"}
        assert (await vera.post("/look-up", data=chosen)).status_code == 403
    assert is_on(house.panel.lists)


async def test_the_same_is_told_by_rest(house: House):
    async with house.client("alice") as alice:
        told = (await alice.get("/api/v1/catalogue/kubet79.vip")).json()
        assert told["categories"] == ["gambling"]
        (said,) = told["said"]
        assert (said["by"], said["counts"], said["reason"]) == ("name", True, "It counts.")
        told = (await alice.get("/api/v1/catalogue/chat.zalo.me")).json()
        assert told["services"] == ["zalo"]
        assert told["said"][0]["line"] > 0
        wrong = await alice.get("/api/v1/catalogue/a%20b")
        assert wrong.status_code == 422
        assert wrong.headers["content-type"] == "application/problem+json"


async def test_where_devices_ask_for_a_network_says_that_it_passes_at_all_hours(house: House):
    async with house.client("alice") as alice:
        page = (await alice.get("/look-up?host=captive.apple.com")).text
        assert "leave for mobile data" in page
        assert "leave for mobile data" not in (await alice.get("/look-up?host=apple.com")).text
