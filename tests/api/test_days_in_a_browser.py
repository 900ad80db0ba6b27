"""The day and dinner time in a real browser, as a parent meets them on a phone and at a desk."""

from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path

import pytest
from playwright.sync_api import expect

from store import policies
from tests.api.served import Served, serve
from tests.api.test_looks import enter
from tests.kit.browser import DESK, PHONE, chromium
from tests.kit.panel import Diary, open_door
from tests.kit.reading import overhangs, problems

pytestmark = pytest.mark.browser
BOTH = pytest.mark.parametrize("look", [PHONE, DESK], ids=["phone", "desk"])


@pytest.fixture(scope="module")
def served(tmp_path_factory, catalogue, empty_database: Path) -> Iterator[Served]:
    with serve(tmp_path_factory.mktemp("served"), catalogue, empty_database) as panel:
        panel.do(_lived(panel))
        yield panel


@pytest.fixture(scope="module")
def launch(tmp_path_factory):
    with chromium(tmp_path_factory.mktemp("browsers")) as opener:
        yield opener


async def _lived(served: Served) -> None:
    house = served.house
    assert house
    diary, now = Diary(house.panel.db, house.panel.catalogue), house.clock()
    mai, phone = house.children["Mai"], house.devices["phone"]
    for before, host in ((100, "www.youtube.com"), (40, "www.roblox.com")):
        since = now - timedelta(minutes=before)
        diary.used(mai, phone, host, since=since, minutes=25)
    await diary.save(now)
    await open_door(house.panel.db, now)


def can_be_read(page) -> None:
    """Nothing that keeps somebody from reading it, and nothing wider than the screen."""
    assert problems(page) == []
    assert not overhangs(page)


@BOTH
def test_from_the_day_to_an_hour_to_a_limit_and_back_again(served: Served, launch, look):
    page = launch("day", viewport=look, alike=True)
    enter(page, served)
    mai = served.house.children["Mai"].id
    page.goto(f"{served.url}/children/{mai}")
    page.get_by_role("link", name="Day", exact=True).click()
    expect(page.get_by_role("heading", name="Hour by hour")).to_be_visible()
    can_be_read(page)
    page.get_by_role("link", name="16:00 25 minutes").click()
    expect(page.get_by_role("heading", name="From 16:00 to 17:00")).to_be_visible()
    expect(page.get_by_text("Roblox")).to_have_count(0)
    page.get_by_role("link", name="Why, and change").click()
    page.get_by_label("YouTube a day").select_option("45")
    can_be_read(page)
    page.get_by_role("button", name="Limit for Mai").click()
    said = page.get_by_text("Mai has 45 minutes a day for YouTube, on all devices together.")
    expect(said).to_be_visible()
    expect(page.get_by_role("heading", name="From 16:00 to 17:00")).to_be_visible()
    assert [one.minutes[0] for one in served.do(_limits(served))] == [45]
    page.get_by_role("button", name="Undo").click()
    expect(page.get_by_text("Taken back: the rules of Mai are as they were.")).to_be_visible()
    assert served.do(_limits(served)) == ()


async def _limits(served: Served):
    house = served.house
    assert house
    async with house.panel.db.read() as store:
        version = await policies.current(store, house.children["Mai"].id)
    assert version
    return version.policy.allowances


@BOTH
def test_dinner_time_is_one_tap_for_everyone_and_one_tap_back(served: Served, launch, look):
    page = launch("dinner", viewport=look, alike=True)
    enter(page, served)
    page.goto(served.url)
    table = page.get_by_role("region", name="Dinner time")
    expect(table.get_by_text("Mai")).to_be_visible()
    expect(table.get_by_text("Nam")).to_be_visible()
    can_be_read(page)
    table.get_by_role("button", name="30 minutes").click()
    expect(
        page.get_by_text("The internet is paused until 18:30 today for Mai, Nam.")
    ).to_be_visible()
    expect(page.get_by_text("Paused", exact=True)).to_have_count(2)
    can_be_read(page)
    page.get_by_role("button", name="Undo").click()
    expect(page.get_by_text("Taken back for Mai, Nam: all is as before.")).to_be_visible()
    expect(page.get_by_text("Paused", exact=True)).to_have_count(0)
    table.get_by_text("Until a time").click()
    table.get_by_label("Until").fill("19:15")
    table.get_by_role("button", name="Pause everyone").click()
    expect(
        page.get_by_text("The internet is paused until 19:15 today for Mai, Nam.")
    ).to_be_visible()
    page.get_by_role("button", name="Resume for everyone").click()
    expect(page.get_by_text("Paused", exact=True)).to_have_count(0)
