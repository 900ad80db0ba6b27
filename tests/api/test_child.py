"""A child's pages: rules as a form, their history, particulars, and removal."""

import gzip
import re
from uuid import UUID

import httpx
import pytest

from api.pages.child.draft import draft_of
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


async def form_of(browser: httpx.AsyncClient, house: House, name: str) -> dict[str, list[str]]:
    """Fill the form in as the page gives it: what a browser would send back untouched."""
    page = await browser.get(address(house, name, "rules"))
    assert page.status_code == 200
    number = page.text.partition('name="number" value="')[2].partition('"')[0]
    return {"number": [number], **fields(await policy_of(house, name))}


def fields(policy: Policy) -> dict[str, list[str]]:
    draft = draft_of(policy)
    typed = {
        "blocked": sorted(draft.blocked),
        "allow": [draft.allow],
        "block": [draft.block],
        "unlisted": [draft.unlisted],
        "youtube": [draft.youtube],
        "privacy": [draft.privacy],
        "let_finish": [draft.let_finish],
        "slow_lane": [draft.slow_lane],
        **({"safe_search": ["yes"]} if draft.safe_search else {}),
        **({"unsafe_search": ["yes"]} if draft.unsafe_search is Choice.BLOCK else {}),
        **({"unnamed": ["block"]} if draft.unnamed is Choice.BLOCK else {}),
        **({"read_pages": ["yes"]} if draft.read_pages else {}),
        **({"searches": ["yes"]} if draft.searches else {}),
        **{f"service:{name}": [choice] for name, choice in draft.services.items()},
        "videos.out": sorted(draft.videos.out),
        "videos.channels": [draft.videos.channels],
        "videos.videos": [draft.videos.videos],
        "videos.unsure": [draft.videos.unsure],
        **({"videos.only": ["yes"]} if draft.videos.only else {}),
        **{
            f"sent.{name}": ["yes"]
            for name in ("homework", "ask", "unknown")
            if getattr(draft.sent, name)
        },
        **{f"sent.{name}": [getattr(draft.sent, name)] for name in ("told", "anyway", "decides")},
        "sent.trusted": [draft.sent.trusted],
    }
    for number, hours in enumerate(draft.hours):
        row = f"hours.{number}"
        typed |= {f"{row}.name": [hours.name], f"{row}.scope": [hours.scope]}
        typed[f"{row}.effect"] = [hours.effect]
        for place, window in enumerate(hours.windows):
            spot = f"{row}.window.{place}"
            typed |= {f"{spot}.day": list(window.days), f"{spot}.start": [window.start]}
            typed[f"{spot}.end"] = [window.end]
    for number, allowance in enumerate(draft.allowances):
        row = f"allowance.{number}"
        typed |= {f"{row}.scope": [allowance.scope], f"{row}.week": [allowance.week]}
        typed[f"{row}.weekend"] = [allowance.weekend]
        typed |= {f"{row}.day.{day}": [text] for day, text in enumerate(allowance.each)}
    return typed


async def test_a_form_sent_back_untouched_changes_nothing(house: House):
    await set_policy(house, "Mai", RICH)
    async with house.client("alice") as browser:
        form = await form_of(browser, house, "Mai")
        answer = await browser.post(address(house, "Mai", "rules"), data=form)
        page = await browser.get(address(house, "Mai", "rules"))

    assert answer.status_code == 303
    assert "Nothing was changed." in page.text
    assert await policy_of(house, "Mai") == RICH


@pytest.mark.parametrize("age", [5, 9, 13, 16])
async def test_every_preset_can_be_shown_and_sent_back(house: House, age: int):
    _, preset = presets.preset_for(age)
    await set_policy(house, "Mai", preset)
    async with house.client("alice") as browser:
        form = await form_of(browser, house, "Mai")
        answer = await browser.post(address(house, "Mai", "rules"), data=form)

    assert answer.status_code == 303
    assert await policy_of(house, "Mai") == preset


async def test_saving_changes_the_rules_and_says_what_changed(house: House):
    async with house.client("alice") as browser:
        form = await form_of(browser, house, "Mai")
        form |= {"blocked": ["gambling"], "service:tiktok": ["block"], "safe_search": ["yes"]}
        form |= {
            "hours.0.name": ["Bedtime"],
            "hours.0.scope": ["everything"],
            "hours.0.effect": ["closed"],
            "hours.0.window.0.day": ["0", "6"],
            "hours.0.window.0.start": ["21:00"],
            "hours.0.window.0.end": ["06:30"],
        }
        await browser.post(address(house, "Mai", "rules"), data=form)
        page = await browser.get(address(house, "Mai", "rules"))
    policy = await policy_of(house, "Mai")

    assert policy.categories == {"gambling": Choice.BLOCK}
    assert policy.services == {"tiktok": Choice.BLOCK}
    assert policy.safe_search
    # The usual name is kept as a word of its own, so that each reader sees it in their language.
    assert policy.hours == (
        Hours(name="bedtime", windows=(Window(days=(0, 6), start="21:00", end="06:30"),)),
    )
    assert "Saved for Mai" in page.text
    assert "Gambling" in page.text
    assert "until 06:30 the next day" in page.text


async def test_what_is_taken_out_of_youtube_is_saved_and_told(house: House):
    async with house.client("alice") as browser:
        form = await form_of(browser, house, "Mai") | {
            "service:youtube-shorts": ["block"],
            "videos.out": ["comments", "autoplay"],
            "videos.only": ["yes"],
            "videos.channels": ["https://www.youtube.com/@ThayMinh/videos\n@thayminh"],
            "videos.unsure": ["block"],
        }
        await browser.post(address(house, "Mai", "rules"), data=form)
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
        form = await form_of(browser, house, "Mai")
        page = await browser.post(
            address(house, "Mai", "rules"), data=form | {"order": ["add-shorts"]}
        )
        assert 'value="service:youtube-shorts" selected' in page.text
        row = {f"allowance.0.{field}": [value] for field, value in SHORTS_ROW.items()}
        await browser.post(address(house, "Mai", "rules"), data=form | row)

    [allowance] = (await policy_of(house, "Mai")).allowances
    assert (allowance.scope, allowance.minutes[0]) == ("service:youtube-shorts", 10)


async def test_a_pause_survives_saving_the_rules(house: House):
    async with house.client("alice") as browser:
        await browser.post(address(house, "Mai", "pause"))
        form = await form_of(browser, house, "Mai") | {"block": ["bad.example"]}
        await browser.post(address(house, "Mai", "rules"), data=form)
    policy = await policy_of(house, "Mai")

    assert policy.pause is not None
    assert policy.block == ("bad.example",)


async def test_pasted_addresses_become_sites(house: House):
    async with house.client("alice") as browser:
        form = await form_of(browser, house, "Mai")
        form["allow"] = ["https://www.Olm.vn/lop-5?x=1\n  vioedu.vn  \nvioedu.vn"]
        await browser.post(address(house, "Mai", "rules"), data=form)

    assert (await policy_of(house, "Mai")).allow == ("www.olm.vn", "vioedu.vn")


@pytest.mark.parametrize(
    ("changed", "said"),
    [
        ({"allow": ["not a site!"]}, "is not a site"),
        ({"allow": ["a.vn"], "block": ["a.vn"]}, "stands in both lists"),
        ({"allowance.0.scope": ["everything"], "allowance.0.week": ["lots"]}, "whole minutes"),
        ({"allowance.0.week": ["1441"], "allowance.0.weekend": ["1"]}, "whole minutes"),
        ({"hours.0.name": ["x"]}, "at least one time"),
        ({"videos.channels": ["Thầy Minh"]}, "is not a channel"),
        ({"videos.videos": ["@thayminh"]}, "is not a video"),
        ({"videos.only": ["yes"]}, "Name at least one channel"),
        ({"hours.0.name": ["x"], "hours.0.window.0.start": ["21:00"]}, "at least one day"),
        ({"hours.0.name": ["x"], "hours.0.window.0.day": ["1"]}, "Write both times"),
        ({"hours.0.name": [""], "hours.0.window.0.day": ["1"]}, "Give these hours a name"),
    ],
)
async def test_what_does_not_fit_is_said_and_nothing_typed_is_lost(house: House, changed, said):
    before = await policy_of(house, "Mai")
    async with house.client("alice") as browser:
        form = await form_of(browser, house, "Mai") | {"block": ["typed.example"]} | changed
        page = await browser.post(address(house, "Mai", "rules"), data=form)

    assert page.status_code == 422
    assert said in page.text
    assert changed.get("block", ["typed.example"])[0] in page.text
    assert await policy_of(house, "Mai") == before


async def test_two_limits_for_the_same_thing_are_refused(house: House):
    async with house.client("alice") as browser:
        form = await form_of(browser, house, "Mai")
        for number in (0, 1):
            row = f"allowance.{number}"
            form |= {f"{row}.week": ["60"], f"{row}.weekend": ["60"]}
        page = await browser.post(address(house, "Mai", "rules"), data=form)

    assert page.status_code == 422
    assert "two limits for the same thing" in page.text


async def test_rows_are_added_and_removed_without_saving(house: House):
    await set_policy(house, "Mai", RICH)
    async with house.client("alice") as browser:
        form = await form_of(browser, house, "Mai") | {"block": ["typed.example"]}
        orders = {"add-hours": 3, "remove-hours.1": 1, "add-window.0": 2, "remove-window.0.1": 2}
        found = {}
        for order in orders:
            page = await browser.post(
                address(house, "Mai", "rules"), data=form | {"order": [order]}
            )
            assert "typed.example" in page.text
            found[order] = page.text.count('.effect"')

    assert found == orders
    assert await policy_of(house, "Mai") == RICH


async def test_a_change_by_somebody_else_is_told_and_nothing_typed_is_lost(house: House):
    async with house.client("alice") as alice, house.client("bob") as bob:
        form = await form_of(alice, house, "Mai")
        other = await form_of(bob, house, "Mai") | {"blocked": ["dating"]}
        await bob.post(address(house, "Mai", "rules"), data=other)
        page = await alice.post(
            address(house, "Mai", "rules"), data=form | {"block": ["mine.example"]}
        )

        assert page.status_code == 409
        assert "Bob changed these rules" in page.text
        assert "Dating" in page.text
        assert "mine.example" in page.text
        assert (await policy_of(house, "Mai")).block == ()
        number = page.text.partition('name="number" value="')[2].partition('"')[0]
        again = form | {"number": [number], "block": ["mine.example"]}
        saved = await alice.post(address(house, "Mai", "rules"), data=again)

    assert saved.status_code == 303
    assert (await policy_of(house, "Mai")).block == ("mine.example",)


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


async def test_a_policy_of_a_layer_above_is_not_the_childs_form(house: House):
    assert house.family is not None
    async with change.change(house.panel.db, by=SYSTEM, what="set", now=house.clock()) as tx:
        await policies.save(tx, house.family.id, RICH)
    async with house.client("alice") as browser:
        page = await browser.get(address(house, "Mai", "rules"))

    assert "bad.example" not in page.text


EVENING = Hours(name="study", scope="service:olm", windows=(Window(start="19:00", end="20:30"),))
ALWAYS_TIED = Policy(
    services={"olm": Choice.BLOCK},
    hours=(
        Hours(name="study", scope="service:olm", windows=(Window(start="19:00", end="20:30"),)),
    ),
    allowances=tuple(
        Allowance(scope=f"category:{name}", minutes=(60,) * 7)
        for name in ("games", "video", "social", "chat", "music")
    ),
)


async def test_the_rules_are_a_light_page(house: House):
    await set_policy(house, "Mai", ALWAYS_TIED)
    async with house.client("alice") as browser:
        page = await browser.get(address(house, "Mai", "rules"))

    assert len(page.content) <= 135_000
    assert len(gzip.compress(page.content, 6)) <= 25_000


async def test_every_icon_that_is_used_again_stands_once_in_the_page(house: House):
    async with house.client("alice") as browser:
        text = (await browser.get(address(house, "Mai", "rules"))).text
    symbols = re.findall(r'<symbol id="(i-[\w-]+)"', text)

    assert set(re.findall(r'<use href="#(i-[\w-]+)"', text)) == set(symbols)
    assert len(symbols) == len(set(symbols)) > 20


async def test_the_page_and_what_it_fetches_have_every_app_once(house: House):
    async with house.client("alice") as browser:
        page = (await browser.get(address(house, "Mai", "rules"))).text
        rest = (await browser.get(address(house, "Mai", "rules/apps"))).text
    found = re.findall(r'<li id="app-([\w-]+)"', page + rest)

    assert "<html" not in rest
    assert sorted(found) == sorted(whole_apps(house))
    assert page.count('<li id="app-') < len(found) / 3


async def test_a_rare_app_that_was_decided_stands_in_the_page_and_stays_as_it_is(house: House):
    await set_policy(house, "Mai", ALWAYS_TIED)
    async with house.client("alice") as browser:
        page = (await browser.get(address(house, "Mai", "rules"))).text
        form = await form_of(browser, house, "Mai")
        await browser.post(address(house, "Mai", "rules"), data=form)

    assert '<input type="radio" name="service:olm" value="block" checked>' in page
    assert '<option value="service:olm" selected>OLM' in page
    assert await policy_of(house, "Mai") == ALWAYS_TIED


async def test_without_script_a_button_shows_every_app_and_keeps_what_was_typed(house: House):
    async with house.client("alice") as browser:
        form = await form_of(browser, house, "Mai")
        form |= {"block": ["typed.example"], "allowance.0.scope": ["everything"]}
        order = form | {"order": ["every-app"]}
        whole = (await browser.post(address(house, "Mai", "rules"), data=order)).text
        again = form | {"every_app": ["yes"], "order": ["add-hours"]}
        still = (await browser.post(address(house, "Mai", "rules"), data=again)).text

    for text in (whole, still):
        assert text.count('<li id="app-') == len(whole_apps(house))
        assert '<option value="service:roblox">Roblox' in text
        assert "typed.example" in text
