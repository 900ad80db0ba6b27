"""First run: one thing on each screen, resumable, and closed once somebody has an account."""

import httpx
import pytest

from store import adults, children, devices, facts, groups, ledger, policies
from tests.api.conftest import CODE, House

PARENT = {
    "name": "Hoa",
    "email": "Hoa@Example.com",
    "password": "biển xanh và hải đăng",
    "zone": "Asia/Tokyo",
}


async def begin(browser: httpx.AsyncClient) -> None:
    await browser.post("/setup/language", data={"language": "en"})
    answer = await browser.post("/setup/code", data={"code": CODE})
    assert answer.headers["location"] == "/setup/parent"


FAMILY = {"name": "Nhà Hoa", "zone": "Asia/Ho_Chi_Minh", "language": "vi"}
MAI = {"name": "Mai", "birth_year": "2014", "language": "vi", "colour": "pink", "picture": "cat"}


async def walk(house: House, browser: httpx.AsyncClient) -> list[str]:
    """Take every step with the account just made; return where each led and the last page."""
    led = []
    for path, given in (("parent", PARENT), ("family", FAMILY), ("child", MAI), ("rules", {})):
        led.append((await browser.post(f"/setup/{path}", data=given)).headers["location"])
    async with house.panel.db.read() as store:
        mai = (await children.list_all(store))[0]
    phone = {"name": "Phone", "kind": "phone", "system": "ios", "child_ids": str(mai.id)}
    led.append((await browser.post("/setup/device", data=phone)).headers["location"])
    return led


async def test_the_whole_set_up_leads_from_the_language_to_a_connected_device(fresh: House):
    async with fresh.client() as browser:
        start = await browser.get("/", follow_redirects=True)
        assert start.url.path == "/setup/language"
        await begin(browser)
        screens = ["family", "child", "rules", "device", "connect"]
        assert await walk(fresh, browser) == [f"/setup/{screen}" for screen in screens]
        page = (await browser.get("/setup/connect")).text
        assert "192.168.1.5" in page
        assert "8101" in page
        assert "Certificate Trust Settings" in page
        assert "http://haidang.internal" in page
        assert "from 7 years on a child agrees" in page
        assert (await browser.post("/setup/connect")).headers["location"] == "/setup/notices"
        page = (await browser.get("/setup/notices")).text
        assert "How shall we tell you?" in page
        assert (await browser.post("/setup/notices")).headers["location"] == "/"


async def test_the_set_up_leaves_one_family_with_rules_for_the_child_and_a_ledger(fresh: House):
    async with fresh.client() as browser:
        await begin(browser)
        await walk(fresh, browser)
        assert "Bedtime" in (await browser.get("/setup/rules")).text
        await browser.post("/setup/connect")
        await browser.post("/setup/notices")
    async with fresh.panel.db.read() as store:
        mai = (await children.list_all(store))[0]
        assert (await adults.list_all(store))[0].email == "hoa@example.com"
        assert mai.picture == "cat"
        assert (await groups.list_all(store))[0].zone == "Asia/Ho_Chi_Minh"
        assert (await devices.list_all(store))[0].child_ids == (mai.id,)
        version = await policies.current(store, mai.id)
        assert version is not None
        assert version.policy.hours
        assert await facts.find(store, "setup.step") is None
        assert len(await ledger.lines(store)) == 4


async def test_the_browser_s_time_zone_is_offered_first(fresh: House):
    async with fresh.client() as browser:
        await begin(browser)
        await browser.post("/setup/parent", data=PARENT)
        assert 'value="Asia/Tokyo" selected' in (await browser.get("/setup/family")).text


@pytest.mark.parametrize(
    ("guess", "offered"),
    [("Asia/Saigon", "Asia/Ho_Chi_Minh"), ("Mars/Base", "Asia/Ho_Chi_Minh")],
)
async def test_an_old_or_odd_time_zone_becomes_one_of_the_list(
    fresh: House, guess: str, offered: str
):
    async with fresh.client() as browser:
        await begin(browser)
        await browser.post("/setup/parent", data=PARENT | {"zone": guess})
        page = (await browser.get("/setup/family")).text
        assert f'value="{offered}" selected' in page
        assert "Asia/Saigon" not in page


async def test_the_set_up_resumes_where_it_was_left(fresh: House):
    async with fresh.client() as browser:
        await begin(browser)
        await browser.post("/setup/parent", data=PARENT)
        await browser.post("/setup/family", data=FAMILY)
    async with fresh.client() as other:
        answer = await other.get("/setup", follow_redirects=True)
        assert answer.url.path == "/sign-in"
        given = {"email": "hoa@example.com", "password": PARENT["password"]}
        await other.post("/sign-in", data=given)
        answer = await other.get("/setup", follow_redirects=True)
        assert answer.url.path == "/setup/child"


async def test_going_back_a_screen_does_not_send_the_set_up_back(fresh: House):
    async with fresh.client() as browser:
        await begin(browser)
        await browser.post("/setup/parent", data=PARENT)
        await browser.post("/setup/child", data=MAI)
        await browser.post("/setup/family", data=FAMILY)
        assert (await browser.get("/setup")).headers["location"] == "/setup/rules"


async def test_one_more_child_may_come_before_the_device(fresh: House):
    async with fresh.client() as browser:
        await begin(browser)
        await browser.post("/setup/parent", data=PARENT)
        await browser.post("/setup/family", data=FAMILY)
        await browser.post("/setup/child", data=MAI)
        answer = await browser.post("/setup/rules", data={"another": "true"})
        assert answer.headers["location"] == "/setup/child"
        assert "Another child" in (await browser.get("/setup/child")).text
        odd = await browser.post("/setup/child", data=MAI | {"name": "Nam", "picture": "dragon"})
        assert odd.status_code == 422
        await browser.post("/setup/child", data=MAI | {"name": "Nam", "picture": ""})
        assert "Nam begins with these rules" in (await browser.get("/setup/rules")).text
        assert (await browser.post("/setup/rules")).headers["location"] == "/setup/device"
    async with fresh.panel.db.read() as store:
        assert [child.name for child in await children.list_all(store)] == ["Mai", "Nam"]


async def test_a_channel_added_on_the_way_leads_back_and_can_be_tried_there(fresh: House):
    async with fresh.client() as browser:
        await begin(browser)
        await walk(fresh, browser)
        await browser.post("/setup/connect")
        form = await browser.get("/settings/notices/new/ntfy?back=/setup/notices")
        assert 'action="/settings/notices/new/ntfy?back=/setup/notices"' in form.text
        given = {"topic": "hai-dang-hoa", "kinds": ["ask"]}
        added = await browser.post("/settings/notices/new/ntfy?back=/setup/notices", data=given)
        assert added.headers["location"] == "/setup/notices"
        page = (await browser.get("/setup/notices")).text
        assert "/test?back=/setup/notices" in page
        test = page.partition("/settings/notices/")[2].partition('"')[0]
        tried = await browser.post(f"/settings/notices/{test}")
        assert tried.headers["location"] == "/setup/notices"
        away = await browser.post(f"/settings/notices/{test.replace('/setup', '//evil')}")
        assert away.headers["location"] == "/settings/notices#sent"


async def test_a_wrong_code_opens_nothing(fresh: House):
    async with fresh.client() as browser:
        answer = await browser.post("/setup/code", data={"code": "WRONG-CODE"})
        assert answer.status_code == 422
        assert "This is not the code" in answer.text
        assert (await browser.get("/setup/parent")).headers["location"] == "/setup"
        await browser.post("/setup/parent", data=PARENT)
    async with fresh.panel.db.read() as store:
        assert await adults.list_all(store) == []


async def test_guessing_the_code_is_braked_even_with_the_right_one(fresh: House):
    async with fresh.client() as browser:
        for _ in range(5):
            await browser.post("/setup/code", data={"code": "WRONG-CODE"})
        answer = await browser.post("/setup/code", data={"code": CODE})
        assert answer.status_code == 429
        fresh.clock.move(minutes=16)
        answer = await browser.post("/setup/code", data={"code": CODE})
        assert answer.status_code == 303


@pytest.mark.parametrize("screen", ["language", "code", "parent"])
async def test_the_first_screens_are_closed_once_there_is_an_account(house: House, screen: str):
    async with house.client() as browser:
        assert (await browser.get(f"/setup/{screen}")).status_code == 409
        answer = await browser.post(f"/setup/{screen}", data=PARENT | {"code": CODE})
        assert answer.status_code == 409
    async with house.panel.db.read() as store:
        assert len(await adults.list_all(store)) == 4


@pytest.mark.parametrize(
    ("change", "sentence"),
    [
        ({"email": "nobody"}, "e-mail address"),
        ({"password": "short"}, "at least 10 characters"),
        ({"password": "1111111111111"}, "guessed at once"),
        ({"name": ""}, "Please fill this in"),
    ],
)
async def test_a_mistake_keeps_what_was_typed_and_says_what_is_wrong(
    fresh: House, change: dict[str, str], sentence: str
):
    async with fresh.client() as browser:
        await begin(browser)
        answer = await browser.post("/setup/parent", data=PARENT | change)
        assert answer.status_code == 422
        assert sentence in answer.text
        assert 'value="Hoa"' in answer.text or "name" in change
        assert PARENT["password"] not in answer.text


async def test_a_mistake_is_said_in_vietnamese_to_whoever_chose_it(fresh: House):
    async with fresh.client() as browser:
        await begin(browser)
        await browser.post("/setup/language", data={"language": "vi"})
        answer = await browser.post("/setup/parent", data=PARENT | {"email": "x"})
        assert '<html lang="vi"' in answer.text
        assert "địa chỉ e-mail" in answer.text


async def test_signing_in_goes_on_with_a_set_up_left_half_way(fresh: House):
    async with fresh.client() as browser:
        await begin(browser)
        await browser.post("/setup/parent", data=PARENT)
    async with fresh.client() as browser:
        given = {"email": "hoa@example.com", "password": PARENT["password"]}
        answer = await browser.post("/sign-in", data=given)
        assert answer.headers["location"] == "/setup/family"
