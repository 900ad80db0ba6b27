"""The desk in a real browser: what only a browser can tell of its pages."""

from collections.abc import Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Page, expect

from store import devices
from store.devices import Sighting
from tests.api.conftest import PASSWORD
from tests.api.served import Served, serve
from tests.kit.browser import DESK, PHONE, chromium

pytestmark = pytest.mark.browser


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
