"""The whole way: a parent sets up, a child browses through the door, the week shows it."""

import time

import pytest
from playwright.sync_api import Error, Page, expect

from tests.kit.browser import PHONE, Launch
from tests.kit.service import Service
from tests.lab.lab import LabProcess

pytestmark = [pytest.mark.browser, pytest.mark.door, pytest.mark.timeout(240)]

GAMBLING = "www.bet365.com"
NEWS = "vnexpress.net"
BANK = "www.vietcombank.com.vn"
PASSWORD = "mot ngon hai dang"
DOWNLOAD = """async () => {
  const answer = await fetch("/stream");
  const reader = answer.body.getReader();
  window.received = 0;
  (async () => {
    try {
      for (;;) {
        const {done, value} = await reader.read();
        if (done) break;
        window.received += value.length;
      }
    } catch { /* cut */ }
    window.cut = true;
  })();
}"""


def _continue(page: Page, name: str = "Continue") -> None:
    page.get_by_role("button", name=name, exact=True).click()


def _choose(page: Page, name: str) -> None:
    page.locator("label.hd-choice", has_text=name).click()


def _where_it_is_day() -> str:
    """Return a zone in which it is between nine and five just now: no bedtime is near."""
    eight_hours = ("Pacific/Pitcairn", "Asia/Singapore", "Africa/Abidjan")
    return eight_hours[(time.gmtime().tm_hour + 7) // 8 % 3]


def set_up(page: Page, service: Service) -> None:
    """Go through the first run as far as the page that waits for the device."""
    page.goto(f"{service.panel}/setup?code={service.setup_code}")
    page.get_by_role("button", name="English").click()
    expect(page.get_by_label("Set-up code")).to_have_value(service.setup_code)
    _continue(page)
    page.get_by_label("Your name").fill("Mum")
    page.get_by_label("E-mail").fill("lan@example.com")
    page.locator("#password").fill(PASSWORD)
    _continue(page)
    page.get_by_label("Name of the family").fill("Nguyễn")
    page.get_by_label("Time zone").select_option(_where_it_is_day())
    _continue(page)
    page.get_by_label("First name or nickname").fill("Minh")
    page.get_by_label("Year of birth").select_option("2012")
    _choose(page, "English")
    page.locator("label.hd-choice:has(input[name=colour])").first.click()
    _continue(page)
    expect(page.get_by_role("heading", name="Minh begins with these rules")).to_be_visible()
    page.get_by_label("I agree, as parent or guardian").check()
    _continue(page, "Good, continue")
    page.get_by_label("Name of the device").fill("Minh's laptop")
    _choose(page, "Computer")
    _choose(page, "Linux")
    _continue(page)
    expect(page.get_by_text("Waiting for the device")).to_be_visible()


def connect(page: Page, launch: Launch, service: Service, lab: LabProcess) -> Page:
    """Bring the child's browser through its door, as the page tells, and finish the set-up."""
    ours = service.data / "ca" / "haidang-ca.crt"
    child = launch("child", proxy=service.door_port + 1, cas=[ours, lab.ca_path])
    child.goto("http://haidang.internal/")
    expect(page.get_by_text("We see the device")).to_be_visible(timeout=15_000)
    expect(page.get_by_text("It trusts the certificate")).to_be_visible(timeout=15_000)
    page.get_by_role("button", name="Continue").click()
    expect(page.get_by_role("heading", name="How shall we tell you?")).to_be_visible()
    page.get_by_role("button", name="Finish").click()
    expect(page.get_by_role("link", name="Minh").first).to_be_visible()
    return child


def agree(child: Page) -> None:
    """The child reads what would be written down, and says yes."""
    child.goto("http://haidang.internal/agree")
    child.get_by_role("button", name="Yes, that is alright").click()
    expect(child.get_by_role("button", name="Yes, that is alright")).to_have_count(0)


def browse(child: Page) -> None:
    """An allowed site, a blocked one over HTTPS, and a bank."""
    answer = child.goto(f"https://{NEWS}/")
    assert answer is not None
    assert (answer.status, answer.headers.get("x-lab-host")) == (200, NEWS), child.content()
    answer = child.goto(f"https://{GAMBLING}/")
    assert answer is not None
    assert answer.status == 403
    expect(child.get_by_text("gambling", exact=False).first).to_be_visible()
    answer = child.goto(f"https://{BANK}/")
    assert answer is not None
    details = answer.security_details()
    assert answer.status == 200
    assert details is not None
    assert "lab" in details["issuer"].lower()


def pause_cuts_download(parent: Page, child: Page) -> None:
    """A download that is running stops at the parent's tap (how soon: `make bench-door`)."""
    child.goto(f"https://{NEWS}/")
    child.evaluate(DOWNLOAD)
    child.wait_for_function("window.received > 100_000")
    parent.get_by_role("button", name="Pause", exact=True).first.click()
    child.wait_for_function("window.cut !== undefined", timeout=20_000)
    answer = child.goto(f"https://{NEWS}/")
    assert answer is not None
    assert answer.status == 403
    expect(child.get_by_text("paused", exact=False).first).to_be_visible()


def fifteen_minutes_open(parent: Page, child: Page) -> None:
    """The parent's fifteen minutes lift the pause."""
    parent.get_by_role("button", name="15 min").first.click()
    expect(parent.get_by_role("button", name="Undo").first).to_be_visible()
    deadline = time.monotonic() + 20
    while True:
        try:
            answer = child.goto(f"https://{NEWS}/")
        except Error:
            answer = None
        if answer is not None and answer.status == 200:
            return
        assert time.monotonic() < deadline, "the site did not open"


def activity_tells(parent: Page, service: Service) -> None:
    """Each visit stands in the log with its reason."""
    parent.goto(f"{service.panel}/activity")
    rows = parent.get_by_role("article")
    for host, reason in ((GAMBLING, "Gambling"), (NEWS, "The internet was paused"), (BANK, "")):
        expect(rows.filter(has_text=host).filter(has_text=reason).first).to_be_visible()
    expect(rows.filter(has_text=GAMBLING).first).to_contain_text("Stopped")


def week_tells(parent: Page, service: Service) -> None:
    """The week's page shows the site and what was stopped; its sums are at most a minute behind."""
    main = parent.get_by_role("main")
    # The week speaks of sites, not of hosts.
    stopped = GAMBLING.removeprefix("www.")
    deadline = time.monotonic() + 75
    while time.monotonic() < deadline:
        parent.goto(f"{service.panel}/week")
        if main.get_by_text(stopped).count():
            break
        parent.wait_for_timeout(1000)
    expect(main.get_by_text(stopped).first).to_be_visible()
    expect(main.get_by_text(NEWS).first).to_be_visible()
    expect(main.get_by_text("The internet was paused").first).to_be_visible()


def test_a_family_goes_the_whole_way_from_set_up_to_the_week(
    service: Service, lab: LabProcess, launch: Launch
) -> None:
    service.start()
    parent = launch("parent", viewport=PHONE)
    set_up(parent, service)
    child = connect(parent, launch, service, lab)
    agree(child)
    browse(child)
    assert not lab.reached(GAMBLING)
    parent.goto(service.panel)
    pause_cuts_download(parent, child)
    fifteen_minutes_open(parent, child)
    activity_tells(parent, service)
    week_tells(parent, service)
    service.stop(seconds=30)
    assert service.process is not None
    assert service.process.returncode == 0
