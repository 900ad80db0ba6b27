"""What is about to end is told in the pages that are open, and nobody but the child reads it."""

import asyncio
import re
from datetime import date
from functools import partial
from html import unescape
from pathlib import Path

import pytest
from mitmproxy import http

from proxy.bar import PLACE
from rules.policy import Allowance, Pause, Policy, Privacy
from rules.verdict import Layer
from rules.visit import Known
from tests.kit.browser import chromium
from tests.lab.sites import page
from tests.proxy.clients import tunnel
from tests.proxy.house import OPEN, House
from tests.proxy.test_notices import SIXTY
from tests.proxy.test_scored import whole

pytestmark = pytest.mark.door
PAGE = ("Sec-Fetch-Mode: navigate", "Sec-Fetch-Dest: document")
PLAYED = SIXTY.model_copy(update={"privacy": Privacy.PAGES})
BY_PAGE = ("Sec-Fetch-Site: same-origin", "Sec-Fetch-Dest: empty", "Sec-Fetch-Mode: cors")
IN_FRAME = ("Sec-Fetch-Site: same-origin", "Sec-Fetch-Dest: iframe", "Sec-Fetch-Mode: navigate")


GAME = Known(("games",), ("roblox",))
ROBLOX = "www.roblox.com"
MONDAY = date(2026, 11, 23)


async def play(house: House, minutes: int, **more: object) -> None:
    """Let a child with sixty minutes of games have used so many of them, and be there."""
    person = await house.rule(PLAYED)
    home = house.door.current.standing.household
    altered = person.model_copy(update=more)
    await house.adopt(home.model_copy(update={"children": (altered,), "revision": 7}))
    use(house, minutes)


def use(house: House, minutes: int) -> None:
    """Count minutes from ten in the morning on; now counts as well."""
    home = house.door.current.standing.household
    used = {(home.children[0].id, "category:games"): ((1 << (minutes - 1)) - 1) << 600}
    house.door.meter.merge(MONDAY, used)
    house.door.meter.attend(home.devices[0].id, GAME, house.clock())
    house.door.notices.tick()
    house.door.notices.tick()


async def look(house: House, path: str, *headers: str) -> tuple[bytes, str]:
    line = await tunnel(house.device_port, house.ca, OPEN)
    await line.ask(path, OPEN, *headers)
    head, body = await whole(line)
    return head.lower(), body.decode()


async def post(house: House, what: str, *headers: str) -> tuple[bytes, str]:
    line = await tunnel(house.device_port, house.ca, OPEN)
    lines = [f"POST {PLACE}{what} HTTP/1.1", f"Host: {OPEN}", "Content-Length: 0", *headers]
    await line.send(("\r\n".join(lines) + "\r\n\r\n").encode())
    head, body = await whole(line)
    return head.lower(), body.decode()


async def test_a_page_tells_what_is_about_to_end_and_is_not_kept(house: House) -> None:
    await play(house, 55)
    head, body = await look(house, "/", *PAGE, 'If-None-Match: "old"')
    assert "You have 5 minutes of Games left." in body
    assert 'shadowrootmode="closed"' in body
    assert body.startswith(page(OPEN, "/"))
    # Whatever a page says of its base, we ask nobody but the door.
    assert f"url(https://{OPEN}{PLACE}closed)" in body
    assert f'location.origin + "{PLACE}"' in body
    assert b"cache-control: no-store" in head


@pytest.mark.parametrize(
    "headers",
    [
        ("Sec-Fetch-Mode: cors", "Sec-Fetch-Dest: empty"),
        ("Sec-Fetch-Mode: navigate", "Sec-Fetch-Dest: iframe"),
        ("Sec-Fetch-Mode: no-cors", "Sec-Fetch-Dest: image"),
        (*PAGE, "Sec-Purpose: prefetch"),
    ],
)
async def test_what_nobody_looks_at_as_a_page_stays_as_it_is(
    house: House, headers: tuple[str, ...]
) -> None:
    await play(house, 55)
    assert (await look(house, "/", *headers))[1] == page(OPEN, "/")


async def test_a_pause_ends_what_is_on_the_screen_of_a_child_without_limits(house: House) -> None:
    free = Policy(privacy="pages")
    person = await house.rule(free)
    head, body = await look(house, "/", *PAGE)
    assert body.startswith(page(OPEN, "/"))
    assert f'location.origin + "{PLACE}"' in body
    assert b"cache-control: no-cache" in head
    assert (await post(house, "due", *BY_PAGE))[1] == ""
    await house.change(person, free.model_copy(update={"pause": Pause(by="Mẹ")}))
    assert (await post(house, "due", *BY_PAGE))[1] == "over"
    await house.change(person, free)
    assert (await post(house, "due", *BY_PAGE))[1] == ""


@pytest.mark.browser
async def test_a_page_of_a_child_without_limits_makes_way_for_a_pause(
    house: House, tmp_path: Path
) -> None:
    free = Policy(privacy="pages")
    person = await house.rule(free)
    loop = asyncio.get_running_loop()
    paused = free.model_copy(update={"pause": Pause(by="Mẹ")})

    def browse() -> tuple[str, str]:
        with chromium(tmp_path) as launch:
            shown = launch("child", proxy=house.device_port, cas=[house.ca])
            shown.goto(f"https://{OPEN}/strict")
            before = shown.locator("body").inner_text()
            asyncio.run_coroutine_threadsafe(house.change(person, paused), loop).result()
            # By itself, whoever looks on: no event, no tap.
            with shown.expect_navigation(timeout=20_000):
                pass
            return before, shown.locator("body").inner_text()

    before, after = await asyncio.to_thread(browse)
    assert "Mẹ" not in before
    assert "Mẹ" in after


async def test_long_before_the_end_a_page_only_learns_to_ask(house: House) -> None:
    await play(house, 10)
    head, body = await look(house, "/", *PAGE)
    assert "<hai-dang-notice>" not in body
    assert body.endswith("</script>")
    assert b"cache-control: no-cache" in head


async def test_what_pages_ask_never_leaves_the_house_and_tells_no_more_than_that_something_is_due(
    house: House,
) -> None:
    await play(house, 55)
    head, due = await post(house, "due", *BY_PAGE)
    assert b"hai-dang: 1" in head
    assert re.fullmatch("[0-9a-f]{12}", due)
    # The words are for a frame of nobody's origin, and for nothing that a page can read.
    head, body = await look(house, f"{PLACE}bar", *IN_FRAME)
    assert "You have 5 minutes of Games left." in body
    assert b"content-security-policy: sandbox allow-scripts" in head
    for made in (BY_PAGE, PAGE, ("Sec-Fetch-Site: cross-site", *IN_FRAME[1:]), ()):
        head, body = await look(house, f"{PLACE}bar", *made)
        assert (b" 404 " in head, body) == (True, "")
    for what in ("due", "closed"):
        assert b" 404 " in (await post(house, what, "Sec-Fetch-Site: cross-site"))[0]
    assert b" 404 " in (await look(house, f"{PLACE}other", *BY_PAGE))[0]
    assert not house.lab.origin.reached(OPEN)


async def test_a_page_on_the_screen_learns_that_it_is_over(house: House) -> None:
    await play(house, 59)
    at = f"{PLACE}due"
    line = await tunnel(house.device_port, house.ca, ROBLOX)
    lines = [f"POST {at} HTTP/1.1", f"Host: {ROBLOX}", "Content-Length: 0", *BY_PAGE]
    asking = ("\r\n".join([*lines, "Hai-Dang: /play?level=3"]) + "\r\n\r\n").encode()
    await line.send(asking)
    assert re.fullmatch("[0-9a-f]{12}", (await whole(line))[1].decode())
    use(house, 60)
    await line.send(asking)
    assert (await whole(line))[1] == b"over"
    # Other pages go on: only games have ended.
    assert (await post(house, "due", *BY_PAGE))[1] != "over"


async def test_shorts_on_the_screen_are_over_though_youtube_is_not(house: House) -> None:
    youtube = "www.youtube.com"
    shorts = Allowance(scope="service:youtube-shorts", minutes=(15,) * 7)
    person = await house.rule(Policy(allowances=(shorts,)))
    house.door.meter.merge(MONDAY, {(person.id, shorts.scope): ((1 << 15) - 1) << 600})
    line = await tunnel(house.device_port, house.ca, youtube)
    for path, is_over in (("/shorts/abc", True), ("/watch?v=abc", False)):
        lines = [f"POST {PLACE}due HTTP/1.1", f"Host: {youtube}", "Content-Length: 0", *BY_PAGE]
        await line.send(("\r\n".join([*lines, f"Hai-Dang: {path}"]) + "\r\n\r\n").encode())
        assert ((await whole(line))[1] == b"over") is is_over


async def test_a_film_that_may_end_by_itself_is_not_taken_off_the_screen(house: House) -> None:
    await play(house, 60)
    home = house.door.current.standing.household
    child, phone = home.children[0], home.devices[0]
    layers = ((Layer.CHILD, PLAYED.model_copy(update={"let_finish": 10})),)
    altered = child.model_copy(update={"layers": layers})
    await house.adopt(home.model_copy(update={"children": (altered,), "revision": 8}))
    house.door.meter.film(phone.id, "film.example", 300_000, house.clock())
    request = http.Request.make("POST", f"https://{ROBLOX}{PLACE}due")
    over = partial(house.door.bar._pages.is_over, phone.id, request, "/play", "127.0.0.1")
    assert not over()
    house.clock.move(minutes=11)
    assert over()


@pytest.mark.browser
async def test_a_film_on_the_screen_makes_way_for_our_page_when_its_minutes_end(
    house: House, tmp_path: Path
) -> None:
    await play(house, 59)
    loop = asyncio.get_running_loop()

    def browse() -> list[str]:
        told = []
        with chromium(tmp_path) as launch:
            page = launch("child", proxy=house.device_port, cas=[house.ca])
            page.goto(f"https://{ROBLOX}/strict")
            page.evaluate("document.body.append(document.createElement('textarea'))")
            page.fill("textarea", "a letter to grandmother")
            loop.call_soon_threadsafe(use, house, 61)
            page.wait_for_timeout(100)
            page.evaluate("document.dispatchEvent(new Event('visibilitychange'))")
            page.wait_for_timeout(500)
            told.append(page.input_value("textarea"))
            page.evaluate("document.activeElement.blur()")
            with page.expect_navigation():
                page.evaluate("document.dispatchEvent(new Event('visibilitychange'))")
            told.append(page.locator("body").inner_text())
        return told

    kept, end = await asyncio.to_thread(browse)
    assert kept == "a letter to grandmother"
    assert "61 of 60 minutes of Games" in end


async def test_a_bar_that_was_closed_stays_away_until_there_is_something_new(house: House) -> None:
    await play(house, 50)
    closing = ("Sec-Fetch-Site: same-origin", "Sec-Fetch-Dest: image")
    assert b" 200 " in (await look(house, f"{PLACE}closed", *closing))[0]
    assert "<hai-dang-notice>" not in (await look(house, "/", *PAGE))[1]
    assert (await post(house, "due", *BY_PAGE))[1] == ""
    use(house, 55)
    assert "You have 5 minutes" in (await look(house, "/", *PAGE))[1]


@pytest.mark.parametrize(
    ("more", "said", "tone"),
    [
        (
            {"language": "vi", "birth_year": 2018},
            "Bạn còn 1 phút dành cho Trò chơi.",
            "little last",
        ),
        ({"language": "en", "birth_year": 2011}, "You have 1 minute of Games left.", "last"),
    ],
)
async def test_it_speaks_to_the_child(
    house: House, more: dict[str, object], said: str, tone: str
) -> None:
    await play(house, 59, **more)
    body = unescape((await look(house, "/", *PAGE))[1])
    assert said in body
    assert f'class="{tone}"' in body.replace('" last"', '"last"')


async def test_a_bar_that_cannot_be_written_leaves_the_page_as_it_is(
    house: House, monkeypatch: pytest.MonkeyPatch
) -> None:
    def broken(*_: object) -> None:
        raise RuntimeError("no words today")

    monkeypatch.setattr(house.door.bar, "_write", broken)
    await play(house, 55)
    assert (await look(house, "/", *PAGE))[1] == page(OPEN, "/")
    assert (house.door.changes.troubled, house.door.guard.faults) == (1, 0)


@pytest.mark.browser
async def test_games_run_out_with_three_notices_in_a_page_that_stays_open(
    house: House, tmp_path: Path
) -> None:
    await play(house, 30)
    loop = asyncio.get_running_loop()

    def browse() -> list[str]:
        told = []
        with chromium(tmp_path) as launch:
            page = launch("child", proxy=house.device_port, cas=[house.ca])
            page.goto(f"https://{ROBLOX}/strict")
            for minutes in (45, 55, 59):
                loop.call_soon_threadsafe(use, house, minutes)
                page.wait_for_timeout(100)
                with page.expect_event("framenavigated", lambda frame: frame.url.endswith("/bar")):
                    page.evaluate("document.dispatchEvent(new Event('visibilitychange'))")
                assert page.evaluate("document.activeElement === document.body")
                # Said a moment later, so that it is read aloud.
                page.wait_for_timeout(300)
                told.append(page.frames[-1].locator("[role=status]").inner_text())
            page.frames[-1].locator("summary").press("Enter")
            page.wait_for_function("!document.querySelector('hai-dang-notice')")
            loop.call_soon_threadsafe(use, house, 61)
            page.wait_for_timeout(100)
            page.reload()
            told.append(page.locator("body").inner_text())
        return told

    *notices, end = await asyncio.to_thread(browse)
    assert [re.findall(r"(\d+) minutes? of Games left", each) for each in notices] == [
        ["15"],
        ["5"],
        ["1"],
    ]
    assert "61 of 60 minutes of Games" in end
    assert house.door.changes.troubled == 0


@pytest.mark.browser
async def test_without_scripts_the_bar_is_there_and_closes_with_a_key(
    house: House, tmp_path: Path
) -> None:
    await play(house, 55)

    def browse() -> None:
        with chromium(tmp_path) as launch:
            page = launch("child", proxy=house.device_port, cas=[house.ca], scripts=False)
            page.goto(f"https://{OPEN}/strict")
            page.keyboard.press("Tab")
            page.keyboard.press("Enter")
            page.wait_for_timeout(300)

    await asyncio.to_thread(browse)
    await house.until(lambda: bool(house.door.bar.closed))
