"""Which minutes count."""

from datetime import date, timedelta
from pathlib import Path
from uuid import uuid4

import pytest

from proxy.current import Current
from proxy.meter import Meter
from rules.family import Household
from rules.minutes import mark
from rules.policy import Policy
from rules.visit import UNLISTED, Known
from store.journal import MinuteMark
from tests.proxy.house import NOON, Clock, catalogue, child, device

VIDEO = Known(categories=("video",), services=("youtube",))
GAME = Known(categories=("games",), services=("roblox",))
MINUTE = timedelta(minutes=1)
SCHOOL = Known(categories=("learning",), services=("olm",))
ADS = Known(categories=("ads",))


class Home:
    def __init__(self, folder: Path) -> None:
        self.an, self.binh = child(Policy()), child(Policy(), "Bình")
        self.phone, self.tablet = device(1, self.an), device(2, self.an)
        self.shared = device(3, self.an, self.binh)
        current = Current(catalogue, folder / "household.json", Clock())
        current.adopt(
            Household(
                revision=1,
                site_id=uuid4(),
                children=(self.an, self.binh),
                devices=(self.phone, self.tablet, self.shared),
            )
        )
        self.marks: list[MinuteMark] = []
        self.meter = Meter(current, self.marks.append)

    def spent(self, now=NOON) -> dict[str, int]:
        return dict(self.meter.spent(self.an.id, now).today)


@pytest.fixture
def home(tmp_path: Path) -> Home:
    return Home(tmp_path)


def test_a_video_that_plays_on_counts_in_every_scope(home: Home) -> None:
    for minute in range(2):
        home.meter.traffic(home.phone.id, VIDEO, 300_000, NOON + minute * MINUTE)
    assert home.spent() == {"category:video": 2, "service:youtube": 2, "everything": 2}


def test_what_stirs_once_and_is_silent_then_was_the_device(home: Home) -> None:
    for minute in range(0, 60, 5):
        home.meter.traffic(home.phone.id, VIDEO, 5_000_000, NOON + minute * MINUTE)
    assert home.spent() == {}


def test_a_background_refresh_does_not_count(home: Home) -> None:
    for minute in range(60):
        home.meter.traffic(home.phone.id, VIDEO, 20_000, NOON + timedelta(minutes=minute))
    assert home.spent() == {}


def test_traffic_of_one_minute_adds_up(home: Home) -> None:
    for second in range(0, 120, 2):
        home.meter.traffic(home.phone.id, VIDEO, 15_000, NOON + timedelta(seconds=second))
    assert home.spent()["everything"] == 2


def test_a_game_counts_with_less_than_a_video(home: Home) -> None:
    for minute in range(2):
        home.meter.traffic(home.phone.id, GAME, 70_000, NOON + minute * MINUTE)
    assert home.spent()["service:roblox"] == 2


def test_two_devices_in_one_minute_count_once(home: Home) -> None:
    home.meter.attend(home.phone.id, VIDEO, NOON)
    home.meter.attend(home.tablet.id, VIDEO, NOON)
    assert home.spent()["everything"] == 1


def test_a_navigation_counts_at_once(home: Home) -> None:
    home.meter.attend(home.phone.id, UNLISTED, NOON)
    assert home.spent() == {"everything": 1}


def test_pages_opened_one_after_the_other_count_in_tunnels(home: Home) -> None:
    for minute in range(0, 9, 2):
        for _ in range(5):
            home.meter.connected(home.phone.id, UNLISTED, NOON + minute * MINUTE)
    assert home.spent() == {"everything": 9}


def test_many_connections_that_bring_nothing_do_not_count(home: Home) -> None:
    for _ in range(10):
        home.meter.connected(home.phone.id, VIDEO, NOON)
    assert home.spent() == {}


def test_learning_counts_for_itself_and_never_uses_up_everything(home: Home) -> None:
    home.meter.attend(home.phone.id, SCHOOL, NOON)
    assert home.spent() == {"category:learning": 1, "service:olm": 1}


def test_advertisements_never_count(home: Home) -> None:
    home.meter.traffic(home.phone.id, ADS, 10_000_000, NOON)
    assert home.spent() == {}


def test_a_shared_device_spends_nobodys_minutes(home: Home) -> None:
    home.meter.attend(home.shared.id, VIDEO, NOON)
    assert home.marks == []


def test_a_minute_belongs_to_the_local_day(home: Home) -> None:
    late = NOON.replace(hour=16, minute=59)
    home.meter.attend(home.phone.id, VIDEO, late)
    home.meter.attend(home.phone.id, VIDEO, late + timedelta(minutes=1))
    days = {(made.day, made.minute) for made in home.marks}
    assert days == {("2026-11-23", 1439), ("2026-11-24", 0)}


def test_a_mark_is_sent_once(home: Home) -> None:
    for _ in range(5):
        home.meter.attend(home.phone.id, UNLISTED, NOON)
    assert len(home.marks) == 1


def test_what_other_doors_counted_is_added_without_counting_twice(home: Home) -> None:
    home.meter.attend(home.phone.id, UNLISTED, NOON)
    stored = mark(mark(0, 720), 600)
    home.meter.merge(date(2026, 11, 23), {(home.an.id, "everything"): stored})
    assert home.spent() == {"everything": 2}
    assert len(home.marks) == 1


def test_who_spent_minutes_is_told_once(home: Home) -> None:
    home.meter.attend(home.phone.id, UNLISTED, NOON)
    assert home.meter.take_changed() == {home.an.id}
    assert home.meter.take_changed() == set()


def test_days_that_are_over_are_forgotten(home: Home) -> None:
    home.meter.attend(home.phone.id, UNLISTED, NOON)
    home.meter.forget_before(date(2026, 11, 24))
    assert home.spent() == {}
