"""Two children share a computer: each says who they are there, and has rules of their own."""

import httpx
import pytest
from playwright.sync_api import expect

from rules.policy import Choice, Policy
from tests.journeys.clients import BLOCKED, OPEN, signed_in, wait_until_served
from tests.kit.browser import PHONE, Launch
from tests.kit.home import Home, settle
from tests.kit.service import Service
from tests.lab.lab import LabProcess

pytestmark = [pytest.mark.browser, pytest.mark.door, pytest.mark.timeout(180)]


@pytest.fixture
def home(lab: LabProcess, service: Service) -> Home:
    """A family that has moved in, before any browser runs."""
    home = settle(service, Policy(categories={"gambling": Choice.BLOCK}))
    service.start()
    wait_until_served(lab, service, home)
    return home


def share(parent: httpx.Client, home: Home) -> None:
    """Give Minh a PIN and a big sister without rules, and let both share his computer."""
    sister = {"name": "Hoa", "birth_year": 2008, "language": "vi", "colour": "pink"}
    hoa = parent.post("/children", json=sister).json()["id"]
    number = parent.get(f"/children/{hoa}/policy").headers["etag"]
    nothing = Policy().model_dump(mode="json")
    parent.put(f"/children/{hoa}/policy", json=nothing, headers={"If-Match": number})
    parent.put(f"/children/{home.child_id}/pin", json={"pin": "2580"}).raise_for_status()
    device = {"name": "Máy tính chung", "kind": "computer", "system": "linux"}
    device |= {"child_ids": [str(home.child_id), hoa], "asks_who": True}
    parent.put(f"/devices/{home.device_id}", json=device).raise_for_status()


def test_the_child_who_says_who_it_is_gets_its_own_rules(
    lab: LabProcess, service: Service, home: Home, launch: Launch
) -> None:
    with signed_in(service) as parent:
        share(parent, home)
        ours = service.data / "ca" / "haidang-ca.crt"
        child = launch("child", viewport=PHONE, proxy=home.port, cas=[ours, lab.ca_path])
        child.goto(f"https://{OPEN}/")
        child.get_by_role("link", name="Cho biết bạn là ai").click()
        expect(child.get_by_role("heading", name="Ai đang dùng máy này?")).to_be_visible()
        child.get_by_role("link", name="Minh").click()
        child.get_by_label("Mã PIN của bạn").fill("1111")
        child.get_by_role("button", name="Đúng là mình").click()
        expect(child.get_by_role("alert")).to_contain_text("Chưa đúng mã PIN")
        child.get_by_label("Mã PIN của bạn").fill("2580")
        child.get_by_role("button", name="Đúng là mình").click()
        expect(child.get_by_role("status")).to_contain_text("Chào Minh!")
        child.goto(f"https://{OPEN}/")
        expect(child.get_by_role("link", name="Cho biết bạn là ai")).to_have_count(0)
        child.goto(f"https://{BLOCKED}/")
        expect(child.get_by_role("heading", name="Trang này hiện chưa mở")).to_be_visible()
        where = f"/devices/{home.device_id}/user"
        assert parent.get(where).json()["child_id"] == str(home.child_id)
        child.goto("http://haidang.internal/who")
        child.get_by_role("button", name="Mình dùng xong rồi").click()
        assert parent.get(where).json()["child_id"] is None
