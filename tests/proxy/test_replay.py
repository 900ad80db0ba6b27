"""Pages recorded in real browsers, loaded again in Chromium: through the door nothing is missing.

The recordings may be absent: then this says so and is skipped. `make replay` plays all of them.
"""

import asyncio
from collections import Counter
from pathlib import Path
from statistics import median

import pytest
from playwright.sync_api import Page

from rules.policy import Policy
from tests.kit.browser import chromium
from tests.lab.recorded import Load, chosen, is_here
from tests.proxy.house import House
from tests.proxy.ways import PAGES

pytestmark = [
    pytest.mark.door,
    pytest.mark.browser,
    pytest.mark.slow,
    pytest.mark.timeout(5400),
    pytest.mark.skipif(not is_here(), reason="the recorded pages are not on this machine"),
]
PATIENCE = 600_000
"""Milliseconds: the largest pages open a hundred hosts, and a busy machine takes its time."""

TRIES = 3
"""A browser gives some requests up on a busy machine; what really breaks does so every time."""

type Seen = Counter[tuple[str, int, int]]
"""Addresses with their status and the size of what came, as the browser tells."""


def load(page: Page, recorded: Load, times: list[float]) -> Seen:
    """Load a page, again where a part of it failed, and return what the browser saw."""
    for _ in range(TRIES):
        seen = load_once(page, recorded, times)
        lost = sum(count for (_, status, _), count in seen.items() if not status)
        print(f"{recorded.name}: {seen.total()} requests, {lost} failed, {times[-1]:.0f} ms")  # noqa: T201
        if not lost:
            break
    return seen


def load_once(page: Page, recorded: Load, times: list[float]) -> Seen:
    """Load a page and wait until everything it asks for ended."""
    page.goto(recorded.url, timeout=PATIENCE)
    page.wait_for_function("window.played", timeout=PATIENCE)
    times.append(page.evaluate("performance.now()"))
    # A browser looks for its icon when it pleases.
    told = [each for each in page.evaluate("window.seen()") if "favicon" not in each[0]]
    return Counter((name, status, size) for name, status, size in told)


def play(
    house: House, folder: Path, recordings: list[Load], times: dict[str, list[float]]
) -> dict[str, dict[str, Seen]]:
    """Load each page three times: directly, relayed, and opened; tell how long each took (ms)."""
    lab, found = house.lab, {}
    loop = house.loop

    def rule(policy: Policy) -> None:
        asyncio.run_coroutine_threadsafe(house.rule(policy), loop).result(20)

    direct = (f"MAP *:443 127.0.0.1:{lab.tls_port}", f"MAP *:80 127.0.0.1:{lab.http_port}")
    rules = f"--host-resolver-rules={','.join(direct)}"
    with chromium(folder) as launch:
        browsers = {"direct": launch("direct", cas=[lab.ca_path], arguments=[rules])}
        for name, policy in (("relayed", Policy()), ("opened", PAGES)):
            rule(policy)
            cas = [lab.ca_path, house.ca]
            browsers[name] = launch(name, proxy=house.device_port, cas=cas)
            house.notes.notes.clear()
            print(f"{name}:")  # noqa: T201
            for recorded in recordings:
                lab.origin.played = recorded
                if name == "relayed":
                    directly = load(browsers["direct"], recorded, times["direct"])
                    found[recorded.name] = {"direct": directly}
                found[recorded.name][name] = load(browsers[name], recorded, times[name])
            opened = [note.opened for note in house.notes.notes if note.visits]
            assert any(opened) is (name == "opened")
            assert not [note.host for note in house.stopped()]
    return found


async def test_recorded_pages_load_through_the_door_as_they_do_directly(
    house: House, tmp_path: Path
) -> None:
    house.loop = asyncio.get_running_loop()
    recordings = chosen()
    times: dict[str, list[float]] = {name: [] for name in ("direct", "relayed", "opened")}
    found = await asyncio.to_thread(play, house, tmp_path, recordings, times)
    requests, wrong, failed = 0, [], 0
    for recorded in recordings:
        seen = found[recorded.name]
        # What fails without us (a browser gives up now and then on a busy machine) proves nothing.
        works = Counter({each: count for each, count in seen["direct"].items() if each[1]})
        failed += seen["direct"].total() - works.total()
        lame = {name for name, status, _ in seen["direct"] if not status}
        asked = [path for _, path in recorded.pieces if "favicon" not in path]
        assert len(works) >= len(asked) * 0.9, recorded.name
        for way in ("relayed", "opened"):
            there = Counter({each: n for each, n in seen[way].items() if each[0] not in lame})
            missing, more = works - there, there - works
            if missing or more:
                wrong.append(f"{recorded.name}, {way}: {sorted(missing)[:5]} {sorted(more)[:5]}")
        requests += works.total()
    took = ", ".join(f"{name} {median(each):.0f}" for name, each in times.items())
    print(f"{len(recordings)} pages, {requests} requests ({failed} more failed even directly)")  # noqa: T201
    print(f"the middle one of them took, in ms: {took}")  # noqa: T201
    assert not wrong, "\n".join(wrong)
    assert failed <= requests / 100
