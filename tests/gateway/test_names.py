"""Names are answered by the rules of who asks; nothing in an answer leads past us."""

import pytest

from rules.policy import Choice, Policy
from tests.gateway.house import Behind
from tests.lab.names import PRIVATE, SAFE, WORLD
from tests.lab.netns import GATEWAY, GATEWAY6, MAC
from tests.proxy.house import BLOCKED, BLOCKING, OPEN

pytestmark = pytest.mark.door
REBOUND = "rebound.example"


async def test_an_allowed_name_is_told_as_it_is_for_both_families(behind: Behind):
    await behind.rule(Policy())
    assert await behind.dig(OPEN) == [WORLD[0]]
    assert await behind.dig(OPEN, "AAAA") == [WORLD[1]]
    assert await behind.dig(OPEN, "A", "+tcp") == [WORLD[0]]


async def test_a_blocked_name_leads_to_our_page(behind: Behind):
    await behind.rule(BLOCKING)
    assert await behind.dig(BLOCKED) == [GATEWAY]
    assert await behind.dig(BLOCKED, "AAAA") == []
    assert await behind.dig(BLOCKED, "HTTPS") == []
    assert behind.house.stopped()[-1].host == BLOCKED
    assert "block_list" in await behind.curl(f"http://{BLOCKED}/")


async def test_over_ipv6_it_leads_to_our_page_over_ipv6(behind: Behind):
    behind.known_by = {"card": MAC}
    await behind.rule(BLOCKING)
    asked = ("dig", f"@{GATEWAY6}", "+short", "+tries=1", BLOCKED, "AAAA")
    assert (await behind.run(*asked)).strip() == GATEWAY6


async def test_a_device_that_cannot_show_our_page_gets_no_such_name(behind: Behind):
    await behind.rule(BLOCKING, trusts_ca=False)
    assert "status: NXDOMAIN" in await behind.run("dig", f"@{GATEWAY}", BLOCKED)


async def test_advertisements_get_no_such_name(behind: Behind):
    await behind.rule(Policy(categories={"ads": Choice.BLOCK}))
    assert "status: NXDOMAIN" in await behind.run("dig", f"@{GATEWAY}", "doubleclick.net")


async def test_a_search_engine_leads_to_its_safe_host(behind: Behind):
    await behind.rule(Policy(safe_search=True))
    assert await behind.dig("www.google.com") == ["forcesafesearch.google.com.", SAFE[0]]
    assert await behind.dig("www.google.com", "AAAA") == ["forcesafesearch.google.com.", SAFE[1]]
    assert await behind.dig("www.google.com", "HTTPS") == []


@pytest.mark.parametrize(
    "name",
    ["use-application-dns.net", "mask.icloud.com", "mask-h2.icloud.com", "_dns.resolver.arpa"],
)
@pytest.mark.parametrize("kind", ["A", "AAAA"])
async def test_what_would_lead_questions_past_us_does_not_exist(behind: Behind, name, kind):
    await behind.rule(Policy())
    assert "status: NXDOMAIN" in await behind.run("dig", f"@{GATEWAY}", name, kind)


async def test_service_records_lose_hidden_names_and_quic_and_keep_the_rest(behind: Behind):
    await behind.rule(Policy())
    told = " ".join(await behind.dig(OPEN, "HTTPS"))
    assert 'alpn="h2"' in told or "alpn=h2" in told
    assert f"ipv4hint={WORLD[0]}" in told
    assert "ech" not in told
    assert "h3" not in told


async def test_our_own_name_and_the_proxy_finders_lead_to_us(behind: Behind):
    await behind.rule(Policy())
    assert await behind.dig("haidang.internal") == [GATEWAY]
    assert await behind.dig("wpad.lan") == [GATEWAY]
    pac = await behind.curl("http://wpad.lan/wpad.dat")
    assert f"PROXY {GATEWAY}:{behind.house.device_port}" in pac


async def test_a_question_to_any_other_server_is_answered_by_us(behind: Behind):
    await behind.rule(BLOCKING)
    asked = ("dig", "@8.8.8.8", "+short", "+tries=1", "+time=3", BLOCKED)
    assert (await behind.run(*asked)).strip() == GATEWAY


async def test_a_name_that_does_not_exist_does_not(behind: Behind):
    await behind.rule(Policy())
    assert "status: NXDOMAIN" in await behind.run("dig", f"@{GATEWAY}", "nothing.invalid")


async def test_the_same_number_asked_twice_gets_two_answers(behind: Behind):
    await behind.rule(BLOCKING)
    program = (
        "import socket,struct\n"
        "def q(n): return struct.pack('>HHHHHH',7,256,1,0,0,0)+b''.join("
        "bytes([len(p)])+p.encode() for p in n.split('.'))+b'\\0\\0\\1\\0\\1'\n"
        "s=socket.socket(socket.AF_INET,socket.SOCK_DGRAM); s.settimeout(3)\n"
        "s.connect(('10.99.0.1',53))\n"
        "s.send(b'garbage')\n"
        f"for n in ('{OPEN}','{BLOCKED}','{OPEN}'):\n"
        "    s.send(q(n)); d=s.recv(999); print(d[0:2].hex(), '.'.join(map(str,d[-4:])))\n"
    )
    said = (await behind.run("python3", "-c", program)).split("\n")
    assert said[:3] == [f"0007 {WORLD[0]}", f"0007 {GATEWAY}", f"0007 {WORLD[0]}"]


async def test_an_answer_is_asked_for_once_and_then_remembered(behind: Behind):
    await behind.rule(Policy())
    resolver = behind.house.reception._gateway._desk._resolver
    asked = []
    ask = resolver._upstream.ask

    async def counted(name, kind):
        asked.append(name)
        return await ask(name, kind)

    resolver._upstream.ask = counted
    for _ in range(3):
        assert await behind.dig("often.example") == [WORLD[0]]
    assert asked == ["often.example."]


async def test_when_judging_breaks_no_name_is_told(behind: Behind, monkeypatch):
    await behind.rule(Policy())
    monkeypatch.setattr(behind.house.door.judge, "strictest", lambda *_: 1 / 0)
    assert "status: SERVFAIL" in await behind.run("dig", f"@{GATEWAY}", "+tries=1", OPEN)
    assert behind.house.door.guard.faults


async def test_without_any_policy_no_name_is_told(behind: Behind):
    said = await behind.run("dig", f"@{GATEWAY}", "+short", "+tries=1", OPEN)
    assert said.strip() == GATEWAY
    assert "no_policy" in await behind.curl(f"http://{OPEN}/")


async def test_when_no_name_server_answers_we_say_so(behind: Behind):
    await behind.rule(Policy())
    behind.house.reception._gateway._desk._resolver._upstream._servers = [("11.22.33.250", 53)]
    assert "status: SERVFAIL" in await behind.run("dig", f"@{GATEWAY}", "+tries=1", "new.example")


async def test_a_name_that_leads_into_the_home_network_is_stopped(behind: Behind):
    await behind.rule(Policy())
    assert await behind.dig(REBOUND) == [GATEWAY]
    assert await behind.dig(REBOUND, "AAAA") == []
    assert await behind.dig(REBOUND, "HTTPS") == []
    assert behind.house.stopped()[-1].verdict.reason == "private_address"
    assert "private_address" in await behind.curl(f"http://{REBOUND}/")


async def test_unless_an_adult_opened_that_network(behind: Behind):
    await behind.rule(Policy())
    household = behind.house.door.current.standing.household
    more = {"private_hosts": ("10.99.0.0/24",), "revision": 7}
    await behind.house.adopt(household.model_copy(update=more))
    assert await behind.dig(REBOUND) == [PRIVATE[0]]
    # The other family's network was not opened.
    assert await behind.dig(REBOUND, "AAAA") == []


async def test_names_of_the_home_network_itself_are_told(behind: Behind):
    await behind.rule(Policy())
    assert await behind.dig("printer.lan") == [PRIVATE[0]]


async def test_what_another_filter_answers_with_nothing_does_not_exist(behind: Behind):
    await behind.rule(Policy())
    assert "status: NXDOMAIN" in await behind.run("dig", f"@{GATEWAY}", "filtered.example")
    assert not behind.house.stopped()
