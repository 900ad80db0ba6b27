"""Panel and child's page as apps in a real browser: manifest, worker, offline page, a push shown.

No push service can be reached from here, so a subscription itself cannot be made; what the worker
does with a push is tried by handing it one, as the browser would.
"""

import json
import struct
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import CDPSession, Page, expect

from reports.vapid import ensure_key, public_key
from rules.vouching import HEADER, Visitor, vouch
from tests.api.conftest import House
from tests.api.served import Served, serve
from tests.kit.browser import PHONE, chromium
from tests.lab.inbox import Browser

KEY = b"k" * 32
PNG = b"\x89PNG\r\n\x1a\n"


@pytest.fixture
def served(tmp_path: Path, catalogue, empty_database: Path) -> Iterator[Served]:
    (tmp_path / "data").mkdir()
    with serve(tmp_path / "data", catalogue, empty_database) as panel:
        panel.house.panel.push_key = lambda: public_key(ensure_key(tmp_path))
        yield panel


def size_of(png: bytes) -> str:
    assert png.startswith(PNG)
    return "{}x{}".format(*struct.unpack(">II", png[16:24]))


@pytest.mark.parametrize("where", ["", "/own"])
@pytest.mark.parametrize("language", ["vi", "en"])
async def test_a_manifest_is_whole_and_its_icons_are_there(house: House, where, language):
    house.panel.credentials_key = lambda: KEY
    visitor = Visitor(house.devices["phone"].id, "192.168.1.30", secure=True)
    async with house.client() as anyone:
        anyone.headers[HEADER] = vouch(KEY, visitor, house.clock())
        answer = await anyone.get(f"{where}/manifest.webmanifest?lang={language}")
        told = answer.json()
        assert answer.headers["content-type"] == "application/manifest+json"
        assert (told["lang"], told["start_url"], told["display"]) == (language, "/", "standalone")
        drawn = {(each["sizes"], each["purpose"]) for each in told["icons"] if "purpose" in each}
        assert drawn >= {("192x192", "any"), ("512x512", "any"), ("512x512", "maskable")}
        for each in told["icons"]:
            icon = await anyone.get(each["src"])
            assert icon.status_code == 200
            assert each["sizes"] in ("any", size_of(icon.content) if "png" in each["type"] else "")
        page = (await anyone.get(f"{where}/offline?lang={language}")).text
        assert ("Không có kết nối" if language == "vi" else "No connection") in page
        worker = await anyone.get(f"{where}/sw.js?lang={language}")
        assert worker.headers["content-type"].startswith("text/javascript")
        assert worker.headers["cache-control"] == "no-cache"


async def test_the_worker_has_another_version_in_another_language(house: House):
    async with house.client() as anyone:
        texts = {(await anyone.get(f"/sw.js?lang={each}")).text for each in ("vi", "en", "xx")}
    assert len(texts) == 2


async def test_without_a_door_s_word_a_child_s_app_is_not_there(house: House):
    async with house.client() as anyone:
        for path in ("manifest.webmanifest", "sw.js", "offline"):
            assert (await anyone.get(f"/own/{path}")).status_code == 404
        assert (await anyone.post("/own/push", json={})).status_code == 404


async def test_a_child_s_device_is_told_until_it_says_no_more(house: House):
    house.panel.credentials_key = lambda: KEY
    visitor = Visitor(house.devices["phone"].id, "192.168.1.30", secure=True)
    given = Browser("https://updates.push.services.mozilla.com/wpush/v2/x").subscription()
    evil = Browser("https://192.168.1.1/").subscription()
    async with house.client() as child:
        child.headers[HEADER] = vouch(KEY, visitor, house.clock())
        assert 'data-here="no"' in (await child.get("/own/")).text
        assert (await child.post("/own/push", json={"subscription": evil})).status_code == 422
        assert (await child.post("/own/push", json={"subscription": given})).status_code == 201
        assert 'data-here="yes"' in (await child.get("/own/")).text
        assert (await child.delete("/own/push")).status_code == 204
        assert 'data-here="no"' in (await child.get("/own/")).text


class Handing:
    """Hands the worker pushes, as the browser would."""

    def __init__(self, page: Page, url: str) -> None:
        self._page, self._url = page, url
        self.session: CDPSession = page.context.new_cdp_session(page)
        self._ids: list[str] = []
        self.session.on("ServiceWorker.workerRegistrationUpdated", self._note)
        self.session.send("ServiceWorker.enable")

    def _note(self, event: dict[str, list[dict[str, str]]]) -> None:
        self._ids.extend(each["registrationId"] for each in event["registrations"])

    def until_shown(self, told: str, title: str) -> dict[str, Any]:
        """A worker that is just starting may miss the first: its tag keeps it one notice."""
        for _ in range(5):
            self._over(told)
            if shown := self._page.evaluate(SHOWN, title):
                return shown
        raise AssertionError(title)

    def _over(self, told: str) -> None:
        for _ in range(200):
            # Events of the browser come in while we wait for the page.
            if self._ids:
                break
            self._page.wait_for_timeout(20)
        given = {"origin": self._url, "registrationId": self._ids[0], "data": told}
        self.session.send("ServiceWorker.deliverPushMessage", given)


NO_PUSH_SERVICE = """() => {
  PushManager.prototype.subscribe = () => Promise.reject(new Error());
}"""
SHOWN = """async (title) => {
  const worker = await navigator.serviceWorker.ready;
  for (let tries = 0; tries < 60; tries++) {
    const found = (await worker.getNotifications()).find((each) => each.title === title);
    if (found) return { body: found.body, tag: found.tag, data: found.data, lang: found.lang,
                        actions: found.actions.map((each) => each.title) };
    await new Promise((done) => setTimeout(done, 50));
  }
}"""
KEPT = """async () => {
  const found = [];
  for (const name of await caches.keys())
    for (const kept of await (await caches.open(name)).keys())
      found.push(new URL(kept.url).pathname);
  return found.sort();
}"""


def installed(page: Page, session: CDPSession) -> None:
    """Find that a browser would install it."""
    assert page.evaluate(
        "navigator.serviceWorker.ready.then((found) => found.active.scriptURL)"
    ).endswith("/sw.js?lang=en")
    assert session.send("Page.getAppManifest")["errors"] == []
    reasons = session.send("Page.getInstallabilityErrors")["installabilityErrors"]
    assert [each["errorId"] for each in reasons if each["errorId"] != "in-incognito"] == []


def shows_pushes(hand: Handing) -> None:
    """Find that a push is shown as it was told, and one that cannot be read all the same."""
    asked = {
        "title": "Mai asks for something",
        "body": "15 minutes of games",
        "url": "/asks/7",
        "tag": "t1",
        "lang": "en",
        "urgent": False,
        "actions": [{"url": "/asks/7", "title": "Answer"}],
    }
    shown = hand.until_shown(json.dumps(asked), "Mai asks for something")
    assert shown["body"] == "15 minutes of games"
    assert (shown["tag"], shown["actions"]) == ("t1", ["Answer"])
    assert shown["data"]["urls"] == ["/asks/7"]
    assert hand.until_shown("no JSON at all", "Hải Đăng")["body"] == ""


@pytest.mark.browser
def test_the_panel_is_an_app_shows_a_push_and_stands_without_a_network(
    served: Served, tmp_path: Path
):
    with chromium(tmp_path) as launch:
        page = launch("phone", viewport=PHONE, locale="vi-VN")
        wrong: list[str] = []
        page.on("pageerror", lambda error: wrong.append(str(error)))
        page.on("console", lambda said: wrong.append(said.text) if said.type == "error" else None)
        cookie = {"name": "haidang", "value": served.house.tokens["alice"], "url": served.url}
        page.context.add_cookies([cookie])
        page.context.grant_permissions(["notifications"], origin=served.url)
        page.goto(f"{served.url}/settings/notices")
        expect(page.get_by_role("button", name="Tell me on this device")).to_be_visible()
        hand = Handing(page, served.url)
        installed(page, hand.session)
        shows_pushes(hand)
        assert page.evaluate(KEPT) == [
            "/offline",
            "/static/icons/app-192.png",
            "/static/offline.css",
            "/static/offline.js",
        ]
        assert wrong == []
        # Chromium would try for twenty seconds to find its push service.
        page.evaluate(NO_PUSH_SERVICE)
        page.get_by_role("button", name="Tell me on this device").click()
        # There is no push service here: the page says so and offers to try again.
        expect(page.get_by_role("button", name="Try again")).to_be_visible()
        served.over.set()
        assert served.stopped.wait(30)
        page.goto(f"{served.url}/asks")
        expect(page.get_by_role("heading", name="No connection")).to_be_visible()
        expect(page.get_by_role("link", name="111")).to_have_attribute("href", "tel:111")
