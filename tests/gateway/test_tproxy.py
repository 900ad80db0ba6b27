"""The same by TPROXY: no address is rewritten in the kernel, both families, the same rules."""

from collections.abc import AsyncIterator

import pytest
import pytest_asyncio

from rules.policy import Choice, Policy
from tests.gateway.house import Behind, gateway
from tests.lab.netns import GATEWAY, MAC, WORLD, WORLD6, Network
from tests.proxy.house import BLOCKED, BLOCKING, OPEN

pytestmark = pytest.mark.door


@pytest_asyncio.fixture
async def behind(net: Network, tmp_path) -> AsyncIterator[Behind]:
    async with gateway(net, tmp_path / "door", "tproxy") as made:
        made.known_by = {"card": MAC}
        yield made


@pytest.mark.parametrize("at", [WORLD, f"[{WORLD6}]"])
async def test_allowed_and_blocked_sites_are_told_apart(behind: Behind, at: str):
    await behind.rule(BLOCKING)
    known = ("--resolve", f"{OPEN}:443:{at}", "--cacert", str(behind.net.ca_path))
    assert f"{OPEN}/t" in await behind.curl(f"https://{OPEN}/t", *known)
    known = ("--resolve", f"{BLOCKED}:443:{at}")
    assert "block_list" in await behind.curl(f"https://{BLOCKED}/", *known)


@pytest.mark.parametrize("at", [WORLD, f"[{WORLD6}]"])
async def test_a_server_that_speaks_first_is_found_by_the_address_alone(behind: Behind, at: str):
    await behind.rule(Policy())
    program = (
        "import socket; s=socket.create_connection(('%s',2525),5); s.settimeout(5);"
        "print(s.recv(99)); s.sendall(b'more'); print(s.recv(99))"
    )
    said = await behind.run("python3", "-c", program % at.strip("[]"))
    assert "220 lab" in said
    assert "more" in said


@pytest.mark.parametrize("at", [WORLD, f"[{WORLD6}]"])
async def test_an_address_without_a_name_goes_by_the_rule_for_unknown_sites(behind: Behind, at):
    await behind.rule(Policy(unlisted=Choice.BLOCK))
    assert "unknown_site" in await behind.curl(f"https://{at}/", "-k")
    assert "unknown_site" in await behind.curl(f"http://{at}/")


async def test_names_and_our_own_pages_are_there_too(behind: Behind):
    await behind.rule(BLOCKING)
    assert await behind.dig(OPEN) == [WORLD]
    assert await behind.dig(BLOCKED) == [GATEWAY]
    assert "block_list" in await behind.curl(f"http://{BLOCKED}/")
    assert "goes online as An" in await behind.curl("http://haidang.internal/")
