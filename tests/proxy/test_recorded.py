"""Minutes from recorded traffic, seen as tunnels that nobody opens.

The captures are of other people's devices and may not be shipped: where they are absent, these
tests say so and are skipped.
"""

import json
import lzma
from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path
from urllib.parse import urlsplit

import pytest

from feeds.catalogue import Catalogue
from rules.policy import Policy
from tests.kit.pcap import CAPTURES, Connection, captures, connections
from tests.proxy.house import NOON, catalogue
from tests.proxy.test_minutes import PAGES, Home

recorded = pytest.mark.skipif(
    not CAPTURES.exists(), reason="the recorded captures are not on this machine"
)
pages_there = pytest.mark.skipif(
    not PAGES.exists(), reason="the recorded pages are not on this machine"
)
HTTP1 = 6
"""Connections a browser opens to a host that speaks HTTP/1.1."""


@pytest.fixture(scope="module")
def archive() -> dict[str, list[Connection]]:
    return {name: connections(data) for name, data in captures().items()}


@pytest.fixture
def home(tmp_path: Path) -> Home:
    return Home(tmp_path, policy=Policy())


def replay(home: Home, seen: list[Connection], *, after: timedelta = timedelta()) -> None:
    """Let a door see connections as they were made, the first of them at noon."""
    begun = min(each.at for each in seen)
    known = catalogue()
    named = [each for each in seen if each.name]
    events = [(each.at, 0, each.name, number) for number, each in enumerate(named)]
    for number, each in enumerate(named):
        events += [(at, size, each.name, number) for at, size in each.bursts]
    for at, size, name, number in sorted(events):
        # The kernel gives each new connection to one of the doors.
        worker = home.workers[number % len(home.workers)]
        now = NOON + after + timedelta(seconds=at - begun)
        if size:
            worker.traffic(home.phone.id, known.look_up(name), size, now, host=name)
        else:
            worker.connected(home.phone.id, known.look_up(name), now, host=name)
        if len(home.workers) > 1:
            home.share()


def within(seen: list[Connection], seconds: float) -> list[Connection]:
    """Keep what began soon after the first; some captures hold two, years apart."""
    begun = min(each.at for each in seen)
    return [each for each in seen if each.at - begun <= seconds]


@recorded
@pytest.mark.parametrize("name", ["android", "iphone"])
def test_a_recorded_phone_that_nobody_touches_counts_nothing(
    home: Home, archive: dict[str, list[Connection]], name: str
) -> None:
    assert len(archive[name]) >= 15
    replay(home, archive[name])
    assert home.marks == []


@recorded
def test_a_night_of_what_phones_were_recorded_to_do_counts_nothing(
    home: Home, archive: dict[str, list[Connection]]
) -> None:
    for half_hour in range(18):
        for minutes, name in ((0, "android"), (1, "iphone"), (4, "cloudflare-warp")):
            after = timedelta(minutes=30 * half_hour + minutes)
            replay(home, archive[name], after=after)
    assert home.marks == []


@recorded
@pytest.mark.parametrize("name", ["chrome", "firefox", "safari"])
def test_one_recorded_page_counts_its_one_minute(
    home: Home, archive: dict[str, list[Connection]], name: str
) -> None:
    replay(home, archive[name])
    assert home.counted() == 1


@recorded
@pytest.mark.parametrize(
    ("name", "scope"),
    [
        ("reddit", "everything"),
        ("pinterest", "service:pinterest"),
        ("instagram", "service:instagram"),
        ("weibo", "everything"),
    ],
)
def test_a_recorded_look_at_a_social_network_counts_one_minute(
    home: Home, archive: dict[str, list[Connection]], name: str, scope: str
) -> None:
    seen = within(archive[name], 60)
    replay(home, seen)
    assert home.counted(scope) == 1


@recorded
def test_a_recorded_film_counts_the_minutes_in_which_it_was_watched(
    home: Home, archive: dict[str, list[Connection]]
) -> None:
    replay(home, archive["netflix"])
    assert home.counted("service:netflix") == home.counted("category:video") == 2


@recorded
@pytest.mark.parametrize("name", ["discord", "facebook", "snapchat", "roblox", "steam", "zoom2"])
def test_a_few_kilobytes_of_an_app_are_not_yet_use(
    home: Home, archive: dict[str, list[Connection]], name: str
) -> None:
    replay(home, within(archive[name], 600))
    assert home.counted() == 0


def loads() -> Iterator[tuple[str, list[Connection]]]:
    """Give recorded page loads as the connections a browser makes for them."""
    with lzma.open(PAGES, "rt") as file:
        for line in file:
            page = json.loads(line)
            requests = [each for each in page["requests"] if each.get("t")]
            yield page["page"], list(_connections(requests))


def _connections(requests: list[dict]) -> Iterator[Connection]:
    by_host: dict[str, list[dict]] = {}
    for each in requests:
        by_host.setdefault(urlsplit(each["url"]).hostname or "", []).append(each)
    for host, asked in by_host.items():
        most = HTTP1 if asked[0].get("proto") == "http/1.1" else 1
        for number in range(min(most, len(asked))):
            mine = asked[number::most]
            bursts = [(each["t"], max(int(each.get("size") or 0), 0) + 500) for each in mine]
            yield Connection(mine[0]["t"], host, bursts)


@pages_there
@pytest.mark.parametrize("workers", [1, 2, 4])
def test_how_many_recorded_pages_read_once_count_their_minute(
    tmp_path: Path, workers: int, record_property
) -> None:
    """With all in tunnels: pages with a company of sites do, small ones stay a phone's chatter."""
    heavy, counted, all_counted = 0, 0, []
    known: Catalogue = catalogue()
    for number, (page, seen) in enumerate(loads()):
        home = Home(tmp_path / str(number), workers=workers)
        replay(home, seen)
        home.share()
        minutes = home.counted() + home.counted("category:learning")
        all_counted.append(minutes > 0)
        sites = {known.site_of(each.name) for each in seen}
        is_heavy = len(sites) >= 9
        heavy += is_heavy
        counted += is_heavy and minutes > 0
        print(f"{page[:50]:50} {len(seen):3} connections {len(sites):3} sites: {minutes} min")  # noqa: T201
    record_property("pages_counted", f"{sum(all_counted)} of {len(all_counted)}")
    print(f"{sum(all_counted)} of {len(all_counted)}; of large pages {counted} of {heavy}")  # noqa: T201
    assert heavy >= 5
    assert counted == heavy
