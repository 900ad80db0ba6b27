"""A device nobody knows, at the common port: the guest's rules hold, and it is noted once."""

from uuid import uuid4

from rules.family import Household
from rules.policy import Policy
from tests.proxy.clients import Line
from tests.proxy.house import BLOCKED


async def test_a_stranger_is_noted_by_its_address_at_most_twice_a_minute(house):
    guest = Policy(block=(BLOCKED,))
    await house.adopt(Household(revision=1, site_id=uuid4(), guest=guest, language="en"))
    for _ in range(5):
        line = await Line.open(house.port)
        head, body = await line.get(f"http://{BLOCKED}/", BLOCKED)
        assert b" 403 " in head
        assert b"We don" in body
    seen = [each for each in house.notes.sightings if each.stranger]
    assert [each.address for each in seen] == ["127.0.0.1"]
    house.clock.move(seconds=31)
    line = await Line.open(house.port)
    await line.get(f"http://{BLOCKED}/", BLOCKED)
    assert len([each for each in house.notes.sightings if each.stranger]) == 2


async def test_a_device_that_is_known_is_no_stranger(house):
    await house.rule(Policy())
    line = await Line.open(house.device_port)
    await line.get("http://open.example/", "open.example")
    assert not [each for each in house.notes.sightings if each.stranger]
