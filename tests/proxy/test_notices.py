"""Children are told what comes to an end, once, whatever becomes of the doors."""

from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from uuid import uuid4

import pytest

from proxy.current import Current
from proxy.meter import Meter
from proxy.notices import MOST_AT_ONCE, THERE, Notices
from rules.family import Household
from rules.notices import Kind
from rules.policy import Allowance, Hours, Policy, Window
from rules.visit import Known
from tests.proxy.clients import Line, tunnel
from tests.proxy.house import BLOCKED, NOON, OPEN, Clock, House, catalogue, child, device

GAME = Known(("games",), ("roblox",))
MINUTE = timedelta(minutes=1)
SIXTY = Policy(allowances=(Allowance(scope="category:games", minutes=(60,) * 7, every=30),))
BEDTIME = Policy(hours=(Hours(name="bedtime", windows=(Window(start="21:00", end="06:00"),)),))


async def ask(house: House, url: str) -> tuple[int, str]:
    """Open a page as a browser does, and return how it was answered."""
    line = await Line.open(house.device_port)
    host = url.removeprefix("http://").partition("/")[0]
    head, body = await line.get(url, host, "Accept: text/html")
    return int(head.split()[1]), body.decode()


class Home:
    """A family whose doors share what they counted, as through the store."""

    def __init__(self, folder: Path, policy: Policy, workers: int = 1, **more: object) -> None:
        self.clock = Clock()
        self.an = child(policy).model_copy(update=more)
        self.phone, self.guests = device(1, self.an), device(2)
        self.current = Current(catalogue, folder / "household.json", self.clock)
        self.adopt(self.an)
        self.told: list = []
        self.marks: list = []
        self.doors: list[tuple[Meter, Notices]] = []
        for _ in range(workers):
            self.open_door()

    def adopt(self, *people: object) -> None:
        devices = (self.phone, self.guests)
        home = Household(revision=1, site_id=uuid4(), children=people, devices=devices)
        self.current.adopt(home)

    def open_door(self) -> Notices:
        """Start a worker that knows what all have written down."""
        meter = Meter(self.current, self.marks.append)
        notices = Notices(self.current, meter, self.told.append, self.clock)
        self.doors.append((meter, notices))
        self.share()
        return notices

    def share(self) -> None:
        for mark in self.marks:
            for meter, _ in self.doors:
                bitmap = {(mark.child_id, mark.scope): 1 << mark.minute}
                meter.merge(date.fromisoformat(mark.day), bitmap)

    def play(self, minutes: int) -> None:
        """Play on, at the doors in turn, while each looks what is to be told."""
        for number in range(minutes):
            meter, _ = self.doors[number % len(self.doors)]
            meter.attend(self.phone.id, GAME, self.clock())
            self.share()
            self.look()
            self.clock.move(minutes=1)

    def look(self) -> None:
        for _, notices in self.doors:
            notices.tick()

    def keys(self) -> list[str]:
        """What the store keeps: each matter once."""
        return list(dict.fromkeys(each.notice.key for each in self.told))

    def points(self) -> list[tuple[Kind, int]]:
        first = {each.notice.key: each.notice for each in reversed(self.told)}
        return [(first[key].kind, first[key].minutes) for key in self.keys()]


ALL = [(Kind.PLAYED, 30), (Kind.LEFT, 15), (Kind.LEFT, 5), (Kind.LEFT, 1), (Kind.PLAYED, 60)]


@pytest.mark.parametrize("workers", [1, 2, 3])
def test_however_many_doors_there_are_each_matter_is_told_once(
    tmp_path: Path, workers: int
) -> None:
    home = Home(tmp_path, SIXTY, workers)
    home.play(60)
    assert home.points() == ALL
    assert len(home.told) == workers * len(ALL), "each door says a thing once"


def test_a_door_that_starts_again_in_every_minute_repeats_and_loses_nothing(
    tmp_path: Path,
) -> None:
    home = Home(tmp_path, SIXTY)
    for _ in range(60):
        home.play(1)
        home.doors.clear()
        home.open_door()
    home.look()
    assert home.points() == ALL


def test_a_door_that_dies_before_it_told_leaves_it_to_the_other(tmp_path: Path) -> None:
    home = Home(tmp_path, SIXTY, workers=2)
    home.play(44)
    home.told.clear()
    silent, _ = home.doors[0]
    silent.attend(home.phone.id, GAME, home.clock())
    home.share()
    del home.doors[0]
    home.look()
    assert (Kind.LEFT, 15) in home.points()


def test_who_is_not_there_is_told_nothing(tmp_path: Path) -> None:
    home = Home(tmp_path, BEDTIME)
    home.clock.now = NOON.replace(hour=13, minute=58)  # 20:58 in Hà Nội
    home.look()
    assert home.told == []
    home.doors[0][0].attend(home.phone.id, GAME, home.clock())
    home.look()
    assert home.points() == [(Kind.HOURS, 5)]


def test_hours_are_told_as_they_come_nearer_and_no_longer_when_they_have_come(
    tmp_path: Path,
) -> None:
    home = Home(tmp_path, BEDTIME)
    home.clock.now = NOON.replace(hour=13, minute=40)
    home.play(20)
    assert home.points() == [(Kind.HOURS, 15), (Kind.HOURS, 5), (Kind.HOURS, 1)]
    _, notices = home.doors[0]
    assert len(notices.of_device(home.phone.id, home.clock())) == 1
    home.look()
    assert notices.of_device(home.phone.id, home.clock()) == []


def test_what_a_device_is_told_now_is_in_memory_and_goes_when_the_child_has_gone(
    tmp_path: Path,
) -> None:
    home = Home(tmp_path, SIXTY)
    home.play(56)
    home.look()
    _, notices = home.doors[0]
    (held,) = notices.of_device(home.phone.id, home.clock())
    assert (held.kind, held.left) == (Kind.LEFT, 4)
    assert notices.of_device(home.guests.id, home.clock()) == []
    home.clock.now += THERE + MINUTE
    home.look()
    assert notices.of_device(home.phone.id, home.clock()) == []


def test_a_break_is_said_for_a_while_only(tmp_path: Path) -> None:
    home = Home(tmp_path, SIXTY)
    home.play(31)
    _, notices = home.doors[0]
    assert [each.kind for each in notices.of_device(home.phone.id, home.clock())] == [Kind.PLAYED]
    home.play(12)
    assert [each.kind for each in notices.of_device(home.phone.id, home.clock())] == [Kind.PLAYED]
    home.play(2)
    assert [each.kind for each in notices.of_device(home.phone.id, home.clock())] == [Kind.LEFT]


def test_the_days_of_growing_up_are_told_though_nobody_is_there(tmp_path: Path) -> None:
    home = Home(tmp_path, SIXTY, birth_year=2008)
    end = datetime(2027, 1, 1, tzinfo=UTC) - timedelta(hours=7)
    home.clock.now = end - timedelta(days=100)
    while home.clock.now < end + timedelta(days=40):
        home.look()
        home.clock.move(hours=1)
    assert home.points() == [(Kind.AGE, days) for days in (90, 30, 7, 1, 0)]
    assert [(each.at.date() - end.date()).days for each in home.told] == [-90, -30, -7, -1, 0]


def test_a_school_is_looked_at_in_turns(tmp_path: Path) -> None:
    home = Home(tmp_path, SIXTY)
    pupils = [child(SIXTY, f"An {number}") for number in range(3 * MOST_AT_ONCE)]
    home.adopt(*pupils)
    day = date(2026, 11, 23)
    meter, notices = home.doors[0]
    meter.merge(day, {(each.id, "category:games"): ((1 << 55) - 1) << 666 for each in pupils})
    counts = []
    for _ in range(4):
        notices.tick()
        counts.append(len({each.child_id for each in home.told}))
    assert counts == [20, 40, 60, 60]


async def test_the_childs_page_says_what_comes_to_an_end(house: House) -> None:
    person = await house.rule(SIXTY)
    game = {(person.id, "category:games"): ((1 << 55) - 1) << 666}
    house.door.meter.merge(date(2026, 11, 23), game)
    await house.until(lambda: bool(house.notes.told))
    _, page = await ask(house, "http://haidang.internal/")
    assert "You have 5 minutes of Games left." in page


async def test_a_notice_that_cannot_be_made_stops_nobody(
    house: House, monkeypatch: pytest.MonkeyPatch
) -> None:
    await house.rule(SIXTY)

    def broken(*_: object) -> None:
        raise RuntimeError("broken")

    monkeypatch.setattr(house.door.notices, "_look", broken)
    await house.until(lambda: house.door.guard.faults > 0)
    assert (await ask(house, f"http://{OPEN}/"))[0] == 200


async def test_at_eighteen_control_and_recording_end_by_themselves(house: House) -> None:
    person = await house.rule(Policy(block=(BLOCKED,), allowances=SIXTY.allowances))
    home = house.door.current.standing.household
    grown = person.model_copy(update={"birth_year": 2008})
    await house.adopt(home.model_copy(update={"children": (grown,), "revision": 9}))
    end = datetime(2027, 1, 1, tzinfo=UTC) - timedelta(hours=7)

    house.clock.now = end - timedelta(hours=2)
    assert (await ask(house, f"http://{BLOCKED}/"))[0] == 403
    assert (await ask(house, f"http://{OPEN}/"))[0] == 200
    assert {note.host for note in house.notes.notes} >= {BLOCKED, OPEN}
    assert house.notes.marks
    await house.until(lambda: [each.notice.minutes for each in house.notes.told] == [1])

    house.clock.now = end
    for kept in (house.notes.notes, house.notes.marks, house.notes.sightings):
        kept.clear()
    assert (await ask(house, f"http://{BLOCKED}/"))[0] == 200
    assert (await ask(house, f"http://{OPEN}/"))[0] == 200
    # Even what the house itself stops is no longer anybody's business.
    assert (await ask(house, f"http://{OPEN}:25/"))[0] == 403
    await house.until(lambda: [each.notice.minutes for each in house.notes.told] == [1, 0])
    house.door.leases.tick()
    house.clock.move(minutes=2)
    house.door.leases.tick()
    assert house.notes.notes == house.notes.marks == house.notes.sightings == []
    assert "You are grown up" in (await ask(house, "http://haidang.internal/"))[1]


async def test_what_is_open_to_us_is_cut_when_the_child_comes_of_age(house: House) -> None:
    person = await house.rule(Policy(privacy="pages"))
    home = house.door.current.standing.household
    grown = person.model_copy(update={"birth_year": 2008})
    end = datetime(2027, 1, 1, tzinfo=UTC) - timedelta(hours=7)
    house.clock.now = end - timedelta(hours=2)
    await house.adopt(home.model_copy(update={"children": (grown,), "revision": 9}))
    line = await tunnel(house.device_port, house.ca, OPEN)
    await line.ask("/stream", OPEN)
    assert b" 200 " in await line.head()
    house.clock.now = end
    house.door.leases.tick()
    await line.rest()
    again = await tunnel(house.device_port, house.lab.ca_path, OPEN)
    assert again.issuer() != "Hải Đăng"
