"""A child's day: the strip and its hours, the week around it, and what is decided from a row."""

import re
from datetime import timedelta
from html import unescape
from uuid import uuid4

import httpx

from rules.consent import Agreed
from rules.policy import Allowance, Choice, Hours, Policy, Privacy, Window
from rules.verdict import Reason
from rules.visit import Visit
from store import change, grants, ledger, policies
from store.batch import Batch
from store.change import SYSTEM
from store.log import write
from store.visits import PageRow
from tests.api.conftest import MONDAY, House
from tests.api.test_activity import GAMBLING, seen
from tests.api.test_today import address, set_policy, verdict
from tests.kit.agreed import agree

YOUTUBE = "www.youtube.com"


async def day_of(browser: httpx.AsyncClient, house: House, query: str = "", name: str = "Mai"):
    answer = await browser.get(address(house, name, f"day?{query}"))
    assert answer.status_code == 200
    return unescape(answer.text)


def listed(page: str, part: str) -> list[str]:
    """Return the titles of one of the lists below the strip."""
    section = page.partition(f'aria-labelledby="{part}"')[2].partition("</section>")[0]
    return re.findall(r'pg-row-site"><strong>(.*?)</strong>', section)


async def test_a_day_shows_its_hours_its_categories_and_what_was_opened_and_stopped(house: House):
    await seen(house, YOUTUBE, minutes=20, before=120)
    await seen(house, "www.bet365.com", minutes=2, verdict=GAMBLING)
    async with house.client("alice") as browser:
        page = await day_of(browser, house)

    assert "20 minutes online" in page
    assert '?on=2026-11-23&hour=16"' in page
    assert listed(page, "sites") == ["YouTube"]
    assert listed(page, "stopped") == ["www.bet365.com"]
    assert "A kind of site you decided on" in page


async def test_hours_that_close_everything_lie_behind_the_strip_with_their_layer(house: House):
    night = Hours(name="bedtime", windows=(Window(start="21:00", end="06:30"),))
    games = Hours(name="x", scope="category:games", windows=(Window(start="10:00", end="11:00"),))
    await set_policy(house, "Mai", Policy(hours=(night, games)))
    async with house.client("alice") as browser:
        page = await day_of(browser, house)
        closer = await day_of(browser, house, "hour=20")

    assert page.count('<i class="dy-closed"') == 2
    assert "00:00–06:30, 21:00–24:00 · the child’s own rules" in page
    assert "dy-closed" not in closer.partition("<figure")[2].partition("</figure>")[0]


async def test_an_hour_closer_shows_only_what_happened_in_it(house: House):
    await seen(house, YOUTUBE, minutes=20, before=70)
    await seen(house, "www.roblox.com", minutes=5, before=150)
    async with house.client("alice") as browser:
        page = await day_of(browser, house, "hour=16")

    assert "From 16:00 to 17:00" in page
    assert "10 minutes online" in page
    assert listed(page, "sites") == ["YouTube"]
    assert "17:15" not in page
    assert "16:15" in page


async def test_the_days_before_are_reached_and_there_is_none_after_today(house: House):
    await seen(house, YOUTUBE, minutes=9, before=24 * 60)
    async with house.client("alice") as browser:
        today = await day_of(browser, house)
        before = await day_of(browser, house, "on=2026-11-22")
        future = await day_of(browser, house, "on=2030-01-01")

    assert "Day before" in today
    assert "Day after" not in today
    assert "9 minutes online" in before
    assert "Day after" in before
    assert "Day after" not in future


async def test_the_week_is_a_table_of_hours_that_can_be_read_aloud(house: House):
    await seen(house, YOUTUBE, minutes=30, before=24 * 60)
    async with house.client("alice") as browser:
        page = await day_of(browser, house)
    heat = page.partition('class="dy-heat"')[2].partition("</table>")[0]

    assert heat.count("<tr") == 8
    assert 'title="Sun 22, 18:00: 30 minutes"' in heat
    assert '<span class="visually-hidden">30</span>' in heat
    assert "?on=2026-11-22" in heat


async def test_where_only_counts_are_agreed_no_site_is_named(house: House):
    await seen(house, "secret.example")
    await seen(house, YOUTUBE)
    await set_policy(house, "Mai", Policy(privacy=Privacy.COUNTS))
    async with house.client("alice") as browser:
        page = await day_of(browser, house)

    assert "secret.example" not in page
    assert "only counts are written down" in page
    assert sorted(listed(page, "sites")) == ["Other sites", "Video, films, television"]
    assert "YouTube" not in page
    assert "/activity/why" not in page


async def test_searches_and_videos_stand_there_only_as_long_as_pages_are_agreed(house: House):
    mai, phone = house.children["Mai"].id, house.devices["phone"].id
    rows = [
        PageRow(MONDAY, phone, mai, "www.google.com", "https://x", "photosynthesis", "search"),
        PageRow(MONDAY, phone, mai, YOUTUBE, "https://y", "How leaves work", "video"),
        PageRow(MONDAY - timedelta(days=1), phone, mai, YOUTUBE, "https://z", "Older", "video"),
    ]
    await write(house.panel.db, Batch(id=uuid4(), pages=rows), now=MONDAY)
    await set_policy(house, "Mai", Policy(privacy=Privacy.PAGES))
    async with change.change(house.panel.db, by=SYSTEM, what="agreed", now=MONDAY) as tx:
        await agree(tx, mai, agreed=Agreed(level=Privacy.PAGES, words=True))
    async with house.client("alice") as browser:
        page = await day_of(browser, house)
        await set_policy(house, "Mai", Policy(privacy=Privacy.SITES))
        narrowed = await day_of(browser, house)

    assert listed(page, "searches") == ["photosynthesis"]
    assert listed(page, "videos") == ["How leaves work"]
    assert "photosynthesis" not in narrowed
    assert "leaves" not in narrowed


async def test_an_empty_day_teaches_and_who_has_no_device_is_led_to_one(house: House):
    async with house.client("alice") as browser:
        assert "Nothing was used on this day" in await day_of(browser, house)
        assert "Add a device" in await day_of(browser, house, name="Nam")


async def test_the_ledger_keeps_who_looked_once_an_hour(house: House):
    async with house.client("alice") as browser:
        for query in ("", "hour=3", "on=2026-11-22", ""):
            await day_of(browser, house, query)
        house.clock.move(minutes=61)
        await day_of(browser, house)
    async with house.panel.db.read() as store:
        looked = [line.values["day"] for line in await ledger.lines(store) if "day" in line.values]

    assert looked == ["2026-11-23", "2026-11-22", "2026-11-23"]


async def test_an_app_is_limited_from_its_row_and_the_limit_taken_back_with_one_tap(house: House):
    before = Policy(services={"youtube": Choice.ALLOW})
    await set_policy(house, "Mai", before)
    await seen(house, YOUTUBE, minutes=5)
    async with house.client("alice") as browser:
        page = await day_of(browser, house)
        why = page.partition('class="pg-why" href="')[2].partition('"')[0]
        story = unescape((await browser.get(why)).text)
        assert "YouTube a day" in story
        back = story.partition('name="back" value="')[2].partition('"')[0]
        form = {"host": YOUTUBE, "what": "limit", "service": "youtube", "minutes": "45"}
        answer = await browser.post(address(house, "Mai", "site"), data=form | {"back": back})
        assert answer.headers["location"] == address(house, "Mai", "day?on=2026-11-23")
        said = unescape((await browser.get(answer.headers["location"])).text)
        assert "Mai has 45 minutes a day for YouTube, on all devices together." in said
        async with house.panel.db.read() as store:
            limited = await policies.current(store, house.children["Mai"].id)
        assert limited
        assert [(one.scope, one.minutes) for one in limited.policy.allowances] == [
            ("service:youtube", (45,) * 7)
        ]
        number = re.search(r'name="number" value="(\d+)"', said)
        assert number
        await browser.post(address(house, "Mai", "undo"), data={"number": number[1]})
    async with house.panel.db.read() as store:
        now = await policies.current(store, house.children["Mai"].id)
    assert now
    assert now.policy == before


async def test_what_was_changed_again_since_is_not_taken_back(house: House):
    async with house.client("alice") as browser:
        form = {"host": "play.example", "what": "block"}
        await browser.post(address(house, "Mai", "site"), data=form)
        async with house.panel.db.read() as store:
            made = await policies.current(store, house.children["Mai"].id)
        assert made
        await browser.post(address(house, "Mai", "pause"))
        answer = await browser.post(
            address(house, "Mai", "undo"), data={"number": str(made.number)}
        )
        page = await browser.get(answer.headers["location"])

    assert "were changed again since" in page.text
    assert (await verdict(house, "Mai")).reason is Reason.PAUSED
    async with house.panel.db.read() as store:
        now = await policies.current(store, house.children["Mai"].id)
    assert now
    assert now.policy.block == ("play.example",)


async def test_an_hour_given_from_a_row_is_taken_back(house: House):
    await set_policy(house, "Mai", Policy(block=("bad.example",)))
    async with house.client("alice") as browser:
        form = {"host": "bad.example", "what": "hour"}
        answer = await browser.post(address(house, "Mai", "site"), data=form)
        page = (await browser.get(answer.headers["location"])).text
        grant = page.partition('name="grant" value="')[2].partition('"')[0]
        await browser.post(address(house, "Mai", "take-back"), data={"grant": grant})
    async with house.panel.db.read() as store:
        assert await grants.running(store, now=house.clock()) == []
    assert (await verdict(house, "Mai", Visit("bad.example"))).blocks


async def test_a_limit_keeps_what_else_the_old_one_said(house: House):
    scope = "site:play.example"
    await set_policy(house, "Mai", Policy(allowances=(Allowance(scope=scope, carry=20),)))
    async with house.client("alice") as browser:
        form = {"host": "play.example", "what": "limit", "minutes": "60"}
        await browser.post(address(house, "Mai", "site"), data=form)
        wrong = await browser.post(address(house, "Mai", "site"), data=form | {"minutes": "9999"})
    async with house.panel.db.read() as store:
        now = await policies.current(store, house.children["Mai"].id)
    assert now
    assert now.policy.allowances == (Allowance(scope=scope, minutes=(60,) * 7, carry=20),)
    assert wrong.status_code >= 400


async def test_another_family_and_who_may_only_look(house: House):
    async with house.client("charlie") as stranger:
        assert (await stranger.get(address(house, "Mai", "day"))).status_code == 404
    async with house.client("vera") as viewer:
        assert (await viewer.get(address(house, "Mai", "day"))).status_code == 200
        denied = await viewer.post(address(house, "Mai", "undo"), data={"number": "1"})
        assert denied.status_code == 403
