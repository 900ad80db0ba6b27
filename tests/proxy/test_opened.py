"""Connections that a rule needs to look inside: everything still works, nothing piles up."""

import asyncio
import os
from pathlib import Path

import pytest
from websockets.asyncio.client import connect

from rules.policy import Policy
from tests.lab.pki import EXPIRED, UNKNOWN_CA, WRONG_HOST
from tests.proxy.clients import Line, trusting, tunnel
from tests.proxy.house import OPEN, House

pytestmark = pytest.mark.door
PAGES = Policy(privacy="pages")
NAVIGATES = ("Sec-Fetch-Mode: navigate", "Sec-Fetch-Dest: document")


async def test_an_opened_site_answers_under_our_certificate(house: House) -> None:
    await house.rule(PAGES)
    line = await tunnel(house.device_port, house.ca, OPEN)
    head, body = await line.get("/", OPEN)
    assert "Hải Đăng" in line.issuer()
    assert b" 200 " in head
    assert OPEN.encode() in body


async def test_a_page_is_noted_without_its_query(house: House) -> None:
    await house.rule(PAGES)
    line = await tunnel(house.device_port, house.ca, OPEN)
    await line.get("/story?secret=1", OPEN, *NAVIGATES)
    await line.get("/style.css", OPEN, "Sec-Fetch-Mode: no-cors", "Sec-Fetch-Dest: style")
    assert [note.page for note in house.notes.notes if note.visits] == [f"https://{OPEN}/story"]
    assert all(note.opened for note in house.notes.notes)


async def test_a_device_that_does_not_trust_us_is_relayed_instead_of_broken(house: House) -> None:
    await house.rule(PAGES, trusts_ca=False)
    line = await tunnel(house.device_port, house.lab.ca_path, OPEN)
    assert b" 200 " in (await line.get("/", OPEN))[0]


async def test_requests_on_one_connection_are_answered_one_after_the_other(house: House) -> None:
    await house.rule(PAGES)
    line = await tunnel(house.device_port, house.ca, OPEN)
    for number in range(10):
        head, _body = await line.get(f"/page/{number}", OPEN)
        assert b" 200 " in head


async def test_ten_hosts_on_one_plain_connection_are_each_judged(house: House) -> None:
    await house.rule(Policy(block=("three.example",)))
    line = await Line.open(house.device_port)
    answers = []
    for name in ("one", "two", "three", "four", "one", "two", "three", "one"):
        head, _ = await line.get(f"http://{name}.example/", f"{name}.example")
        answers.append(head.split()[1])
    assert answers == [b"200", b"200", b"403", b"200", b"200", b"200", b"403", b"200"]
    assert not house.lab.origin.reached("three.example")


async def test_events_arrive_while_they_happen(house: House) -> None:
    await house.rule(PAGES)
    line = await tunnel(house.device_port, house.ca, OPEN)
    await line.ask("/sse", OPEN)
    await line.head()
    async with asyncio.timeout(2):
        assert b"data: 1" in await line.reader.readuntil(b"data: 1\n")


async def test_a_websocket_speaks_both_ways_and_its_messages_are_forgotten(house: House) -> None:
    await house.rule(PAGES)
    async with connect(
        f"wss://{OPEN}/socket",
        proxy=f"http://127.0.0.1:{house.device_port}",
        ssl=trusting(house.ca),
    ) as socket:
        for number in range(20):
            await socket.send(f"hello {number}")
            assert await socket.recv() == f"hello {number}"
        lease = next(iter(house.door.leases._running))
        assert lease.down > 100
    await house.until(lambda: len(house.door.leases) == 0)


async def test_a_large_opened_download_streams_and_is_counted(house: House) -> None:
    await house.rule(PAGES)
    before = resident()
    line = await tunnel(house.device_port, house.ca, OPEN)
    await line.ask("/bytes/30000000", OPEN)
    await line.head()
    got = 0
    async with asyncio.timeout(30):
        while got < 30_000_000:
            got += len(await line.reader.read(1 << 16))
    assert resident() - before < 20_000_000
    await house.until(lambda: len(house.door.leases) == 0)
    await house.until(lambda: sum(note.bytes_down for note in house.notes.notes) == 30_000_000)


def resident() -> int:
    pages = Path("/proc/self/statm").read_text().split()[1]
    return int(pages) * os.sysconf("SC_PAGE_SIZE")


async def test_an_upload_streams_through(house: House) -> None:
    await house.rule(PAGES)
    line = await tunnel(house.device_port, house.ca, OPEN)
    await line.send(
        f"POST /upload HTTP/1.1\r\nHost: {OPEN}\r\nContent-Length: 3000000\r\n\r\n".encode()
    )
    await line.send(b"x" * 3_000_000)
    head, body = await line.answer()
    assert b" 200 " in head
    assert b"3000000" in body


@pytest.mark.parametrize("host", [EXPIRED, WRONG_HOST, UNKNOWN_CA])
async def test_a_bad_certificate_of_the_origin_is_refused_with_our_page(
    house: House, host: str
) -> None:
    await house.rule(PAGES)
    line = await tunnel(house.device_port, house.ca, host)
    head, _body = await line.get("/", host)
    assert b" 403 " in head
    assert b"mitmproxy" not in head
    assert house.stopped()[-1].verdict.reason == "bad_certificate"
    assert house.stopped()[-1].host == host


async def test_a_site_that_does_not_answer_gets_a_page_that_says_so(house: House) -> None:
    house.door.settings.resolver["gone.example:443"] = "127.0.0.1:1"
    await house.rule(PAGES)
    line = await tunnel(house.device_port, house.ca, "gone.example")
    head, body = await line.get("/", "gone.example")
    assert b" 502 " in head
    assert b"does not answer" in body
    assert not house.stopped()


async def test_proxy_headers_do_not_reach_the_origin(house: House) -> None:
    await house.rule(Policy())
    line = await Line.open(house.device_port)
    _, body = await line.get(
        f"http://{OPEN}/echo",
        OPEN,
        "Proxy-Connection: keep-alive",
        "Proxy-Authorization: Basic eDp5",
    )
    assert OPEN.encode() in body
    assert b"proxy-" not in body.lower()
