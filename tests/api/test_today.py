"""Today: what each card says, and what one tap does."""

from datetime import timedelta

import pytest

from rules.compile import compile_child
from rules.decide import decide
from rules.policy import Allowance, Choice, Hours, Policy, Privacy, Window
from rules.verdict import Reason, Verdict
from rules.visit import Visit
from store import change, grants, household, policies
from store.change import SYSTEM
from tests.api.conftest import MONDAY, House
from tests.kit.panel import Diary, open_door

ANY = Visit("whatever.example")
HTMX = {"HX-Request": "true"}


async def verdict(house: House, name: str, visit: Visit = ANY) -> Verdict:
    """Judge as a door would."""
    async with house.panel.db.read() as store:
        home = await household.load(store, now=house.clock())
    child = next(child for child in home.children if child.id == house.children[name].id)
    return decide(compile_child(child), visit, house.clock(), {})


async def set_policy(house: House, name: str, policy: Policy) -> None:
    async with change.change(house.panel.db, by=SYSTEM, what="set", now=house.clock()) as tx:
        await policies.save(tx, house.children[name].id, policy)


def address(house: House, name: str, deed: str) -> str:
    return f"/children/{house.children[name].id}/{deed}"


async def test_every_child_of_the_family_has_a_card(house: House):
    async with house.client("alice") as browser:
        page = await browser.get("/")

    assert page.status_code == 200
    assert "Mai" in page.text
    assert "Nam" in page.text


async def test_another_family_sees_none_of_them(house: House):
    async with house.client("charlie") as browser:
        page = await browser.get("/")
        denied = await browser.post(address(house, "Mai", "pause"))

    assert str(house.children["Mai"].id) not in page.text
    assert denied.status_code == 404
    assert not (await verdict(house, "Mai")).blocks


async def test_pause_stops_one_child_and_resume_lets_it_go_on(house: House):
    async with house.client("alice") as browser:
        await browser.post(address(house, "Mai", "pause"))
        assert (await verdict(house, "Mai")).reason is Reason.PAUSED
        assert not (await verdict(house, "Nam")).blocks
        assert "Paused" in (await browser.get("/")).text
        await browser.post(address(house, "Mai", "resume"))

    assert not (await verdict(house, "Mai")).blocks


async def test_dinner_time_pauses_everyone(house: House):
    async with house.client("bob") as browser:
        await browser.post("/pause-everyone")
        assert (await verdict(house, "Mai")).reason is Reason.PAUSED
        assert (await verdict(house, "Nam")).reason is Reason.PAUSED
        await browser.post("/resume-everyone")

    assert not (await verdict(house, "Nam")).blocks


async def test_fifteen_minutes_open_what_is_closed_and_end_by_themselves(house: House):
    bedtime = Hours(name="bedtime", windows=(Window(start="17:00", end="06:00"),))
    await set_policy(house, "Mai", Policy(hours=(bedtime,)))
    assert (await verdict(house, "Mai")).reason is Reason.HOURS

    async with house.client("alice") as browser:
        await browser.post(address(house, "Mai", "more"), data={"length": "15"})
        assert not (await verdict(house, "Mai")).blocks
        house.clock.move(minutes=15)

    assert (await verdict(house, "Mai")).reason is Reason.HOURS


async def test_a_second_fifteen_minutes_come_after_the_first(house: House):
    async with house.client("alice") as browser:
        for _ in range(2):
            await browser.post(address(house, "Mai", "more"), data={"length": "15"})
    async with house.panel.db.read() as store:
        running = await grants.running(store, now=house.clock())

    assert max(grant.until for grant in running) == MONDAY + timedelta(minutes=30)


async def test_undo_takes_back_only_the_last_minutes(house: House):
    async with house.client("alice") as browser:
        for length in ("15", "30"):
            await browser.post(address(house, "Mai", "more"), data={"length": length})
            house.clock.move(seconds=5)
        async with house.panel.db.read() as store:
            newest = max(await grants.running(store, now=house.clock()), key=lambda one: one.since)
        await browser.post(address(house, "Mai", "take-back"), data={"grant": str(newest.id)})
    async with house.panel.db.read() as store:
        [left] = await grants.running(store, now=house.clock())

    assert left.until == MONDAY + timedelta(minutes=15)


async def test_extra_time_of_one_child_is_not_taken_back_through_another(house: House):
    async with house.client("alice") as browser:
        await browser.post(address(house, "Mai", "more"), data={"length": "15"})
        async with house.panel.db.read() as store:
            [grant] = await grants.running(store, now=house.clock())
        answer = await browser.post(
            address(house, "Nam", "take-back"), data={"grant": str(grant.id)}
        )
    async with house.panel.db.read() as store:
        left = await grants.running(store, now=house.clock())

    assert answer.status_code == 303
    assert left == [grant]


async def test_taking_back_what_has_ended_is_no_mistake(house: House):
    async with house.client("alice") as browser:
        await browser.post(address(house, "Mai", "more"), data={"length": "15"})
        async with house.panel.db.read() as store:
            [grant] = await grants.running(store, now=house.clock())
        for _ in range(2):
            answer = await browser.post(
                address(house, "Mai", "take-back"), data={"grant": str(grant.id)}
            )

    assert answer.status_code == 303


async def test_a_pause_is_stronger_than_time_given_before_it(house: House):
    async with house.client("alice") as browser:
        await browser.post(address(house, "Mai", "more"), data={"length": "30"})
        house.clock.move(seconds=1)
        await browser.post(address(house, "Mai", "pause"))

    assert (await verdict(house, "Mai")).reason is Reason.PAUSED


@pytest.mark.parametrize(("window", "until"), [(("21:00", "06:00"), "21:00"), (None, "24:00")])
async def test_tonight_ends_at_bedtime_or_at_midnight(house: House, window, until: str):
    hours = (Hours(name="b", windows=(Window(start=window[0], end=window[1]),)),) if window else ()
    await set_policy(house, "Mai", Policy(hours=hours))
    async with house.client("alice") as browser:
        page = await browser.get(f"/children/{house.children['Mai'].id}")

    assert f"Until {until}" in page.text


async def test_minutes_stand_against_todays_limit(house: House):
    await set_policy(house, "Mai", Policy(allowances=(Allowance(minutes=(60,) * 7),)))
    diary = Diary(house.panel.db, house.panel.catalogue)
    since = MONDAY - timedelta(hours=1)
    diary.used(
        house.children["Mai"], house.devices["phone"], "www.roblox.com", since=since, minutes=42
    )
    await diary.save(MONDAY)
    async with house.client("alice") as browser:
        page = await browser.get("/")

    assert "42 minutes of 1 h today" in page.text
    assert "18 minutes" in page.text
    assert "Roblox" in page.text


async def test_what_a_child_does_names_no_site_where_only_counts_are_agreed(house: House):
    diary = Diary(house.panel.db, house.panel.catalogue)
    since = MONDAY - timedelta(minutes=3)
    diary.used(
        house.children["Mai"], house.devices["phone"], "secret.example", since=since, minutes=3
    )
    await diary.save(MONDAY)
    async with house.client("alice") as browser:
        shown = await browser.get("/")
        await set_policy(house, "Mai", Policy(privacy=Privacy.COUNTS))
        hidden = await browser.get("/")

    assert "secret.example" in shown.text
    assert "secret.example" not in hidden.text


async def test_the_page_says_whether_the_doors_have_it(house: House):
    async with house.client("alice") as browser:
        assert "No door is running" in (await browser.get("/in-force")).text
        await open_door(house.panel.db, MONDAY, behind=1)
        assert "On its way" in (await browser.get("/in-force")).text
        await open_door(house.panel.db, MONDAY)
        assert "In force" in (await browser.get("/in-force")).text


async def test_an_allow_only_child_is_told_apart_from_a_closed_one(house: House):
    await set_policy(house, "Nam", Policy(unlisted=Choice.BLOCK))
    async with house.client("alice") as browser:
        assert "Chosen sites" in (await browser.get("/")).text


async def test_htmx_gets_the_cards_alone_with_what_was_done(house: House):
    async with house.client("alice") as browser:
        part = await browser.post(address(house, "Mai", "pause"), headers=HTMX)

    assert part.status_code == 200
    assert "<html" not in part.text
    assert "Mai is paused." in part.text


async def test_who_may_only_look_changes_nothing(house: House):
    async with house.client("vera") as browser:
        denied = await browser.post(address(house, "Mai", "pause"))

    assert denied.status_code == 403
    assert not (await verdict(house, "Mai")).blocks


async def test_what_was_learned_is_said_where_it_makes_the_difference(house: House):
    await set_policy(house, "Mai", Policy(allowances=(Allowance(minutes=(60,) * 7),)))
    diary = Diary(house.panel.db, house.panel.catalogue)
    mai, phone = house.children["Mai"], house.devices["phone"]
    since = MONDAY - timedelta(minutes=90)
    diary.used(mai, phone, "olm.vn", since=since, minutes=19)
    diary.used(mai, phone, "www.youtube.com", since=since + timedelta(minutes=30), minutes=20)
    await diary.save(MONDAY)
    async with house.client("alice") as browser:
        page = (await browser.get("/")).text
        await browser.post("/look", data={"language": "vi"})
        vietnamese = (await browser.get("/")).text
        await set_policy(house, "Mai", Policy())
        free = (await browser.get("/")).text

    assert "39 minutes</strong>" in page
    assert "19 minutes of learning do not count" in page
    assert "limit 1 h" in page
    assert "<strong>40 minutes</strong><span>left</span>" in page
    assert "20 minutes of 1 h today" in page
    assert "trong đó 19 phút học không bị tính" in vietnamese
    assert "không bị tính" not in free
