"""Adults and the child are asked, in words that are kept; without them only minutes are noted."""

import pytest

from rules.consent import WORDING
from rules.policy import Policy, Privacy, Window
from rules.vouching import HEADER, Visitor, vouch
from store import consents, household, policies
from store.change import SYSTEM, change
from store.tables import consents as table
from tests.api.conftest import House

KEY = b"k" * 32


@pytest.fixture
async def home(house: House) -> House:
    """Nobody was asked yet; the rules would have sites written down, and words heard."""
    house.panel.credentials_key = lambda: KEY
    async with house.panel.db.write() as store:
        await store.execute(table.delete())
    await rule(house, Policy(searches=True))
    return house


async def rule(house: House, policy: Policy) -> None:
    mai = house.children["Mai"]
    async with change(house.panel.db, by=SYSTEM, what="rules", now=house.clock()) as tx:
        version = await policies.current(tx.connection, mai.id)
        await policies.save(tx, mai.id, policy, expected=version.number if version else 0)


def at_device(house: House):
    client = house.client()
    visitor = Visitor(house.devices["phone"].id, "192.168.1.30")
    client.headers[HEADER] = vouch(KEY, visitor, house.clock())
    return client


async def holds(house: House) -> tuple[str, bool]:
    async with house.panel.db.read() as store:
        home = await household.load(store, now=house.clock())
    [mai] = [each for each in home.children if each.id == house.children["Mai"].id]
    return mai.agreed.level, mai.agreed.words


YES = {"answer": "yes", "level": "sites", "words": "true"}


async def test_more_than_minutes_takes_an_adult_and_the_child_with_their_words_kept(home: House):
    here = f"/children/{home.children['Mai'].id}/consent"
    assert await holds(home) == ("minutes", False)
    async with home.client("alice") as alice, at_device(home) as child:
        assert "Less is written down about Mai" in (await alice.get("/")).text
        assert "Đang ghi: chỉ số phút" in (await child.get("/own/")).text
        shown = (await alice.get(here)).text
        assert "which sites were visited" in shown
        await alice.post(here, data={"level": "sites", "words": "true"})
        assert await holds(home) == ("minutes", False), "the child has a say"
        assert "/agree" in (await child.get("/own/")).text
        asked = (await child.get("/own/agree")).text
        assert "Bạn được nói không" in asked
        await child.post("/own/agree", data=YES)
        assert await holds(home) == ("sites", True)
        assert "/agree" not in (await child.get("/own/")).text
        assert "Less is written down about Mai" not in (await alice.get("/")).text
        kept = (await child.get("/own/mine/data.json")).json()["consents"]
    assert [(each["party"], each["version"], each["language"]) for each in kept] == [
        ("child", WORDING, "vi"),
        ("adult", WORDING, "en"),
    ]
    assert "vào những trang web nào" in kept[0]["wording"]
    assert "You can take this back at any time" in kept[1]["wording"]


async def test_a_child_says_no_is_not_asked_again_and_may_change_its_mind(home: House):
    mai = home.children["Mai"]
    async with home.client("alice") as alice, at_device(home) as child:
        await alice.post(f"/children/{mai.id}/consent", data={"level": "sites", "words": "true"})
        await child.post("/own/agree", data=YES | {"answer": "no"})
        assert await holds(home) == ("minutes", False)
        assert "Có điều muốn hỏi bạn" not in (await child.get("/own/")).text
        assert "said no" in (await alice.get(f"/children/{mai.id}/consent")).text
        await child.post("/own/agree", data=YES)
        assert await holds(home) == ("sites", True)
        await child.post("/own/agree/withdraw")
        assert await holds(home) == ("minutes", False)
        page = (await child.get("/own/mine")).text
        assert "Bạn đã rút lại" in page


async def test_more_is_asked_for_anew_and_words_that_changed_are_read_again(home: House):
    mai = home.children["Mai"]
    async with home.client("alice") as alice, at_device(home) as child:
        await alice.post(f"/children/{mai.id}/consent", data={"level": "sites", "words": "true"})
        await child.post("/own/agree", data=YES)
        await rule(home, Policy(searches=True, privacy=Privacy.PAGES))
        assert await holds(home) == ("sites", True), "a raised level waits for everybody"
        late = await child.post("/own/agree", data=YES)
        assert late.status_code == 409
        assert "đọc lại" in late.text
        url = f"/api/v1/children/{mai.id}/consents"
        seen = (await alice.get(url)).json()
        assert seen["missing"] == ["adult", "child"]
        assert (await alice.post(url, json={"agreed": seen["wanted"]})).status_code == 201
        old = {"agreed": {"level": "sites", "words": True}}
        assert (await alice.post(url, json=old)).status_code == 422
        assert (await alice.delete(url)).status_code == 204
        assert (await alice.delete(url)).status_code == 404
    assert await holds(home) == ("minutes", False)


async def test_nobody_agrees_for_another(home: House):
    mai = home.children["Mai"]
    given = {"agreed": {"level": "sites", "words": True}}
    url = f"/api/v1/children/{mai.id}/consents"
    async with home.client("vera") as vera, home.client("charlie") as other:
        assert (await vera.post(url, json=given)).status_code == 403
        assert (await other.post(url, json=given)).status_code == 404
    async with home.panel.db.read() as store:
        assert await consents.list_of(store, mai.id) == []


async def test_private_hours_are_seen_by_the_child_and_set_in_the_form(home: House):
    mai = home.children["Mai"]
    evening = Window(days=(0,), start="17:00", end="19:00")
    await rule(home, Policy(private_hours=(evening,)))
    async with home.client("alice") as alice, at_device(home) as child:
        assert "Giờ riêng tư: lúc này chỉ ghi số phút" in (await child.get("/own/")).text
        assert "17:00–19:00" in (await child.get("/own/mine")).text
        form = {"number": "3", "privacy": "sites", "private.0.day": "0", "private.0.start": "20:00"}
        wrong = await alice.post(f"/children/{mai.id}/rules/privacy", data=form)
        assert wrong.status_code == 422
        await alice.post(
            f"/children/{mai.id}/rules/privacy", data=form | {"private.0.end": "21:00"}
        )
        kept = (await alice.get(f"/api/v1/children/{mai.id}/policy")).json()["policy"]
    assert kept["private_hours"] == [{"days": [0], "start": "20:00", "end": "21:00"}]
