"""Rules about addresses and pages with their companions, at a real door."""

from datetime import timedelta
from uuid import uuid4

import pytest

from proxy.companions import MOST_PAGES, MOST_SITES, Companions
from rules.family import ChildRules, Grant, Household
from rules.policy import Applies, Policy, Privacy, UrlRule
from tests.proxy.clients import Line, tunnel
from tests.proxy.house import NOON, OPEN, House, child, device
from tests.proxy.test_scored import whole

pytestmark = pytest.mark.door
OTHER = "other.example"
CDN = "cdn.example"
SHORTS = Policy(urls=(UrlRule(scope=f"site:{OPEN}", path="/shorts"),))
LESSON = Policy(
    block=(OPEN,),
    urls=(UrlRule(scope=f"site:{OPEN}", path="/watch", query={"v": "abc"}, effect="allow"),),
)
CHOSEN = Policy(unlisted="block", allow=(OPEN,))
PART = ("Sec-Fetch-Mode: no-cors", "Sec-Fetch-Dest: script", "Sec-Fetch-Site: cross-site")
LINK = ("Sec-Fetch-Mode: navigate", "Sec-Fetch-Dest: document", "Sec-Fetch-Site: cross-site")


def from_page(host: str) -> str:
    return f"Referer: https://{host}/"


async def code(line: Line, path: str, host: str, *headers: str) -> int:
    await line.ask(path, host, *headers)
    head, _ = await whole(line)
    return int(head.split()[1])


async def test_only_the_named_path_of_a_site_is_closed(house: House) -> None:
    await house.rule(SHORTS)
    line = await tunnel(house.device_port, house.ca, OPEN)
    assert await code(line, "/watch", OPEN) == 200
    assert await code(line, "/%73horts/1?x=1", OPEN) == 403
    assert house.stopped()[-1].verdict.reason == "url"


async def test_other_sites_stay_closed_to_our_eyes(house: House) -> None:
    await house.rule(SHORTS)
    line = await tunnel(house.device_port, house.lab.ca_path, OTHER)
    assert await code(line, "/shorts/1", OTHER) == 200
    assert not any(note.opened for note in house.notes.notes)


async def test_one_lesson_is_open_on_a_closed_site_and_its_query_is_written_nowhere(
    house: House,
) -> None:
    await house.rule(LESSON.model_copy(update={"privacy": Privacy.PAGES}))
    line = await tunnel(house.device_port, house.ca, OPEN)
    assert await code(line, "/watch?v=abc", OPEN, *LINK) == 200
    assert await code(line, "/watch?v=xyz", OPEN, *LINK) == 403
    assert house.notes.notes
    assert not any("abc" in repr(note) or "xyz" in repr(note) for note in house.notes.notes)


async def lesson_given(house: House, person: ChildRules) -> None:
    grant = Grant(
        id=uuid4(),
        child_id=person.id,
        scope=f"url:{OPEN}/lesson",
        since=NOON,
        until=NOON + timedelta(minutes=30),
        by="Mẹ",
    )
    household = house.door.current.standing.household
    given = person.model_copy(update={"grants": (grant,)})
    more = {"children": (given,), "revision": house.revision + 1}
    await house.adopt(household.model_copy(update=more))


async def test_a_granted_page_of_a_closed_site_is_open_alone_and_named_nowhere(
    house: House,
) -> None:
    person = await house.rule(Policy(block=(OPEN,)))
    await lesson_given(house, person)
    line = await tunnel(house.device_port, house.ca, OPEN)
    assert await code(line, "/lesson/3?key=1", OPEN, *LINK) == 200
    assert await code(line, "/lesson/../secret", OPEN, *LINK) == 403
    assert await code(line, "/", OPEN, *LINK) == 403
    assert house.stopped()[-1].verdict.reason == "block_list"
    assert not any("lesson" in repr(note) for note in house.notes.notes)


async def test_a_granted_page_needs_a_device_that_lets_us_see_it(house: House) -> None:
    person = await house.rule(Policy(block=(OPEN,)), trusts_ca=False)
    await lesson_given(house, person)
    line = await Line.open(house.device_port)
    await line.send(f"CONNECT {OPEN}:443 HTTP/1.1\r\nHost: {OPEN}:443\r\n\r\n".encode())
    assert b" 403 " in await line.head()
    assert house.stopped()[-1].verdict.reason == "unopened"


async def test_a_device_that_keeps_us_out_gets_nothing_of_a_site_that_must_be_opened(
    house: House,
) -> None:
    await house.rule(SHORTS, trusts_ca=False)
    line = await Line.open(house.device_port)
    await line.send(f"CONNECT {OPEN}:443 HTTP/1.1\r\nHost: {OPEN}:443\r\n\r\n".encode())
    assert b" 403 " in await line.head()
    assert house.stopped()[-1].verdict.reason == "unopened"


async def test_a_new_rule_about_addresses_ends_the_tunnels_it_must_open(house: House) -> None:
    person = await house.rule(Policy())
    line = await tunnel(house.device_port, house.lab.ca_path, OPEN)
    await line.ask("/stream", OPEN)
    await line.head()
    await house.change(person, SHORTS)
    await line.rest()
    again = await tunnel(house.device_port, house.ca, OPEN)
    assert await code(again, "/shorts/1", OPEN) == 403


async def test_what_an_allowed_page_loads_comes_along_for_that_page_only(house: House) -> None:
    await house.rule(CHOSEN)
    line = await tunnel(house.device_port, house.ca, CDN)
    assert await code(line, "/lib.js", CDN, *PART, from_page(OPEN)) == 200
    assert not house.stopped()
    assert await code(line, "/lib.js", CDN, *PART, from_page(OTHER)) == 403
    assert await code(line, "/", CDN, *LINK, from_page(OPEN)) == 403
    assert await code(line, "/", CDN) == 403
    assert house.stopped()[-1].verdict.reason == "unknown_site"


async def test_a_style_sheet_brings_its_fonts_but_a_frame_brings_no_pages(house: House) -> None:
    await house.rule(CHOSEN)
    font = ("Sec-Fetch-Mode: cors", "Sec-Fetch-Dest: font", "Sec-Fetch-Site: cross-site")
    frame = ("Sec-Fetch-Mode: navigate", "Sec-Fetch-Dest: iframe", "Sec-Fetch-Site: cross-site")
    fonts = await tunnel(house.device_port, house.ca, OTHER)
    assert await code(fonts, "/a.woff", OTHER, *font, from_page(CDN)) == 403
    line = await tunnel(house.device_port, house.ca, CDN)
    assert await code(line, "/style.css", CDN, *PART, from_page(OPEN)) == 200
    assert await code(fonts, "/a.woff", OTHER, *font, from_page(CDN)) == 200
    away = await tunnel(house.device_port, house.ca, "away.example")
    assert await code(away, "/", "away.example", *frame, from_page(CDN)) == 403
    assert await code(away, "/", "away.example", *frame, from_page(OPEN)) == 200


async def test_where_nobody_looks_inside_the_moment_tells_what_comes_along(house: House) -> None:
    await house.rule(CHOSEN, trusts_ca=False)

    async def reaches(host: str) -> bool:
        line = await Line.open(house.device_port)
        await line.send(f"CONNECT {host}:443 HTTP/1.1\r\nHost: {host}:443\r\n\r\n".encode())
        return b" 200 " in await line.head()

    assert not await reaches(CDN)
    await code(await tunnel(house.device_port, house.lab.ca_path, OPEN), "/", OPEN)
    assert await reaches(CDN)
    house.clock.move(seconds=60)
    assert await reaches(CDN)
    assert not await reaches(OTHER)
    house.clock.move(minutes=10)
    assert not await reaches(CDN)


async def test_a_layer_holds_only_in_its_network_at_the_door(house: House) -> None:
    school = Policy(block=(OPEN,), applies=Applies(networks=("school",)))
    person = child(school)
    for tag, blocked in (("home", False), ("school", True)):
        await house.adopt(
            Household(
                revision=house.revision + 1,
                site_id=uuid4(),
                children=(person,),
                devices=(device(house.device_port, person),),
                networks={tag: ("127.0.0.0/8",)},
            )
        )
        line = await Line.open(house.device_port)
        assert await code(line, f"http://{OPEN}/", OPEN) == (403 if blocked else 200)


async def test_nothing_of_a_child_that_is_of_age_is_stopped_or_written_down(house: House) -> None:
    person = child(Policy(block=(OPEN,))).model_copy(update={"birth_year": 2007})
    await house.adopt(
        Household(
            revision=1,
            site_id=uuid4(),
            children=(person,),
            devices=(device(house.device_port, person),),
        )
    )
    line = await Line.open(house.device_port)
    assert await code(line, f"http://{OPEN}/", OPEN, "Accept: text/html") == 200
    assert house.notes.notes == []
    assert house.notes.marks == []


def test_companions_are_remembered_within_bounds() -> None:
    companions, phone = Companions(), uuid4()
    for number in range(MOST_SITES + 50):
        companions.went_to(phone, f"{number}.vn", NOON)
        companions.learn(f"{number}.vn", "cdn.x")
    assert len(companions._learned) == MOST_SITES
    assert len(companions._pages[phone]) == MOST_PAGES
    assert companions.needed_by(None, "cdn.x", NOON) == ""
