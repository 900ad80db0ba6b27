"""Minutes of whole evenings and nights: what counts is use, however it is seen."""

import json
import lzma
import random
from collections.abc import Iterator
from datetime import date, datetime, timedelta
from pathlib import Path
from uuid import uuid4

import pytest

from feeds.attended import thresholds
from proxy.current import Current
from proxy.gossip import SharedMeter
from proxy.meter import IDLE
from rules.earn import Credit
from rules.family import Household
from rules.policy import Allowance, Policy
from rules.visit import UNLISTED, Known
from tests.proxy.house import NOON, Clock, catalogue, child, device

PAGES = Path("/work/shared/data/traffic/pages-chrome-har.jsonl.xz")
VIDEO = Known(("video",), ("youtube",))
GAME = Known(("games",), ("roblox",))
CHAT = Known(("chat",), ("zalo",))
NEWS = Known(("news",))
SECOND = timedelta(seconds=1)
MINUTE = timedelta(minutes=1)


class Home:
    """One child with a phone and a tablet; several workers may see their traffic."""

    def __init__(self, folder: Path, workers: int = 1, policy: Policy | None = None) -> None:
        self.an = child(policy or Policy())
        self.phone, self.tablet = device(1, self.an), device(2, self.an)
        self.current = Current(catalogue, folder / "household.json", Clock())
        self.adopt()
        self.marks: list = []
        self.workers = [SharedMeter(self.current, self.marks.append) for _ in range(workers)]

    def adopt(self) -> None:
        devices = (self.phone, self.tablet)
        self.current.adopt(
            Household(revision=1, site_id=uuid4(), children=(self.an,), devices=devices)
        )

    @property
    def meter(self) -> SharedMeter:
        return self.workers[0]

    def restart(self) -> None:
        """Begin anew with what was written down."""
        self.workers = [SharedMeter(self.current, self.marks.append) for _ in self.workers]
        self.share()

    def share(self) -> None:
        """Let every worker take in what the others saw and marked, as they do all the time."""
        for worker in self.workers:
            news = worker.take_news()
            for other in self.workers:
                if other is not worker:
                    other.hear(news)
        for mark in list(self.marks):
            bitmap = {(mark.child_id, mark.scope): 1 << mark.minute}
            for worker in self.workers:
                worker.merge(date.fromisoformat(mark.day), bitmap)

    def counted(self, scope: str = "everything", at: datetime = NOON) -> int:
        return self.meter.spent(self.an.id, at).today.get(scope, 0)

    def play(self, bursts: Iterator[tuple[float, int]], known: Known, by=None) -> None:
        """Let bytes flow: seconds after noon and sizes."""
        for number, (second, size) in enumerate(bursts):
            worker = self.workers[number % len(self.workers)]
            now = NOON + second * SECOND
            worker.traffic((by or self.phone).id, known, size, now, host="x.vn")
            if len(self.workers) > 1:
                self.share()


@pytest.fixture
def home(tmp_path: Path) -> Home:
    return Home(tmp_path)


def film(minutes: int, gap: float = 10, ahead: float = 30) -> Iterator[tuple[float, int]]:
    """A film as players fetch it: much at the start, then a piece every few seconds."""
    yield 0, 4_000_000
    second = ahead
    while second < minutes * 60:
        yield second, int(60_000 * gap)
        second += gap


def game(minutes: int) -> Iterator[tuple[float, int]]:
    """A live game: little, but without a pause."""
    for second in range(0, minutes * 60, 2):
        yield second, 3_000


def night(seed: int) -> Iterator[tuple[float, int, int, Known]]:
    """Nine hours of a phone nobody touches: pushes, mail, a sync now and then, an update."""
    chance = random.Random(seed)
    for minute in range(0, 540, 4):
        yield minute * 60 + chance.random() * 60, chance.randrange(200, 3_000), 0, CHAT
    for minute in range(7, 540, 15):
        yield minute * 60, chance.randrange(20_000, 900_000), 2, UNLISTED
    for minute in range(11, 540, 30):
        yield minute * 60, chance.randrange(100_000, 2_000_000), 3, VIDEO
        yield minute * 60 + 20, chance.randrange(5_000, 60_000), 1, CHAT
    for minute in range(190, 198):
        yield minute * 60, 9_000_000, 4, Known(("system",))


@pytest.mark.parametrize("seed", range(5))
def test_a_phone_idle_all_night_counts_nothing(home: Home, seed: int) -> None:
    for second, size, connections, known in sorted(night(seed), key=lambda each: each[0]):
        now = NOON + second * SECOND
        for _ in range(connections):
            home.meter.connected(home.phone.id, known, now, host="sync.example")
        home.meter.traffic(home.phone.id, known, size, now, host="sync.example")
    assert home.marks == []


@pytest.mark.parametrize("gap", [2, 10, 30, 60, 110])
def test_a_film_of_thirty_minutes_counts_thirty_in_a_tunnel(home: Home, gap: float) -> None:
    home.play(film(30, gap), VIDEO)
    assert 29 <= home.counted("service:youtube") <= 31


def test_a_film_of_thirty_minutes_counts_thirty_where_it_is_opened(home: Home) -> None:
    home.meter.attend(home.phone.id, VIDEO, NOON, host="youtube.com")
    for second, size in film(30):
        now = NOON + second * SECOND
        home.meter.traffic(home.phone.id, VIDEO, size, now, host="youtube.com", opened=True)
    assert 29 <= home.counted("service:youtube") <= 31


def test_a_game_counts_from_its_first_to_its_last_minute(home: Home) -> None:
    home.play(game(25), GAME)
    assert home.counted("service:roblox") == home.counted("category:games") == 25


def test_two_devices_at_once_count_once(home: Home) -> None:
    home.play(film(30), VIDEO)
    home.play(game(20), GAME, by=home.tablet)
    assert home.counted("category:games") == 20
    assert 29 <= home.counted() <= 31


def test_a_second_worker_changes_nothing(tmp_path: Path) -> None:
    alone, both = Home(tmp_path), Home(tmp_path, workers=2)
    alone.play(film(30, 2), VIDEO)
    both.play(film(30, 2), VIDEO)
    both.share()
    assert both.counted() == alone.counted()


def test_a_restart_changes_nothing(tmp_path: Path) -> None:
    whole, broken = Home(tmp_path), Home(tmp_path)
    whole.play(film(30), VIDEO)
    bursts = list(film(30))
    broken.play(iter(bursts[:90]), VIDEO)
    broken.restart()
    broken.play(iter(bursts[90:]), VIDEO)
    assert broken.counted() == whole.counted()


def test_a_page_left_open_counts_until_the_idle_limit(home: Home) -> None:
    home.meter.attend(home.phone.id, NEWS, NOON, host="bao.vn")
    for minute in range(120):
        now = NOON + minute * MINUTE
        home.meter.goes_on(home.phone.id, NEWS, now, host="bao.vn")
        home.meter.traffic(home.phone.id, NEWS, 900_000, now, host="bao.vn", opened=True)
    assert home.counted("category:news") == IDLE // MINUTE


def test_a_page_nobody_opened_does_not_go_on(home: Home) -> None:
    home.meter.goes_on(home.phone.id, NEWS, NOON, host="bao.vn")
    assert home.marks == []


def test_a_new_step_in_a_page_begins_the_idle_limit_anew(home: Home) -> None:
    for minute in range(0, 30, 9):
        home.meter.attend(home.phone.id, NEWS, NOON + minute * MINUTE, host="bao.vn")
        for later in range(9):
            now = NOON + (minute + later) * MINUTE
            home.meter.goes_on(home.phone.id, NEWS, now, host="bao.vn")
    assert home.counted("category:news") == 36


def test_every_threshold_speaks_of_something_in_the_catalogue() -> None:
    table = thresholds()
    assert set(table.categories) <= set(catalogue().categories)
    assert set(table.services) <= set(catalogue().services)


def test_a_services_own_threshold_comes_before_its_categorys() -> None:
    table = thresholds()
    assert table.of(VIDEO) == table.services["youtube"]
    assert table.of(Known(("video",), ("other",))) == table.categories["video"]
    assert table.of(UNLISTED) == table.default
    assert table.of(Known(("video", "ads"), ("youtube",))).never


def test_earlier_days_of_the_week_are_remembered_where_a_rule_needs_them(tmp_path: Path) -> None:
    weekly = Allowance(scope="everything", minutes=(60,) * 7, week=300, carry=20)
    home = Home(tmp_path, policy=Policy(allowances=(weekly,)))
    wednesday = NOON + timedelta(days=2)
    key = (home.an.id, "everything")
    home.meter.merge(date(2026, 11, 23), {key: (1 << 50) - 1})
    home.meter.merge(date(2026, 11, 24), {key: (1 << 65) - 1})
    home.meter.merge(date(2026, 11, 25), {key: (1 << 7) - 1})
    home.meter.merge(date(2026, 11, 22), {key: (1 << 500) - 1})
    spent = home.meter.spent(home.an.id, wednesday)
    assert spent.today["everything"] == 7
    assert spent.week["everything"] == 122
    assert spent.carried["everything"] == 5


def test_minutes_that_were_earned_come_on_top(home: Home) -> None:
    credit = Credit(id=uuid4(), child_id=home.an.id, day=date(2026, 11, 23), minutes=20, by="Mẹ")
    home.an = home.an.model_copy(update={"credits": (credit,)})
    home.adopt()
    assert home.meter.spent(home.an.id, NOON).added == {"everything": 20}


def test_a_child_that_is_of_age_is_not_counted(home: Home) -> None:
    home.an = home.an.model_copy(update={"birth_year": 2007})
    home.adopt()
    home.meter.attend(home.phone.id, NEWS, NOON)
    assert home.marks == []


@pytest.mark.skipif(not PAGES.exists(), reason="the recorded pages are not on this machine")
def test_recorded_pages_count_as_the_minutes_in_which_they_were_opened(home: Home) -> None:
    with lzma.open(PAGES, "rt") as file:
        lines = [json.loads(line) for line in file]
    assert len(lines) > 20
    for number, page in enumerate(lines):
        requests = [each for each in page["requests"] if each.get("t")]
        begin = min(each["t"] for each in requests)
        opened = NOON + number * 20 * MINUTE
        home.meter.attend(home.phone.id, UNLISTED, opened, host="page.example")
        for each in requests:
            now = opened + min(each["t"] - begin, 50) * SECOND
            size = max(int(each.get("size") or 0), 0)
            home.meter.traffic(home.phone.id, UNLISTED, size, now, host="page.example", opened=True)
    days = {mark.day for mark in home.marks}
    counted = sum(home.counted(at=NOON + number * timedelta(days=1)) for number in range(len(days)))
    assert len(lines) <= counted <= 2 * len(lines)
