"""Lists are fetched with care: never too much, never from inside, never in circles."""

import asyncio
import gzip
import socket
import ssl
import tracemalloc
import zlib
from collections.abc import Iterator
from pathlib import Path

import pytest

from feeds.errors import FeedError
from feeds.fetch import GZIP, Limits, _is_public, _next, fetch, unpack
from tests.feeds.shelf import Shelf, opened
from tests.lab.pki import Certificates

AT_HOME = Limits(private_networks=True)


async def test_a_list_comes_with_what_tells_whether_it_has_changed(shelf: Shelf) -> None:
    url = shelf.put("a.example\n", ETag='"1"', Last_Modified="Mon, 23 Nov 2026 08:00:00 GMT")
    fetched = await fetch(url, limits=AT_HOME)
    assert fetched.body == b"a.example\n"
    assert (fetched.etag, fetched.modified) == ('"1"', "Mon, 23 Nov 2026 08:00:00 GMT")


async def test_an_unchanged_list_is_not_sent_again(shelf: Shelf) -> None:
    url = shelf.put("a.example\n", ETag='"1"')
    fetched = await fetch(url, etag='"1"', modified="yesterday", limits=AT_HOME)
    assert fetched.body is None
    assert shelf.asked[0]["if-none-match"] == '"1"'
    assert shelf.asked[0]["if-modified-since"] == "yesterday"


async def test_the_server_is_told_the_name_that_was_asked_for(shelf: Shelf) -> None:
    shelf.put("a.example\n")
    await fetch(f"http://localhost:{shelf.port}/list.txt", limits=AT_HOME)
    assert shelf.asked[0]["host"] == f"localhost:{shelf.port}"


@pytest.mark.parametrize("host", ["127.0.0.1", "localhost", "[::ffff:127.0.0.1]", "0.0.0.0"])
async def test_an_address_inside_is_refused_before_anything_is_asked(
    shelf: Shelf, host: str
) -> None:
    shelf.put("a.example\n")
    with pytest.raises(FeedError, match="own network"):
        await fetch(f"http://{host}:{shelf.port}/list.txt")
    assert shelf.asked == []


@pytest.mark.parametrize(
    ("address", "public"),
    [
        ("8.8.8.8", True), ("2606:4700::1111", True), ("10.1.2.3", False), ("192.168.1.1", False),
        ("172.16.0.1", False), ("169.254.169.254", False), ("100.64.0.1", False),
        ("127.0.0.1", False), ("::1", False), ("fe80::1%eth0", False), ("fd00::1", False),
        ("::ffff:10.0.0.1", False), ("224.0.0.1", False), ("0.0.0.0", False), ("::", False),
    ],
)  # fmt: skip
def test_only_addresses_of_the_internet_are_public(address: str, public: bool) -> None:
    assert _is_public(address) is public


@pytest.mark.parametrize(
    "url",
    [
        "",
        "list.txt",
        "file:///etc/passwd",
        "ftp://a.example/x",
        "http://",
        "http://[::1",
        "//a.b/c",
    ],
)
async def test_only_http_addresses_are_fetched(url: str) -> None:
    with pytest.raises(FeedError, match="https://"):
        await fetch(url, limits=AT_HOME)


async def test_a_redirect_is_followed(shelf: Shelf) -> None:
    shelf.put("a.example\n", "/new.txt")
    shelf.put("", Location="/new.txt")
    shelf.answers["/list.txt"].status = "302 Found"
    assert (await fetch(shelf.url(), limits=AT_HOME)).body == b"a.example\n"


async def test_redirects_in_a_circle_end(shelf: Shelf) -> None:
    shelf.put("", Location="/list.txt")
    shelf.answers["/list.txt"].status = "302 Found"
    with pytest.raises(FeedError, match="circles"):
        await fetch(shelf.url(), limits=AT_HOME)
    assert len(shelf.asked) == 6


async def test_a_redirect_away_from_http_is_refused(shelf: Shelf) -> None:
    shelf.put("", Location="file:///etc/passwd")
    shelf.answers["/list.txt"].status = "302 Found"
    with pytest.raises(FeedError, match="https://"):
        await fetch(shelf.url(), limits=AT_HOME)


@pytest.mark.parametrize("status", ["404 Not Found", "500 Internal Server Error", "204 No Content"])
async def test_another_answer_than_a_list_is_named(shelf: Shelf, status: str) -> None:
    shelf.put("a.example\n")
    shelf.answers["/list.txt"].status = status
    with pytest.raises(FeedError, match=status[:3]):
        await fetch(shelf.url(), limits=AT_HOME)


async def test_a_list_that_is_too_large_is_given_up(shelf: Shelf) -> None:
    url = shelf.put(b"a" * 3_000_000)
    with pytest.raises(FeedError, match="larger than 1 MB"):
        await fetch(url, limits=Limits(packed_bytes=1_048_576, private_networks=True))


async def test_a_bomb_is_not_unpacked(shelf: Shelf) -> None:
    bomb = gzip.compress(b"0" * 50_000_000)
    url = shelf.put(bomb, Content_Encoding="gzip")
    fetched = await fetch(url, limits=AT_HOME)
    with pytest.raises(FeedError, match="larger than 2 MB"):
        unpack(fetched.body or b"", 2_097_152)


async def test_a_packed_list_is_unpacked(shelf: Shelf) -> None:
    packed = gzip.compress(b"a.example\n")
    url = shelf.put(packed, Content_Encoding="gzip")
    assert unpack((await fetch(url, limits=AT_HOME)).body or b"", 100) == b"a.example\n"


async def test_a_server_that_does_not_answer_is_given_up(shelf: Shelf) -> None:
    shelf.silent = True
    shelf.put("a.example\n")
    with pytest.raises(FeedError, match="in time"):
        await fetch(shelf.url(), limits=Limits(seconds=0.2, private_networks=True))


async def test_a_server_that_is_away_is_named() -> None:
    async with opened() as closed:
        url = closed.url()
    with pytest.raises(FeedError, match="cannot be reached"):
        await fetch(url, limits=AT_HOME)


async def test_a_server_with_an_address_of_version_6_is_asked() -> None:
    try:
        async with opened("::1") as shelf:
            shelf.put("a.example\n")
            fetched = await fetch(f"http://[::1]:{shelf.port}/list.txt", limits=AT_HOME)
    except OSError as error:
        pytest.skip(f"no IPv6 on loopback here: {error}")
    assert fetched.body == b"a.example\n"


def test_a_redirect_never_leads_from_https_to_http() -> None:
    with pytest.raises(FeedError, match="from https to http"):
        _next("https://a.example/list", "http://a.example/list")
    assert _next("https://a.example/list", "/new") == "https://a.example/new"
    assert _next("http://a.example/list", "https://b.example/") == "https://b.example/"


@pytest.fixture
def changing_name(monkeypatch: pytest.MonkeyPatch) -> Iterator[list[str]]:
    """Make list.example mean loopback when it is checked, and nothing ever after."""
    asked: list[str] = []
    resolve = asyncio.BaseEventLoop.getaddrinfo

    async def once(loop: asyncio.BaseEventLoop, host: str, port: int, **kind: int) -> object:
        if host != "list.example":
            return await resolve(loop, host, port, **kind)
        asked.append(host)
        if len(asked) > 1:
            raise socket.gaierror("the name means something else by now")
        return await resolve(loop, "127.0.0.1", port, **kind)

    monkeypatch.setattr(asyncio.BaseEventLoop, "getaddrinfo", once)
    yield asked
    assert asked == ["list.example"]


async def test_the_address_that_was_checked_is_the_one_that_is_asked(
    shelf: Shelf, changing_name: list[str]
) -> None:
    shelf.put("a.example\n")
    fetched = await fetch(f"http://list.example:{shelf.port}/list.txt", limits=AT_HOME)
    assert fetched.body == b"a.example\n"
    assert shelf.asked[0]["host"] == f"list.example:{shelf.port}"


async def test_a_certificate_is_checked_against_the_name(
    tmp_path: Path, changing_name: list[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    certificates = Certificates(tmp_path)
    monkeypatch.setattr("certifi.where", lambda: str(certificates.ca_path))
    told: list[str | None] = []
    tls = certificates.context_for("list.example")
    tls.sni_callback = lambda _socket, name, _context: told.append(name)
    async with opened(tls=tls) as shelf:
        shelf.put("a.example\n")
        fetched = await fetch(f"https://list.example:{shelf.port}/list.txt", limits=AT_HOME)
    assert fetched.body == b"a.example\n"
    assert told == ["list.example"]


@pytest.mark.parametrize("trusted", [True, False])
async def test_a_certificate_for_another_name_or_from_a_stranger_is_refused(
    tmp_path: Path,
    changing_name: list[str],
    monkeypatch: pytest.MonkeyPatch,
    trusted: bool,
) -> None:
    certificates = Certificates(tmp_path)
    if trusted:
        monkeypatch.setattr("certifi.where", lambda: str(certificates.ca_path))
    tls: ssl.SSLContext = certificates.context_for("other.example" if trusted else "list.example")
    async with opened(tls=tls) as shelf:
        shelf.put("a.example\n")
        with pytest.raises(FeedError, match="cannot be reached"):
            await fetch(f"https://list.example:{shelf.port}/list.txt", limits=AT_HOME)
    assert shelf.asked == []


def test_a_bomb_never_fills_the_memory() -> None:
    bomb = gzip.compress(b"0" * 50_000_000)
    tracemalloc.start()
    try:
        with pytest.raises(FeedError, match="larger than 1 MB"):
            unpack(bomb, 1_048_576)
        assert tracemalloc.get_traced_memory()[1] < 8_000_000
    finally:
        tracemalloc.stop()


def test_a_file_that_is_packed_twice_is_unpacked_twice() -> None:
    assert unpack(gzip.compress(gzip.compress(b"a.example")), 100) == b"a.example"


def test_a_file_as_large_as_allowed_is_taken() -> None:
    assert unpack(gzip.compress(b"a" * 100), 100) == b"a" * 100
    with pytest.raises(FeedError, match="larger"):
        unpack(gzip.compress(b"a" * 101), 100)
    with pytest.raises(FeedError, match="larger"):
        unpack(b"a" * 101, 100)


@pytest.mark.parametrize("damaged", [GZIP + b"garbage", gzip.compress(b"a" * 1000, mtime=0)[:-12]])
def test_a_damaged_file_is_refused(damaged: bytes) -> None:
    with pytest.raises(FeedError, match=r"damaged|incomplete"):
        unpack(damaged, 10_000)


def test_what_is_not_packed_stays_as_it_is() -> None:
    assert unpack(zlib.compress(b"a"), 100) == zlib.compress(b"a")
