"""A running connection is judged again: by a new revision, by the clock, by spent minutes."""

import asyncio

import pytest

from rules.policy import Allowance, Hours, Pause, Policy, Window
from tests.proxy.clients import Line, tunnel
from tests.proxy.house import BLOCKED, OPEN, House

pytestmark = pytest.mark.door
PAUSED = Policy(pause=Pause(by="Mẹ"))
VIDEO = "www.youtube.com"


async def streaming(house: House, *, opened: bool = False, host: str = OPEN) -> Line:
    line = await tunnel(house.device_port, house.ca if opened else house.lab.ca_path, host)
    await line.ask("/stream", host)
    await line.head()
    return line


async def seconds_until_cut(line: Line) -> float:
    loop = asyncio.get_running_loop()
    begin = loop.time()
    await line.rest()
    return loop.time() - begin


async def test_a_pause_cuts_a_relayed_download_within_a_second(house: House) -> None:
    person = await house.rule(Policy())
    line = await streaming(house)
    await house.change(person, PAUSED)
    assert await seconds_until_cut(line) < 1
    assert house.stopped()[-1].verdict.reason == "paused"


async def test_a_pause_cuts_an_opened_download_within_a_second(house: House) -> None:
    person = await house.rule(Policy(privacy="pages"))
    line = await streaming(house, opened=True)
    await house.change(person, Policy(privacy="pages", pause=Pause(by="Mẹ")))
    assert await seconds_until_cut(line) < 1
    await house.until(lambda: len(house.door.leases) == 0 and not house.door.tasks)


async def test_a_pause_cuts_a_plain_download(house: House) -> None:
    person = await house.rule(Policy())
    line = await Line.open(house.device_port)
    await line.ask(f"http://{OPEN}/stream", OPEN)
    await line.head()
    await house.change(person, PAUSED)
    assert await seconds_until_cut(line) < 1


async def test_a_new_block_cuts_only_what_it_names(house: House) -> None:
    person = await house.rule(Policy())
    other, stopped = await streaming(house), await streaming(house, host=BLOCKED)
    await house.change(person, Policy(block=(BLOCKED,)))
    await stopped.rest()
    async with asyncio.timeout(2):
        assert await other.reader.readexactly(100_000)


async def test_bedtime_cuts_what_is_running_when_it_comes(house: House) -> None:
    window = Window(start="12:30", end="13:00")
    await house.rule(Policy(hours=(Hours(name="Bedtime", windows=(window,)),)))
    line = await streaming(house)
    house.clock.move(minutes=29)
    async with asyncio.timeout(3):
        await line.reader.readexactly(200_000)
    house.clock.move(minutes=1)
    assert await seconds_until_cut(line) < 2.5
    assert house.stopped()[-1].verdict.reason == "hours"


async def test_a_spent_allowance_cuts_the_video_that_spent_it(house: House) -> None:
    allowance = Allowance(scope="service:youtube", minutes=(2,) * 7)
    await house.rule(Policy(allowances=(allowance,)))
    line = await streaming(house, host=VIDEO)
    tallies = house.door.meter._tallies
    await house.until(lambda: any(tally.stirred for tally in tallies.values()))
    house.clock.move(minutes=1)
    assert await seconds_until_cut(line) < 3
    assert house.stopped()[-1].verdict.reason == "allowance"


async def test_a_new_safe_search_rule_ends_the_old_connection(house: House) -> None:
    house.door.settings.resolver["forcesafesearch.google.com:443"] = (
        f"127.0.0.1:{house.lab.tls_port}"
    )
    person = await house.rule(Policy())
    line = await streaming(house, host="www.google.com")
    await house.change(person, Policy(safe_search=True))
    assert await seconds_until_cut(line) < 1
    assert not house.stopped()


async def test_bytes_of_a_running_relay_are_written_every_ten_seconds(house: House) -> None:
    await house.rule(Policy())
    line = await streaming(house)
    house.clock.move(seconds=11)
    await house.until(lambda: any(note.bytes_down for note in house.notes.notes))
    assert [note.visits for note in house.notes.notes] == [1, 0]
    line.close()


async def test_a_removed_device_is_a_guest_from_then_on(house: House) -> None:
    await house.rule(Policy())
    line = await streaming(house)
    household = house.door.current.standing.household
    alone = household.model_copy(update={"devices": (), "guest": PAUSED, "revision": 9})
    await house.adopt(alone)
    assert await seconds_until_cut(line) < 1
    assert house.stopped()[-1].verdict.reason == "unknown_device"
