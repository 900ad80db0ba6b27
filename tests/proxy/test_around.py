"""Ways around, tried at a real door: what the child tries, and what comes of it."""

import asyncio
from contextlib import suppress
from pathlib import Path

import pytest

from rules.policy import Policy
from rules.presets import PRESETS
from rules.verdict import Reason
from tests.proxy.clients import HandMade, Line, tunnel
from tests.proxy.house import BLOCKED, BLOCKING, OPEN, House, catalogue, running

pytestmark = pytest.mark.door
LOOKING = Policy(privacy="pages", block=(BLOCKED, "93.184.216.34"))
PROXIES = Policy(categories={"proxy": "block"})
UNDER_SIXTEEN = ("little", "child", "teen")


async def refused_at_connect(house: House, host: str, port: int = 443) -> bool:
    line = await Line.open(house.device_port)
    answer = await line.connect(host, port)
    line.close()
    return b" 403 " in answer or b" 400 " in answer


# Names: CONNECT, hello, URL and Host header, each against each


@pytest.mark.parametrize("at", ["connect", "sni", "url", "host"])
async def test_one_blocked_name_in_four_stops_the_visit(house: House, at: str) -> None:
    await house.rule(LOOKING)
    names = {place: BLOCKED if place == at else OPEN for place in ("connect", "sni", "url", "host")}
    line = await tunnel(house.device_port, house.ca, names["connect"], sni=names["sni"])
    head, _ = await line.get(f"https://{names['url']}/", names["host"])
    assert b" 403 " in head or b" 400 " in head
    assert not house.lab.origin.requests


@pytest.mark.parametrize("at", ["url", "host"])
async def test_the_same_without_tls(house: House, at: str) -> None:
    await house.rule(BLOCKING)
    url, host = (BLOCKED, OPEN) if at == "url" else (OPEN, BLOCKED)
    line = await Line.open(house.device_port)
    head, _ = await line.get(f"http://{url}/", host)
    assert b" 403 " in head
    assert not house.lab.origin.requests


async def test_a_user_in_the_url_is_not_taken_for_the_host(house: House) -> None:
    await house.rule(BLOCKING)
    line = await Line.open(house.device_port)
    await line.ask(f"http://{OPEN}@{BLOCKED}/", OPEN)
    head = await line.head()
    assert head.split()[1] in {b"400", b"403"}
    assert not house.lab.origin.requests


@pytest.mark.parametrize("scheme", ["ftp", "gopher", "file", "ws", "javascript"])
async def test_a_url_of_another_scheme_goes_nowhere(house: House, scheme: str) -> None:
    await house.rule(BLOCKING)
    line = await Line.open(house.device_port)
    await line.ask(f"{scheme}://{BLOCKED}/", BLOCKED)
    assert b" 200 " not in (await line.rest())[:20]
    assert not house.lab.origin.requests


async def test_a_connection_kept_alive_does_not_carry_its_permission_along(house: House) -> None:
    await house.rule(LOOKING)
    line = await tunnel(house.device_port, house.ca, OPEN)
    assert b" 200 " in (await line.get("/", OPEN))[0]
    assert b" 403 " in (await line.get("/", BLOCKED))[0]
    assert not house.lab.origin.reached(BLOCKED)


async def test_a_tunnel_asked_for_after_a_plain_request_is_not_opened(house: House) -> None:
    await house.rule(BLOCKING)
    line = await Line.open(house.device_port)
    assert b" 200 " in (await line.get(f"http://{OPEN}/", OPEN))[0]
    await line.send(f"CONNECT {BLOCKED}:443 HTTP/1.1\r\nHost: {BLOCKED}\r\n\r\n".encode())
    assert b" 200 " not in await line.rest()


async def test_an_international_name_is_blocked_however_it_is_written(house: House) -> None:
    await house.rule(Policy(block=("bücher.example",)), trusts_ca=False)
    for written in ("xn--bcher-kva.example", "XN--BCHER-KVA.example", "xn--bcher-kva.example."):
        assert await refused_at_connect(house, written)


# Addresses instead of names


@pytest.mark.parametrize(
    "written",
    ["2130706433", "0x7f000001", "0x7f.0.0.1", "0177.0.0.1", "127.1", "127.0.0.1.", "1.2.3.4.5"],
)
async def test_an_address_in_disguise_is_refused(house: House, written: str) -> None:
    await house.rule(Policy())
    line = await Line.open(house.device_port)
    assert b" 200 " not in await line.connect(written) or await nothing_comes(house, line, written)


async def nothing_comes(house: House, line: Line, written: str) -> bool:
    """Go on with a tunnel that was granted, and see that it ends at once."""
    await line.send(HandMade(house.lab.ca_path, written.rstrip(".")).hello())
    return await line.rest() == b"" and house.stopped()[-1].verdict.reason == "private_address"


@pytest.mark.parametrize(
    "written", ["93.184.216.34", "[::ffff:93.184.216.34]", "[::ffff:5db8:d822]"]
)
async def test_a_blocked_address_is_blocked_in_every_spelling(house: House, written: str) -> None:
    await house.rule(LOOKING, trusts_ca=False)
    line = await Line.open(house.device_port)
    await line.connect(written)
    await line.send(HandMade(house.lab.ca_path, "93.184.216.34").hello())
    assert await line.rest() == b""
    assert house.stopped()[-1].verdict.rule == "93.184.216.34"


async def test_an_address_with_a_zone_is_refused(house: House) -> None:
    await house.rule(Policy())
    assert await refused_at_connect(house, "[2606:4700::1111%eth0]")


# Other things than web pages in a tunnel


@pytest.mark.parametrize(
    "words",
    [
        b"SSH-2.0-OpenSSH_9.9\r\n",
        b"GET / HTTP/1.1\r\nHost: blocked.example\r\n\r\n",
        b"PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n",
        b"\x05\x01\x00",
        b"\x13BitTorrent protocol",
        b"\x38" + bytes(80),
        b"\x16\x03\x01\x00\x05hello",
    ],
    ids=["ssh", "http", "h2c", "socks", "bittorrent", "openvpn", "false-tls"],
)
async def test_what_is_no_tls_on_443_is_closed_and_told(house: House, words: bytes) -> None:
    await house.rule(Policy())
    line = await Line.open(house.device_port)
    await line.connect(OPEN)
    await line.send(words)
    assert await line.rest() == b""
    assert house.stopped()[-1].verdict.reason is Reason.NOT_TLS


@pytest.mark.parametrize("port", [22, 53, 853, 1194, 1723, 3128, 5353, 8853, 9001, 51820])
async def test_ports_of_shells_tunnels_and_hidden_names_are_closed(house: House, port: int) -> None:
    await house.rule(Policy())
    assert await refused_at_connect(house, OPEN, port)
    assert house.stopped()[-1].verdict.reason is Reason.PORT


async def test_an_upgrade_to_http2_in_clear_is_not_taken_up(house: House) -> None:
    await house.rule(BLOCKING)
    line = await Line.open(house.device_port)
    upgrade = ("Connection: Upgrade, HTTP2-Settings", "Upgrade: h2c", "HTTP2-Settings: AAMAAABk")
    head, _ = await line.get(f"http://{OPEN}/", OPEN, *upgrade)
    assert b" 101 " not in head
    assert b" 403 " in (await line.get(f"http://{BLOCKED}/", BLOCKED))[0]


@pytest.mark.parametrize(
    "framing",
    [
        "Content-Length: 5\r\nTransfer-Encoding: chunked",
        "Content-Length: 5\r\nContent-Length: 60",
        "Transfer-Encoding: xchunked",
        "Transfer-Encoding: chunked, identity",
        "Content-Length : 5",
        "Content-Length: +5",
    ],
)
async def test_a_second_request_hidden_in_the_first_reaches_nobody(
    house: House, framing: str
) -> None:
    await house.rule(BLOCKING)
    line = await Line.open(house.device_port)
    hidden = f"0\r\n\r\nGET http://{BLOCKED}/ HTTP/1.1\r\nHost: {BLOCKED}\r\n\r\n"
    words = f"POST http://{OPEN}/ HTTP/1.1\r\nHost: {OPEN}\r\n{framing}\r\n\r\n{hidden}"
    await line.send(words.encode())
    with suppress(TimeoutError):
        async with asyncio.timeout(0.5):
            await line.rest()
    assert not house.lab.origin.reached(BLOCKED)


# Hosts that lead around


@pytest.mark.parametrize(
    "host",
    [
        *("dns.google", "cloudflare-dns.com", "mozilla.cloudflare-dns.com", "dns.quad9.net"),
        *("dns.nextdns.io", "abc123.dns.nextdns.io", "unfiltered.adguard-dns.com"),
        *("nordvpn.com", "protonvpn.com", "windscribe.com", "www.hola.org", "getoutline.org"),
        *("www.croxyproxy.com", "proxysite.com", "12ft.io", "torproject.org", "x.onion.ws"),
        *("mask.icloud.com", "mask-h2.icloud.com", "use-application-dns.net"),
        *("webcache.googleusercontent.com", "web.archive.org", "archive.ph", "translatetheweb.com"),
        *("translated.turbopages.org", "papago.naver.net", "yewtu.be", "piped.video"),
        *("cloudflare-ech.com", "ngrok.io"),
    ],
)
async def test_hosts_that_lead_around_are_closed_to_everybody_below_sixteen(
    house: House, host: str
) -> None:
    for preset in UNDER_SIXTEEN:
        assert PRESETS[preset].categories["proxy"] == "block"
    assert "proxy" in catalogue().look_up(host).categories
    await house.rule(PROXIES, trusts_ca=False)
    assert await refused_at_connect(house, host)
    assert house.stopped()[-1].category == "proxy"


@pytest.mark.parametrize(
    "host",
    [
        "www-blocked-example.translate.goog",
        "blocked-example.cdn.ampproject.org",
        "www-blocked-example.bing-amp.com",
        "blocked-example.turbopages.org",
    ],
)
async def test_a_translator_or_cache_is_judged_as_the_site_it_shows(
    house: House, host: str
) -> None:
    await house.rule(BLOCKING, trusts_ca=False)
    assert await refused_at_connect(house, host)
    assert house.stopped()[-1].host.endswith(BLOCKED)
    assert not await refused_at_connect(house, host.replace("blocked", "open"))


async def test_an_opened_address_that_names_another_site_is_judged_as_it(house: House) -> None:
    await house.rule(LOOKING)
    line = await tunnel(house.device_port, house.ca, "translate.google.com")
    path = f"/translate?sl=vi&u=https%3A%2F%2F{BLOCKED}%2F"
    assert b" 403 " in (await line.get(path, "translate.google.com"))[0]
    assert house.stopped()[-1].host == BLOCKED


async def test_no_safe_mode_can_be_shaken_off_by_a_translator(house: House) -> None:
    await house.rule(Policy(safe_search=True), trusts_ca=False)
    assert await refused_at_connect(house, "www-google-com.translate.goog")
    assert house.stopped()[-1].verdict.reason is Reason.SAFE_SEARCH


# Hidden and missing names in the hello


async def test_a_hello_under_a_covering_name_is_stopped_with_the_ways_around(house: House) -> None:
    await house.rule(PROXIES)
    line = await Line.open(house.device_port)
    await line.connect("203.0.113.66")
    hand = HandMade(house.ca, "cloudflare-ech.com")
    await line.send(hand.hello())
    await hand.finish(line)
    assert b"403" in await hand.exchange(line, b"GET / HTTP/1.1\r\nHost: hidden.example\r\n\r\n")
    assert not house.lab.origin.requests


async def test_a_blocked_name_in_a_hello_cut_into_crumbs_is_read(house: House) -> None:
    await house.rule(BLOCKING, trusts_ca=False)
    line = await Line.open(house.device_port)
    await line.connect(OPEN)
    hello = HandMade(house.ca, BLOCKED).hello()
    body, crumbs = hello[5:], b""
    for at in range(0, len(body), 40):
        part = body[at : at + 40]
        crumbs += b"\x16\x03\x01" + len(part).to_bytes(2, "big") + part
    for at in range(0, len(crumbs), 30):
        await line.send(crumbs[at : at + 30])
    assert await line.rest() == b""
    assert house.stopped()[-1].host == BLOCKED


# What a request says of itself


@pytest.mark.parametrize(
    "forged",
    [
        ("X-Forwarded-Host: open.example", "X-Original-URL: /", "X-Rewrite-URL: /"),
        ("Forwarded: host=open.example", "X-Forwarded-For: 127.0.0.1", "X-Real-IP: 127.0.0.1"),
        ("Haidang-Visitor: somebody", "X-Haidang-Visitor: somebody"),
        ("Referer: https://open.example/", "Sec-Fetch-Dest: image", "Sec-Fetch-Mode: no-cors"),
    ],
    ids=["host", "address", "ours", "part-of-a-page"],
)
async def test_headers_a_child_adds_open_nothing(house: House, forged: tuple[str, ...]) -> None:
    await house.rule(LOOKING)
    line = await tunnel(house.device_port, house.ca, BLOCKED)
    assert b" 403 " in (await line.get("/", BLOCKED, *forged))[0]
    assert not house.lab.origin.requests


async def test_a_forged_referer_opens_no_page_where_only_known_sites_are_open(house: House) -> None:
    await house.rule(Policy(unlisted="block", privacy="pages", allow=(OPEN,)))
    line = await tunnel(house.device_port, house.ca, "unknown.example")
    page = (
        "Referer: https://open.example/",
        "Sec-Fetch-Dest: document",
        "Sec-Fetch-Mode: navigate",
    )
    assert b" 403 " in (await line.get("/", "unknown.example", *page))[0]


@pytest.mark.parametrize("panel", ["127.0.0.1:8080", "[::1]:8080", "localhost:80"])
async def test_the_panel_is_not_reached_through_the_door(tmp_path: Path, panel: str) -> None:
    async with running(tmp_path / "door") as house:
        await house.rule(Policy())
        line = await Line.open(house.device_port)
        await line.ask(f"http://{panel}/", panel)
        assert b" 403 " in await line.head()
        assert house.stopped()[-1].verdict.reason is Reason.PRIVATE_ADDRESS


async def test_an_address_without_a_name_is_closed_where_the_policy_wants_names(
    house: House,
) -> None:
    await house.rule(Policy(unnamed="block"), trusts_ca=False)
    line = await Line.open(house.device_port)
    assert b" 200 " in await line.connect("93.184.216.34")
    # Clients name no server where they were given an address.
    await line.send(HandMade(house.lab.ca_path, "93.184.216.34").hello())
    assert await line.rest() == b""
    assert house.stopped()[-1].verdict.reason is Reason.UNNAMED
    assert not house.lab.origin.handshakes


@pytest.mark.parametrize("trusts", [True, False])
async def test_an_address_with_a_name_goes_by_the_name_alone(house: House, trusts: bool) -> None:
    await house.rule(Policy(unnamed="block", block=(BLOCKED,)), trusts_ca=trusts)
    line = await Line.open(house.device_port)
    assert b" 200 " in await line.connect("203.0.113.66")
    await line.tls(house.lab.ca_path, OPEN)
    assert b" 200 " in (await line.get("/", OPEN))[0]
    line = await Line.open(house.device_port)
    await line.connect("93.184.216.34")
    await line.send(HandMade(house.ca, BLOCKED).hello())
    await house.until(lambda: bool(house.stopped()))
    assert house.stopped()[-1].host == BLOCKED


async def test_plain_http_to_a_bare_address_is_closed_there_too(house: House) -> None:
    await house.rule(Policy(unnamed="block"))
    line = await Line.open(house.device_port)
    head, _ = await line.get("http://93.184.216.34/", "93.184.216.34")
    assert b" 403 " in head
    assert not house.lab.origin.requests
