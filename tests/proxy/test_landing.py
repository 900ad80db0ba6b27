"""What runs may end by itself: a video, something being sent; and the last minutes are slower."""

import asyncio

import pytest

from proxy.bucket import A_SECOND, Bucket
from proxy.gossip import Line as News
from rules.policy import Hours, Pause, Policy, Privacy, Window
from rules.verdict import Reason
from tests.proxy.clients import Line, tunnel
from tests.proxy.house import OPEN, House

pytestmark = pytest.mark.door
NOON = Hours(name="rest", windows=(Window(start="12:01", end="13:00"),))
"""The clock of a house stands at noon."""
SOFT = Policy(hours=(NOON,), let_finish=10)
FILM = "www.netflix.com"


async def watch(house: House, policy: Policy = SOFT, host: str = FILM) -> Line:
    """Open a film in a tunnel and let some of it come."""
    person = await house.rule(policy)
    house.person = person
    house.clock.move(seconds=50)
    line = await tunnel(house.device_port, house.lab.ca_path, host)
    await line.ask("/stream", host)
    await line.head()
    await more(line, 400_000)
    house.door.leases.tick()
    return line


async def more(line: Line, size: int) -> None:
    async with asyncio.timeout(10):
        while size > 0:
            got = await line.reader.read(min(size, 65536))
            assert got, "the connection was cut"
            size -= len(got)


async def is_cut(line: Line) -> bool:
    await line.rest()
    return True


def reasons(house: House) -> list[Reason]:
    return [lease.judged.verdict.reason for lease in house.door.leases._running]


async def test_a_film_that_runs_goes_on_and_ends_when_its_minutes_are_over(house: House) -> None:
    line = await watch(house)
    house.clock.move(seconds=20)
    house.door.leases.tick()
    assert reasons(house) == [Reason.FINISHING]
    house.clock.move(minutes=9)
    house.door.leases.tick()
    await more(line, 200_000)
    # What flows by now renews nothing.
    house.clock.move(minutes=1)
    house.door.leases.tick()
    assert await is_cut(line)
    assert house.stopped()[-1].verdict.reason is Reason.HOURS
    again = await Line.open(house.device_port)
    assert b" 200 " in await again.connect(FILM)
    await house.until(lambda: len(house.door.leases) == 0)


async def test_nothing_new_begins_meanwhile(house: House) -> None:
    await watch(house)
    house.clock.move(seconds=20)
    house.door.leases.tick()
    line = await tunnel(house.device_port, house.ca, "www.disneyplus.com")
    assert b" 403 " in (await line.get("/", "www.disneyplus.com"))[0]


async def test_a_pause_ends_it_at_once(house: House) -> None:
    line = await watch(house)
    house.clock.move(seconds=20)
    house.door.leases.tick()
    await house.change(house.person, SOFT.model_copy(update={"pause": Pause(by="Mẹ")}))
    assert await is_cut(line)


@pytest.mark.parametrize(
    ("policy", "host"), [(SOFT, OPEN), (SOFT.model_copy(update={"let_finish": 0}), FILM)]
)
async def test_what_is_no_film_or_was_not_agreed_ends_with_its_time(
    house: House, policy: Policy, host: str
) -> None:
    line = await watch(house, policy, host)
    house.clock.move(seconds=20)
    house.door.leases.tick()
    assert await is_cut(line)


async def test_a_film_that_stood_still_before_the_end_does_not_begin_again(house: House) -> None:
    await watch(house)
    house.clock.move(seconds=200)
    house.door.leases.tick()
    await house.until(lambda: len(house.door.leases) == 0)


async def test_in_an_opened_site_the_next_part_comes_and_the_next_page_does_not(
    house: House,
) -> None:
    opened = SOFT.model_copy(update={"privacy": Privacy.PAGES})
    await house.rule(opened)
    house.clock.move(seconds=50)
    line = await tunnel(house.device_port, house.ca, FILM)
    await line.ask("/reel/400000", FILM, "Sec-Fetch-Mode: cors", "Sec-Fetch-Dest: video")
    await line.answer()
    await house.until(lambda: len(house.door.leases) == 0)
    house.door.leases.tick()
    house.clock.move(seconds=20)
    await line.ask("/reel/1000", FILM, "Sec-Fetch-Mode: cors", "Sec-Fetch-Dest: video")
    assert b" 200 " in (await line.answer())[0]
    await line.ask("/", FILM, "Sec-Fetch-Mode: navigate", "Sec-Fetch-Dest: document")
    assert b" 403 " in (await line.answer())[0]


async def upload(house: House) -> Line:
    """Begin to send a form in an opened site, and let its time end."""
    person = await house.rule(Policy(hours=(NOON,), privacy=Privacy.PAGES))
    house.person = person
    line = await tunnel(house.device_port, house.ca, OPEN)
    head = f"POST /upload HTTP/1.1\r\nHost: {OPEN}\r\nContent-Length: 2000\r\n\r\n"
    await line.send(head.encode() + b"x" * 1000)
    await house.until(lambda: len(house.door.leases) == 1)
    house.clock.move(seconds=70)
    house.door.leases.tick()
    return line


async def test_a_form_that_is_being_sent_is_not_cut(house: House) -> None:
    line = await upload(house)
    house.clock.move(seconds=60)
    house.door.leases.tick()
    await line.send(b"x" * 1000)
    head, body = await line.answer()
    assert b" 200 " in head
    assert b"2000" in body


async def test_after_two_minutes_even_that_is_cut(house: House) -> None:
    line = await upload(house)
    house.clock.move(seconds=121)
    house.door.leases.tick()
    assert await is_cut(line)


async def test_a_pause_cuts_what_is_being_sent(house: House) -> None:
    line = await upload(house)
    paused = Policy(hours=(NOON,), privacy=Privacy.PAGES, pause=Pause(by="Mẹ"))
    await house.change(house.person, paused)
    assert await is_cut(line)


async def test_an_upload_in_a_tunnel_is_known_by_its_direction(house: House) -> None:
    await house.rule(Policy(hours=(NOON,)))
    line = await tunnel(house.device_port, house.lab.ca_path, OPEN)
    head = f"POST /upload HTTP/1.1\r\nHost: {OPEN}\r\nContent-Length: 200000\r\n\r\n"
    house.clock.move(seconds=59)
    await line.send(head.encode() + b"x" * 100_000)
    await house.until(lambda: sum(each.up for each in house.door.leases._running) > 100_000)
    house.door.leases.tick()
    house.clock.move(seconds=2)
    house.door.leases.tick()
    await line.send(b"x" * 100_000)
    assert b" 200 " in (await line.answer())[0]
    house.door.leases.tick()
    # Now that nothing is sent any more, its time is over.
    house.clock.move(seconds=5)
    house.door.leases.tick()
    assert await is_cut(line)


@pytest.mark.parametrize("opened", [False, True])
async def test_the_last_minutes_are_slow(house: House, opened: bool) -> None:
    privacy = Privacy.PAGES if opened else Privacy.SITES
    slow = Policy(hours=(NOON,), slow_lane=5, privacy=privacy)
    person = await house.rule(slow)
    line = await tunnel(house.device_port, house.ca if opened else house.lab.ca_path, OPEN)
    await line.ask("/bytes/30000000", OPEN)
    await line.head()
    await more(line, 100_000)
    house.door.leases.tick()
    (lease,) = house.door.leases._running
    async with asyncio.TaskGroup() as group:
        before, rest = lease.down, group.create_task(more(line, 29_900_000))
        await asyncio.sleep(1.2)
        assert lease.down - before < 1_000_000
        assert not rest.done()
        # Nothing is slow any longer than it is to be.
        await house.change(person, slow.model_copy(update={"slow_lane": 0}))
        house.door.leases.tick()


class Tap:
    def __init__(self) -> None:
        self.is_held = False

    def hold(self) -> None:
        self.is_held = True

    def release(self) -> None:
        self.is_held = False


def test_a_bucket_gives_so_much_a_second_and_remembers_what_was_taken_too_much() -> None:
    bucket, tap = Bucket(), Tap()
    bucket.take(A_SECOND - 1, tap)
    assert not tap.is_held
    bucket.take(2 * A_SECOND, tap)
    seconds = 0
    while tap.is_held:
        bucket.fill()
        seconds += 1
    assert seconds == 2
    bucket.take(A_SECOND, tap)
    bucket.forget(tap)
    assert not tap.is_held


async def test_a_film_goes_on_at_another_door_of_the_machine(house: House) -> None:
    person = await house.rule(SOFT)
    home = house.door.current.standing.household
    house.clock.move(seconds=50)
    news = News(str(home.devices[0].id), FILM, False, house.clock().timestamp(), film=400_000)
    house.door.meter.hear([news])
    assert not house.door.meter.take_news(), "nobody repeats what was heard"
    house.clock.move(seconds=20)
    line = await tunnel(house.device_port, house.lab.ca_path, FILM)
    assert b" 200 " in (await line.get("/", FILM))[0]
    assert reasons(house) == [Reason.FINISHING]
    await house.change(person, SOFT.model_copy(update={"pause": Pause(by="Mẹ")}))
    assert await is_cut(line)


async def test_what_flows_in_time_is_told_to_the_other_doors_and_nothing_after(
    house: House,
) -> None:
    line = await watch(house)
    assert sum(each.film for each in house.door.meter.take_news()) > 300_000
    house.clock.move(seconds=20)
    house.door.leases.tick()
    house.door.meter.take_news()
    await more(line, 100_000)
    house.door.leases.tick()
    news = house.door.meter.take_news()
    assert sum(each.size for each in news) > 0
    assert sum(each.film for each in news) == 0
