"""A cry, from the child's browser to the mother's phone."""

import asyncio

import pytest
from playwright.sync_api import Page, expect

from rules.policy import Policy
from store import devices
from store.database import Database
from store.devices import Sighting
from tests.journeys.clients import now, wait_until_served
from tests.kit.browser import PHONE, Launch
from tests.kit.home import EMAIL, PASSWORD, Home, database_url, settle
from tests.kit.service import Service
from tests.lab.lab import LabProcess

pytestmark = [pytest.mark.browser, pytest.mark.door, pytest.mark.timeout(180)]

SEARCH = "https://www.google.com/search?q=em+mu%E1%BB%91n+t%E1%BB%B1+t%E1%BB%AD"


async def trusts(service: Service, home: Home) -> None:
    """Let the device have shown before that it trusts our certificate."""
    db = await Database.open(database_url(service))
    async with db.write() as connection:
        await devices.record(connection, [Sighting(home.device_id, now(), "127.0.0.1", True)])
    await db.close()


@pytest.fixture
def home(service: Service) -> Home:
    """A family that hears, settled in before a browser's own loop runs."""
    home = settle(service, Policy(searches=True))
    asyncio.run(trusts(service, home))
    return home


def sign_in(page: Page, service: Service) -> None:
    page.goto(f"{service.panel}/sign-in")
    page.fill("#email", EMAIL)
    page.fill("#password", PASSWORD)
    page.locator("main form button:not([type=button])").first.click()
    page.wait_for_url(f"{service.panel}/")


def test_a_cry_meets_help_first_and_a_mother_who_can_act(
    home: Home, service: Service, lab: LabProcess, launch: Launch
) -> None:
    service.start(seconds=120)
    wait_until_served(lab, service, home)

    ca = service.data / "ca" / "haidang-ca.crt"
    child = launch("child", proxy=home.port, cas=[ca], viewport=PHONE, locale="vi-VN")
    child.goto(SEARCH)
    expect(child.get_by_role("heading", name="Bạn không một mình")).to_be_visible()
    expect(child.get_by_role("link", name="Gọi 111")).to_have_attribute("href", "tel:111")
    hoa = child.get_by_role("link", name="Cô Hoa")
    expect(hoa).to_have_attribute("href", "tel:0912345678")
    child.get_by_role("link", name="Đi tiếp tới kết quả tìm kiếm").click()
    expect(child.locator("#where")).to_contain_text("www.google.com/search")

    mother = launch("mother", viewport=PHONE, locale="vi-VN")
    sign_in(mother, service)
    notice = mother.locator(".hd-notice", has_text="Tự hại và tuyệt vọng")
    expect(notice).to_contain_text("Minh", timeout=15_000)
    notice.get_by_role("link").click()
    expect(mother.get_by_text("Có lúc nào con nghĩ đến cái chết không?")).to_be_visible()
    assert "em muốn" not in mother.content()

    mother.get_by_role("button", name="Tôi đã ghi nhận").click()
    expect(mother.get_by_text("Lan đã ghi nhận")).to_be_visible()
    mother.get_by_text("Viết ghi chú cho những người lớn khác").click()
    mother.get_by_label("Ghi chú").fill("Đã nói chuyện với Minh tối nay.")
    mother.get_by_role("button", name="Giữ ghi chú").click()
    expect(mother.get_by_text("Đã nói chuyện với Minh tối nay.").first).to_be_visible()
    mother.get_by_role("button", name="Khép lại: đã giải quyết").click()
    expect(mother.get_by_role("heading", name="Không có cảnh báo nào đang mở")).to_be_visible()
    mother.goto(service.panel)
    expect(mother.locator(".hd-notice", has_text="Tự hại")).to_have_count(0)
