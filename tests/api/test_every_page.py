"""Every page that the app has routes for: readable by everyone, on a small phone and a dark desk.

A page is loaded once; only what light and width decide on is asked again. Each part of the panel
is a test of its own.
"""

import re
from collections.abc import Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Page, ViewportSize, expect

from api.pages.sign_in import HALF
from store import half_steps
from tests.api.conftest import CODE
from tests.api.every_page import DEVICES, UNFOLD, headers_of, pages
from tests.api.served import Served, nobody, serve
from tests.api.test_looks import enter
from tests.kit.browser import DESK, Launch, chromium
from tests.kit.filled import Filled, fill
from tests.kit.reading import overhangs, problems

pytestmark = [pytest.mark.browser, pytest.mark.timeout(300)]
SMALL: ViewportSize = {"width": 360, "height": 640}
PARTS = ("children", "groups", "settings", "desk")
NOT_FOR_PEOPLE = re.compile(
    r"(?<!/)\b[0-9a-f]{8}-[0-9a-f]{4}-|(?<![\w.-])\d{4}-\d\d-\d\d(?![\w.-])|\b(null|undefined|NaN)\b|\{\w*\}"
)
"""Ids, dates as machines write them, and what should have been filled in."""
SHOWN_BY_THE_DOOR = re.compile(r".*(trusted\.svg|EventSource).*", re.DOTALL)
"""A child's pages lie at an address of the door's, which answers this."""


FORMS = (
    "/sign-in",
    "/devices/new",
    "/children/new",
    "/groups/new",
    "/settings/adults/new",
    "/settings/notices/new/telegram",
    "/children/{child_id}/details",
    "/children/{child_id}/erase",
)


@pytest.fixture(scope="module")
def launch(tmp_path_factory) -> Iterator[Launch]:
    with chromium(tmp_path_factory.mktemp("browsers")) as opener:
        yield opener


@pytest.fixture(scope="module")
def served(tmp_path_factory, catalogue, empty_database: Path) -> Iterator[Served]:
    with serve(tmp_path_factory.mktemp("every"), catalogue, empty_database) as panel:
        yield panel


@pytest.fixture(scope="module")
def filled(tmp_path_factory, served: Served) -> Filled:
    return served.do(fill(served.house, tmp_path_factory.mktemp("kept")), seconds=120)


@pytest.fixture
def page(launch: Launch) -> Iterator[Page]:
    opened = launch("reader", viewport=SMALL, alike=True)
    # A colour that is still fading is none that anybody reads.
    opened.emulate_media(reduced_motion="reduce")
    yield opened
    opened.context.close()


def look(page: Page) -> list[str]:
    """Name what is wrong with an open page, on a small phone and at a desk in the dark."""
    page.evaluate(UNFOLD)
    wrong = problems(page)
    wrong += ["wider than a small phone"] * overhangs(page)
    shown = page.locator("body").inner_text()
    wrong += [f"says {each[0]}" for each in NOT_FOR_PEOPLE.finditer(shown)]
    page.emulate_media(color_scheme="dark")
    page.set_viewport_size(DESK)
    wrong += [f"in the dark: {each}" for each in problems(page, colours_only=True)]
    wrong += ["wider than a desk"] * overhangs(page)
    page.emulate_media(color_scheme="light")
    page.set_viewport_size(SMALL)
    return wrong


def walk(page: Page, served: Served, paths: list[str]) -> None:
    """Look at page after page; none may be refused, lead elsewhere or complain."""
    said: list[str] = []
    page.on("console", lambda message: said.append(message.text))
    page.on("pageerror", lambda error: said.append(str(error)))
    wrong = []
    for path in paths:
        answer = page.goto(served.url + path)
        expected = 404 if path in EMPTY else 200
        if page.url != served.url + path or not answer or answer.status != expected:
            wrong.append(f"{path}: leads to {page.url}, {answer and answer.status}")
        heard = [each for each in said if not SHOWN_BY_THE_DOOR.fullmatch(each)]
        said.clear()
        wrong += [f"{path}: {each}" for each in (*look(page), *heard[expected == 404 :])]
    assert not wrong, "\n".join(wrong)


EMPTY = ("/class/ABCD-EFGH", "/own/nowhere", "/no-such-page")
"""Where a page says that there is nothing."""


@pytest.mark.parametrize("part", PARTS)
def test_every_page_of_an_adult_can_be_read_by_everyone_and_fits(
    part: str, page: Page, served: Served, filled: Filled
) -> None:
    enter(page, served)
    walk(page, served, [each.format(**filled.ids) for each in pages(served.house.app)[part]])


def test_who_may_only_look_is_shown_no_button_that_would_be_refused(
    page: Page, served: Served, filled: Filled
) -> None:
    enter(page, served, "vera")
    wrong = []
    for path in ("/", "/asks", "/alerts", "/devices", "/settings", "/children/{child_id}/history"):
        page.goto(served.url + path.format(**filled.ids))
        wrong += [path] * page.locator("main form[method=post]:visible").count()
    assert wrong == []
    page.goto(f"{served.url}/devices/new")
    assert page.get_by_text("You may look here and change nothing").is_visible()
    assert look(page) == []
    page.goto(f"{served.url}/account")
    assert page.get_by_role("button", name="Save").first.is_visible(), "they themselves"


def test_the_names_below_a_chart_are_whole_on_a_small_phone(
    page: Page, served: Served, filled: Filled
) -> None:
    enter(page, served, "bob")
    page.goto(served.url + "/week/{child_id}".format(**filled.ids))
    page.get_by_role("button", name="Tiếng Việt").click()
    expect(page.locator("html")).to_have_attribute("lang", "vi")
    expect(page.locator("[data-chart=by-day] svg text").first).to_be_visible()
    assert page.evaluate(CUT_OFF) == []


CUT_OFF = """() => {
  const drawn = document.querySelector("[data-chart=by-day] svg");
  const end = drawn.getBoundingClientRect().right + 1;
  const texts = [...drawn.querySelectorAll("text")];
  const cut = texts.filter(each => each.getBoundingClientRect().right > end);
  return cut.map(each => each.textContent);
}"""


def test_an_address_where_nothing_is_can_be_read_by_everyone(page: Page, served: Served) -> None:
    enter(page, served)
    walk(page, served, ["/no-such-page"])


@pytest.mark.parametrize("walker", DEVICES)
def test_every_page_of_a_child_can_be_read_by_everyone_and_fits(
    walker: str, page: Page, served: Served, filled: Filled
) -> None:
    page.context.set_extra_http_headers(headers_of(served.house, walker))
    walk(page, served, [each.format(**filled.ids) for each in pages(served.house.app)[walker]])


def test_every_page_that_needs_no_sign_in_can_be_read_by_everyone_and_fits(
    page: Page, served: Served, filled: Filled
) -> None:
    walk(page, served, [each.format(**filled.ids) for each in pages(served.house.app)["stranger"]])
    page.context.add_cookies([served.do(half_way(served, filled))])
    walk(page, served, ["/sign-in/code", "/sign-in/recovery"])


@pytest.mark.parametrize("path", FORMS)
def test_a_form_that_was_filled_in_wrongly_can_be_read_by_everyone_and_fits(
    path: str, page: Page, served: Served, filled: Filled
) -> None:
    if path != "/sign-in":
        enter(page, served)
    page.goto(served.url + path.format(**filled.ids))
    # As a browser sends it that checks nothing by itself.
    with page.expect_navigation() as sent:
        page.locator("main form[method=post]").last.evaluate("form => form.submit()")
    assert sent.value.status == 422
    assert page.locator("[aria-invalid=true], [role=alert]").count(), "it says what is wrong"
    assert look(page) == []


def test_the_steps_before_there_is_an_account_can_be_read_by_everyone_and_fit(
    page: Page, tmp_path: Path, catalogue, empty_database: Path
) -> None:
    with serve(tmp_path, catalogue, empty_database, nobody) as fresh:
        page.goto(fresh.url)
        assert look(page) == [], "language"
        page.get_by_role("button", name="English").click()
        assert look(page) == [], "code"
        page.locator("#code").fill(CODE)
        page.get_by_role("button", name="Continue").click()
        page.wait_for_url("**/setup/parent")
        assert look(page) == [], "parent"


async def half_way(served: Served, filled: Filled) -> dict[str, str]:
    """Return the cookie of somebody whose password was right."""
    house = served.house
    async with house.panel.db.write() as store:
        about = {"now": house.clock(), "adult_id": filled.ids["bob"], "data": b"/"}
        token = await half_steps.begin(store, half_steps.Kind.SIGN_IN, **about)
    return {"name": HALF, "value": token, "url": f"{served.url}/sign-in"}
