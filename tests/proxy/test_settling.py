"""What ended connections carried is settled once a second, in the minute in which it ended."""

from datetime import timedelta

from rules.policy import Policy
from tests.proxy.clients import tunnel
from tests.proxy.house import OPEN, House

A_MEGABYTE = 1_000_000


async def fetch(house: House) -> None:
    line = await tunnel(house.device_port, house.lab.ca_path, OPEN)
    await line.get(f"/bytes/{A_MEGABYTE}", OPEN)
    line.close()
    await house.until(lambda: not len(house.door.leases))


async def test_what_ended_before_the_minute_turned_belongs_to_that_minute(house: House) -> None:
    await house.rule(Policy())
    first = house.clock()
    await fetch(house)
    house.clock.move(minutes=1)
    await fetch(house)
    house.clock.move(minutes=5)
    await house.until(lambda: sum(note.bytes_down for note in house.notes.notes) > A_MEGABYTE * 2)
    moved = {note.at: note.bytes_down for note in house.notes.notes if note.bytes_down}
    assert sorted(moved) == [first, first + timedelta(minutes=1)]
    assert min(moved.values()) > A_MEGABYTE
