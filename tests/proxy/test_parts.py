"""A page that an adult granted comes up whole, and nothing else with it."""

from datetime import timedelta
from uuid import uuid4

import pytest

from rules.family import ChildRules, Grant
from rules.policy import Choice, Hours, Policy, Window
from rules.verdict import Reason
from tests.proxy.clients import Line, tunnel
from tests.proxy.house import NOON, OPEN, House

CDN, FONTS, OTHER = "cdn.example", "fonts.example", "other.example"
LESSON = f"{OPEN}/lesson"
CLOSED = Policy(block=(OPEN, CDN, FONTS, OTHER))
GO = ("Sec-Fetch-Mode: navigate", "Sec-Fetch-Dest: document", "Sec-Fetch-Site: none")
FRAME = ("Sec-Fetch-Mode: navigate", "Sec-Fetch-Dest: iframe", "Sec-Fetch-Site: cross-site")


def part(dest: str) -> tuple[str, ...]:
    return "Sec-Fetch-Mode: no-cors", f"Sec-Fetch-Dest: {dest}", "Sec-Fetch-Site: cross-site"


def of(page: str) -> str:
    return f"Referer: https://{page}"


async def given(house: House, policy: Policy = CLOSED, page: str = LESSON) -> ChildRules:
    """Give a child one page for half an hour."""
    person = await house.rule(policy)
    until = NOON + timedelta(minutes=30)
    grant = Grant(
        id=uuid4(), child_id=person.id, scope=f"url:{page}", since=NOON, until=until, by="Mẹ"
    )
    household = house.door.current.standing.household
    held = person.model_copy(update={"grants": (grant,)})
    more = {"children": (held,), "revision": house.revision + 1}
    await house.adopt(household.model_copy(update=more))
    return held


async def code(house: House, url: str, *headers: str) -> int:
    host, _, path = url.partition("/")
    line = await tunnel(house.device_port, house.ca, host)
    return int((await line.get(f"/{path}", host, *headers))[0].split()[1])


async def test_what_the_page_loads_from_its_own_host_and_from_closed_ones_comes_along(
    house: House,
) -> None:
    await given(house)
    assert await code(house, f"{OPEN}/lesson", *GO) == 200
    assert await code(house, f"{OPEN}/static/app.js", *part("script"), of(LESSON)) == 200
    assert await code(house, f"{OPEN}/api/words", *part("empty"), of(f"{LESSON}/3")) == 200
    # Browsers tell other sites no more than the host.
    assert await code(house, f"{CDN}/picture.png", *part("image"), of(f"{OPEN}/")) == 200
    assert await code(house, f"{OTHER}/embed/9", *FRAME, of(f"{OPEN}/")) == 200
    assert house.stopped() == []


async def test_nothing_else_of_those_hosts_opens(house: House) -> None:
    await given(house)
    assert await code(house, f"{OPEN}/lesson", *GO) == 200
    assert await code(house, f"{OPEN}/games", *GO, of(LESSON)) == 403
    assert await code(house, f"{CDN}/", *GO, of(f"{OPEN}/")) == 403
    assert await code(house, f"{CDN}/picture.png", *part("image"), of(f"{OTHER}/")) == 403
    assert await code(house, f"{OPEN}/static/app.js") == 403
    assert {note.verdict.reason for note in house.stopped()} == {Reason.BLOCK_LIST}


async def test_a_style_sheet_brings_its_fonts_and_a_frame_its_parts_but_no_pages(
    house: House,
) -> None:
    await given(house)
    font = (f"{FONTS}/a.woff", *part("font"))
    assert await code(house, *font, of(f"{CDN}/")) == 403
    assert await code(house, f"{CDN}/style.css", *part("style"), of(f"{OPEN}/")) == 200
    assert await code(house, *font, of(f"{CDN}/")) == 200
    assert await code(house, f"{CDN}/b.woff", *part("font"), of(f"{CDN}/style.css")) == 200
    assert await code(house, f"{OTHER}/embed", *FRAME, of(f"{OPEN}/")) == 200
    assert await code(house, f"{OTHER}/player.js", *part("script"), of(f"{OTHER}/embed")) == 200
    assert await code(house, f"{OTHER}/next", *FRAME, of(f"{OTHER}/embed")) == 403


async def test_a_page_that_does_not_say_who_it_is_brings_its_parts_while_it_loads(
    house: House,
) -> None:
    await given(house)
    assert await code(house, f"{CDN}/a.js", *part("script")) == 403
    assert await code(house, f"{OPEN}/lesson", *GO) == 200
    assert await code(house, f"{CDN}/a.js", *part("script")) == 200
    house.clock.move(seconds=30)
    assert await code(house, f"{CDN}/a.js", *part("script")) == 403


async def test_it_comes_up_whole_at_bedtime_too_and_ends_with_the_grant(house: House) -> None:
    bedtime = Hours(name="bedtime", windows=(Window(start="00:00", end="24:00"),))
    await given(house, Policy(hours=(bedtime,)))
    assert await code(house, f"{OPEN}/lesson", *GO) == 200
    assert await code(house, f"{CDN}/a.js", *part("script"), of(f"{OPEN}/")) == 200
    line = await tunnel(house.device_port, house.ca, CDN)
    await line.ask("/stream", CDN, *part("video"), of(f"{OPEN}/"))
    assert b" 200 " in await line.head()
    house.clock.move(minutes=31)
    house.door.leases.tick()
    await line.rest()
    assert await code(house, f"{CDN}/a.js", *part("script"), of(f"{OPEN}/")) == 403
    assert house.stopped()[-1].verdict.reason == "hours"


async def test_advertisements_and_malware_do_not_come_along(house: House) -> None:
    blocked = {"ads": Choice.BLOCK, "tracking": Choice.BLOCK}
    await given(house, Policy(block=(OPEN,), categories=blocked))
    line = await Line.open(house.device_port)
    assert b" 403 " in await line.connect("doubleclick.net")
    plain = await Line.open(house.device_port)
    asked = ("http://doubleclick.net/ad.js", "doubleclick.net", "Accept: */*")
    assert b" 403 " in (await plain.get(*asked, f"Referer: http://{LESSON}"))[0]


async def test_where_other_pages_of_the_host_are_open_only_the_granted_one_brings_parts(
    house: House,
) -> None:
    await given(house, Policy(block=(CDN,)))
    assert await code(house, f"{CDN}/a.js", *part("script"), of(LESSON)) == 200
    assert await code(house, f"{CDN}/a.js", *part("script"), of(f"{OPEN}/games")) == 403
    assert await code(house, f"{CDN}/a.js", *part("script"), of(f"{OPEN}/")) == 403


@pytest.mark.parametrize(
    ("headers", "status"),
    [
        (("Accept: image/png",), 200),
        (("Accept: */*",), 200),
        (("Accept: text/html,*/*",), 403),
    ],
)
async def test_on_plain_http_what_the_browser_accepts_tells_parts_from_pages(
    house: House, headers: tuple[str, ...], status: int
) -> None:
    await given(house)
    line = await Line.open(house.device_port)
    source = f"Referer: http://{LESSON}"
    head, _ = await line.get(f"http://{CDN}/x", CDN, *headers, source)
    assert int(head.split()[1]) == status
