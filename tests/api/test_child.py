"""A child's pages: rules as a form, their history, particulars, and removal."""

import gzip
import re
from uuid import UUID

import httpx
import pytest

from api.pages.rules.parts import PARTS
from rules import presets
from rules.policy import (
    Allowance,
    Choice,
    Hours,
    HoursEffect,
    Policy,
    Privacy,
    Videos,
    Window,
    YouTube,
)
from store import change, children, ledger, policies
from store.change import SYSTEM
from store.errors import NotFound
from tests.api.conftest import House
from tests.api.test_today import set_policy
from tests.kit.forms import Fields, fields_of

RICH = Policy(
    categories={"gambling": Choice.BLOCK, "games": Choice.ALLOW},
    services={"tiktok": Choice.BLOCK, "roblox": Choice.ALLOW},
    allow=("olm.vn",),
    block=("bad.example",),
    hours=(
        Hours(
            name="bedtime",
            windows=(
                Window(days=(0, 1, 2, 3, 6), start="21:00", end="06:00"),
                Window(days=(4, 5), start="22:30", end="24:00"),
            ),
        ),
        Hours(
            name="Games at weekends",
            scope="category:games",
            effect=HoursEffect.ONLY,
            windows=(Window(days=(5, 6), start="09:00", end="11:00"),),
        ),
    ),
    allowances=(Allowance(minutes=(60, 60, 90, 60, 60, 120, 120)),),
    unlisted=Choice.BLOCK,
    safe_search=True,
    youtube=YouTube.STRICT,
    videos=Videos(home=Choice.BLOCK, channels=("@a",)),
    privacy=Privacy.COUNTS,
)

SHORTS_ROW = {"scope": "service:youtube-shorts", "week": "10", "weekend": "20"}


def address(house: House, name: str, page: str = "") -> str:
    child = f"/children/{house.children[name].id}"
    return f"{child}/{page}" if page else child


def whole_apps(house: House) -> list[str]:
    """A part of an app is decided on beside the app's other rules."""
    return [app.id for app in house.panel.catalogue.services.values() if not app.part_of]


async def policy_of(house: House, name: str) -> Policy:
    async with house.panel.db.read() as store:
        version = await policies.current(store, house.children[name].id)
    assert version is not None
    return version.policy


async def form_of(browser: httpx.AsyncClient, house: House, name: str, part: str) -> Fields:
    """Return a part of the rules as its page gives it: what a browser sends back untouched."""
    page = await browser.get(address(house, name, f"rules/{part}"))
    assert page.status_code == 200
    return fields_of(page.text)


async def send(browser: httpx.AsyncClient, house: House, part: str, form: Fields):
    return await browser.post(address(house, "Mai", f"rules/{part}"), data=form)


@pytest.mark.parametrize("part", PARTS)
async def test_a_part_sent_back_untouched_changes_nothing(house: House, part: str):
    await set_policy(house, "Mai", RICH)
    async with house.client("alice") as browser:
        form = await form_of(browser, house, "Mai", part)
        answer = await send(browser, house, part, form)
        page = await browser.get(address(house, "Mai", "rules"))

    assert answer.status_code == 303
    assert "Nothing was changed." in page.text
    assert await policy_of(house, "Mai") == RICH


@pytest.mark.parametrize("age", [5, 9, 13, 16])
async def test_every_preset_can_be_shown_and_sent_back(house: House, age: int):
    _, preset = presets.preset_for(age)
    await set_policy(house, "Mai", preset)
    async with house.client("alice") as browser:
        for part in PARTS:
            form = await form_of(browser, house, "Mai", part)
            assert (await send(browser, house, part, form)).status_code == 303

    assert await policy_of(house, "Mai") == preset


BEDTIME_ROW = {
    "hours.0.name": ["Bedtime"],
    "hours.0.scope": ["everything"],
    "hours.0.effect": ["closed"],
    "hours.0.window.0.day": ["0", "6"],
    "hours.0.window.0.start": ["21:00"],
    "hours.0.window.0.end": ["06:30"],
}


async def test_each_part_saves_its_own_and_says_what_changed(house: House):
    changes = {
        "categories": {"blocked": ["gambling"]},
        "apps": {"service:tiktok": ["block"]},
        "search": {"safe_search": ["yes"]},
        "hours": BEDTIME_ROW,
    }
    async with house.client("alice") as browser:
        for part, change in changes.items():
            form = await form_of(browser, house, "Mai", part)
            await send(browser, house, part, form | change)
        page = await browser.get(address(house, "Mai", "rules"))
        hours = await browser.get(address(house, "Mai", "rules/hours"))
    policy = await policy_of(house, "Mai")

    assert policy.categories == {"gambling": Choice.BLOCK}
    assert policy.services == {"tiktok": Choice.BLOCK}
    assert policy.safe_search
    # The usual name is kept as a word of its own, so that each reader sees it in their language.
    assert policy.hours == (
        Hours(name="bedtime", windows=(Window(days=(0, 6), start="21:00", end="06:30"),)),
    )
    assert "Saved for Mai" in page.text
    assert "Bedtime: Everything closed 21:00–06:30" in page.text
    assert "Blocked: Gambling" in page.text
    assert "until 06:30 the next day" in hours.text


async def test_what_is_taken_out_of_youtube_is_saved_and_told(house: House):
    async with house.client("alice") as browser:
        form = await form_of(browser, house, "Mai", "youtube") | {
            "service:youtube-shorts": ["block"],
            "videos.out": ["comments", "autoplay"],
            "videos.only": ["yes"],
            "videos.channels": ["https://www.youtube.com/@ThayMinh/videos\n@thayminh"],
            "videos.unsure": ["block"],
        }
        await send(browser, house, "youtube", form)
        page = await browser.get(address(house, "Mai", "rules"))
        opened = await browser.get(address(house, "Mai", "opened"))
    policy = await policy_of(house, "Mai")

    assert policy.services == {"youtube-shorts": Choice.BLOCK}
    assert policy.videos == Videos(
        comments="block", autoplay="block", only=True, channels=("@thayminh",), unsure="block"
    )
    assert "YouTube Shorts: not set → blocked" in page.text
    assert "taken out of its pages" in opened.text


async def test_shorts_are_given_minutes_of_their_own_with_one_press(house: House):
    async with house.client("alice") as browser:
        youtube = await browser.get(address(house, "Mai", "rules/youtube"))
        assert "/rules/minutes?add=shorts" in youtube.text
        form = await form_of(browser, house, "Mai", "minutes?add=shorts")
        assert form["allowance.0.scope"] == ["service:youtube-shorts"]
        await send(browser, house, "minutes", form)

    [allowance] = (await policy_of(house, "Mai")).allowances
    assert (allowance.scope, allowance.minutes[0]) == ("service:youtube-shorts", 10)


async def test_a_pause_survives_saving_the_rules(house: House):
    async with house.client("alice") as browser:
        await browser.post(address(house, "Mai", "pause"))
        form = await form_of(browser, house, "Mai", "sites") | {"block": ["bad.example"]}
        await send(browser, house, "sites", form)
    policy = await policy_of(house, "Mai")

    assert policy.pause is not None
    assert policy.block == ("bad.example",)


async def test_pasted_addresses_become_sites(house: House):
    async with house.client("alice") as browser:
        form = await form_of(browser, house, "Mai", "sites")
        form["allow"] = ["https://www.Olm.vn/lop-5?x=1\n  vioedu.vn  \nvioedu.vn"]
        await send(browser, house, "sites", form)

    assert (await policy_of(house, "Mai")).allow == ("www.olm.vn", "vioedu.vn")


@pytest.mark.parametrize(
    ("part", "changed", "said"),
    [
        ("sites", {"allow": ["not a site!"]}, "is not a site"),
        ("sites", {"allow": ["a.vn"], "block": ["a.vn"]}, "stands in both lists"),
        (
            "minutes",
            {"allowance.0.scope": ["everything"], "allowance.0.week": ["lots"]},
            "whole minutes",
        ),
        ("minutes", {"allowance.0.week": ["1441"], "allowance.0.weekend": ["1"]}, "whole minutes"),
        ("hours", {"hours.0.name": ["x"]}, "at least one time"),
        ("youtube", {"videos.channels": ["Thầy Minh"]}, "is not a channel"),
        ("youtube", {"videos.videos": ["@thayminh"]}, "is not a video"),
        ("youtube", {"videos.only": ["yes"]}, "Name at least one channel"),
        ("hours", {"hours.0.name": ["x"], "hours.0.window.0.start": ["21:00"]}, "at least one day"),
        ("hours", {"hours.0.name": ["x"], "hours.0.window.0.day": ["1"]}, "Write both times"),
        ("hours", {"hours.0.name": [""], "hours.0.window.0.day": ["1"]}, "Give these hours a name"),
    ],
)
async def test_what_does_not_fit_is_said_and_nothing_typed_is_lost(
    house: House, part: str, changed: Fields, said: str
):
    before = await policy_of(house, "Mai")
    async with house.client("alice") as browser:
        form = await form_of(browser, house, "Mai", part) | changed
        page = await send(browser, house, part, form)

    assert page.status_code == 422
    assert said in page.text
    again = fields_of(page.text)
    assert {name: again.get(name) for name in changed} == changed
    assert await policy_of(house, "Mai") == before


async def test_two_limits_for_the_same_thing_are_refused(house: House):
    async with house.client("alice") as browser:
        form = await form_of(browser, house, "Mai", "minutes")
        for number in (0, 1):
            row = f"allowance.{number}"
            form |= {f"{row}.week": ["60"], f"{row}.weekend": ["60"]}
        page = await send(browser, house, "minutes", form)

    assert page.status_code == 422
    assert "two limits for the same thing" in page.text


async def test_rows_are_added_and_removed_without_saving(house: House):
    await set_policy(house, "Mai", RICH)
    async with house.client("alice") as browser:
        form = await form_of(browser, house, "Mai", "hours") | {"hours.0.name": ["Typed"]}
        orders = {"add-hours": 3, "remove-hours.1": 1, "add-window.0": 2, "remove-window.0.1": 2}
        found = {}
        for order in orders:
            page = await send(browser, house, "hours", form | {"order": [order]})
            assert 'value="Typed"' in page.text
            found[order] = page.text.count('.effect"')

    assert found == orders
    assert await policy_of(house, "Mai") == RICH


async def test_a_change_by_somebody_else_is_told_and_nothing_typed_is_lost(house: House):
    async with house.client("alice") as alice, house.client("bob") as bob:
        form = await form_of(alice, house, "Mai", "sites") | {"block": ["mine.example"]}
        other = await form_of(bob, house, "Mai", "categories") | {"blocked": ["dating"]}
        await send(bob, house, "categories", other)
        page = await send(alice, house, "sites", form)

        assert page.status_code == 409
        assert "Bob changed these rules" in page.text
        assert "Dating" in page.text
        assert (await policy_of(house, "Mai")).block == ()
        saved = await send(alice, house, "sites", fields_of(page.text))

    assert saved.status_code == 303
    policy = await policy_of(house, "Mai")
    assert policy.block == ("mine.example",)
    assert policy.categories == {"dating": Choice.BLOCK}


async def test_saving_offers_an_undo_that_brings_the_rules_back(house: House):
    await set_policy(house, "Mai", RICH)
    async with house.client("alice") as browser:
        form = await form_of(browser, house, "Mai", "sites") | {"block": ["new.example"]}
        await send(browser, house, "sites", form)
        page = (await browser.get(address(house, "Mai", "rules"))).text
        undo = fields_of(page, "undoes")
        answer = await browser.post(address(house, "Mai", "restore"), data=undo)
        assert answer.headers["location"] == address(house, "Mai", "rules")

    assert await policy_of(house, "Mai") == RICH


async def test_an_undo_takes_nothing_back_that_another_adult_did_since(house: House):
    await set_policy(house, "Mai", RICH)
    async with house.client("alice") as alice, house.client("bob") as bob:
        form = await form_of(alice, house, "Mai", "sites") | {"block": ["new.example"]}
        await send(alice, house, "sites", form)
        undo = fields_of((await alice.get(address(house, "Mai", "rules"))).text, "undoes")
        other = await form_of(bob, house, "Mai", "search") | {"safe_search": []}
        await send(bob, house, "search", other)
        answer = await alice.post(address(house, "Mai", "restore"), data=undo)

    assert answer.status_code == 409
    assert "in the meantime" in answer.text
    assert not (await policy_of(house, "Mai")).safe_search


async def test_history_tells_each_change_and_brings_one_back(house: House):
    await set_policy(house, "Mai", RICH)
    await set_policy(house, "Mai", RICH.model_copy(update={"safe_search": False}))
    async with house.client("alice") as browser:
        page = await browser.get(address(house, "Mai", "history"))
        assert "Safe search: on → off" in page.text
        await browser.post(address(house, "Mai", "restore"), data={"number": "2"})

    assert await policy_of(house, "Mai") == RICH


async def test_a_new_child_begins_with_the_rules_for_its_age(house: House):
    given = {"name": "Bi", "birth_year": "2017", "language": "vi", "colour": "teal"}
    async with house.client("alice") as browser:
        page = await browser.get("/children/new")
        assert "7 to 11" in page.text
        assert "Bedtime: Everything closed 21:00–06:00" in page.text
        answer = await browser.post("/children/new", data=given)
    child_id = UUID(answer.headers["location"].split("/")[2])
    async with house.panel.db.read() as store:
        version = await policies.current(store, child_id)

    assert version is not None
    assert version.policy == presets.preset_for(9)[1]


async def test_two_children_of_one_name_are_refused_with_what_was_typed(house: House):
    given = {"name": "Mai", "birth_year": "2017", "language": "vi", "colour": "teal"}
    async with house.client("alice") as browser:
        page = await browser.post("/children/new", data=given)

    assert page.status_code == 422
    assert "There is a child of this name already." in page.text
    assert 'value="Mai"' in page.text


async def test_particulars_can_be_changed(house: House):
    given = {"name": "Mai Anh", "birth_year": "2013", "language": "en", "colour": "red"}
    async with house.client("alice") as browser:
        await browser.post(address(house, "Mai", "edit"), data=given)
    async with house.panel.db.read() as store:
        child = await children.get(store, house.children["Mai"].id)

    assert (child.name, child.birth_year, child.language) == ("Mai Anh", 2013, "en")


async def test_a_child_is_removed_only_when_its_name_is_typed(house: House):
    async with house.client("alice") as browser:
        page = await browser.post(address(house, "Mai", "remove"), data={"confirm": "Nam"})
        assert page.status_code == 422
        assert "Nothing was removed" in page.text
        await browser.post(address(house, "Mai", "remove"), data={"confirm": "mai"})
    async with house.panel.db.read() as store:
        with pytest.raises(NotFound):
            await children.get(store, house.children["Mai"].id)
        newest = (await ledger.lines(store))[0]

    assert "Mai" not in f"{newest.what} {newest.values}"


async def test_another_familys_child_does_not_exist_for_a_stranger(house: House):
    async with house.client("charlie") as browser:
        for page in ("", "rules", "history", "edit"):
            assert (await browser.get(address(house, "Mai", page))).status_code == 404


async def test_the_day_of_a_child_shows_its_devices(house: House):
    async with house.client("alice") as browser:
        page = await browser.get(address(house, "Mai"))

    assert "Mai’s phone" in page.text
    assert "not seen yet" in page.text


async def test_a_policy_of_a_layer_above_is_told_and_is_not_the_childs_form(house: House):
    assert house.family is not None
    async with change.change(house.panel.db, by=SYSTEM, what="set", now=house.clock()) as tx:
        await policies.save(tx, house.family.id, RICH)
    async with house.client("alice") as browser:
        overview = (await browser.get(address(house, "Mai", "rules"))).text
        page = (await browser.get(address(house, "Mai", "rules/sites"))).text

    assert "Nhà Trần:</b> Always allowed: olm.vn" in overview
    assert "bad.example" not in fields_of(page)["block"][0]


TIED = Policy(
    services={"olm": Choice.BLOCK},
    hours=(
        Hours(name="study", scope="service:olm", windows=(Window(start="19:00", end="20:30"),)),
    ),
    allowances=tuple(
        Allowance(scope=f"category:{name}", minutes=(60,) * 7)
        for name in ("games", "video", "social", "chat", "music")
    ),
)


@pytest.mark.parametrize(
    ("page", "most"), [("", 30_000), *((f"/{part}", 65_000) for part in PARTS)]
)
async def test_every_page_of_the_rules_is_light(house: House, page: str, most: int):
    await set_policy(house, "Mai", TIED)
    async with house.client("alice") as browser:
        answer = await browser.get(address(house, "Mai", f"rules{page}"))

    assert answer.status_code == 200
    assert len(answer.content) <= most
    assert len(gzip.compress(answer.content, 6)) <= 12_000


async def test_every_icon_that_is_used_again_stands_once_in_the_page(house: House):
    async with house.client("alice") as browser:
        text = (await browser.get(address(house, "Mai", "rules/categories"))).text
    symbols = re.findall(r'<symbol id="(i-[\w-]+)"', text)

    assert set(re.findall(r'<use href="#(i-[\w-]+)"', text)) == set(symbols)
    assert len(symbols) == len(set(symbols)) > 20


async def test_the_page_and_what_it_unfolds_have_every_app_once(house: House):
    async with house.client("alice") as browser:
        page = (await browser.get(address(house, "Mai", "rules/apps"))).text
        more = re.findall(r'hx-get="([^"]+kind=[^"]+)"', page)
        rest = [(await browser.get(kind)).text for kind in more]
    found = re.findall(r'data-app="([\w-]+)"', page + "".join(rest))

    assert not any("<html" in each for each in rest)
    assert sorted(found) == sorted(whole_apps(house))
    assert page.count("data-app=") < len(found) / 6


async def test_a_rare_app_that_was_decided_stands_in_the_page_and_stays_as_it_is(house: House):
    await set_policy(house, "Mai", TIED)
    async with house.client("alice") as browser:
        page = (await browser.get(address(house, "Mai", "rules/apps"))).text
        hours = (await browser.get(address(house, "Mai", "rules/hours"))).text

    assert fields_of(page)["service:olm"] == ["block"]
    assert fields_of(hours)["hours.0.scope"] == ["service:olm"]


async def test_an_app_is_found_by_its_name_without_marks(house: House):
    await set_policy(house, "Mai", TIED)
    find = address(house, "Mai", "rules/find")
    async with house.client("alice") as browser:
        found = (await browser.get(find, params={"q": "OLM"})).text
        none = (await browser.get(find, params={"q": "qqqq<"})).text

    assert 'name="service:olm" value="block" checked' in found
    assert "No app is called “qqqq&lt;”" in none


async def test_without_script_a_kind_of_apps_is_shown_and_what_was_decided_stays(house: House):
    await set_policy(house, "Mai", TIED)
    async with house.client("alice") as browser:
        form = await form_of(browser, house, "Mai", "apps") | {"service:olm": [""]}
        shown = await send(browser, house, "apps", form | {"order": ["show.finance"]})
        again = fields_of(shown.text)
        assert len(again) > len(form)
        found = await send(browser, house, "apps", again | {"order": ["find"], "q": ["olm"]})
        assert (await send(browser, house, "apps", fields_of(found.text))).status_code == 303

    assert (await policy_of(house, "Mai")).services == {}
