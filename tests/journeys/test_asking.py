"""Child and parent side by side: stopped, asked, offered something else, agreed, open, over."""

import asyncio
import json
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta

import pytest
import sqlalchemy as sa
from playwright.sync_api import Page, expect

from rules.policy import Choice, Policy
from store.change import SYSTEM, change
from store.database import Database
from store.tables import grants
from tests.journeys.clients import BLOCKED, now, status, wait_until_served
from tests.kit.browser import PHONE, Launch
from tests.kit.home import EMAIL, PASSWORD, Home, database_url, settle
from tests.kit.service import Service
from tests.lab.inbox import Browser, Inbox, inbox
from tests.lab.lab import LabProcess

pytestmark = [pytest.mark.browser, pytest.mark.door, pytest.mark.timeout(240)]
PATIENCE = 20_000
"""Milliseconds in which each side is to see by itself what the other did, on a busy machine."""


@pytest.fixture
def box() -> Iterator[Inbox]:
    """Stands for the push service of the child's browser, and for a webhook of the parent's."""
    with inbox() as box:
        yield box


@pytest.fixture
def home(lab: LabProcess, service: Service, box: Inbox) -> Home:
    """A family that has moved in, before any browser runs."""
    known = {"HAIDANG_NOTICES__PUSH_SERVICES": json.dumps([box.where])}
    service.environment = {**service.environment, **known}
    home = settle(service, Policy(categories={"gambling": Choice.BLOCK}))
    service.start(seconds=120)
    wait_until_served(lab, service, home)
    return home


def sign_in(parent: Page, service: Service) -> None:
    parent.goto(f"{service.panel}/sign-in")
    parent.locator("input[name=email]").fill(EMAIL)
    parent.locator("input[name=password]").fill(PASSWORD)
    parent.locator("input[name=password]").press("Enter")
    expect(parent.get_by_role("heading", name="Minh", exact=True)).to_be_visible()


async def _end_soon(service: Service) -> None:
    db = await Database.open(database_url(service))
    async with change(db, by=SYSTEM, what="time flies", now=now()) as tx:
        await tx.connection.execute(sa.update(grants).values(until=now() + timedelta(seconds=4)))
    await db.close()


def let_time_fly(service: Service) -> None:
    """Bring the end of the extra time near: nobody waits a quarter of an hour for a test."""
    with ThreadPoolExecutor(1) as apart:
        apart.submit(asyncio.run, _end_soon(service)).result()


def ask(child: Page) -> None:
    """Meet the block page, and ask from there."""
    child.goto(f"https://{BLOCKED}/")
    expect(child.get_by_role("link", name="Gọi 111")).to_have_attribute("href", "tel:111")
    child.get_by_role("link", name="Xin người lớn").click()
    expect(child.get_by_role("heading", name="Xin người lớn")).to_be_visible()
    child.get_by_text("Trang web này").click()
    child.get_by_text("30 phút").click()
    child.get_by_text("Mình cần cho việc học.").click()
    child.get_by_role("button", name="Gửi").click()
    expect(child.get_by_text("Đang chờ trả lời")).to_be_visible()


SEND = """async ([address, told]) => {
  const answer = await fetch(address, { method: "POST", body: JSON.stringify(told),
    headers: { "Content-Type": "application/json" } });
  return answer.status;
}"""


def be_told(parent: Page, child: Page, box: Inbox) -> Browser:
    """The parent is told by a webhook, the child on its device, which is an app there."""
    webhook = {"way": "webhook", "given": {"url": f"{box.url}/hook"}}
    assert parent.evaluate(SEND, ["/api/v1/channels", webhook]) == 201
    child.goto("https://haidang.internal/")
    worker = "navigator.serviceWorker.ready.then((found) => found.active.scriptURL)"
    assert child.evaluate(worker) == "https://haidang.internal/sw.js?lang=vi"
    browser = Browser(f"{box.url}/push")
    assert child.evaluate(SEND, ["/push", {"subscription": browser.subscription()}]) == 201
    return browser


def were_told(browser: Browser, box: Inbox) -> None:
    """The parent heard of the ask, without its reason; the child of the offer."""
    asked = json.loads(box.wait_for("/hook").body)
    assert asked["title"] == "Minh xin một điều"
    assert "học" not in asked["message"]
    assert browser.read(box.wait_for("/push").body)["title"] == "Có một đề nghị dành cho bạn"


def test_a_child_asks_a_parent_offers_less_and_it_opens_and_ends(
    lab: LabProcess, service: Service, home: Home, launch: Launch, box: Inbox
) -> None:
    ours = service.data / "ca" / "haidang-ca.crt"
    parent = launch("parent", viewport=PHONE, locale="vi-VN")
    sign_in(parent, service)
    child = launch("child", viewport=PHONE, proxy=home.port, cas=[ours, lab.ca_path])
    browser = be_told(parent, child, box)
    ask(child)
    expect(parent.get_by_text("Minh xin 30 phút")).to_be_visible(timeout=PATIENCE)
    expect(parent.get_by_text("Mình cần cho việc học.")).to_be_visible()
    parent.get_by_role("link", name="Đề nghị").click()
    parent.get_by_label("Đôi lời với Minh").fill("15 phút thôi nhé")
    parent.get_by_label("Phút", exact=True).fill("15")
    parent.get_by_role("button", name="Đề nghị như vậy").click()
    expect(child.get_by_text("Lan đề nghị với bạn")).to_be_visible(timeout=PATIENCE)
    expect(child.get_by_text("15 phút thôi nhé")).to_be_visible()
    were_told(browser, box)
    assert status(lab, service, home, BLOCKED) == "403"
    child.get_by_role("button", name="Vâng, mình đồng ý").click()
    expect(child.get_by_text("Được! Mở đến")).to_be_visible()
    child.get_by_role("link", name="Vào trang").click()
    expect(child).to_have_url(f"https://{BLOCKED}/")
    expect(child.get_by_role("link", name="Xin người lớn")).to_have_count(0)
    child.goto("https://haidang.internal/")
    expect(child.get_by_role("heading", name="Chào Minh!")).to_be_visible()
    expect(child.get_by_text("mở đến", exact=False).first).to_be_visible()
    let_time_fly(service)
    over = child.get_by_text("Đã hết thời gian thêm cho bet365.com")
    expect(over).to_be_visible(timeout=PATIENCE)
    assert status(lab, service, home, BLOCKED) == "403"
    child.goto(f"https://{BLOCKED}/")
    expect(child.get_by_role("link", name="Xin người lớn")).to_be_visible()
