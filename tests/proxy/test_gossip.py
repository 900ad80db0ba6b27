"""Doors of one machine tell each other what they saw, and believe nobody else."""

import asyncio
from contextlib import asynccontextmanager
from datetime import timedelta
from pathlib import Path

import pytest

from proxy import gossip
from proxy.closed import Closed
from proxy.gossip import AT_ONCE, EVERY, FOLDER, HERE, Gossip, SharedMeter
from proxy.held import HeldBack
from proxy.refusals import Refusals, Step, Stopped
from rules.verdict import Action, Reason, Verdict
from rules.visit import UNLISTED, Known
from tests.proxy.house import NOON, Clock
from tests.proxy.test_minutes import NEWS, Home

KEY = b"k" * 32
BAO = "www.bao.example"


@pytest.fixture
def quick(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(gossip, "EVERY", 0.02)


def open_page(home: Home, meters: list[SharedMeter]) -> None:
    """Open a page whose six connections meet the doors in turn."""
    for number in range(6):
        meter = meters[number % len(meters)]
        meter.connected(home.phone.id, UNLISTED, NOON, host=BAO)
        meter.traffic(home.phone.id, UNLISTED, 10_000, NOON, host=BAO)


async def until(holds) -> None:
    async with asyncio.timeout(5):
        while not holds():  # noqa: ASYNC110 what is waited for has no event
            await asyncio.sleep(0.01)


@asynccontextmanager
async def a_door_and_a_wire(folder: Path, home: Home):
    """Let one door listen, and give a socket to speak to it with its port."""
    loop = asyncio.get_running_loop()
    async with asyncio.TaskGroup() as group:
        door = group.create_task(Gossip(home.meter, folder, "home/1", KEY).run())
        await until(lambda: known_doors(folder) == 1)
        port = int(next((folder / FOLDER).glob("*.port")).read_text())
        transport, _ = await loop.create_datagram_endpoint(
            asyncio.DatagramProtocol, local_addr=(HERE, 0)
        )
        try:
            yield transport, port
        finally:
            transport.close()
            door.cancel()


def known_doors(folder: Path) -> int:
    return len(list((folder / FOLDER).glob("*.port")))


@pytest.mark.usefixtures("quick")
async def test_a_page_shared_by_two_doors_is_seen_whole_by_both(tmp_path: Path) -> None:
    home = Home(tmp_path, workers=2)
    async with asyncio.TaskGroup() as group:
        doors = [
            group.create_task(Gossip(meter, tmp_path, f"home/{number}", KEY).run())
            for number, meter in enumerate(home.workers)
        ]
        await until(lambda: known_doors(tmp_path) == 2)
        open_page(home, home.workers)
        for meter in home.workers:
            spent = lambda meter=meter: meter.spent(home.an.id, NOON).today  # noqa: E731
            await until(lambda spent=spent: spent().get("everything") == 1)
        for door in doors:
            door.cancel()
    assert known_doors(tmp_path) == 0


async def test_what_a_child_waits_for_is_told_at_once(tmp_path: Path) -> None:
    clock = Clock()
    homes, held = Home(tmp_path, workers=2), [HeldBack(clock), HeldBack(clock)]
    refused, closed = [Refusals(), Refusals()], [Closed(), Closed()]
    async with asyncio.TaskGroup() as group:
        doors = []
        for number, meter in enumerate(homes.workers):
            tellers = {"held": held[number], "refused": refused[number], "closed": closed[number]}
            gossip = Gossip(meter, tmp_path, f"home/{number}", KEY, tellers)
            doors.append(group.create_task(gossip.run()))
        await until(lambda: known_doors(tmp_path) == 2)
        asked = asyncio.get_running_loop().time()
        held[0].keep(homes.phone.id, BAO, Reason.HOMEWORK, "maths")
        verdict = Verdict(Action.BLOCK, Reason.HOMEWORK)
        refused[0].note(homes.phone.id, "", Stopped(BAO, verdict, clock(), Step.TAKEN))
        closed[0].close(homes.phone.id, "left:games:5")
        await until(lambda: closed[1].holds(homes.phone.id, "left:games:5"))
        assert not closed[1].holds(homes.phone.id, "left:games:1")
        await until(lambda: held[1].holds(homes.phone.id))
        await until(lambda: refused[1].last(homes.phone.id, "") is not None)
        assert asyncio.get_running_loop().time() - asked < EVERY
        for door in doors:
            door.cancel()


def neighbour(folder: Path, home: Home) -> Home:
    """Make another door of the same family."""
    other = Home(folder)
    other.phone, other.an = home.phone, home.an
    other.adopt()
    return other


@pytest.mark.usefixtures("quick")
async def test_a_stranger_on_this_machine_is_not_believed(tmp_path: Path) -> None:
    home = Home(tmp_path)
    liar, truth = neighbour(tmp_path / "liar", home), neighbour(tmp_path / "truth", home)
    later = NOON + timedelta(minutes=1)
    liar.meter.attend(home.phone.id, NEWS, NOON, host="vnexpress.net")
    truth.meter.attend(home.phone.id, UNLISTED, later, host="a.example")
    async with a_door_and_a_wire(tmp_path, home) as (transport, port):
        Gossip(liar.meter, tmp_path, "liar", b"x" * 32).speak(transport)
        for noise in (b"", b"x", b"x" * 5000):
            transport.sendto(noise, (HERE, port))
        # What is true arrives after the lies did.
        Gossip(truth.meter, tmp_path, "truth", KEY).speak(transport)
        await until(lambda: home.counted() == 1)
    assert home.counted("category:news") == 0


def test_what_was_heard_is_not_told_again_and_news_are_told_once(tmp_path: Path) -> None:
    one, two = Home(tmp_path, workers=2).workers
    one.connected(None, UNLISTED, NOON, host=BAO)
    assert one.take_news() == []
    home = Home(tmp_path, workers=2)
    one, two = home.workers
    one.connected(home.phone.id, UNLISTED, NOON, host=BAO)
    one.called(home.phone.id, Known(("ads",)), NOON, host="ads.example")
    (bao, ads) = one.take_news()
    assert (bao.connections, bao.refused, ads.refused) == (1, 0, 1)
    assert one.take_news() == []
    two.hear([bao, ads])
    assert two.take_news() == []


def test_a_page_opened_at_one_door_goes_on_at_the_other(tmp_path: Path) -> None:
    home = Home(tmp_path, workers=2)
    one, two = home.workers
    one.attend(home.phone.id, NEWS, NOON, host="vnexpress.net")
    two.hear(one.take_news())
    later = NOON + timedelta(minutes=4)
    known = home.current.standing.catalogue.look_up("vnexpress.net")
    two.goes_on(home.phone.id, known, later, host="vnexpress.net")
    assert two.spent(home.an.id, NOON).today["everything"] == 2


async def test_much_news_goes_in_several_datagrams(tmp_path: Path) -> None:
    home = Home(tmp_path)
    for number in range(AT_ONCE * 2 + 1):
        home.meter.connected(home.phone.id, UNLISTED, NOON, host=f"{number}.example")
    sent: list[bytes] = []

    class Wire:
        def sendto(self, data: bytes, _address: tuple[str, int]) -> None:
            sent.append(data)

    (tmp_path / FOLDER).mkdir()
    (tmp_path / FOLDER / "other.port").write_text("1")
    (tmp_path / FOLDER / "broken.port").write_text("x")
    Gossip(home.meter, tmp_path, "home/1", KEY).speak(Wire())  # type: ignore[arg-type]
    assert len(sent) == 3
    assert max(map(len, sent)) < 9000


async def test_doors_that_cannot_speak_go_on_alone(tmp_path: Path) -> None:
    (tmp_path / FOLDER).write_text("in the way")
    home = Home(tmp_path / "home")
    await Gossip(home.meter, tmp_path, "home/1", KEY).run()
    open_page(home, [home.meter])
    assert home.counted() == 1
