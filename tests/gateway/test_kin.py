"""Two hosts on one relayed connection: a browser does it, and no blocked host comes along."""

import asyncio
from pathlib import Path

import pytest
from playwright.async_api import async_playwright

from proxy.resolver import LONGEST_TTL
from rules.policy import Policy
from tests.gateway.house import Behind
from tests.kit.browser import ARGUMENTS, needed, trust
from tests.lab.netns import MAC

pytestmark = [pytest.mark.door, pytest.mark.browser]
FIRST, SECOND = "first.shared.lab.example", "second.shared.lab.example"
FETCH = (
    "url => fetch(url, {mode: 'no-cors', cache: 'no-store', credentials: 'include'})"
    ".then(() => 'came', () => 'no')"
)


class Browser:
    """Chromium on the device."""

    def __init__(self, behind: Behind, folder: Path) -> None:
        self.behind = behind
        self.home = folder / "home"
        self.wrapper = folder / "chromium"
        program = needed("chromium")
        inside = " ".join(behind.net.command(behind.net.device, program))
        self.wrapper.write_text(f'#!/bin/sh\nexec {inside} "$@"\n')
        self.wrapper.chmod(0o755)

    async def open(self, driver):
        await asyncio.to_thread(trust, self.home, [self.behind.net.ca_path])
        context = await driver.chromium.launch_persistent_context(
            self.home / "profile",
            executable_path=self.wrapper,
            args=list(ARGUMENTS),
            env={"HOME": str(self.home)},
        )
        page = context.pages[0]
        await page.goto(f"https://{FIRST}/")
        return context, page


async def sni_of(behind: Behind, host: str) -> list[str]:
    return [request["sni"] for request in await behind.reached(host)]


async def test_chromium_puts_two_allowed_hosts_on_one_connection(behind: Behind, tmp_path):
    behind.known_by = {"card": MAC}
    await behind.rule(Policy(), trusts_ca=False)
    async with async_playwright() as driver:
        context, page = await Browser(behind, tmp_path).open(driver)
        assert await page.evaluate(FETCH, f"https://{SECOND}/asset/one.js") == "came"
        await context.close()
    assert await sni_of(behind, SECOND) == [FIRST], "otherwise nothing below proves anything"


async def test_a_blocked_host_does_not_come_along_with_an_allowed_one(behind: Behind, tmp_path):
    behind.known_by = {"card": MAC}
    await behind.rule(Policy(block=(SECOND,)), trusts_ca=False)
    before = len(await behind.reached(SECOND))
    async with async_playwright() as driver:
        context, page = await Browser(behind, tmp_path).open(driver)
        assert await page.evaluate(FETCH, f"https://{SECOND}/asset/two.js") == "no"
        await context.close()
    assert len(await behind.reached(SECOND)) == before


async def test_a_host_blocked_while_it_shares_a_connection_is_cut_off(behind: Behind, tmp_path):
    behind.known_by = {"card": MAC}
    await behind.rule(Policy(), trusts_ca=False)
    async with async_playwright() as driver:
        context, page = await Browser(behind, tmp_path).open(driver)
        assert await page.evaluate(FETCH, f"https://{SECOND}/asset/three.js") == "came"
        await behind.change(Policy(block=(SECOND,)))
        leases = behind.house.door.leases
        shared = [lease for lease in leases._running if FIRST in lease.names]
        await behind.house.until(lambda: not any(it in leases._running for it in shared), 4)
        # The browser may believe for a minute more that both are in one place.
        assert await page.evaluate(FETCH, f"https://{FIRST}/asset/four.js") == "came"
        again = next(lease for lease in leases._running if FIRST in lease.names)
        assert again.kin_gone == behind.house.clock().timestamp() + LONGEST_TTL
        behind.house.clock.move(seconds=LONGEST_TTL)
        await behind.house.until(lambda: again not in leases._running, 4)
        assert shared
        await context.close()
