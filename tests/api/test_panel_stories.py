"""What the panel is for, told in a browser: by a thumb on a phone and by a mouse at a desk.

One panel and one browser tell all of it; each story leaves the family as it found it.
"""

from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path

import pyotp
import pytest
from playwright.sync_api import Page, expect

from api.panel import Upkeep
from rules.alerts import Level, Place
from rules.asks import Wish
from rules.explain import Sentence
from rules.findings import Finding
from store import asks, change, devices, grants
from store.change import Actor, ActorKind
from store.devices import Sighting
from store.journal import Journal
from store.notes import Alarm
from store.strangers import id_of
from tests.api.conftest import PASSWORD
from tests.api.served import Served, serve
from tests.api.test_looks import enter
from tests.kit.browser import DESK, PHONE, Launch, chromium
from tests.kit.panel import Diary, open_door

pytestmark = pytest.mark.browser
HERE = "192.168.1.33"


@pytest.fixture(scope="module")
def served(tmp_path_factory, catalogue, empty_database: Path) -> Iterator[Served]:
    with serve(tmp_path_factory.mktemp("told"), catalogue, empty_database) as panel:
        panel.do(live(panel, tmp_path_factory.mktemp("spool")))
        yield panel


@pytest.fixture(scope="module")
def launch(tmp_path_factory) -> Iterator[Launch]:
    with chromium(tmp_path_factory.mktemp("browsers")) as opener:
        yield opener


@pytest.fixture(params=[PHONE, DESK], ids=["phone", "desk"])
def page(request, served: Served, launch: Launch) -> Iterator[Page]:
    opened = launch("parent", viewport=request.param, alike=True)
    enter(opened, served)
    opened.goto(served.url)
    yield opened
    # An open page keeps a connection for what happens, and a browser has six for one host.
    opened.goto("about:blank")


ON_A_PHONE = pytest.mark.parametrize("page", [PHONE], ids=["phone"], indirect=True)
"""For what looks the same at a desk: forms in one narrow column."""


async def live(served: Served, spool: Path) -> None:
    """Mai browses, something of it is stopped, and one of her searches is grave."""
    house = served.house
    assert house
    now, mai = house.clock(), house.children["Mai"]
    diary = Diary(house.panel.db, house.panel.catalogue)
    diary.used(
        mai, house.devices["phone"], "www.youtube.com", since=now - timedelta(hours=1), minutes=9
    )
    await diary.save(now)
    journal = Journal(house.panel.db, spool=spool, clock=house.clock, worker="told")
    journal.alarm(Alarm(now, None, mai.id, "selfharm", Level.URGENT, Place.SEARCH))
    await journal.flush()
    await open_door(house.panel.db, now)


def told(page: Page, words: str) -> None:
    expect(page.get_by_text(words).first).to_be_visible()


def test_today_one_tap_pauses_gives_and_takes_back(page: Page) -> None:
    card = page.locator(".pg-cards > *", has=page.get_by_role("link", name="Mai")).first
    card.get_by_role("button", name="Pause", exact=True).click()
    told(page, "Paused")
    card.get_by_role("button", name="Resume").click()
    expect(page.get_by_text("Paused", exact=True)).to_have_count(0)
    card.get_by_role("button", name="15 min", exact=True).click()
    card.get_by_role("button", name="Undo").click()
    expect(card.get_by_role("button", name="Undo")).to_have_count(0)


def test_an_alert_is_noted_commented_closed_and_opened_again(page: Page, served: Served) -> None:
    page.goto(f"{served.url}/alerts")
    alert = page.locator("section", has=page.get_by_role("heading", name="Mai:"))
    # It is folded once somebody took note, as the story at another width may have.
    alert.locator("details").first.evaluate("folded => { folded.open = true }")
    expect(alert.get_by_role("link", name="111")).to_have_attribute("href", "tel:111")
    alert.get_by_text("Write a note for the other adults").click()
    alert.get_by_label("Note").fill("We talked on the way home.")
    alert.get_by_role("button", name="Keep the note").click()
    told(page, "We talked on the way home.")
    page.get_by_role("button", name="Close: dealt with").click()
    told(page, "Closed by Alice")
    page.get_by_role("button", name="Open again").click()
    expect(page.get_by_role("button", name="Close: dealt with")).to_be_visible()


def test_activity_is_filtered_as_one_types_and_says_why(page: Page, served: Served) -> None:
    page.goto(f"{served.url}/activity?period=all")
    rows = page.locator("#rows")
    expect(rows.get_by_text("youtube.com").first).to_be_visible()
    page.get_by_placeholder("Find a site").fill("nothing-like-this")
    expect(rows.get_by_text("youtube.com")).to_have_count(0)
    assert "q=nothing-like-this" in page.url
    page.get_by_placeholder("Find a site").fill("youtu")
    expect(rows.get_by_text("youtube.com").first).to_be_visible()


def test_a_device_that_nobody_knows_becomes_a_child_s(page: Page, served: Served) -> None:
    served.do(_passes_by(served))
    page.goto(f"{served.url}/devices#strangers")
    stranger = page.locator("li", has=page.get_by_role("heading", name=HERE))
    stranger.get_by_role("button", name="It is Nam’s").click()
    told(page, "This is Nam’s device now")
    page.goto(f"{served.url}/devices")
    page.get_by_role("link", name="Nam’s device").first.click()
    page.get_by_role("link", name="Remove").click()
    page.get_by_role("button", name="Remove the device").click()
    expect(page.get_by_role("link", name="Nam’s device")).to_have_count(0)


async def _passes_by(served: Served) -> None:
    house = served.house
    assert house
    async with house.panel.db.write() as store:
        sighting = Sighting(id_of(HERE), house.clock(), HERE, stranger=True)
        await devices.record(store, [sighting])


def test_a_site_is_looked_up_blocked_and_left_alone_again(page: Page, served: Served) -> None:
    page.goto(f"{served.url}/look-up")
    page.get_by_label("Which site?").fill("www.roblox.com")
    page.get_by_role("button", name="Look up").click()
    told(page, "Hải Đăng knows this site as")
    page.get_by_role("button", name="Block").click()
    told(page, "You block it for")
    page.get_by_role("button", name="Undo: take it off the lists").click()
    expect(page.get_by_text("You block it for")).to_have_count(0)


def test_a_second_adult_comes_by_a_link_and_the_link_is_taken_back(
    page: Page, served: Served
) -> None:
    page.goto(f"{served.url}/settings/adults")
    page.get_by_role("link", name="Invite somebody").click()
    page.get_by_label("Whom?").fill("Aunt")
    page.get_by_role("button", name="Make the link").click()
    expect(page.get_by_role("img", name="QR code with the invitation")).to_be_visible()
    page.get_by_role("link", name="Done").click()
    row = page.locator("li", has_text="Aunt").first
    row.get_by_role("button", name="Take back").click()
    expect(page.locator("li", has_text="Aunt")).to_have_count(0)


@ON_A_PHONE
def test_codes_from_an_app_are_switched_on_and_off(page: Page, served: Served) -> None:
    assert served.house
    served.house.clock.move(minutes=2)
    page.goto(f"{served.url}/security/app")
    secret = page.locator("[data-copy]").first.get_attribute("data-copy")
    assert secret
    code = pyotp.TOTP(secret.replace(" ", "")).at(served.house.clock())
    page.get_by_label("Code from your app").fill(code)
    page.get_by_role("button", name="Switch on").click()
    expect(page.locator(".hd-codes li")).to_have_count(10)
    page.goto(f"{served.url}/security")
    page.get_by_label("Switch off codes from the app").click()
    page.get_by_role("button", name="Yes, remove it").click()
    expect(page.get_by_role("link", name="Use an app’s codes")).to_be_visible()


@ON_A_PHONE
def test_quiet_hours_are_kept(page: Page, served: Served) -> None:
    page.goto(f"{served.url}/settings/notices")
    expect(page.get_by_role("button", name="Save").first).to_be_visible()
    page.get_by_role("button", name="Save").first.click()
    told(page, "There are no quiet hours.")


@ON_A_PHONE
def test_data_says_what_would_be_forgotten_before_it_is(page: Page, served: Served) -> None:
    page.goto(f"{served.url}/settings/data")
    page.get_by_label("Days for visits").fill("30")
    page.get_by_role("button", name="Change …").click()
    told(page, "30 days")
    page.goto(f"{served.url}/settings/data")
    expect(page.get_by_label("Days for visits")).to_have_value("90")


@ON_A_PHONE
def test_two_parents_write_at_once_and_the_second_is_told(
    served: Served, launch: Launch, page: Page
) -> None:
    his = launch("bob", viewport=PHONE, alike=True)
    enter(his, served, "bob")
    assert served.house
    at = f"{served.url}/children/{served.house.children['Nam'].id}/rules/search"
    page.goto(at)
    his.goto(at)
    for each in (his, page):
        box = each.locator("main form input[type=checkbox]").first
        box.set_checked(not box.is_checked())
    his.get_by_role("button", name="Save").last.click()
    told(his, "Saved for Nam")
    page.get_by_role("button", name="Save").last.click()
    told(page, "Bob changed these rules while you were writing")
    his.get_by_role("button", name="Undo").click()
    told(his, "are back")
    his.goto("about:blank")


@ON_A_PHONE
def test_an_ask_is_answered_in_one_tap_and_taken_back(page: Page, served: Served) -> None:
    served.do(_asks(served))
    page.goto(served.url)
    told(page, "please, one more round")
    page.get_by_role("button", name="Yes", exact=True).click()
    told(page, "Alice said yes to Mai.")
    page.locator(".hd-notice", has_text="said yes").get_by_role("button", name="Undo").click()
    page.get_by_role("button", name="No", exact=True).click()
    told(page, "Alice said no to Mai.")
    page.goto(f"{served.url}/asks")
    told(page, "please, one more round")


def test_the_ledger_tells_who_did_what_about_whom(page: Page, served: Served) -> None:
    card = page.locator(".pg-cards > *", has=page.get_by_role("link", name="Nam")).first
    card.get_by_role("button", name="15 min", exact=True).click()
    card.get_by_role("button", name="Undo").click()
    expect(card.get_by_role("button", name="Undo")).to_have_count(0)
    page.goto(f"{served.url}/settings/ledger")
    told(page, "The chain holds")
    page.get_by_label("Child").select_option("Nam")
    page.get_by_label("Which lines").select_option("Only changes")
    page.get_by_role("button", name="Show").click()
    told(page, "gave Nam")
    expect(page.locator("main li", has_text="Mai")).to_have_count(0)
    page.get_by_label("Which lines").select_option("Only who looked")
    page.get_by_role("button", name="Show").click()
    expect(page.get_by_text("gave Nam")).to_have_count(0)


def test_the_system_page_says_what_is_not_well_and_what_to_do(page: Page, served: Served) -> None:
    assert served.house
    panel = served.house.panel
    panel.upkeep = Upkeep(Path(), full_disk)
    try:
        page.goto(f"{served.url}/settings")
        page.locator('main a[href="/settings/system"]').click()
        told(page, "1 thing needs you. What to do stands beside it.")
        told(page, "Make room on this disk: the journal needs it.")
    finally:
        panel.upkeep = None


async def full_disk() -> list[Finding]:
    low, room = Sentence("{n} MB free", {"n": 12}), "Make room on this disk: the journal needs it."
    return [Finding(Sentence("Disk space", {}), low, Sentence(room, {}))]


@ON_A_PHONE
def test_on_a_slow_line_a_tap_shows_at_once_and_counts_once(page: Page, served: Served) -> None:
    card = page.locator(".pg-cards > *", has=page.get_by_role("link", name="Nam")).first
    line = page.context.new_cdp_session(page)
    line.send("Network.enable")
    slow = {"offline": False, "latency": 1500, "downloadThroughput": 20e3, "uploadThroughput": 9e3}
    line.send("Network.emulateNetworkConditions", slow)
    button = card.get_by_role("button", name="30 min", exact=True)
    before = served.do(_given(served))
    button.dblclick()
    expect(card.locator("form.htmx-request")).to_have_count(1, timeout=700)
    expect(card.locator("form.htmx-request")).to_have_count(0, timeout=15_000)
    assert served.do(_given(served)) - before == 1


async def _given(served: Served) -> int:
    """Count what is given to Nam just now."""
    house = served.house
    assert house
    async with house.panel.db.read() as store:
        nam, now = house.children["Nam"].id, house.clock()
        return len(await grants.running(store, now=now, child_id=nam))


def test_without_a_script_one_signs_in_pauses_and_answers(served: Served, launch: Launch) -> None:
    served.do(_asks(served, "category:video", "the film of the school"))
    page = launch("plain", viewport=PHONE, scripts=False, alike=True)
    page.goto(served.url)
    page.get_by_label("E-mail").fill("bob@example.com")
    page.get_by_label("Password", exact=True).fill(PASSWORD)
    page.get_by_role("button", name="Sign in", exact=True).click()
    told(page, "the film of the school")
    page.get_by_role("button", name="Yes", exact=True).first.click()
    told(page, "Bob said yes to Mai.")
    card = page.locator(".pg-cards > *", has=page.get_by_role("link", name="Mai")).first
    card.get_by_role("button", name="Pause", exact=True).click()
    expect(page.get_by_text("Paused", exact=True)).to_have_count(1)
    card.get_by_role("button", name="Resume").click()
    expect(page.get_by_text("Paused", exact=True)).to_have_count(0)


async def _asks(
    served: Served, scope: str = "category:games", reason: str = "please, one more round"
) -> None:
    house = served.house
    assert house
    mai, db = house.children["Mai"], house.panel.db
    house.clock.move(minutes=20)
    await open_door(db, house.clock())
    who = Actor(ActorKind.CHILD, mai.name, mai.id)
    async with change.change(db, by=who, what="asked", now=house.clock()) as tx:
        wish = Wish(scope=scope, minutes=30, reason=reason)
        await asks.ask(tx, mai.id, wish)
