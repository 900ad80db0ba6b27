"""Activity: finding a line, telling why, acting on it, taking it away as a table."""

import csv
import re
from datetime import timedelta
from html import unescape
from io import StringIO

from api.pages.activity.export import harmless
from rules.policy import Allowance, Choice, Hours, Policy, Privacy, Window
from rules.verdict import Reason
from rules.visit import Visit
from store import ledger, policies
from tests.api.conftest import MONDAY, House
from tests.api.test_today import set_policy, verdict
from tests.kit.panel import Diary, blocked

HTMX = {"HX-Request": "true", "HX-Target": "rows"}
GAMBLING = blocked(Reason.CATEGORY, "category:gambling")


async def seen(house: House, host: str, *, minutes: int = 1, before: int = 30, **more) -> None:
    diary = Diary(house.panel.db, house.panel.catalogue)
    since = MONDAY - timedelta(minutes=before)
    who = house.children[more.pop("name", "Mai")]
    diary.used(who, house.devices["phone"], host, since=since, minutes=minutes, **more)
    await diary.save(MONDAY)


def why_of(text: str) -> str:
    return unescape(text.partition('class="pg-why" href="')[2].partition('"')[0])


async def test_a_line_names_time_child_device_site_and_service(house: House):
    await seen(house, "www.roblox.com")
    async with house.client("alice") as browser:
        page = await browser.get("/activity")

    for word in ("17:30", "Mai", "Mai’s phone", "www.roblox.com", "Roblox"):
        assert word in page.text


async def test_minutes_in_a_row_are_one_line(house: House):
    await seen(house, "www.roblox.com", minutes=20)
    async with house.client("alice") as browser:
        page = await browser.get("/activity")

    assert page.text.count("<article") == 1
    assert "17:30–17:49" in page.text
    assert "20 visits" in page.text


VIDEO = ("rr3---sn-8pxuuxa.googlevideo.com", "i.ytimg.com", "www.youtube.com")


async def test_an_app_is_one_line_with_its_hosts_below(house: House):
    for place, host in enumerate(VIDEO):
        await seen(house, host, minutes=3, before=30 - place)
    async with house.client("alice") as browser:
        page = await browser.get("/activity")

    assert page.text.count("<article") == 1
    assert "<strong>YouTube</strong>" in page.text
    assert "youtube.com and 2 more" in page.text
    assert all(f"<li>{host}</li>" in page.text for host in VIDEO)
    assert "17:30–17:34" in page.text
    assert "9 visits" in page.text


async def test_a_pause_and_another_answer_begin_a_new_line(house: House):
    await seen(house, "www.youtube.com", before=60)
    await seen(house, "i.ytimg.com", before=40)
    await seen(house, "www.youtube.com", before=39, verdict=blocked(Reason.ALLOWANCE))
    async with house.client("alice") as browser:
        page = await browser.get("/activity")

    assert page.text.count("<article") == 3


async def test_hosts_of_no_app_are_joined_by_their_site(house: House):
    for host in ("cdn.play.example", "play.example", "other.example"):
        await seen(house, host)
    async with house.client("alice") as browser:
        page = await browser.get("/activity")

    assert page.text.count("<article") == 2
    assert "<strong>play.example</strong>" in page.text
    assert "play.example and 1 more" in page.text
    assert "<li>cdn.play.example</li>" in page.text
    assert "<strong>other.example</strong>" in page.text


async def test_why_of_an_app_is_told_by_its_own_site_and_acts_on_the_whole_app(house: House):
    mai = house.children["Mai"].id
    await set_policy(house, "Mai", Policy(services={"youtube": Choice.BLOCK}, block=("ytimg.com",)))
    for host in VIDEO:
        await seen(house, host, verdict=blocked(Reason.SERVICE, "service:youtube"))
    async with house.client("alice") as browser:
        address = why_of((await browser.get("/activity")).text)
        story = (await browser.get(address)).text
        assert "host=www.youtube.com" in address
        for action in ("Allow YouTube for Mai", "Open YouTube for 1 hour", "Allow only"):
            assert action in story
        form = {"host": "youtube.com", "what": "allow", "service": "youtube"}
        answer = await browser.post(f"/children/{mai}/site", data=form)
        page = await browser.get(answer.headers["location"])

    assert "YouTube is allowed for Mai" in page.text
    look_up = house.panel.catalogue.look_up
    for host in VIDEO:
        assert not (await verdict(house, "Mai", Visit(host, look_up(host)))).blocks


async def test_an_app_is_opened_for_an_hour_and_blocked_from_its_line(house: House):
    mai, host = house.children["Mai"].id, "www.youtube.com"
    visit = Visit(host, house.panel.catalogue.look_up(host))
    form = {"host": host, "service": "youtube"}
    async with house.client("alice") as browser:
        await browser.post(f"/children/{mai}/site", data=form | {"what": "block"})
        assert (await verdict(house, "Mai", visit)).reason is Reason.SERVICE
        await browser.post(f"/children/{mai}/site", data=form | {"what": "hour"})
        assert not (await verdict(house, "Mai", visit)).blocks
        wrong = await browser.post(
            f"/children/{mai}/site", data=form | {"what": "hour", "service": "nothing"}
        )
        house.clock.move(minutes=60)

    assert wrong.status_code == 422
    assert (await verdict(house, "Mai", visit)).blocks


async def test_a_stopped_line_says_why_in_words(house: House):
    await seen(house, "www.bet365.com", verdict=GAMBLING)
    async with house.client("alice") as browser:
        page = await browser.get("/activity")
        story = await browser.get(why_of(page.text))

    assert "Stopped" in page.text
    assert "A kind of site you decided on" in page.text
    assert "Gambling" in story.text
    assert "category:gambling" not in story.text.partition("Every check")[0]


async def test_why_tells_the_whole_chain_to_the_parent_and_what_the_child_reads(house: House):
    limits = (Allowance(scope="category:games", minutes=(30,) * 7),)
    night = Hours(name="bedtime", windows=(Window(start="21:00", end="06:00"),))
    await set_policy(house, "Mai", Policy(allowances=limits, hours=(night,)))
    await seen(house, "www.roblox.com", minutes=10)
    async with house.client("alice") as browser:
        line = why_of((await browser.get("/activity")).text)
        story = unescape((await browser.get(line)).text)
        told = story.partition("Every check")[0]
        assert "Mai on “Mai’s phone”, www.roblox.com: Open: no rule says otherwise." in told
        assert "These hold now: the child’s own rules." in told
        assert "Today 10 of 30 minutes of Games are used. “bedtime” begins at 21:00 today." in told
        assert 'lang="vi"' in told
        assert "Hôm nay đã dùng 10 trong 30 phút dành cho Trò chơi." in told
        # A grant is named with its end, and a device of another child is not.
        form = {"host": "www.roblox.com", "what": "hour"}
        await browser.post(f"/children/{house.children['Mai'].id}/site", data=form)
        granted = unescape((await browser.get(line)).text)
        assert "Open by a grant for www.roblox.com, at least until 19:00 today" in granted


async def test_search_and_filters_narrow_the_log(house: House):
    await seen(house, "www.roblox.com")
    await seen(house, "www.bet365.com", verdict=GAMBLING, before=20)
    await seen(house, "vnexpress.net", before=60 * 30)
    async with house.client("alice") as browser:

        async def hosts(query: str) -> set[str]:
            text = (await browser.get(f"/activity?{query}", headers=HTMX)).text
            assert "<html" not in text
            return {host for host in ("roblox", "bet365", "vnexpress") if f"{host}." in text}

        assert await hosts("") == {"roblox", "bet365", "vnexpress"}
        assert await hosts("q=BET") == {"bet365"}
        assert await hosts("blocked=1") == {"bet365"}
        assert await hosts("category=news") == {"vnexpress"}
        assert await hosts("period=today") == {"roblox", "bet365"}
        assert await hosts("period=yesterday") == {"vnexpress"}
        assert await hosts(f"child={house.children['Nam'].id}") == set()
        assert await hosts(f"device={house.devices['phone'].id}&q=news") == set()


async def test_load_more_goes_on_where_the_page_ended_and_loses_no_visit(house: House):
    for number in range(3):
        await seen(house, f"site{number}.example", minutes=200, before=700 - number)
    async with house.client("alice") as browser:
        page = await browser.get("/activity")
        more = unescape(
            page.text.partition('id="more"')[2].partition('href="')[2].partition('"')[0]
        )
        rest = await browser.get(more, headers={**HTMX, "HX-Target": "more"})
    counts = re.findall(r"(\d+) visits", page.text + rest.text)

    assert "cursor=" in more
    assert "<html" not in rest.text
    assert "site0.example" in rest.text
    assert sum(int(count) for count in counts) == 3 * 200


async def test_a_cursor_that_is_not_ours_is_refused(house: House):
    async with house.client("alice") as browser:
        page = await browser.get("/activity?cursor=nonsense")

    assert page.status_code == 400


async def test_a_blocked_site_is_allowed_from_its_line(house: House):
    await set_policy(house, "Mai", Policy(unlisted=Choice.BLOCK, block=("unknown.example",)))
    await seen(house, "unknown.example", verdict=blocked(Reason.BLOCK_LIST, "unknown.example"))
    async with house.client("alice") as browser:
        story = await browser.get(why_of((await browser.get("/activity")).text))
        assert "Allow unknown.example for Mai" in story.text
        form = {"host": "unknown.example", "what": "allow"}
        answer = await browser.post(f"/children/{house.children['Mai'].id}/site", data=form)
        page = await browser.get(answer.headers["location"])

    assert "unknown.example is on the list of allowed sites of Mai." in page.text
    assert not (await verdict(house, "Mai", Visit("unknown.example"))).blocks
    async with house.panel.db.read() as store:
        version = await policies.current(store, house.children["Mai"].id)
    assert version is not None
    assert version.policy.block == ()


async def test_a_site_is_opened_for_an_hour_and_closes_again(house: House):
    await set_policy(house, "Mai", Policy(block=("bad.example",)))
    async with house.client("alice") as browser:
        form = {"host": "bad.example", "what": "hour"}
        await browser.post(f"/children/{house.children['Mai'].id}/site", data=form)
        assert not (await verdict(house, "Mai", Visit("bad.example"))).blocks
        house.clock.move(minutes=60)

    assert (await verdict(house, "Mai", Visit("bad.example"))).blocks


async def test_an_open_site_is_blocked_from_its_line(house: House):
    await seen(house, "play.example")
    async with house.client("alice") as browser:
        story = await browser.get(why_of((await browser.get("/activity")).text))
        assert "Block play.example for Mai" in story.text
        form = {"host": "play.example", "what": "block"}
        await browser.post(f"/children/{house.children['Mai'].id}/site", data=form)

    assert (await verdict(house, "Mai", Visit("www.play.example"))).reason is Reason.BLOCK_LIST


async def test_counts_alone_name_no_site_and_answer_no_search_for_one(house: House):
    await seen(house, "secret.example")
    await set_policy(house, "Mai", Policy(privacy=Privacy.COUNTS))
    async with house.client("alice") as browser:
        page = await browser.get("/activity")
        found = await browser.get("/activity?q=secret", headers=HTMX)
        table = await browser.get("/activity.csv")

    assert "secret.example" not in page.text + found.text + table.text
    assert "<article" in page.text
    assert "<article" not in found.text


async def test_another_family_sees_no_line(house: House):
    await seen(house, "www.roblox.com")
    async with house.client("charlie") as browser:
        page = await browser.get("/activity")
        table = await browser.get("/activity.csv")

    assert "roblox" not in page.text.partition("</form>")[2] + table.text


async def test_the_table_holds_every_line_and_the_ledger_says_who_took_it(house: House):
    await seen(house, "www.roblox.com", minutes=3)
    async with house.client("alice") as browser:
        answer = await browser.get("/activity.csv")
    rows = list(csv.reader(StringIO(answer.text.removeprefix("\ufeff"))))
    async with house.panel.db.read() as store:
        newest = (await ledger.lines(store))[:2]

    assert [row[3] for row in rows] == ["Site", *["www.roblox.com"] * 3]
    assert [row[0] for row in rows[1:]] == [f"2026-11-23 17:{minute}:00" for minute in (32, 31, 30)]
    assert {row[5] for row in rows[1:]} == {"Open"}
    assert {line.values["child"] for line in newest} == {"Mai", "Nam"}
    assert {(line.what, line.by.name) for line in newest} == {
        ("exported what {child} visited", "Alice")
    }


async def test_what_is_taken_away_follows_the_filter_and_says_whose_it_was(house: House):
    nam = house.children["Nam"].id
    async with house.client("alice") as browser:
        part = (await browser.get(f"/activity?child={nam}&blocked=1", headers=HTMX)).text
        await browser.get(f"/activity.csv?child={nam}&blocked=1")
    async with house.panel.db.read() as store:
        newest = (await ledger.lines(store))[0]

    assert f'href="/activity.csv?child={nam}&amp;blocked=1" download hx-swap-oob="true"' in part
    assert newest.child_id == nam


async def test_the_ledger_keeps_whose_log_was_looked_at_once_an_hour(house: House):
    await seen(house, "www.roblox.com")
    async with house.client("alice") as browser:
        for query in ("", "?q=nothing-like-it", "?q=roblox"):
            await browser.get(f"/activity{query}")
    async with house.panel.db.read() as store:
        looked = [line for line in await ledger.lines(store) if line.revision is None]

    assert [(line.what, line.values) for line in looked] == [
        ("looked at what {child} visited", {"child": "Mai"})
    ]


async def test_the_newest_lines_come_by_themselves_and_old_days_stand_still(house: House):
    async with house.client("alice") as browser:
        assert 'data-live="top"' in (await browser.get("/activity")).text
        assert "data-live" not in (await browser.get("/activity?period=yesterday")).text


def test_what_a_spreadsheet_would_run_is_made_harmless():
    for risky in ("=1+1", "+1", "-1", "@x", "\tx", "\rx"):
        assert harmless(risky) == f"'{risky}"
    assert harmless("www.roblox.com") == "www.roblox.com"


async def test_an_empty_log_tells_what_will_be_here(house: House):
    async with house.client("alice") as browser:
        assert "Nothing recorded yet" in (await browser.get("/activity")).text
        assert "Nothing matches" in (await browser.get("/activity?q=x")).text


async def test_an_empty_log_tells_whose_agreement_is_missing(house: House):
    mai = house.children["Mai"].id
    async with house.client("alice") as browser:
        await browser.post(f"/children/{mai}/consent/withdraw")
        page = (await browser.get("/activity")).text

    assert f'href="/children/{mai}/consent"' in page
    assert f'href="/children/{house.children["Nam"].id}/consent"' not in page
