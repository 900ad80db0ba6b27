"""YouTube goes through the door without what a child's rules take out, and the rest still works."""

import asyncio
import gzip
import json
import re
from pathlib import Path
from typing import Any

import pytest

from feeds.videos import edited
from proxy.pinned import FAILURES
from proxy.videos import ENOUGH
from rules.alerts import Level, Place
from rules.family import Grant
from rules.policy import Policy
from rules.verdict import Reason
from rules.videos import SHORTS, SHORTS_SCOPE
from tests.kit.browser import chromium
from tests.lab import tube, videos
from tests.lab.tube import DANCE, GUITAR, PRANK, SCIENCE, VOLCANO
from tests.proxy.clients import tunnel
from tests.proxy.house import NOON, House
from tests.proxy.test_scored import as_sent, whole

pytestmark = pytest.mark.door

WWW, PHONE, APPS = "www.youtube.com", "m.youtube.com", "youtubei.googleapis.com"
NAVIGATES = ("Sec-Fetch-Mode: navigate", "Sec-Fetch-Dest: document")
FETCHES = ("Sec-Fetch-Mode: cors", "Sec-Fetch-Dest: empty", "Content-Type: application/json")
OFF = {"services": {SHORTS: "block"}}
ONLY = {"only": True, "channels": [SCIENCE.handle]}
CLOSED = {**ONLY, "unsure": "block"}


async def look(house: House, path: str, host: str = WWW, *more: str) -> tuple[int, str]:
    """Open a page as a browser does."""
    line = await tunnel(house.device_port, house.ca, host)
    await line.ask(path, host, *NAVIGATES, *more)
    return _read(*await whole(line))


async def fetch(
    house: House, path: str, asked: dict[str, Any], host: str = WWW, *more: str
) -> tuple[int, Any]:
    """Ask as a page does that stays."""
    line = await tunnel(house.device_port, house.ca, host)
    body = json.dumps(asked).encode()
    head = [f"POST {path} HTTP/1.1", f"Host: {host}", *FETCHES, *more, "Accept-Encoding: gzip"]
    await line.send("\r\n".join([*head, f"Content-Length: {len(body)}", "", ""]).encode() + body)
    status, text = _read(*await whole(line))
    return status, json.loads(text)


def _read(head: bytes, body: bytes) -> tuple[int, str]:
    packed = b"content-encoding: gzip" in head.lower()
    return int(head.split()[1]), (gzip.decompress(body) if packed else body).decode()


@pytest.mark.parametrize("host", [WWW, PHONE])
async def test_shorts_are_gone_from_a_page_and_the_videos_stay(house: House, host: str) -> None:
    await house.rule(Policy(**OFF))
    status, page = await look(house, "/", host)
    assert status == 200
    assert DANCE.number not in page
    assert VOLCANO.number in page


async def test_shorts_themselves_are_stopped_with_the_reason(house: House) -> None:
    await house.rule(Policy(**OFF))
    status, page = await look(house, f"/shorts/{DANCE.number}")
    assert (status, "YouTube Shorts is closed" in page) == (403, True)
    status, data = await fetch(house, "/youtubei/v1/reel/reel_item_watch", {})
    assert (status, data["blocked"]) == (403, True)
    assert {note.verdict.rule for note in house.stopped()} == {SHORTS_SCOPE}


async def test_comments_come_neither_with_the_page_nor_later(house: House) -> None:
    await house.rule(Policy(videos={"comments": "block"}))
    _, page = await look(house, f"/watch?v={GUITAR.number}")
    assert '"sectionIdentifier":"comment' not in page
    _, data = await fetch(
        house, "/youtubei/v1/next?prettyPrint=false", {"continuation": "comments"}
    )
    assert "Kết bạn" not in json.dumps(data, ensure_ascii=False)


@pytest.mark.parametrize("host", [WWW, PHONE])
async def test_another_channel_gets_our_page_with_a_way_to_ask(house: House, host: str) -> None:
    house.door.pages._panel_url = "http://panel.example"
    await house.rule(Policy(videos=ONLY))
    path = f"/watch?v={PRANK.number}"
    status, page = await look(house, path, host)
    assert (status, PRANK.title in page) == (200, False)
    assert 'http-equiv="refresh"' in page
    status, page = await look(house, path, host)
    assert (status, "only some channels" in page) == (403, True)
    assert f"watch%2F{PRANK.number}%2F%40dotuongtrolls" in page
    assert (await look(house, f"/watch?v={VOLCANO.number}", host))[0] == 200
    [verdict] = {note.verdict for note in house.stopped()}
    assert (verdict.reason, verdict.rule) == (Reason.CHANNEL, "")


async def test_a_player_is_refused_another_channel_and_says_why(house: House) -> None:
    await house.rule(Policy(videos=ONLY))
    for host in (WWW, APPS):
        _, data = await fetch(house, "/youtubei/v1/player", {"videoId": PRANK.number}, host)
        assert "streamingData" not in data
        assert "only some channels" in data["playabilityStatus"]["reason"]
    _, data = await fetch(house, "/youtubei/v1/player", {"videoId": VOLCANO.number})
    assert "streamingData" in data


async def test_a_grant_opens_what_was_stopped_at_once(house: House) -> None:
    child = await house.rule(Policy(videos=ONLY))
    path = f"/watch?v={PRANK.number}"
    await look(house, path)
    assert (await look(house, path))[0] == 403
    grant = Grant(
        id=child.id, child_id=child.id, scope=f"video:{PRANK.number}",
        since=NOON, until=NOON.replace(hour=6), by="Mẹ",
    )  # fmt: skip
    home = house.door.current.standing.household
    mine = child.model_copy(update={"grants": (grant,)})
    await house.adopt(home.model_copy(update={"children": (mine,), "revision": 2}))
    status, page = await look(house, path)
    assert (status, "videoplayback" in page) == (200, True)


@pytest.mark.parametrize(
    ("trusts", "videos", "opened", "works"),
    [
        (True, ONLY, True, True),
        (None, ONLY, False, True),
        (False, ONLY, False, True),
        (False, CLOSED, False, False),
    ],
)
async def test_what_cannot_be_opened_goes_on_unless_the_policy_closes_it(
    house: House, trusts: bool | None, videos: dict[str, Any], opened: bool, works: bool
) -> None:
    await house.rule(Policy(videos=videos), trusts_ca=trusts)
    ca = house.ca if opened else house.lab.ca_path
    try:
        line = await tunnel(house.device_port, ca, WWW)
    except (ConnectionError, AssertionError):
        assert not works
    else:
        assert ("Hải Đăng" in line.issuer()) is opened
        assert works


@pytest.mark.parametrize("host", ["rr1---sn-lab.googlevideo.com", "i.ytimg.com"])
async def test_films_and_pictures_stay_closed(house: House, host: str) -> None:
    await house.rule(Policy(videos=CLOSED))
    line = await tunnel(house.device_port, house.lab.ca_path, host)
    assert "Hải Đăng" not in line.issuer()


async def test_the_filter_holds_as_well(house: House) -> None:
    await house.rule(Policy(youtube="strict", **OFF))
    line = await tunnel(house.device_port, house.ca, WWW)
    await line.ask("/echo", WWW, "YouTube-Restrict: Moderate")
    _, body = await whole(line)
    assert json.loads(body)["headers"]["youtube-restrict"] == "Strict"


async def test_an_app_that_trusts_only_itself_passes_in_the_end_where_it_may(house: House) -> None:
    await house.rule(Policy(videos=ONLY))
    device = house.door.current.standing.household.devices[0].id
    for _ in range(FAILURES):
        house.door.pinned.failed(device, APPS, house.clock())
    line = await tunnel(house.device_port, house.lab.ca_path, APPS)
    assert "Hải Đăng" not in line.issuer()


@pytest.mark.parametrize("privacy", ["counts", "sites", "pages"])
async def test_titles_and_channels_are_kept_where_pages_are(house: House, privacy: str) -> None:
    await house.rule(Policy(privacy=privacy, **OFF))
    await look(house, f"/watch?v={GUITAR.number}")
    page = f"Referer: https://{WWW}/watch?v={VOLCANO.number}"
    await fetch(house, "/youtubei/v1/player", {"videoId": VOLCANO.number}, WWW, page)
    kept = [(note.title, note.detail) for note in house.notes.notes if note.kind == "video"]
    wanted = [(video.title, video.channel.name) for video in (GUITAR, VOLCANO)]
    assert kept == (wanted if privacy == "pages" else [])
    assert privacy == "pages" or GUITAR.number not in repr(house.notes.notes)


async def test_what_was_stopped_was_not_watched_and_names_nobody_below_pages(house: House) -> None:
    await house.rule(Policy(privacy="pages", videos=ONLY))
    await look(house, f"/watch?v={PRANK.number}")
    await look(house, f"/watch?v={PRANK.number}")
    assert [note for note in house.notes.notes if note.kind == "video"] == []
    assert house.stopped()[0].verdict.rule == "channel:@dotuongtrolls"


async def test_minutes_of_shorts_are_counted_for_themselves(house: House) -> None:
    child = await house.rule(Policy(allowances=[{"scope": SHORTS_SCOPE, "minutes": [3] * 7}]))

    def used() -> int:
        return house.door.meter.spent(child.id, house.clock()).today.get(SHORTS_SCOPE, 0)

    line = await tunnel(house.device_port, house.ca, WWW)
    await line.ask(f"/shorts/{DANCE.number}", WWW, *NAVIGATES)
    await whole(line)
    assert used() == 1
    house.clock.move(minutes=1)
    await line.ask("/api/stats/watchtime", WWW, f"Referer: https://{WWW}/shorts/{DANCE.number}")
    await whole(line)
    assert used() == 2
    house.clock.move(minutes=1)
    await line.ask("/youtubei/v1/reel/reel_item_watch", WWW, *FETCHES)
    await whole(line)
    assert used() == 3
    status, page = await look(house, f"/shorts/{DANCE.number}")
    assert (status, "3 of 3 minutes of YouTube Shorts" in page) == (403, True)
    _, page = await look(house, "/")
    assert DANCE.number not in page


@pytest.fixture
def changed_site(monkeypatch: pytest.MonkeyPatch) -> None:
    """Build the site so that nobody knows it again."""
    monkeypatch.setattr(tube, "framed", lambda contents, **_: {"novel": contents})


@pytest.mark.usefixtures("changed_site")
@pytest.mark.parametrize("is_closed", [False, True])
async def test_a_site_that_changed_is_told_once_and_does_as_the_policy_says(
    house: House, is_closed: bool
) -> None:
    await house.rule(Policy(videos=CLOSED if is_closed else ONLY))
    for number in range(ENOUGH + 2):
        assert len(house.notes.alarms) == (number >= ENOUGH)
        status, page = await look(house, f"/?again={number}")
        assert (status, VOLCANO.number in page) == (200, not is_closed)
    [alarm] = house.notes.alarms
    assert (alarm.category, alarm.level, alarm.place) == ("changed", Level.NOTICE, Place.PAGE)
    assert "YouTube has changed" in house.door.readings.last_trouble
    if is_closed:
        status, page = await look(house, "/?again=0")
        assert (status, "cannot tell what is on this page" in page) == (403, True)
        house.clock.move(minutes=2)
        assert (await look(house, "/?again=0"))[0] == 200
        assert (await fetch(house, "/youtubei/v1/browse", {}))[1] == {}


@pytest.mark.parametrize("is_closed", [False, True])
async def test_when_taking_out_breaks_the_policy_says_what_becomes_of_the_page(
    house: House, monkeypatch: pytest.MonkeyPatch, is_closed: bool
) -> None:
    def breaks(*_: object) -> None:
        raise ZeroDivisionError

    monkeypatch.setattr(edited, "missing_in_page", breaks)
    monkeypatch.setattr(edited, "missing_in_answer", breaks)
    await house.rule(Policy(videos=CLOSED if is_closed else ONLY))
    _, page = await look(house, "/")
    assert (VOLCANO.number in page) is not is_closed
    _, data = await fetch(house, "/youtubei/v1/browse", {})
    assert bool(data) is not is_closed


@pytest.mark.browser
async def test_in_a_browser_shorts_are_gone_and_a_video_plays(house: House, tmp_path: Path) -> None:
    rules = {"comments": "block", "autoplay": "block", **ONLY}
    await house.rule(Policy(videos=rules, **OFF))
    plays = "document.querySelector('#movie')?.currentTime > 0.3"

    def browse() -> dict[str, Any]:
        seen: dict[str, Any] = {}
        with chromium(tmp_path) as launch:
            page = launch("child", proxy=house.device_port, cas=[house.ca, house.lab.ca_path])
            page.goto(f"https://{WWW}/")
            page.locator("[data-ready]").wait_for(state="attached")
            seen["listed"] = page.locator(".video").all_inner_texts()
            seen["shorts"] = page.locator(".short").count()
            seen["menu"] = page.locator("#guide").inner_text()
            page.locator(".video").click()
            page.wait_for_function(plays)
            seen["comments"] = page.locator("#comments, #next").count()
            page.goto(f"https://{WWW}/watch?v={PRANK.number}")
            page.get_by_text("only some channels").wait_for()
            seen["url"] = page.url
        return seen

    seen = await asyncio.to_thread(browse)
    assert (seen["listed"], seen["shorts"], seen["comments"]) == ([VOLCANO.title], 0, 0)
    assert "Shorts" not in seen["menu"]
    assert seen["url"].endswith(f"/watch?v={PRANK.number}")
    films = [one for one in house.lab.origin.requests if one.path == "/videoplayback"]
    assert {one.query for one in films} == {f"id={VOLCANO.number}"}


async def test_a_policy_without_such_wishes_leaves_every_byte(house: House) -> None:
    await house.rule(Policy(privacy="pages"))
    line = await tunnel(house.device_port, house.ca, WWW)
    await line.ask("/", WWW, *NAVIGATES)
    head, body = await whole(line)
    assert as_sent(body).decode() == videos.page(WWW, "/")
    assert not re.search(rb"no-store", head)
