"""The week page: told, drawn, compared, and honest about what it may not name."""

import csv
import json
from datetime import date, timedelta
from io import BytesIO, StringIO

from pypdf import PdfReader

from reports.family.value import opened
from reports.weekly import run_due
from rules.policy import Policy, Privacy
from rules.verdict import Reason
from store import letters
from tests.api.conftest import MONDAY, House
from tests.api.test_today import set_policy
from tests.kit.panel import Diary, blocked

LAST_WEDNESDAY = MONDAY - timedelta(days=5)


async def lived(house: House) -> None:
    diary = Diary(house.panel.db, house.panel.catalogue)
    mai, phone = house.children["Mai"], house.devices["phone"]
    diary.used(mai, phone, "www.roblox.com", since=LAST_WEDNESDAY, minutes=50)
    diary.used(mai, phone, "www.youtube.com", since=MONDAY - timedelta(minutes=40), minutes=25)
    late = blocked(Reason.HOURS, "bedtime")
    diary.used(mai, phone, "www.roblox.com", since=MONDAY, minutes=2, verdict=late)
    await diary.save(MONDAY)


def page_of(house: House, name: str = "Mai", start: date | None = None) -> str:
    query = f"?start={start}" if start else ""
    return f"/week/{house.children[name].id}{query}"


def spec_of(text: str, name: str) -> dict:
    return json.loads(text.partition(f'id="{name}">')[2].partition("</script>")[0])


async def test_the_running_week_tells_minutes_and_compares(house: House):
    await lived(house)
    async with house.client("alice") as browser:
        page = await browser.get(page_of(house))

    assert "Mai has spent 25 minutes online so far this week" in page.text
    assert "YouTube" in page.text
    assert "Outside the agreed hours" in page.text
    assert sum(row["minutes"] for row in spec_of(page.text, "by-day")["data"]["values"]) == 25


async def test_the_week_before_is_reached_by_any_of_its_days(house: House):
    await lived(house)
    async with house.client("alice") as browser:
        page = await browser.get(page_of(house, start=LAST_WEDNESDAY.date()))

    assert "Mai spent 50 minutes online." in page.text
    assert "Week after" in page.text


async def test_a_week_to_come_is_the_running_one(house: House):
    await lived(house)
    async with house.client("alice") as browser:
        page = await browser.get(page_of(house, start=date(2027, 3, 1)))

    assert "so far" in page.text
    assert "Week after" not in page.text


async def test_the_kept_letter_is_what_the_page_shows(house: House):
    await lived(house)
    await run_due(house.panel.db, now=MONDAY)
    mai, week = house.children["Mai"].id, date(2026, 11, 16)
    async with house.panel.db.read() as store:
        kept = opened(await letters.find(store, mai, week) or "")
    named = kept.week.model_copy(update={"child_name": "Mai of the letter"})
    async with house.panel.db.write() as store:
        marked = kept.model_copy(update={"week": named}).model_dump_json()
        await letters.keep(store, mai, week, summary=marked, now=MONDAY)
    async with house.client("alice") as browser:
        page = await browser.get(page_of(house, start=week))

    assert "Mai of the letter spent 50 minutes online." in page.text


async def test_a_letter_names_no_site_once_only_counts_are_agreed(house: House):
    await lived(house)
    await run_due(house.panel.db, now=MONDAY)
    start = date(2026, 11, 16)
    async with house.client("alice") as browser:
        named = await browser.get(page_of(house, start=start))
        await set_policy(house, "Mai", Policy(privacy=Privacy.COUNTS))
        nameless = await browser.get(page_of(house, start=start))
        running = await browser.get(page_of(house))

    assert "roblox.com" in named.text
    assert "roblox.com" not in nameless.text + running.text
    assert "youtube.com" not in running.text
    assert "only counts are written down" in nameless.text


async def test_an_empty_week_teaches(house: House):
    async with house.client("alice") as browser:
        page = await browser.get(page_of(house, "Nam"))

    assert "Nothing has been recorded for Nam this week yet." in page.text
    assert "See the devices" in page.text


async def test_the_menu_leads_to_the_first_child(house: House):
    async with house.client("alice") as browser:
        answer = await browser.get("/week")
    async with house.client("charlie") as browser:
        empty = await browser.get("/week")
        denied = await browser.get(page_of(house))

    assert answer.headers["location"] == page_of(house)
    assert "No child yet" in empty.text
    assert denied.status_code == 404


async def test_the_numbers_can_be_read_without_script(house: House):
    await lived(house)
    async with house.client("alice") as browser:
        page = await browser.get(page_of(house))

    assert '<th scope="row">Monday 23 November</th><td>25 minutes</td>' in page.text
    assert 'class="pg-columns"' in page.text


async def test_a_letter_of_the_first_kind_still_opens(house: House):
    await lived(house)
    await run_due(house.panel.db, now=MONDAY)
    mai, week = house.children["Mai"].id, date(2026, 11, 16)
    async with house.panel.db.read() as store:
        old = opened(await letters.find(store, mai, week) or "").week.model_dump_json()
    async with house.panel.db.write() as store:
        await letters.keep(store, mai, week, summary=old, now=MONDAY)
    async with house.client("alice") as browser:
        page = await browser.get(page_of(house, start=week))
        printed = await browser.get(f"{page_of(house)}/letter.pdf?start={week}")

    assert "Mai spent 50 minutes online." in page.text
    assert printed.content.startswith(b"%PDF")


async def test_the_letter_is_taken_as_pdf_and_table_and_the_ledger_says_so(house: House):
    await lived(house)
    async with house.client("alice") as browser:
        printed = await browser.get(f"{page_of(house)}/letter.pdf?start=2026-11-16")
        rows = await browser.get(f"{page_of(house)}/letter.csv?start=2026-11-16")
        told = (await browser.get("/api/v1/ledger")).json()
        letter = await browser.get(f"/api/v1{page_of(house)}/letter".replace("week", "children"))

    text = "".join(page.extract_text() for page in PdfReader(BytesIO(printed.content)).pages)
    assert "Mai spent 50 minutes online." in text
    assert printed.headers["content-disposition"].endswith('"haidang-2026-11-16.pdf"')
    table = list(csv.DictReader(StringIO(rows.content.decode("utf-8-sig"))))
    assert [row["value"] for row in table if row["what"] == "all"] == ["50"]
    assert [line["what"] for line in told].count("took {child}’s week as a file") == 2
    assert letter.json()["week"]["minutes"] == 25


async def test_that_a_week_was_read_stands_in_the_ledger_once_a_day(house: House):
    await lived(house)
    async with house.client("alice") as browser:
        for _ in range(3):
            await browser.get(page_of(house))
        told = (await browser.get("/api/v1/ledger")).json()

    assert [line["what"] for line in told].count("read {child}’s week") == 1


async def test_the_mail_to_be_is_shown_as_it_will_come(house: House):
    await lived(house)
    async with house.client("alice") as browser:
        page = await browser.get(f"{page_of(house)}/mail")

    nonce = page.headers["content-security-policy"].partition("'nonce-")[2].partition("'")[0]
    assert f'<style nonce="{nonce}">' in page.text
    assert "data:image/png;base64," in page.text
    assert "Mai has spent 25 minutes online so far this week" in page.text


async def test_where_only_minutes_are_agreed_nothing_else_is_told(house: House):
    await lived(house)
    await set_policy(house, "Mai", Policy(privacy=Privacy.MINUTES))
    async with house.client("alice") as browser:
        page = await browser.get(page_of(house))
        rows = await browser.get(f"{page_of(house)}/letter.csv")

    assert "only minutes are agreed" in page.text
    for told in ("YouTube", "Roblox", "roblox", "Outside the agreed hours"):
        assert told not in page.text.partition("<main")[2].partition("</main")[0]
        assert told not in rows.text
    assert "25 minutes" in page.text
