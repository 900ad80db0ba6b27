"""A parent on a phone paints a week, slides minutes, tries it on last week, saves, and undoes."""

from collections.abc import Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Locator, Page, expect

from api.pages.rules.parts import PARTS
from rules.policy import Allowance, Choice, Hours, Policy, Window
from store import change, policies
from store.change import SYSTEM
from tests.api.served import Served, serve
from tests.kit.browser import DESK, PHONE, Launch, chromium
from tests.kit.panel import Diary, a_fortnight
from tests.kit.reading import overhangs, problems

pytestmark = pytest.mark.browser
BEDTIME = Hours(name="bedtime", windows=(Window(start="22:00", end="06:00"),))
UNFOLD = "document.querySelectorAll('details:not([hx-get])').forEach((fold) => (fold.open = true))"
OURS = Policy(hours=(BEDTIME,), allowances=(Allowance(minutes=(120,) * 7),))
FAMILYS = Policy(
    categories={"games": Choice.BLOCK},
    safe_search=True,
    hours=(Hours(name="study", windows=(Window(days=(0, 1), start="18:00", end="19:00"),)),),
)


@pytest.fixture(scope="module")
def served(tmp_path_factory, catalogue, empty_database: Path) -> Iterator[Served]:
    with serve(tmp_path_factory.mktemp("painted"), catalogue, empty_database) as panel:
        panel.do(live(panel))
        yield panel


@pytest.fixture(scope="module")
def browser(tmp_path_factory) -> Iterator[Launch]:
    with chromium(tmp_path_factory.mktemp("browsers")) as opener:
        yield opener


@pytest.fixture
def launch(browser: Launch) -> Iterator[Launch]:
    """Open windows of one browser, which close when their test is over."""
    opened: list[Page] = []

    def window(name: str, **look) -> Page:
        opened.append(browser(name, alike=True, **look))
        return opened[-1]

    yield window
    for page in opened:
        page.context.close()


async def live(served: Served) -> None:
    house = served.house
    assert house
    assert house.family
    mai, db, now = house.children["Mai"], house.panel.db, house.clock()
    async with change.change(db, by=SYSTEM, what="set", now=now) as tx:
        await policies.save(tx, mai.id, OURS)
        await policies.save(tx, house.family.id, FAMILYS)
    await a_fortnight(Diary(db, house.panel.catalogue), mai, house.devices["phone"], now)


async def in_force(served: Served) -> Policy:
    assert served.house
    async with served.house.panel.db.read() as store:
        version = await policies.current(store, served.house.children["Mai"].id)
    assert version
    return version.policy


def enter(page: Page, served: Served, path: str) -> None:
    assert served.house
    cookie = {"name": "haidang", "value": served.house.tokens["alice"], "url": served.url}
    page.context.add_cookies([cookie])
    page.goto(f"{served.url}/children/{served.house.children['Mai'].id}/rules{path}")


def cell(page: Page, day: int, half: int) -> Locator:
    return page.locator(f"[role=gridcell][data-day='{day}'][data-half='{half}']")


def draw(page: Page, begin: Locator, end: Locator, wait: int) -> None:
    """Touch a cell, wait, and move a finger to another one."""
    touch = page.context.new_cdp_session(page)
    points = []
    for spot in (begin, end):
        box = spot.bounding_box()
        assert box
        points.append({"x": box["x"] + box["width"] / 2, "y": box["y"] + box["height"] / 2})
    touch.send("Input.dispatchTouchEvent", {"type": "touchStart", "touchPoints": [points[0]]})
    page.wait_for_timeout(wait)
    touch.send("Input.dispatchTouchEvent", {"type": "touchMove", "touchPoints": [points[1]]})
    touch.send("Input.dispatchTouchEvent", {"type": "touchEnd", "touchPoints": []})


def test_a_week_is_painted_tried_saved_and_taken_back(served: Served, launch):
    page = launch("phone", viewport=PHONE)
    enter(page, served, "/hours")
    cell(page, 4, 36).scroll_into_view_if_needed()
    expect(cell(page, 4, 36)).to_have_attribute("aria-selected", "false")

    # A finger that waits paints Friday 18:00 to 20:00.
    draw(page, cell(page, 4, 36), cell(page, 4, 39), 350)
    expect(cell(page, 4, 38)).to_have_attribute("aria-selected", "true")
    expect(cell(page, 5, 38)).to_have_attribute("aria-selected", "false")
    # What the family closes is told in the cell.
    expect(cell(page, 0, 36)).to_have_attribute(
        "aria-label", "Monday 18:00–18:30, open (closed by Nhà Trần)"
    )

    page.get_by_role("button", name="Try on the last 7 days").click()
    tried = page.locator(".ru-tried")
    expect(
        tried.get_by_role("heading", name="The last 7 days of Mai under these rules")
    ).to_be_visible()
    page.get_by_role("button", name="Save").last.click()
    expect(page.get_by_text("Saved for Mai")).to_be_visible()
    [bedtime] = served.do(in_force(served)).hours
    assert Window(days=(4,), start="18:00", end="20:00") in bedtime.windows
    assert Window(start="22:00", end="06:00") in bedtime.windows

    page.get_by_role("button", name="Undo").click()
    expect(page.get_by_text("The earlier rules of Mai are back.")).to_be_visible()
    assert served.do(in_force(served)) == OURS


def test_a_button_shows_at_once_that_it_is_pressed(served: Served, launch):
    page = launch("press", viewport=PHONE)
    enter(page, served, "/hours")
    fading = "getComputedStyle(document.querySelector('.btn')).transitionDuration"
    assert page.evaluate(fading) == "0s"


WATCH = """() => {
  window.touched = new Set();
  const watch = (changes) => changes.forEach((change) => window.touched.add(change.target));
  const grid = document.querySelector("[role=grid]");
  new MutationObserver(watch).observe(grid, { attributes: true, subtree: true });
}"""
TOUCHED = """() => [...window.touched].filter((each) => each.role === "gridcell").length"""


def test_a_half_hour_that_is_painted_leaves_the_others_of_the_week_untouched(
    served: Served, launch
):
    page = launch("one", viewport=DESK)
    enter(page, served, "/hours")
    cell(page, 2, 30).focus()
    page.evaluate(WATCH)
    page.keyboard.press("Space")
    expect(cell(page, 2, 30)).to_have_attribute("aria-selected", "true")
    # The cell, and the one that the keyboard would have come to first until now.
    assert 1 <= page.evaluate(TOUCHED) <= 2


def test_the_week_is_painted_with_the_keyboard_and_a_stroke_taken_back(served: Served, launch):
    page = launch("keys", viewport=DESK)
    enter(page, served, "/hours")
    cell(page, 0, 42).focus()
    for key in ("ArrowRight", "Space", "Shift+ArrowDown", "ArrowUp"):
        page.keyboard.press(key)
    expect(cell(page, 1, 42)).to_be_focused()
    expect(cell(page, 1, 42)).to_have_attribute("aria-selected", "true")
    expect(cell(page, 1, 43)).to_have_attribute("aria-selected", "true")
    expect(cell(page, 0, 42)).to_have_attribute("aria-selected", "false")
    page.keyboard.press("Control+z")
    page.keyboard.press("Control+z")
    expect(cell(page, 1, 42)).to_have_attribute("aria-selected", "false")
    page.get_by_role("button", name="Copy the day").click()
    rows = page.locator("[data-windows] input[type=time]")
    assert [row.input_value() for row in rows.all()] == ["22:00", "06:00"]


def test_minutes_are_slid_and_said_in_words(served: Served, launch):
    page = launch("slides", viewport=PHONE)
    enter(page, served, "/minutes")
    slide = page.get_by_role("slider", name="Monday to Friday")
    slide.press("ArrowLeft")
    slide.press("ArrowLeft")
    assert page.locator("[name='allowance.0.week']").input_value() == "90"
    expect(slide).to_have_attribute("aria-valuetext", "1 h 30 min")
    page.locator("[name='allowance.0.week']").fill("45")
    assert slide.input_value() == "45"


def test_apps_are_found_and_what_was_decided_is_not_lost(served: Served, launch):
    page = launch("apps", viewport=PHONE)
    enter(page, served, "/apps")
    find = page.get_by_placeholder("Find an app")
    find.press_sequentially("netf")
    row = page.locator("#found [data-app=netflix]")
    row.locator("label", has_text="Block").click()
    find.fill("")
    find.press_sequentially("spot")
    expect(page.locator("#found [data-app=spotify]")).to_be_visible()
    expect(page.locator("#found [data-app=netflix]")).to_have_count(0)
    page.get_by_role("button", name="Save").last.click()
    expect(page.get_by_text("Netflix: not set → blocked")).to_be_visible()


EVERY = ("", *(f"/{part}" for part in PARTS))


@pytest.mark.parametrize(
    ("viewport", "dark", "paths"), [(PHONE, True, EVERY), (DESK, False, EVERY[:2])]
)
def test_every_page_of_the_rules_can_be_read_by_everyone_and_fits(
    served: Served, launch, viewport, dark: bool, paths: tuple[str, ...]
):
    page = launch(f"read-{dark}", viewport=viewport, dark=dark)
    # A colour that is still fading is none that anybody reads.
    page.emulate_media(reduced_motion="reduce")
    wrong = []
    for path in paths:
        enter(page, served, path)
        page.evaluate(UNFOLD)
        wrong += [f"{path}: {each}" for each in problems(page)]
        wrong += [f"{path} is wider than the screen"] * overhangs(page)
    assert wrong == []
