"""What adults read of what children were told, and of a child that grows up."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta

from rules.notices import Kind, Notice
from store import children, notices
from store.change import SYSTEM, change
from store.notices import Told
from tests.api.conftest import MONDAY, House

LEFT = Notice(Kind.LEFT, "left:x:5", "category:games", 5, left=5, limit=60)
END = datetime(2027, 1, 1, tzinfo=UTC) - timedelta(hours=7)


async def tell(house: House, name: str, *told: tuple[datetime, Notice]) -> None:
    child = house.children[name].id
    async with house.panel.db.write() as connection:
        await notices.add(connection, [Told(child, at, notice) for at, notice in told])


async def born(house: House, year: int) -> None:
    mai = house.children["Mai"]
    async with change(house.panel.db, by=SYSTEM, what="born", now=house.clock()) as tx:
        about = {"name": mai.name, "language": mai.language, "colour": mai.colour}
        await children.alter(tx, mai.id, birth_year=year, **about)


async def test_a_card_says_what_the_child_was_told_today(house: House):
    yesterday = replace(LEFT, key="left:w", scope="category:video")
    await tell(house, "Mai", (MONDAY, LEFT), (MONDAY - timedelta(days=1), yesterday))
    async with house.client("alice") as alice:
        page = (await alice.get("/")).text
    assert "Mai was told: 5 minutes of Games left." in page
    assert "of Video" not in page


async def test_a_program_reads_notices_newest_first_in_both_languages(house: House):
    hours = Notice(Kind.HOURS, "hours:x:15", "bedtime", 15, left=15, until=MONDAY)
    await tell(house, "Mai", (MONDAY, LEFT), (MONDAY + timedelta(minutes=1), hours))
    path = f"/api/v1/children/{house.children['Mai'].id}/notices"
    async with house.client("alice") as alice, house.client("charlie") as stranger:
        first, second = (await alice.get(path)).json()
        assert (first["kind"], first["minutes"]) == ("hours", 15)
        assert second["for_child"].startswith("Bạn còn 5 phút")
        assert second["for_parent"] == "Mai was told: 5 minutes of Games left."
        since = {"since": (MONDAY + timedelta(seconds=1)).isoformat()}
        assert [each["kind"] for each in (await alice.get(path, params=since)).json()] == ["hours"]
        assert len((await alice.get(path, params={"limit": 1})).json()) == 1
        assert (await alice.get(path, params={"since": "soon"})).status_code == 422
        assert (await stranger.get(path)).status_code == 404


async def test_the_panel_says_that_the_end_comes_and_then_that_it_has_come(house: House):
    await born(house, 2008)
    here = f"/children/{house.children['Mai'].id}"
    async with house.client("alice") as alice:
        before = (await alice.get("/")).text
        assert "Mai counts as grown up from 1 January 2027 00:00 on" in before
        assert f"{here}/pause" in before
        # Somebody looks now and then, so the session lives on.
        house.clock.now = END - timedelta(days=15)
        assert "Mai counts as grown up from" in (await alice.get("/")).text
        house.clock.now = END
        after = (await alice.get("/")).text
        own = (await alice.get(here)).text
    for page in (after, own):
        assert "rules and recording have ended by themselves" in page
        assert f"{here}/pause" not in page


async def test_who_does_not_come_of_age_soon_reads_nothing_of_it(house: House):
    async with house.client("alice") as alice:
        assert "grown up" not in (await alice.get("/")).text
