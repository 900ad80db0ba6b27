"""A head brings in a list with two bad rows, mends it, begins a lesson, and undoes the list."""

import re
from collections.abc import Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Page, expect

from store import adults, change, groups, sessions
from store.adults import Role
from store.change import SYSTEM
from tests.api.conftest import catalogue as catalogue  # noqa: PLC0414 the fixture
from tests.api.conftest import empty_database as empty_database  # noqa: PLC0414 the fixture
from tests.api.served import Served, serve
from tests.kit.browser import PHONE, chromium

pytestmark = pytest.mark.browser
TITLES = "STT;Mã học sinh;Họ và tên;;Ngày sinh\n"
GOOD = "1;HS01;Nguyễn Đức;Ánh;15/03/2014\n"
BAD = "2;HS02;;;02/09/2014\n3;HS03;Lê Gia;Bảo;hôm qua\n"
MENDED = "2;HS02;Trần Bảo;Châu;02/09/2014\n3;HS03;Lê Gia;Bảo;2014\n"


async def move_in(served: Served) -> groups.Group:
    house = served.house
    async with change.change(house.panel.db, by=SYSTEM, what="x", now=house.clock()) as tx:
        about = {"zone": "Asia/Ho_Chi_Minh", "language": "vi"}
        school = await groups.add(tx, name="THCS Hải Đăng", kind="school", **about)
        made = await groups.add(tx, name="6A", kind="class", parent_id=school.id, **about)
        hanh = await adults.add(
            tx,
            name="Hạnh",
            email="hanh@example.com",
            password_hash="!",
            language="vi",
            group_id=school.id,
            role=Role.OWNER,
        )
    async with house.panel.db.write() as store:
        house.tokens["hanh"] = await sessions.open_session(store, hanh.id, now=house.clock())
    return made


@pytest.fixture
def page(tmp_path: Path) -> Iterator[Page]:
    with chromium(tmp_path / "browser") as launch:
        yield launch("phone", viewport=PHONE, locale="vi-VN")


def send(page: Page, text: str) -> None:
    data = text.encode("utf-16")
    page.set_input_files("#file", {"name": "6A.csv", "mimeType": "text/csv", "buffer": data})
    page.get_by_role("button", name="Xem điều sẽ xảy ra").click()


def test_a_list_with_two_bad_rows_is_mended_brought_in_taught_and_undone(
    page: Page, tmp_path: Path, catalogue, empty_database: Path
) -> None:
    (tmp_path / "served").mkdir()
    with serve(tmp_path / "served", catalogue, empty_database) as served:
        made = served.do(move_in(served))
        token = {"name": "haidang", "value": served.house.tokens["hanh"], "url": served.url}
        page.context.add_cookies([token])
        page.goto(f"{served.url}/groups/{made.id}/roster")
        send(page, TITLES + GOOD + BAD)
        expect(page.get_by_text("2 dòng bị bỏ qua").first).to_be_visible()
        expect(page.get_by_text("Không có tên.")).to_be_visible()
        expect(page.get_by_text("“hôm qua” không phải ngày sinh")).to_be_visible()
        page.get_by_role("button", name="Thôi, xoá danh sách").click()
        send(page, TITLES + GOOD + MENDED)
        page.get_by_role("button", name="Nhập 3 em mới").click()
        expect(page.get_by_role("status").first).to_contain_text("3 em mới")

        page.goto(f"{served.url}/groups/{made.id}")
        expect(page.get_by_text("Trần Bảo Châu")).to_be_visible()
        page.get_by_role("link", name="Tiết học").click()
        page.get_by_label("Trang", exact=True).fill("olm.vn")
        page.get_by_role("radio", name="45 phút").check(force=True)
        page.get_by_role("button", name="Bắt đầu cho 3 em").click()
        expect(page.get_by_role("timer")).to_have_text(re.compile(r"^(45:00|44:\d\d)$"))
        page.get_by_role("button", name="Kết thúc ngay").click()
        expect(page.get_by_text("Tiết học đã kết thúc").first).to_be_visible()

        page.goto(f"{served.url}/groups/{made.id}/roster")
        page.get_by_role("link", name="Hoàn tác").click()
        expect(page.get_by_text("3 em được thêm từ danh sách này sẽ bị xoá")).to_be_visible()
        page.get_by_role("button", name="Hoàn tác").click()
        page.goto(f"{served.url}/groups/{made.id}")
        expect(page.get_by_text("Trần Bảo Châu")).to_have_count(0)
