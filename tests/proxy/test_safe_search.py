"""Every engine that can be made safe without opening it: asked by its own name, reached safely.

Two sets of origins stand behind the door. The lab answers to everything; the second set answers
only where a safe host's name (or address) leads. Clients trust the lab's CA and not ours, so an
answer proves that the connection was not opened and that the certificate fits the usual name.
"""

import asyncio
import json
import os
from collections.abc import AsyncIterator, Iterable
from contextlib import asynccontextmanager
from pathlib import Path
from typing import Any

import pytest

from feeds.starter import Starter
from rules.policy import Policy, UrlRule, YouTube
from rules.scope import EVERYTHING
from rules.verdict import Action, Reason
from tests.kit.browser import chromium
from tests.lab.origin import LOOPBACK, Origin
from tests.proxy.clients import Line, curl, tunnel
from tests.proxy.house import House

pytestmark = pytest.mark.door
SAFE = Starter().safe
AT_ONCE = 40
"""Hosts that one curl asks for."""
BROWSED = {
    "search": (
        ("www.google.com.vn", "forcesafesearch.google.com"),
        ("google.com.vn", "forcesafesearch.google.com"),
        ("www.google.com", "forcesafesearch.google.com"),
        ("www.bing.com", "strict.bing.com"),
        ("duckduckgo.com", "safe.duckduckgo.com"),
        ("start.duckduckgo.com", "safe.duckduckgo.com"),
        ("yandex.com", "213.180.193.56"),
        ("ya.ru", "213.180.193.56"),
        ("www.ecosia.org", "strict-safe-search.ecosia.org"),
        ("search.brave.com", "forcesafe.search.brave.com"),
        ("pixabay.com", "safesearch.pixabay.com"),
        ("api.qwant.com", "safeapi.qwant.com"),
        ("www.startpage.com", "safe.startpage.com"),
    ),
    **{
        f"youtube_{level}": tuple(
            (host, to)
            for host in (
                "www.youtube.com",
                "m.youtube.com",
                "youtubei.googleapis.com",
                "youtube.googleapis.com",
                "www.youtube-nocookie.com",
            )
        )
        for level, to in (
            ("strict", "restrict.youtube.com"),
            ("moderate", "restrictmoderate.youtube.com"),
        )
    },
}
POLICIES = {
    "search": Policy(safe_search=True),
    "youtube_strict": Policy(youtube=YouTube.STRICT),
    "youtube_moderate": Policy(youtube=YouTube.MODERATE),
}


@asynccontextmanager
async def safe_origins(house: House, places: Iterable[str]) -> AsyncIterator[Origin]:
    """Answer at safe hosts with origins of their own, and certificates of the same CA."""
    origin = Origin(house.lab.certificates)
    await origin.start()
    for place in places:
        house.door.settings.resolver[f"{place}:443"] = f"{LOOPBACK}:{origin.tls_port}"
    try:
        yield origin
    finally:
        await origin.stop()


def browse(folder: Path, port: int, ca: Path, hosts: Iterable[str]) -> dict[str, str]:
    """Open each host in one Chromium that trusts the lab, and return what the pages say."""
    with chromium(folder) as launch:
        page = launch("child", proxy=port, cas=[ca])
        found = {}
        for host in hosts:
            page.goto(f"https://{host}/search?q=con+meo")
            found[host] = page.locator("#where").inner_text()
        return found


@pytest.mark.browser
@pytest.mark.parametrize("key", ["search", "youtube_strict"])
async def test_the_browser_asks_for_the_usual_host_and_lands_on_the_safe_one(
    house: House, tmp_path: Path, key: str
) -> None:
    await house.rule(POLICIES[key])
    pairs = dict(BROWSED[key])
    async with safe_origins(house, set(pairs.values())) as safe:
        shown = await asyncio.to_thread(
            browse, tmp_path, house.device_port, house.lab.ca_path, pairs
        )
    assert shown == {host: f"{host}/search" for host in pairs}
    assert {request.host for request in safe.requests} >= set(pairs)
    assert all(request.sni == request.host for request in safe.requests)
    assert not [host for host in pairs if house.lab.origin.reached(host)]
    assert {note.host: note.verdict.to for note in house.notes.notes if note.host in pairs} == pairs
    assert not any(note.opened for note in house.notes.notes)


def test_what_is_browsed_covers_every_safe_host() -> None:
    for key, pairs in BROWSED.items():
        wanted = {to[key] for to in SAFE.values() if key in to}
        assert {to for _, to in pairs} == wanted
        assert all(SAFE[host][key] == to for host, to in pairs)


@pytest.mark.parametrize("key", POLICIES)
async def test_each_host_leads_to_its_safe_one(house: House, key: str) -> None:
    await house.rule(POLICIES[key])
    # A fifth of them, as they all go one way; `PAGES=all` is every one.
    every = 1 if os.environ.get("PAGES") == "all" else 5
    hosts = sorted(host for host, to in SAFE.items() if key in to)[::every]
    proxy, ca = f"http://127.0.0.1:{house.device_port}", str(house.lab.ca_path)
    async with safe_origins(house, {to[key] for to in SAFE.values() if key in to}) as safe:
        for start in range(0, len(hosts), AT_ONCE):
            asked = hosts[start : start + AT_ONCE]
            urls = [part for host in asked for part in (f"https://{host}/", "-o", "/dev/null")]
            told = await curl(
                "-m", "60", "-x", proxy, "--cacert", ca, "-w", "%{http_code}\n", *urls
            )
            assert told.split() == ["200"] * len(asked)
    assert {request.host for request in safe.requests} == set(hosts)
    assert not {request.host for request in house.lab.origin.requests} & set(hosts)


async def test_without_safe_search_the_usual_host_is_reached(house: House) -> None:
    await house.rule(Policy())
    async with safe_origins(house, ["forcesafesearch.google.com"]) as safe:
        line = await tunnel(house.device_port, house.lab.ca_path, "www.google.com")
        await line.get("/", "www.google.com")
        assert not safe.requests
    assert house.lab.origin.reached("www.google.com")


@pytest.mark.parametrize("host", ["coccoc.com", "vn.search.yahoo.com", "searx.be"])
async def test_an_engine_without_a_safe_mode_is_closed_and_a_safe_one_is_named(
    house: House, host: str
) -> None:
    await house.rule(Policy(safe_search=True))
    line = await tunnel(house.device_port, house.ca, host)
    head, body = await line.get("/", host, "Sec-Fetch-Dest: document", "Sec-Fetch-Mode: navigate")
    assert b" 403 " in head
    assert b"cannot leave out what is only for adults" in body
    assert b"Google, Bing and DuckDuckGo" in body
    assert house.stopped()[-1].verdict.reason is Reason.UNSAFE_SEARCH


async def test_such_an_engine_is_open_where_the_policy_lets_it(house: House) -> None:
    await house.rule(Policy(safe_search=True, unsafe_search="allow"))
    line = await tunnel(house.device_port, house.lab.ca_path, "coccoc.com")
    assert b" 200 " in (await line.get("/", "coccoc.com"))[0]


async def test_the_host_of_what_a_safe_mode_hides_is_closed(house: House) -> None:
    await house.rule(Policy(safe_search=True, unsafe_search="allow"), trusts_ca=False)
    line = await Line.open(house.device_port)
    assert b" 403 " in await line.connect("explicit.bing.net")
    assert house.stopped()[-1].verdict.action is Action.BLOCK


RULE = UrlRule(scope=EVERYTHING, path="/never-there", effect="block")
"""Any rule about addresses makes every host be opened that may be."""


async def echoed(house: House, host: str, path: str, *headers: str) -> dict[str, Any]:
    line = await tunnel(house.device_port, house.ca, host)
    _, body = await line.get(path, host, *headers)
    told: dict[str, Any] = json.loads(body)
    return told


@pytest.mark.parametrize(
    ("host", "sent", "received"),
    [
        ("www.google.com.vn", "/search?q=x&safe=off", "/search?q=x&safe=active"),
        ("www.google.com", "/search?s%61fe=off&Safe=images&q=a%26b", "/search?q=a%26b&safe=active"),
        ("www.google.com", "/maps?q=x", "/maps?q=x"),
        ("www.bing.com", "/images/search?q=x&adlt=off", "/images/search?q=x&adlt=strict"),
        ("duckduckgo.com", "/?q=x&kp=-2", "/?q=x&kp=1"),
        ("yandex.com", "/search/?text=x&fyandex=0", "/search/?text=x&fyandex=1"),
        ("search.brave.com", "/search?q=x", "/search?q=x&safesearch=strict"),
        ("api.qwant.com", "/v3/search/web?q=x&safesearch=0", "/v3/search/web?q=x&safesearch=2"),
    ],
)
async def test_an_opened_search_is_made_safe_whatever_the_client_wrote(
    house: House, host: str, sent: str, received: str
) -> None:
    lab = f"{LOOPBACK}:{house.lab.tls_port}"
    house.door.settings.resolver["213.180.193.56:443"] = lab
    await house.rule(Policy(safe_search=True, urls=(RULE,)))
    line = await tunnel(house.device_port, house.ca, host)
    await line.get(sent, host)
    assert "Hải Đăng" in line.issuer()
    (request,) = house.lab.origin.reached(host)
    assert f"{request.path}?{request.query}" == received


@pytest.mark.parametrize(
    ("youtube", "header"), [(YouTube.STRICT, "Strict"), (YouTube.MODERATE, "Moderate")]
)
async def test_an_opened_video_site_hears_how_strict_it_shall_be(
    house: House, youtube: YouTube, header: str
) -> None:
    await house.rule(Policy(youtube=youtube, urls=(RULE,)))
    told = await echoed(house, "www.youtube.com", "/echo", "youtube-restrict: none")
    assert told["headers"]["youtube-restrict"] == header
