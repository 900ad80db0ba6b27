"""What looks like one page that somebody opened, and what does not."""

import random
from datetime import timedelta
from pathlib import Path
from uuid import uuid4

import pytest

from feeds.attended import Attended
from proxy.opening import ADVERTISERS, PAGE_BYTES, SITES, Openings
from rules.visit import UNLISTED, Known
from tests.proxy.house import NOON, catalogue
from tests.proxy.test_minutes import Home

ADS = Known(("ads",))
USE = Attended(bytes=200_000, connections=5)
AN = uuid4()


def seen(*, calls: int = 0, size: int = 0, others: int = 0, ads: int = 0) -> Openings:
    openings = Openings()
    for _ in range(calls):
        openings.called(AN, 7, "bao.vn", UNLISTED, let_in=True)
    openings.flowed(AN, 7, "bao.vn", size)
    for number in range(others):
        openings.called(AN, 7, f"{number}.vn", UNLISTED, let_in=True)
    for number in range(ads):
        openings.called(AN, 7, f"ads{number}.vn", ADS, let_in=False)
    return openings


@pytest.mark.parametrize(
    ("signs", "used", "answer"),
    [
        ({"calls": 5, "size": PAGE_BYTES}, 0, True),
        ({"calls": 4, "size": 900_000}, 900_000, False),
        ({"calls": 9, "size": PAGE_BYTES - 1}, 0, False),
        ({"calls": 1, "others": SITES - ADVERTISERS - 1, "ads": ADVERTISERS}, 200_000, True),
        ({"calls": 1, "others": SITES - ADVERTISERS - 1, "ads": ADVERTISERS}, 199_999, False),
        ({"calls": 1, "others": 20, "ads": ADVERTISERS - 1}, 900_000, False),
        ({"calls": 1, "others": 1, "ads": ADVERTISERS}, 900_000, False),
    ],
)
def test_many_connections_to_one_site_or_a_company_of_sites_are_a_page(signs, used, answer):
    assert seen(**signs).is_page(AN, 7, "bao.vn", USE, used) is answer


def test_each_minute_and_each_child_is_looked_at_alone():
    openings = seen(calls=5, size=PAGE_BYTES)
    assert not openings.is_page(uuid4(), 7, "bao.vn", USE, 0)
    assert not openings.is_page(AN, 8, "bao.vn", USE, 0)


@pytest.mark.parametrize("seed", range(5))
def test_a_phone_that_wakes_all_its_apps_at_once_counts_nothing(tmp_path: Path, seed: int) -> None:
    """Six apps fetch together each half hour, and tell two trackers of it."""
    home, chance, known = Home(tmp_path), random.Random(seed), catalogue()
    trackers = ("app-measurement.com", "graph.facebook.com")
    for wake in range(18):
        now = NOON + timedelta(minutes=30 * wake)
        for number in range(6):
            host = f"api.app{number}.example"
            for _ in range(chance.randrange(1, 4)):
                home.meter.connected(home.phone.id, UNLISTED, now, host=host)
            size = chance.randrange(5_000, 150_000)
            home.meter.traffic(home.phone.id, UNLISTED, size, now, host=host)
        for host in trackers:
            home.meter.connected(home.phone.id, known.look_up(host), now, host=host)
            home.meter.traffic(home.phone.id, known.look_up(host), 3_000, now, host=host)
    assert home.marks == []


def test_an_article_read_for_a_minute_is_a_minute(tmp_path: Path) -> None:
    home = Home(tmp_path)
    for _ in range(6):
        home.meter.connected(home.phone.id, UNLISTED, NOON, host="www.bao.example")
    home.meter.traffic(home.phone.id, UNLISTED, 60_000, NOON, host="www.bao.example")
    assert home.counted() == 1
    later = NOON + timedelta(minutes=1)
    home.meter.traffic(home.phone.id, UNLISTED, 2_000, later, host="www.bao.example")
    assert home.counted() == 1
