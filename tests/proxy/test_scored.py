"""Pages of sites that no list knows are read where the policy wants it, and only there."""

import asyncio
import re
from pathlib import Path

import pytest

from proxy.pinned import FAILURES
from proxy.scored import Reader
from rules.policy import Policy, Privacy
from rules.reading import Reading, Source, key_of
from rules.verdict import Reason
from tests.kit.browser import chromium
from tests.lab.readable import READABLE
from tests.proxy.clients import Line, curl, tunnel
from tests.proxy.house import BANK, NOON, House

pytestmark = pytest.mark.door
NAVIGATES = ("Sec-Fetch-Mode: navigate", "Sec-Fetch-Dest: document")
READING = Policy(categories={"gambling": "block"}, read_pages=True)
FORUM, BETTING = "forum.example", "trangmoi.example"


async def whole(line: Line) -> tuple[bytes, bytes]:
    """Read one answer, in parts or of a length."""
    head = await line.head()
    if b"chunked" not in head.lower():
        length = re.search(rb"content-length: (\d+)", head.lower())
        return head, await line.reader.readexactly(int(length[1])) if length else b""
    body = b""
    while size := int(await line.reader.readuntil(b"\r\n"), 16):
        body += await line.reader.readexactly(size)
        await line.reader.readexactly(2)
    await line.reader.readexactly(2)
    return head, body


def as_sent(body: bytes) -> bytes:
    """Leave out what a page is given to ask whether it is over; the rest is the site's."""
    body, script, _ = body.partition(b'<script nonce="" data-told="">')
    assert script
    return body


async def look(house: House, path: str, host: str = FORUM, *headers: str) -> tuple[bytes, bytes]:
    """Open a page as a browser does."""
    line = await tunnel(house.device_port, house.ca, host)
    await line.ask(path, host, *NAVIGATES, *headers)
    return await whole(line)


def is_reloading(body: bytes) -> bool:
    return b'http-equiv="refresh"' in body and "tài xỉu".encode() not in body.lower()


@pytest.mark.browser
async def test_a_browser_that_opens_an_unknown_betting_site_is_shown_why_it_stops(
    house: House, tmp_path: Path
) -> None:
    await house.rule(READING)

    def browse() -> tuple[str, str]:
        with chromium(tmp_path) as launch:
            page = launch("child", proxy=house.device_port, cas=[house.ca])
            page.goto(f"https://{BETTING}/")
            page.get_by_text("look like").wait_for()
            return page.url, page.content()

    url, shown = await asyncio.to_thread(browse)
    assert url == f"https://{BETTING}/"
    assert "Tài xỉu" not in shown
    assert len(house.lab.origin.reached(BETTING)) >= 1
    stopped = [note for note in house.stopped() if note.host == BETTING]
    assert {note.verdict.reason for note in stopped} == {Reason.LOOKS_LIKE}


async def test_the_next_visit_is_decided_before_anything_is_opened(house: House) -> None:
    await house.rule(READING)
    assert is_reloading((await look(house, "/", BETTING))[1])
    house.lab.origin.forget()
    head, body = await look(house, "/other", f"www.{BETTING}")
    assert b" 403 " in head
    assert b"Gambling" in body or b"gambling" in body.lower()
    assert not house.lab.origin.requests


async def test_the_child_reads_no_words_of_the_page_and_the_parent_can(house: House) -> None:
    await house.rule(READING)
    await look(house, "/", BETTING)
    _, body = await look(house, "/", BETTING)
    assert "xóc đĩa" not in body.decode().lower()
    (reading,) = house.door.readings.take_new()
    assert (reading.category, reading.site, reading.source) == ("gambling", BETTING, Source.WORDS)
    assert "tài xỉu" in reading.words


async def test_one_page_of_a_forum_stops_itself_and_not_the_forum(house: House) -> None:
    await house.rule(READING)
    assert is_reloading((await look(house, "/read/betting"))[1])
    assert b" 403 " in (await look(house, "/read/betting"))[0]
    assert b" 200 " in (await look(house, "/read/school"))[0]
    assert not house.door.readings.take_new()
    # A second page of the same kind, and it is what the site is about.
    assert is_reloading((await look(house, "/read/casino"))[1])
    assert b" 403 " in (await look(house, "/read/school"))[0]


async def test_a_site_that_looks_harmless_is_not_opened_again_for_a_day(house: House) -> None:
    await house.rule(READING)
    for path in ("school", "lesson", "plan"):
        head, body = await look(house, f"/read/{path}")
        assert (b" 200 " in head, as_sent(body)) == (True, READABLE[path])
    line = await tunnel(house.device_port, house.lab.ca_path, FORUM)
    assert "Hải Đăng" not in line.issuer()
    house.clock.move(hours=25)
    line = await tunnel(house.device_port, house.ca, FORUM)
    assert "Hải Đăng" in line.issuer()


@pytest.mark.parametrize("packed", ["gzip", "deflate", "br", "zstd"])
async def test_packed_pages_are_read_too(house: House, packed: str) -> None:
    await house.rule(READING)
    await look(house, f"/read/betting?packed={packed}")
    head, _ = await look(house, f"/read/betting?packed={packed}")
    assert b" 403 " in head
    head, body = await look(house, f"/read/school?packed={packed}")
    assert b" 200 " in head
    assert body != READABLE["school"]


@pytest.mark.parametrize("path", ["/read/old", "/read/betting?chunks=1", "/read/long"])
async def test_pages_in_old_alphabets_in_parts_and_of_any_length_are_read(
    house: House, path: str
) -> None:
    await house.rule(READING)
    assert is_reloading((await look(house, path))[1])
    assert b" 403 " in (await look(house, path))[0]


async def test_what_is_let_through_is_the_same_bytes_and_counted(house: House) -> None:
    await house.rule(READING)
    _, body = await look(house, "/read/school?chunks=1")
    assert as_sent(body) == READABLE["school"]
    await house.until(lambda: len(house.door.leases) == 0)
    house.door.leases.tick()
    assert sum(note.bytes_down for note in house.notes.notes) == len(READABLE["school"])


async def test_a_page_that_stalls_is_judged_by_what_is_there_when_it_goes_on() -> None:
    seen: list[bytes] = []
    reader = Reader(lambda _: None, seen.append, lambda: None, 1000)
    assert list(reader(b"<p>one")) == []
    reader._since -= 2
    assert list(reader(b"two")) == [b"<p>onetwo"]
    assert seen == [b"<p>onetwo"]


@pytest.mark.parametrize("host", [BANK, "vnexpress.net", "www.moh.gov.vn"])
async def test_known_sites_and_banks_are_not_opened_for_it(house: House, host: str) -> None:
    await house.rule(READING)
    line = await tunnel(house.device_port, house.lab.ca_path, host)
    assert "Hải Đăng" not in line.issuer()


async def test_without_the_switch_nothing_unknown_is_opened(house: House) -> None:
    await house.rule(Policy(categories={"gambling": "block"}))
    line = await tunnel(house.device_port, house.lab.ca_path, BETTING)
    assert "Hải Đăng" not in line.issuer()


async def test_a_device_that_does_not_trust_us_goes_on_unread(house: House) -> None:
    await house.rule(READING, trusts_ca=False)
    line = await tunnel(house.device_port, house.lab.ca_path, BETTING)
    assert b" 200 " in (await line.get("/", BETTING))[0]


async def test_what_scripts_fetch_and_pictures_are_not_read(house: House) -> None:
    await house.rule(READING)
    line = await tunnel(house.device_port, house.ca, FORUM)
    await line.ask("/read/betting", FORUM, "Sec-Fetch-Mode: cors", "Sec-Fetch-Dest: empty")
    _, body = await whole(line)
    assert body == READABLE["betting"]
    assert house.door.readings.read == 0


async def test_plain_pages_are_read_as_well(house: House) -> None:
    await house.rule(READING)
    line = await Line.open(house.device_port)
    await line.ask(f"http://{BETTING}/", BETTING, "Accept: text/html")
    assert is_reloading((await whole(line))[1])


async def test_an_app_that_trusts_only_its_own_certificate_passes_unread_in_the_end(
    house: House,
) -> None:
    await house.rule(READING)
    proxy, ca = f"http://127.0.0.1:{house.device_port}", str(house.lab.ca_path)
    app = ("-x", proxy, "--cacert", ca, "-w", "%{http_code}", "-o", "/dev/null")
    for _ in range(FAILURES):
        assert "certificate" in await curl(*app, "https://api.app.example/")
    assert await curl(*app, "https://api.app.example/") == "200"
    # Another site is read as before.
    assert "certificate" in await curl(*app, "https://other.test/")


async def test_trouble_with_reading_neither_stops_nor_breaks_a_page(
    house: House, monkeypatch: pytest.MonkeyPatch
) -> None:
    def broken(*_: object) -> None:
        raise RuntimeError("no words today")

    monkeypatch.setattr("proxy.scored.read", broken)
    await house.rule(READING)
    head, body = await look(house, "/read/betting")
    assert (b" 200 " in head, as_sent(body)) == (True, READABLE["betting"])
    assert house.door.readings.troubled == 1
    assert not house.stopped()


async def test_a_packed_body_that_is_damaged_goes_on_as_it_came() -> None:
    seen: list[bytes] = []
    troubled: list[int] = []

    def judge(body: bytes) -> None:
        seen.append(body)
        raise ValueError("damaged")

    reader = Reader(lambda _: None, judge, lambda: troubled.append(1), 10)
    assert b"".join((*reader(b"x" * 20), *reader(b"y"), *reader(b""))) == b"x" * 20 + b"y"
    assert (len(seen), len(troubled)) == (1, 1)


async def test_where_sites_are_not_named_a_reading_names_none(house: House) -> None:
    await house.rule(READING.model_copy(update={"privacy": Privacy.COUNTS}))
    await look(house, "/", BETTING)
    (reading,) = house.door.readings.take_new()
    assert (reading.site, reading.key) == ("", key_of(BETTING))


async def test_an_adults_word_opens_the_site_again(house: House) -> None:
    await house.rule(READING)
    await look(house, "/", BETTING)
    assert b" 403 " in (await look(house, "/", BETTING))[0]
    right = Reading(key_of(BETTING), NOON, source=Source.ADULT, site=BETTING)
    house.door.readings.learn([right], whole=True)
    line = await tunnel(house.device_port, house.lab.ca_path, BETTING)
    assert b" 200 " in (await line.get("/", BETTING))[0]


async def test_a_clone_under_another_name_is_known_by_its_building(house: House) -> None:
    await house.rule(READING)
    _, body = await look(house, "/read/clone", "clone.example")
    assert as_sent(body) == READABLE["clone"]
    for path in ("/read/built", "/read/casino"):
        assert is_reloading((await look(house, path, "first.example"))[1])
    # It says nothing of betting, but it is made of the same files.
    assert is_reloading((await look(house, "/read/clone", "clone.example"))[1])
    assert b" 403 " in (await look(house, "/read/clone", "clone.example"))[0]
