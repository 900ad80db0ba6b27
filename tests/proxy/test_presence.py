"""Who is on the network and does not come through us, with a clock that is moved by hand."""

from datetime import timedelta
from pathlib import Path
from uuid import uuid4

import pytest

from proxy.current import Current
from proxy.memory import Memory
from proxy.presence import Presence, is_local
from rules.family import Household
from rules.policy import Policy
from rules.radar import Look, coverage, slot_of
from store.errors import Away
from tests.lab.lab import Lab
from tests.proxy.house import Clock, catalogue, child, device, running

AT, CARD = "192.168.1.20", "aa:00:00:00:00:01"
OTHER_CARD = "aa:00:00:00:00:02"


class Home:
    """A network whose neighbours a test chooses."""

    def __init__(self, folder: Path, **phone: object) -> None:
        self.clock = Clock()
        self.table: dict[str, str] = {AT: CARD}
        self.knocked: list[str] = []
        self.running: set = set()
        self.an, self.binh = child(Policy(), "An"), child(Policy(), "Bình")
        self.phone, self.sister = device(8101, self.an, **phone), device(8102, self.binh)
        self.current = Current(catalogue, folder / "household.json", self.clock)
        self.current.adopt(
            Household(
                revision=1,
                site_id=uuid4(),
                children=(self.an, self.binh),
                devices=(self.phone, self.sister),
                language="en",
            )
        )
        self.presence = self.look_with()

    def look_with(self, *, probes: bool = True) -> Presence:
        async def wait(_: float) -> None:
            pass

        return Presence(
            self.current,
            lambda: self.running,
            self.clock,
            probes=probes,
            read=lambda: self.table,
            knock=self.knocked.extend,
            wait=wait,
        )

    async def five_minutes(self, *came: tuple[object, str]) -> None:
        for who, address in came:
            self.presence.came(who.id, address)
        self.clock.move(minutes=5)
        await self.presence.look()

    def of(self, who) -> tuple[int, int, int]:
        looks = [each for each in self.presence.take_new() if each.device_id == who.id]
        self.presence.give_back(looks)
        total = coverage(looks)
        return total.looked, total.seen, total.borrowed


@pytest.fixture
def home(tmp_path: Path) -> Home:
    return Home(tmp_path)


async def test_a_phone_that_stays_at_home_and_no_longer_comes_is_unseen(home: Home):
    await home.five_minutes((home.phone, AT))
    await home.five_minutes((home.phone, AT))
    for _ in range(3):
        await home.five_minutes()
    assert home.of(home.phone) == (4, 1, 0)
    assert home.knocked == [AT] * 5


async def test_one_that_left_is_neither_seen_nor_missed(home: Home):
    await home.five_minutes((home.phone, AT))
    await home.five_minutes((home.phone, AT))
    home.table.clear()
    await home.five_minutes()
    assert home.of(home.phone) == (1, 1, 0)


async def test_its_address_taken_by_another_card_is_not_the_phone(home: Home):
    await home.five_minutes((home.phone, AT))
    home.table[AT] = OTHER_CARD
    await home.five_minutes()
    assert home.of(home.phone) == (0, 0, 0)


async def test_a_long_connection_is_being_seen(home: Home):
    await home.five_minutes((home.phone, AT))
    home.running.add(home.phone.id)
    await home.five_minutes()
    assert home.of(home.phone) == (1, 1, 0)


async def test_the_time_before_a_door_was_up_is_not_held_against_anybody(home: Home):
    await home.five_minutes((home.phone, AT))
    assert home.of(home.phone) == (0, 0, 0)


async def test_a_card_an_adult_gave_is_known_wherever_it_answers(tmp_path: Path):
    home = Home(tmp_path, card=CARD)
    await home.five_minutes()
    home.table = {"192.168.1.99": CARD}
    await home.five_minutes()
    assert home.of(home.phone) == (1, 0, 0)


async def test_an_address_behind_which_several_are_tells_nothing(home: Home):
    for _ in range(3):
        await home.five_minutes((home.phone, AT), (home.sister, AT))
    assert home.of(home.phone) == (0, 0, 0)


@pytest.mark.parametrize("address", ["8.8.8.8", "127.0.0.1", "169.254.3.4", "fe80::1", "nonsense"])
async def test_outside_the_home_network_nothing_is_known_and_nobody_is_asked(home: Home, address):
    home.table[address] = CARD
    for _ in range(2):
        await home.five_minutes((home.phone, address))
    assert home.of(home.phone) == (0, 0, 0)
    assert not home.knocked
    assert not is_local(home.phone, address)


async def test_with_the_setting_off_nobody_is_asked(home: Home):
    home.presence = home.look_with(probes=False)
    for _ in range(2):
        await home.five_minutes((home.phone, AT))
    assert not home.knocked
    assert home.of(home.phone) == (1, 1, 0)


async def test_a_phone_that_uses_a_sisters_port_is_known_by_its_card(tmp_path: Path):
    home = Home(tmp_path, card=CARD)
    for _ in range(2):
        await home.five_minutes((home.sister, AT))
    assert home.of(home.phone) == (1, 1, 1)


async def test_nothing_is_noted_of_who_is_grown_up(home: Home):
    grown = home.an.model_copy(update={"birth_year": 2000})
    household = home.current.standing.household
    home.current.adopt(household.model_copy(update={"children": (grown, home.binh)}))
    for _ in range(3):
        await home.five_minutes((home.phone, AT))
    assert home.of(home.phone) == (0, 0, 0)
    assert not home.knocked


async def test_a_crowd_of_addresses_does_not_fill_the_memory(home: Home):
    for number in range(1000):
        home.presence.came(home.phone.id, f"10.0.{number // 250}.{number % 250}")
    assert len(home.presence._came[home.phone.id]) == 20


async def test_all_doors_look_at_the_same_time(home: Home):
    home.clock.move(minutes=3)
    assert home.presence.seconds_to_look() == 120


@pytest.mark.door
async def test_a_visit_through_a_door_counts_and_what_cannot_be_kept_is_kept_later(
    tmp_path: Path, lab: Lab, monkeypatch: pytest.MonkeyPatch
):
    async with running(tmp_path, lab) as house:
        house.memory = Memory(house.door, "", "test", None)
        await house.rule(Policy())
        [phone] = house.door.current.standing.household.devices
        house.door.sight(phone.id, AT)
        assert house.door.presence._came == {phone.id: {AT}}
        hour, bit = slot_of(house.clock())
        look = Look(phone.id, hour, bit, bit)
        house.door.presence.give_back([look])

        async def away(*_: object) -> None:
            raise Away

        monkeypatch.setattr("store.radar.keep", away)
        with pytest.raises(Away):
            await house.memory._keep_looks(None)
        assert house.door.presence.take_new() == [look]
        assert timedelta(0) < timedelta(seconds=house.door.presence.seconds_to_look())
