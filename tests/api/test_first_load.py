"""The first page a parent opens is light: so many bytes come over the network, and no charts."""

import re

from tests.api.conftest import House

BUDGET = 300_000
"""Bytes, compressed, with nothing in the cache; the target of the design."""


async def test_today_comes_within_its_budget_and_brings_no_charts(house: House):
    async with house.client("alice") as alice:
        page = await alice.get("/", headers={"Accept-Encoding": "gzip"})
        named = set(re.findall(r'(?:src|href)="(/static/[^"]+)"', page.text))
        assert not [address for address in named if "vega" in address]
        sizes = {"/": page.num_bytes_downloaded}
        for address in named:
            got = await alice.get(address, headers={"Accept-Encoding": "gzip"})
            assert got.status_code == 200, address
            sizes[address] = got.num_bytes_downloaded
    assert any("tabler" in address for address in sizes)
    assert sum(sizes.values()) <= BUDGET, sizes
    # A style sheet or script that is sent as it lies on the disk would be several times as large.
    assert sum(sizes.values()) > 50_000
