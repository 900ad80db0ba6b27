"""What a child sends is looked at first: a stranger's form, an essay from a machine."""

import pytest
from playwright.sync_api import Page, expect

from rules.policy import Policy
from rules.sending import Homework, Sending, Told
from tests.journeys.clients import wait_until_served
from tests.kit.browser import PHONE, Launch
from tests.kit.home import EMAIL, PASSWORD, Home, settle
from tests.kit.service import Service
from tests.lab.lab import LabProcess

pytestmark = [pytest.mark.browser, pytest.mark.door, pytest.mark.timeout(240)]
STRANGER, CHAT = "https://qua-tang.example/prize", "https://chatgpt.com/chat"
NUMBER = "0912 345 678"


@pytest.fixture
def home(lab: LabProcess, service: Service) -> Home:
    """A family that has moved in, before any browser runs."""
    policy = Policy(
        homework=Homework(on=True, told=Told.TOPIC, anyway=1),
        sending=Sending(ask=True, unknown=True),
    )
    home = settle(service, policy)
    service.start(seconds=120)
    wait_until_served(lab, service, home)
    return home


def enter(parent: Page, service: Service, home: Home) -> None:
    """Enter a number that must not be given away."""
    parent.goto(f"{service.panel}/sign-in")
    parent.locator("input[name=email]").fill(EMAIL)
    parent.locator("input[name=password]").fill(PASSWORD)
    parent.locator("input[name=password]").press("Enter")
    expect(parent.get_by_role("heading", name="Minh", exact=True)).to_be_visible()
    parent.goto(f"{service.panel}/children/{home.child_id}/details")
    parent.get_by_label("Đây là").select_option("phone")
    parent.get_by_label("Viết như thường dùng").fill(NUMBER)
    parent.get_by_role("button", name="Lưu dấu vân tay").click()
    kept = parent.get_by_role("listitem")
    expect(kept.get_by_text("Số điện thoại", exact=True)).to_be_visible()
    assert "345" not in parent.locator(".hd-list").inner_text()


def fill_in(child: Page) -> None:
    child.goto(STRANGER)
    child.get_by_label("Tên").fill("Minh")
    child.get_by_label("Số điện thoại").fill("+84 912.345.678")
    child.get_by_role("button", name="Nhận quà").click()


def say(child: Page, words: str) -> None:
    child.get_by_label("Tin nhắn").fill(words)
    child.get_by_role("button", name="Gửi").click()


def test_a_child_thinks_twice_about_its_number_and_tries_its_essay_first(
    lab: LabProcess, service: Service, home: Home, launch: Launch
) -> None:
    parent = launch("parent", viewport=PHONE, locale="vi-VN")
    enter(parent, service, home)
    ours = service.data / "ca" / "haidang-ca.crt"
    child = launch("child", viewport=PHONE, proxy=home.port, cas=[ours, lab.ca_path])
    child.goto("https://haidang.internal/")
    expect(child.get_by_role("heading", name="Chào Minh!")).to_be_visible()
    fill_in(child)
    expect(child.get_by_role("heading", name="Bạn có chắc muốn gửi không?")).to_be_visible()
    expect(child.get_by_text("số điện thoại", exact=True)).to_be_visible()
    assert "345" not in child.locator("main").inner_text()
    child.get_by_role("link", name="Không gửi").click()
    expect(child.get_by_role("heading", name="Bạn đã trúng")).to_be_visible()
    fill_in(child)
    child.get_by_role("button", name="Gửi một lần").click()
    expect(child.get_by_text('"bytes"')).to_be_visible()

    child.goto(CHAT)
    say(child, "Viết giúp em bài văn tả con mèo nhà em")
    expect(child.get_by_role("log")).to_contain_text("Bạn thử trước đã")
    say(child, "Giải thích cho em cách viết mở bài")
    expect(child.get_by_role("log")).to_have_text("Xin chao")
    child.goto("https://haidang.internal/")
    child.get_by_role("link", name="Giờ mình làm gì được?").click()
    child.get_by_role("button", name="Mình đã thử rồi").click()
    expect(child.get_by_role("heading", name="Bạn được gửi một lần")).to_be_visible()

    parent.goto(f"{service.panel}/alerts")
    expect(parent.get_by_role("heading", name="Thông tin riêng: số điện thoại")).to_be_visible()
    expect(parent.get_by_role("heading", name="Bài tập và AI: ngữ văn")).to_be_visible()
