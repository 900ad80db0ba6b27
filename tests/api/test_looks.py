"""The desk in a real browser: readable by everyone, on a phone and a desk, in both lights."""

from collections.abc import Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Page, expect

from store import devices
from store.devices import Sighting
from tests.api.conftest import PASSWORD
from tests.api.served import Served, serve
from tests.kit.browser import DESK, PHONE, chromium
from tests.kit.reading import overhangs, problems

pytestmark = pytest.mark.browser
PAGES = (
    "/children/{mai}/details",
    "/setup/family",
    "/setup/child",
    "/setup/rules",
    "/setup/device",
    "/setup/connect",
    "/setup/notices",
    "/devices",
    "/devices/new",
    "/devices/{phone}",
    "/devices/{phone}/edit",
    "/devices/{phone}/remove",
    "/devices/{phone}/ways/gateway",
    "/devices/{phone}/ways/managed",
    "/settings",
    "/settings/adults/new",
    "/settings/adults",
    "/settings/adults/{family}/invite",
    "/settings/ledger",
    "/security",
    "/security/tokens/new",
    "/settings/notices",
    "/settings/notices/new/telegram",
    "/look-up",
    "/look-up?host=kubet79.vip",
    "/settings/read",
    "/alerts",
    "/asks",
    "/account",
    "/join/{phone}",
    "/nowhere",
)
WIDE = ("/devices/{phone}", "/settings", "/setup/rules")
"""What a desk shows beside the page of a phone stands in the frame, the same around all of them."""


@pytest.fixture(scope="module")
def served(tmp_path_factory, catalogue, empty_database: Path) -> Iterator[Served]:
    with serve(tmp_path_factory.mktemp("served"), catalogue, empty_database) as panel:
        yield panel


@pytest.fixture(scope="module")
def launch(tmp_path_factory):
    with chromium(tmp_path_factory.mktemp("browsers")) as opener:
        yield opener


def enter(page: Page, served: Served, who: str = "alice") -> None:
    """Sign in as somebody of the cast without going through the page."""
    cookie = {"name": "haidang", "value": served.house.tokens[who], "url": served.url}
    page.context.add_cookies([cookie])


@pytest.mark.timeout(240)
def test_every_page_can_be_read_by_everyone_and_fits(served: Served, launch):
    page = launch("reader", viewport=PHONE, alike=True)
    # A colour that is still fading is none that anybody reads.
    page.emulate_media(reduced_motion="reduce")
    complaints: list[str] = []
    page.on("console", lambda message: complaints.append(f"{page.url}: {message.text}"))
    page.on("pageerror", lambda error: complaints.append(f"{page.url}: {error}"))
    enter(page, served)
    phone, family = served.house.devices["phone"].id, served.house.family.id
    mai = served.house.children["Mai"].id
    for path in PAGES:
        page.goto(served.url + path.format(phone=phone, family=family, mai=mai))
        assert problems(page) == [], path
        assert not overhangs(page), f"{path} is wider than a phone"
        page.emulate_media(color_scheme="dark")
        page.set_viewport_size(DESK)
        expect(page.locator("html")).to_have_attribute("data-bs-theme", "dark")
        assert problems(page, colours_only=path not in WIDE) == [], f"{path} in the dark"
        assert not overhangs(page), f"{path} is wider than a desk"
        page.emulate_media(color_scheme="light")
        page.set_viewport_size(PHONE)
    assert [text for text in complaints if "404" not in text] == []


def test_the_live_check_follows_the_device_without_a_reload(served: Served, launch):
    page = launch("live", viewport=PHONE, alike=True)
    phone = served.house.devices["phone"].id
    page.goto(f"{served.url}/join/{phone}")
    expect(page.get_by_text("Waiting for the device")).to_be_visible()

    async def sight() -> None:
        async with served.house.panel.db.write() as store:
            at = served.house.clock()
            await devices.record(store, [Sighting(phone, at, "192.168.1.77", trusts_ca=True)])

    served.do(sight())
    expect(page.get_by_text("We see the device")).to_be_visible(timeout=10_000)
    expect(page.get_by_text("It trusts the certificate")).to_be_visible()


def test_everything_works_without_script(served: Served, launch):
    page = launch("plain", viewport=PHONE, alike=True)
    page.route("**/*.js*", lambda route: route.abort())
    page.goto(f"{served.url}/devices/new")
    page.get_by_label("E-mail").fill("bob@example.com")
    page.get_by_label("Password", exact=True).fill(PASSWORD)
    page.get_by_role("button", name="Sign in").click()
    page.get_by_label("Name of the device").fill("Console")
    page.locator("label", has_text="Game console").click()
    page.locator("label.hd-choice", has_text="Nam").click()
    page.get_by_role("button", name="Add and show the steps").click()
    expect(page.get_by_role("heading", name="Console")).to_be_visible()
    expect(page.get_by_text("has a door of its own now")).to_be_visible()


def test_the_keyboard_reaches_the_content_first(served: Served, launch):
    page = launch("keys", viewport=DESK, alike=True)
    enter(page, served)
    page.goto(f"{served.url}/settings")
    page.keyboard.press("Tab")
    expect(page.get_by_role("link", name="Skip to the content")).to_be_focused()
    page.keyboard.press("Enter")
    assert page.evaluate("document.activeElement.id") == "content"


def test_light_and_dark_are_one_tap_and_stay(served: Served, launch):
    page = launch("light", viewport=DESK, alike=True)
    enter(page, served, "bob")
    page.goto(f"{served.url}/devices")
    shown = page.locator("html")
    expect(shown).to_have_attribute("data-bs-theme", "light")
    page.get_by_role("button", name="Dark").click()
    expect(shown).to_have_attribute("data-bs-theme", "dark")
    page.goto(f"{served.url}/settings")
    expect(shown).to_have_attribute("data-bs-theme", "dark")


def test_the_first_visit_weighs_little_and_the_next_nothing(served: Served, launch):
    page = launch("weight", viewport=PHONE, alike=True)
    session = page.context.new_cdp_session(page)
    session.send("Network.enable")
    sizes: list[float] = []
    session.on("Network.loadingFinished", lambda event: sizes.append(event["encodedDataLength"]))
    page.goto(f"{served.url}/sign-in", wait_until="networkidle")
    first = sum(sizes)
    assert 20_000 < first < 300_000
    sizes.clear()
    page.goto(f"{served.url}/sign-in", wait_until="networkidle")
    assert sum(sizes) < 20_000


def test_a_passkey_is_made_and_signs_in_without_a_password(served: Served, launch):
    page = launch("passkey", viewport=PHONE, alike=True)
    browser = page.context.new_cdp_session(page)
    browser.send("WebAuthn.enable")
    finger = {
        "protocol": "ctap2",
        "transport": "internal",
        "hasResidentKey": True,
        "hasUserVerification": True,
        "isUserVerified": True,
        "automaticPresenceSimulation": True,
    }
    browser.send("WebAuthn.addVirtualAuthenticator", {"options": finger})
    # Browsers make passkeys for names, and take this one for safe without HTTPS.
    here = served.url.replace("127.0.0.1", "localhost")
    token = served.house.tokens["bob"]
    page.context.add_cookies([{"name": "haidang", "value": token, "url": here}])
    page.goto(f"{here}/security/passkeys/new")
    page.get_by_role("button", name="Make the passkey").click()
    page.wait_for_url("**/security/recovery")
    page.get_by_role("button", name="Make ten codes").click()
    expect(page.locator(".hd-codes li")).to_have_count(10)
    page.goto(f"{here}/security")
    expect(page.get_by_text("Passkey, not used yet")).to_be_visible()
    page.context.clear_cookies()
    page.goto(f"{here}/sign-in?next=/security")
    page.get_by_role("button", name="Sign in with a passkey").click()
    page.wait_for_url(f"{here}/security")
    expect(page.get_by_text("Passkey, last used")).to_be_visible()
