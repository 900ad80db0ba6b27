"""SOCKS5 on the door's ports: another language, the same rules."""

import asyncio
from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from proxy import socks
from proxy.who import ensure_key
from rules.credentials import hash_password
from rules.policy import Policy
from tests.proxy.clients import Line, curl
from tests.proxy.house import BLOCKED, BLOCKING, OPEN, House

pytestmark = pytest.mark.door


async def fetch(house: House, url: str, way: str = "socks5h", port: int = 0, who: str = "") -> str:
    proxy = f"{way}://{who}127.0.0.1:{port or house.device_port}"
    return await curl("-x", proxy, "--cacert", str(house.lab.ca_path), url)


async def test_an_allowed_site_comes_untouched(house: House):
    await house.rule(Policy())
    assert f"{OPEN}/a" in await fetch(house, f"https://{OPEN}/a")
    assert f"{OPEN}/b" in await fetch(house, f"http://{OPEN}/b")


async def test_a_blocked_site_is_not_allowed_by_the_ruleset(house: House):
    await house.rule(BLOCKING, trusts_ca=False)
    assert "complete SOCKS5 connection to blocked.example. (2)" in await fetch(
        house, f"https://{BLOCKED}/"
    )
    assert house.stopped()[-1].host == BLOCKED
    assert not house.lab.origin.handshakes


async def test_a_device_that_trusts_us_sees_our_page(house: House):
    await house.rule(BLOCKING)
    way = f"socks5h://127.0.0.1:{house.device_port}"
    told = await curl("-x", way, "--cacert", str(house.ca), f"https://{BLOCKED}/")
    assert "block_list" in told


async def test_an_address_leads_where_the_hello_says(house: House):
    await house.rule(Policy())
    line = await Line.open(house.device_port)
    await line.send(b"\x05\x01\x00" + b"\x05\x01\x00\x01\xcb\x00\x71\x42\x01\xbb")
    assert await line.reader.readexactly(12) == b"\x05\x00" + socks.answer(0)
    await line.tls(house.lab.ca_path, OPEN)
    assert b" 200 " in (await line.get("/", OPEN))[0]


async def test_the_word_for_a_port_that_is_closed(house: House):
    await house.rule(Policy())
    assert "SOCKS5" in await fetch(house, f"https://{OPEN}:25/")
    assert house.stopped()[-1].verdict.reason == "port"


async def with_password(house: House) -> None:
    key = hash_password(ensure_key(house.door.data), "secret:with:colons")
    await house.rule(BLOCKING, username="minh", password_key=key)


async def test_user_and_password_tell_whose_device_it_is(house: House):
    await with_password(house)
    url, port = f"http://{OPEN}/", house.port
    assert f"{OPEN}/" in await fetch(house, url, port=port, who="minh:secret%3Awith%3Acolons@")
    assert house.notes.notes[-1].child_id


@pytest.mark.parametrize("who", ["", "minh:wrong@", "nobody:secret@"])
async def test_without_the_right_ones_nothing_is_connected(house: House, who: str):
    await with_password(house)
    told = await fetch(house, f"http://{OPEN}/", port=house.port, who=who)
    assert "curl: (97)" in told
    assert not house.lab.origin.requests


@pytest.mark.parametrize(
    ("sent", "got"),
    [
        (b"\x05\x01\x01", b"\x05\xff"),
        (b"\x05\x01\x00\x05\x02\x00\x01\1\2\3\4\0\x50", b"\x05\x00" + socks.answer(7)),
        (b"\x05\x01\x00\x05\x03\x00\x01\1\2\3\4\0\x50", b"\x05\x00" + socks.answer(7)),
        (b"\x05\x01\x00\x05\x01\x00\x09\1\2\3\4\0\x50", b"\x05\x00" + socks.answer(8)),
        (b"\x05\x01\x00\x05\x01\x00\x03\x03a b\0\x50", b"\x05\x00" + socks.answer(1)),
        (b"\x05\x01\x00\x04\x01\x00\x03\x03abc\0\x50", b"\x05\x00" + socks.answer(1)),
    ],
)
async def test_what_is_not_understood_is_refused_in_its_own_language(house: House, sent, got):
    await house.rule(Policy())
    line = await Line.open(house.device_port)
    await line.send(sent)
    assert await line.rest() == got


@given(st.lists(st.integers(0, 40), max_size=6), st.booleans())
def test_words_mean_the_same_however_they_are_cut(cuts: list[int], asks: bool):
    whole = bytearray(b"\x05\x02\x00\x02")
    whole += b"\x01\x02me\x06secret" if asks else b""
    whole += b"\x05\x01\x00\x03\x0copen.example\x01\xbbREST"
    talk = socks.Talk(lambda given: given == ("me", "secret") if asks else given is None)
    said, buffer, head = b"", bytearray(), None
    edges = [0, *sorted(min(cut, len(whole)) for cut in cuts), len(whole)]
    for begin, end in pairwise(edges):
        buffer += whole[begin:end]
        if head is None:
            words, head = talk.step(buffer)
            said += words
    assert said == (b"\x05\x02\x01\x00" if asks else b"\x05\x00")
    assert head is not None
    assert (head.host, head.port, bytes(buffer)) == ("open.example", 443, b"REST")
    assert head.credentials == (("me", "secret") if asks else None)


async def test_a_client_that_stops_in_the_middle_is_let_go(house: House, monkeypatch):
    monkeypatch.setattr("proxy.front.HEAD_SECONDS", 0.2)
    await house.rule(Policy())
    line = await Line.open(house.device_port)
    await line.send(b"\x05\x01\x00\x05\x01")
    async with asyncio.timeout(3):
        assert await line.rest() == b"\x05\x00"
