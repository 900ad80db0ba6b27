"""Beside each setting stands what wider layers make of it; drafts are tried on the days gone by."""

import pytest

from rules.policy import Allowance, Choice, Floor, Hours, Policy, Window, YouTube
from store import change, groups, ledger, memberships, policies
from store.adults import Role
from store.change import SYSTEM
from tests.api.conftest import House
from tests.api.test_child import address, form_of, policy_of, send
from tests.api.test_scopes import enter
from tests.api.test_today import set_policy
from tests.kit.forms import fields_of
from tests.kit.panel import Diary, a_fortnight

SCHOOLS = Policy(
    categories={"games": Choice.BLOCK},
    services={"tiktok": Choice.BLOCK, "minecraft": Choice.ALLOW},
    block=("bad.example",),
    hours=(
        Hours(
            name="study",
            scope="category:video",
            windows=(Window(days=(0, 1, 2, 3, 4), start="07:00", end="16:30"),),
        ),
    ),
    allowances=(Allowance(scope="category:video", minutes=(45,) * 7),),
    floors=(Floor(scope="category:video", minutes=60),),
    safe_search=True,
    youtube=YouTube.MODERATE,
)
SAID = {
    "hours?add=hours": ("closed 07:00–16:30 (Monday to Friday)",),
    "minutes": ("THCS 1 gives 45 minutes a day here", "for 1 h a day at most."),
    "categories": ("THCS 1 blocks it: it stays closed even when this switch is off.",),
    "apps": ("THCS 1 blocks it: it stays", "THCS 1 blocks “Games”, and this app with it."),
    "sites": ("www.bad.example stays closed. Stopped: bad.example is on the block list",),
    "search": ("THCS 1 has it on: switching it off here changes nothing.",),
    "youtube": ("THCS 1 sets “moderate”: the stricter of the two counts.",),
    "privacy": ("Only what stands here counts: THCS 1 have no say in it.",),
}


@pytest.fixture
async def school(house: House) -> House:
    """Let Mai go to a class of a school that has rules."""
    about = {"zone": "Asia/Ho_Chi_Minh", "language": "vi"}
    mai = house.children["Mai"]
    async with change.change(house.panel.db, by=SYSTEM, what="began", now=house.clock()) as tx:
        school = await groups.add(tx, name="THCS 1", kind="school", **about)
        her_class = await groups.add(tx, name="7A", kind="class", parent_id=school.id, **about)
        await memberships.join(tx, mai.id, her_class.id)
        await policies.save(tx, school.id, SCHOOLS)
    house.her_class = her_class  # type: ignore[attr-defined]
    own = Policy(allow=("www.bad.example",), allowances=(Allowance(scope="category:video"),))
    await set_policy(house, "Mai", own)
    return house


@pytest.mark.parametrize(("part", "sentences"), SAID.items())
async def test_what_the_school_decides_is_told_where_it_matters(school: House, part, sentences):
    async with school.client("alice") as alice:
        page = (await alice.get(address(school, "Mai", f"rules/{part}"))).text
    assert [said for said in sentences if said not in page] == []


async def test_an_app_that_the_school_allows_is_not_said_to_be_closed_with_its_kind(school: House):
    async with school.client("alice") as alice:
        find = address(school, "Mai", "rules/find")
        minecraft = (await alice.get(find, params={"q": "minecraft"})).text
        roblox = (await alice.get(find, params={"q": "roblox"})).text
    assert "and this app with it" not in minecraft
    assert "and this app with it" in roblox


async def test_a_draft_is_tried_on_the_last_days_and_nothing_is_saved(house: House):
    mai = house.children["Mai"]
    diary = Diary(house.panel.db, house.panel.catalogue)
    await a_fortnight(diary, mai, house.devices["phone"], house.clock())
    before = await policy_of(house, "Mai")
    async with house.client("alice") as alice:
        form = await form_of(alice, house, "Mai", "categories") | {"blocked": ["games"]}
        order = form | {"order": ["rehearse"]}
        whole = await send(alice, house, "categories", order)
        alice.headers["HX-Request"] = "true"
        part = await send(alice, house, "categories", order)

    assert fields_of(whole.text)["blocked"] == ["games"]
    for page in (whole, part):
        assert "visits more would have been stopped" in page.text
        assert "Roblox" in page.text
    assert "<html" not in part.text
    assert await policy_of(house, "Mai") == before
    async with house.panel.db.read() as store:
        [line, *_] = await ledger.lines(store)
    assert (line.what, line.child_id) == ("tried rules on the last days of {child}", mai.id)


async def test_rules_by_age_are_tried_before_they_are_taken(house: House):
    diary = Diary(house.panel.db, house.panel.catalogue)
    await a_fortnight(diary, house.children["Mai"], house.devices["phone"], house.clock())
    where = address(house, "Mai", "presets")
    async with house.client("alice") as alice:
        before = (await alice.get(where, params={"name": "little"})).text
        assert "ru-tried" not in before
        assert "days=7" in before
        tried = (await alice.get(where, params={"name": "little", "days": 7})).text
    assert "visits more would have been stopped" in tried
    assert "TikTok" in tried
    assert "The last 7 days of Mai" in tried


async def test_what_does_not_fit_is_not_tried(house: House):
    async with house.client("alice") as alice:
        form = await form_of(alice, house, "Mai", "sites") | {"allow": ["not a site!"]}
        page = await send(alice, house, "sites", form | {"order": ["rehearse"]})
    assert page.status_code == 422
    assert "This cannot be tried yet" in page.text
    assert "is not a site" in page.text


async def test_the_family_s_rules_are_changed_tried_and_taken_back_in_the_panel(house: House):
    assert house.family
    here = f"/groups/{house.family.id}/rules"
    async with house.client("alice") as alice:
        assert f'href="{here}"' in (await alice.get(f"/groups/{house.family.id}")).text
        overview = (await alice.get(here)).text
        assert "These rules hold for 2 children" in overview
        form = fields_of((await alice.get(f"{here}/search")).text) | {"safe_search": ["yes"]}
        tried = await alice.post(f"{here}/search", data=form | {"order": ["rehearse"]})
        assert "The last 7 days of Mai" in tried.text
        assert "The last 7 days of Nam" in tried.text
        assert (await alice.post(f"{here}/search", data=form)).status_code == 303
        form = fields_of((await alice.get(f"{here}/sites")).text) | {"block": ["bad.example"]}
        assert (await alice.post(f"{here}/sites", data=form)).status_code == 303
        history = (await alice.get(f"/groups/{house.family.id}/history")).text
        assert "bad.example was put on the block list" in history
        back = await alice.post(f"/groups/{house.family.id}/restore", data={"number": "1"})
        assert back.status_code == 303
    async with house.panel.db.read() as store:
        version = await policies.current(store, house.family.id)
        [line, *_] = await ledger.lines(store)
    assert version
    assert (version.number, version.policy) == (3, Policy(safe_search=True))
    assert line.group_id == house.family.id


async def test_a_teacher_changes_the_class_and_a_parent_does_not(school: House):
    her_class = school.her_class  # type: ignore[attr-defined]
    await enter(school, "Tess", her_class.id, Role.TEACHER)
    here = f"/groups/{her_class.id}/rules"
    async with school.client("tess") as tess, school.client("alice") as alice:
        page = await tess.get(f"{here}/categories")
        form = fields_of(page.text) | {"blocked": ["social"]}
        assert (await tess.post(f"{here}/categories", data=form)).status_code == 303
        # Mai's home is the family: her name and her days are nothing to a teacher.
        assert str(school.children["Mai"].id) not in (await tess.get(here)).text
        tried = await tess.post(f"{here}/categories", data=form | {"order": ["rehearse"]})
        assert "There is no child whose days you may look at" in tried.text
        assert (await alice.get(here)).status_code == 404
        assert (await alice.post(f"{here}/categories", data=form)).status_code == 404
        mine = (await alice.get(address(school, "Mai", "rules"))).text
        assert "7A:</b> Blocked: Social" in mine
        assert f"/groups/{her_class.id}" not in mine


async def test_who_may_only_look_sees_the_rules_and_no_button(house: House):
    assert house.family
    async with house.client("vera") as vera:
        for where in (
            address(house, "Mai", "rules/hours"),
            f"/groups/{house.family.id}/rules/hours",
        ):
            page = await vera.get(where)
            assert page.status_code == 200
            assert "pg-save" not in page.text
            assert (await vera.post(where, data={})).status_code == 403
