"""The child's pages in a real browser: both tones, lights and languages, readable by everyone."""

from collections.abc import Iterator
from pathlib import Path

import pytest
from playwright.sync_api import expect

from rules.asks import Move, Terms, Wish
from rules.policy import Allowance, Hours, Policy, Window
from rules.verdict import Reason
from rules.vouching import HEADER, Refusal, Visitor, vouch
from store import asks, children, devices, doors, household, policies, tasks
from store.actor import Actor, ActorKind
from store.change import SYSTEM, change
from tests.api.conftest import House
from tests.api.door_pages import of_the_door
from tests.api.served import Served, serve
from tests.kit.browser import DESK, chromium
from tests.kit.reading import overhangs, problems

pytestmark = pytest.mark.browser
KEY = b"k" * 32
SMALL = {"width": 360, "height": 640}
BEDTIME = Hours(name="bedtime", windows=(Window(days=tuple(range(7)), start="21:30", end="06:30"),))
RULES = Policy(
    hours=(BEDTIME,),
    searches=True,
    allowances=(Allowance(minutes=(90,) * 7), Allowance(scope="category:games", minutes=(0,) * 7)),
)
PAGES = (
    "/",
    "/agree",
    "/asks/nothing",
    "/ask",
    "/ask?url=https://www.roblox.com/x",
    "/mine",
    "/asks",
    "/asks/{ask}",
    "/who",
)


@pytest.fixture(scope="module")
def served(tmp_path_factory, catalogue, empty_database: Path) -> Iterator[Served]:
    with serve(tmp_path_factory.mktemp("served"), catalogue, empty_database) as panel:
        panel.house.panel.credentials_key = lambda: KEY
        yield panel


@pytest.fixture(scope="module")
def launch(tmp_path_factory):
    with chromium(tmp_path_factory.mktemp("browsers")) as opener:
        yield opener


async def live(house: House, name: str, language: str) -> tuple[object, object]:
    """Give a child rules, a phone, a task, and an offer to think about."""
    child = house.children[name]
    about = {"birth_year": child.birth_year, "colour": child.colour}
    async with change(house.panel.db, by=SYSTEM, what="moved in", now=house.clock()) as tx:
        await children.alter(tx, child.id, name=child.name, language=language, **about)
        version = await policies.current(tx.connection, child.id)
        await policies.save(tx, child.id, RULES, expected=version.number if version else 0)
        await tasks.add(tx, child.id, title="Rửa bát", minutes=15)
        phone = await devices.add(
            tx, name="Máy", kind="phone", system="ios", child_ids=[child.id], first_port=8101
        )
    by = Actor(ActorKind.CHILD, child.name, child.id)
    wish = Wish(scope="category:games", minutes=30, counted=True, reason="Mình làm xong bài rồi.")
    async with change(house.panel.db, by=by, what="asked", now=house.clock()) as tx:
        asked = await asks.ask(tx, child.id, wish, device_id=phone.id)
    by = Actor(ActorKind.ADULT, "Alice", child.id)
    terms = Terms(scope="category:games", minutes=15)
    async with change(house.panel.db, by=by, what="offered", now=house.clock()) as tx:
        await asks.answer(tx, asked.id, Move.OFFER, terms=terms, words="Sau bài tập")
    return phone.id, asked.id


@pytest.mark.parametrize(
    ("name", "look"),
    [
        ("Mai", {"viewport": SMALL, "dark": True}),
        ("Nam", {"viewport": DESK, "dark": False}),
    ],
)
def test_every_page_of_a_child_can_be_read_by_everyone_and_fits(
    served: Served, launch, tmp_path: Path, name: str, look
):
    house, language = served.house, {"Mai": "vi", "Nam": "en"}[name]
    phone, asked = served.do(live(house, name, language))
    refused = Refusal("www.bet365.com", Reason.CATEGORY, house.clock())
    word = vouch(KEY, Visitor(phone, "192.168.1.30", False, refused), house.clock())
    page = launch("child", **look, alike=True)
    page.context.set_extra_http_headers({HEADER: word})
    for path in PAGES:
        page.goto(f"{served.url}/own{path.format(ask=asked)}")
        expect(page.get_by_role("link", name="111")).to_be_visible()
        assert page.locator("html").get_attribute("lang") == language
        assert problems(page) == [], path
        assert not overhangs(page), f"{path} is wider than the screen"
    year = house.children[name].birth_year
    for path, html in of_the_door(tmp_path / "door", language, year).items():
        # The panel’s own policy about styles would hold on for what is put in its place.
        page.goto("about:blank")
        page.set_content(html)
        assert problems(page) == [], path
        assert not overhangs(page), f"{path} is wider than the screen"


async def given(house: House) -> tuple[object, object]:
    """Let Mai ask for a site and Alice say yes, while a door has not heard of it yet."""
    mai, now = house.children["Mai"], house.clock()
    async with change(house.panel.db, by=SYSTEM, what="rules", now=now) as tx:
        await policies.save(tx, mai.id, Policy(block=("bet365.com",)))
        about = {"name": "Máy", "kind": "phone", "system": "ios", "child_ids": [mai.id]}
        phone = await devices.add(tx, **about, first_port=8101)
    wish = Wish(scope="site:bet365.com", minutes=30, url="https://www.bet365.com/")
    by = Actor(ActorKind.CHILD, mai.name, mai.id)
    async with change(house.panel.db, by=by, what="asked", now=now) as tx:
        asked = await asks.ask(tx, mai.id, wish, device_id=phone.id)
    by = Actor(ActorKind.ADULT, "Alice", mai.id)
    async with change(house.panel.db, by=by, what="yes", now=now) as tx:
        await asks.answer(tx, asked.id, Move.YES)
    await report(house, behind=1)
    return phone.id, asked.id


async def report(house: House, *, behind: int) -> None:
    """Let a door tell which revision it has in force."""
    async with house.panel.db.write() as store:
        newest = await household.revision(store)
        await doors.report(store, doors.Door("home/1", 1, newest - behind, 0, house.clock()))


def test_the_way_in_comes_by_itself_once_the_doors_know_of_the_grant(served: Served, launch):
    phone, asked = served.do(given(served.house))
    word = vouch(KEY, Visitor(phone, "192.168.1.30", False), served.house.clock())
    page = launch("child", alike=True)
    page.context.set_extra_http_headers({HEADER: word})
    page.goto(f"{served.url}/own/asks/{asked}")
    soon, way_in = page.locator("[data-soon]"), page.locator('a[href="https://www.bet365.com/"]')
    expect(soon).to_be_visible()
    expect(way_in).to_have_count(0)
    served.do(report(served.house, behind=0))
    expect(way_in).to_be_visible(timeout=30_000)
    expect(soon).to_have_count(0)
