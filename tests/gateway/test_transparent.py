"""A device that knows nothing of us goes through us, by REDIRECT, over both families."""

import asyncio

import pytest

from rules.policy import Choice, Pause, Policy
from tests.gateway.house import Behind
from tests.lab.netns import DEVICE, MAC, WORLD, WORLD6
from tests.proxy.house import BANK, BLOCKED, BLOCKING, OPEN

pytestmark = pytest.mark.door


@pytest.mark.parametrize("way", ["-4", "-6"])
async def test_an_allowed_site_comes_untouched_and_is_written_down(behind: Behind, way: str):
    behind.known_by = {"card": MAC}
    await behind.rule(Policy())
    told = await behind.curl(f"https://{OPEN}/hello", way, "--cacert", str(behind.net.ca_path))
    assert f"{OPEN}/hello" in told
    assert await behind.reached(OPEN)
    notes = behind.house.notes.notes
    assert {(note.host, note.verdict.action) for note in notes if note.child_id} == {(OPEN, "pass")}


@pytest.mark.parametrize("way", ["-4", "-6"])
async def test_a_blocked_site_shows_our_page_to_a_device_that_trusts_us(behind: Behind, way: str):
    behind.known_by = {"card": MAC}
    await behind.rule(BLOCKING)
    at = WORLD if way == "-4" else f"[{WORLD6}]"
    told = await behind.curl(f"https://{BLOCKED}/", way, "--resolve", f"{BLOCKED}:443:{at}")
    assert BLOCKED in told
    assert "block_list" in told
    assert not await behind.reached(BLOCKED)


async def test_a_name_that_was_resolved_elsewhere_is_stopped_all_the_same(behind: Behind):
    await behind.rule(BLOCKING)
    known = ("--resolve", f"{BLOCKED}:443:{WORLD}", "--resolve", f"{BLOCKED}:80:{WORLD}")
    assert "block_list" in await behind.curl(f"https://{BLOCKED}/", *known)
    assert "block_list" in await behind.curl(f"http://{BLOCKED}/", *known)
    assert not await behind.reached(BLOCKED)


async def test_without_our_certificate_a_blocked_connection_just_ends(behind: Behind):
    await behind.rule(BLOCKING, trusts_ca=False)
    told = await behind.curl(f"https://{BLOCKED}/", "--resolve", f"{BLOCKED}:443:{WORLD}")
    assert "curl: (35)" in told
    assert behind.house.stopped()[-1].host == BLOCKED


async def test_the_name_counts_and_not_the_address_the_child_chose(behind: Behind):
    await behind.rule(Policy())
    told = await behind.curl(f"https://{OPEN}/", "--resolve", f"{OPEN}:443:45.45.45.45")
    assert f"{OPEN}/" in told


async def test_plain_http_goes_by_its_host_header(behind: Behind):
    await behind.rule(BLOCKING)
    assert f"{OPEN}/x" in await behind.curl(f"http://{OPEN}/x")
    hidden = await behind.curl(f"http://{OPEN}/", "-H", f"Host: {BLOCKED}")
    assert "block_list" in hidden
    assert not await behind.reached(BLOCKED)


async def test_a_bank_is_passed_and_never_opened(behind: Behind):
    await behind.rule(Policy(privacy="pages"))
    told = await behind.curl(f"https://{BANK}/", "--cacert", str(behind.net.ca_path))
    assert "Digibank" in told


@pytest.mark.parametrize("at", [WORLD, f"[{WORLD6}]"])
async def test_an_address_without_a_name_goes_by_the_rule_for_unknown_sites(behind: Behind, at):
    behind.known_by = {"card": MAC}
    await behind.rule(Policy())
    assert "<html" in await behind.curl(f"https://{at}/", "-k")
    await behind.change(Policy(unlisted=Choice.BLOCK))
    assert "unknown_site" in await behind.curl(f"https://{at}/", "-k")
    assert behind.house.stopped()[-1].verdict.reason == "unknown_site"


async def test_what_is_not_tls_on_443_is_closed(behind: Behind):
    await behind.rule(Policy())
    program = (
        "import socket; s=socket.create_connection(('%s',443),5); s.sendall(b'SSH-2.0-x\\r\\n');"
        "s.settimeout(5)\ntry: print('GOT', s.recv(99))\nexcept OSError as e: print('CUT', e)"
    )
    assert (
        "GOT b''" in (said := await behind.run("python3", "-c", program % WORLD)) or "CUT" in said
    )
    assert behind.house.stopped()[-1].verdict.reason == "not_tls"


async def test_a_server_that_speaks_first_is_heard(behind: Behind):
    await behind.rule(Policy())
    program = (
        "import socket; s=socket.create_connection(('%s',2525),5); s.settimeout(5);"
        "print(s.recv(99)); s.sendall(b'more'); print(s.recv(99))"
    )
    said = await behind.run("python3", "-c", program % WORLD)
    assert "220 lab" in said
    assert "more" in said


@pytest.mark.parametrize("port", [22, 853])
async def test_shells_and_hidden_names_find_their_ports_closed(behind: Behind, port: int):
    await behind.rule(Policy())
    assert "220" not in await behind.curl(f"telnet://{WORLD}:{port}", "-m", "3")
    await behind.house.until(lambda: bool(behind.house.stopped()))
    assert behind.house.stopped()[-1].verdict.reason == "port"


UDP = (
    "import socket; s=socket.socket(socket.AF_INET%s,socket.SOCK_DGRAM); s.settimeout(2)\n"
    "s.connect(('%s',%s)); s.send(b'hi')\n"
    "try: print('GOT', s.recv(99))\nexcept OSError as e: print('REFUSED', type(e).__name__)"
)


@pytest.mark.parametrize(("family", "at"), [("", WORLD), ("6", WORLD6)])
async def test_quic_is_refused_at_once_and_other_udp_goes_on(behind: Behind, family: str, at: str):
    await behind.rule(Policy())
    quic = await behind.run("python3", "-c", UDP % (family, at, 443))
    assert "REFUSED ConnectionRefusedError" in quic
    if not family:
        assert "GOT b'hi'" in await behind.run("python3", "-c", UDP % (family, at, 4000))


async def test_an_unknown_device_goes_by_the_guests_rules(behind: Behind):
    await behind.rule(Policy(), address="10.99.0.77")
    household = behind.house.door.current.standing.household
    guest = {"guest": BLOCKING, "revision": 9}
    await behind.house.adopt(household.model_copy(update=guest))
    told = await behind.curl(f"http://{BLOCKED}/", "--resolve", f"{BLOCKED}:80:{WORLD}")
    assert "unknown_device" in told


async def test_a_device_is_known_by_its_card_whatever_its_address(behind: Behind):
    behind.known_by = {"card": MAC}
    await behind.rule(BLOCKING)
    await behind.run("ip", "addr", "add", "10.99.0.9/24", "dev", "eth0")
    try:
        told = await behind.curl(f"http://{BLOCKED}/", "--interface", "10.99.0.9")
    finally:
        await behind.run("ip", "addr", "del", "10.99.0.9/24", "dev", "eth0")
    assert "block_list" in told
    assert DEVICE != "10.99.0.9"


async def test_a_pause_cuts_what_is_running(behind: Behind):
    await behind.rule(Policy())
    download = asyncio.ensure_future(
        behind.curl(
            f"https://{OPEN}/stream", "--cacert", str(behind.net.ca_path), "-o", "/dev/null"
        )
    )
    await behind.house.until(lambda: len(behind.house.door.leases) > 0, 6)
    await behind.change(Policy(pause=Pause(by="Mẹ")))
    assert "curl: (" in await download


async def test_our_own_pages_stand_at_the_gateways_address_and_name(behind: Behind):
    await behind.rule(Policy())
    assert "This device goes online as An" in await behind.curl("http://haidang.internal/")
    assert "This device goes online as An" in await behind.curl("http://10.99.0.1/")
    assert '"trusted": true' in await behind.curl("https://haidang.internal/trust")


async def test_where_only_counts_are_kept_safe_search_is_still_seen(behind: Behind):
    await behind.rule(Policy(safe_search=True, privacy="counts"))
    await behind.curl("https://www.google.com/", "--cacert", str(behind.net.ca_path))
    seen = [note for note in behind.house.notes.notes if note.verdict.reason == "safe_search"]
    assert [note.host for note in seen] == [""]
