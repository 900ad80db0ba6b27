"""Tunnels like those of a moment ago go on without being thought about, until anything moves."""

from datetime import timedelta
from pathlib import Path
from uuid import uuid4

import pytest

from proxy.current import Current
from proxy.familiar import Familiar, Way, may_be_familiar
from proxy.judge import Asked, Judged
from proxy.who import Caller
from rules.family import Household
from rules.policy import Policy
from rules.verdict import Action, Reason, Verdict
from rules.visit import UNLISTED
from tests.proxy.clients import HandMade, Line, tunnel
from tests.proxy.house import BLOCKED, BLOCKING, NOON, OPEN, Clock, House, catalogue, child

PASSES = Verdict(Action.PASS, Reason.DEFAULT)
KEY = (("127.0.0.1", 8080), b"CONNECT open.example:443 HTTP/1.1\r\n\r\n")


class Known:
    """What is familiar, and everything it depends on."""

    def __init__(self, folder: Path) -> None:
        self.clock, self.moves = Clock(), 0
        self.current = Current(catalogue, folder / "household.json", self.clock)
        self.familiar = Familiar(self.current, lambda: self.moves, self.clock)

    def keep(self, verdict: Verdict = PASSES) -> Way:
        judged = Judged(OPEN, UNLISTED, verdict)
        way = Way(Caller("127.0.0.1"), OPEN, 443, Asked(443), judged)
        self.familiar.keep(KEY, way)
        return way


@pytest.fixture
def known(tmp_path: Path) -> Known:
    return Known(tmp_path)


def test_what_went_on_is_found_again_in_the_same_second(known: Known) -> None:
    way = known.keep()
    known.clock.move(milliseconds=999)
    assert known.familiar.find(KEY) is way
    assert known.familiar.holds(KEY, way)


def test_words_of_another_device_or_host_are_not_familiar(known: Known) -> None:
    known.keep()
    (address, port), words = KEY
    assert known.familiar.find(((address, port + 1), words)) is None
    assert known.familiar.find((("127.0.0.2", port), words)) is None
    assert known.familiar.find(((address, port), words.replace(b"open", b"other"))) is None


@pytest.mark.parametrize("seconds", [1, 60, -1])
def test_it_is_forgotten_with_its_second(known: Known, seconds: int) -> None:
    way = known.keep()
    known.clock.move(seconds=seconds)
    assert known.familiar.find(KEY) is None
    assert not known.familiar.holds(KEY, way)


def test_it_is_forgotten_when_the_policy_moves(known: Known) -> None:
    way = known.keep()
    known.current.adopt(Household(revision=1, site_id=uuid4(), children=(child(Policy()),)))
    assert known.familiar.find(KEY) is None
    assert not known.familiar.holds(KEY, way)


def test_it_is_forgotten_when_minutes_or_trust_move(known: Known) -> None:
    way = known.keep()
    known.moves += 1
    assert known.familiar.find(KEY) is None
    # What is kept anew does not bring the old one back.
    assert known.keep() is not way
    assert not known.familiar.holds(KEY, way)


def test_it_is_forgotten_when_the_verdict_runs_out_within_the_second(known: Known) -> None:
    known.keep(PASSES._replace(until=NOON + timedelta(milliseconds=300)))
    known.clock.move(milliseconds=299)
    assert known.familiar.find(KEY)
    known.clock.move(milliseconds=1)
    assert known.familiar.find(KEY) is None


@pytest.mark.parametrize(
    ("verdict", "trusts_us", "may"),
    [
        (PASSES, True, True),
        (PASSES, None, True),
        (PASSES, False, True),
        (Verdict(Action.BLOCK, Reason.CATEGORY), False, False),
        # Which page needs it may be another one in the next moment.
        (PASSES._replace(reason=Reason.COMPANION), False, False),
        (PASSES._replace(reason=Reason.FINISHING), False, False),
        (PASSES._replace(reason=Reason.PINNED), False, False),
        # Opened, unless the hello speaks only what we do not: that is seen each time.
        (PASSES._replace(action=Action.ALLOW), True, False),
        (PASSES._replace(action=Action.ALLOW), None, False),
        (PASSES._replace(action=Action.ALLOW), False, True),
        (PASSES._replace(edits=True), True, False),
    ],
)
def test_only_what_depends_on_nothing_else_may_be_familiar(
    verdict: Verdict, trusts_us: bool | None, may: bool
) -> None:
    assert may_be_familiar(verdict, trusts_us=trusts_us) is may


@pytest.mark.door
async def test_the_second_tunnel_is_familiar_and_works_like_the_first(house: House) -> None:
    await house.rule(Policy())
    for _ in range(2):
        line = await tunnel(house.device_port, house.lab.ca_path, OPEN)
        head, _ = await line.get("/", OPEN)
        assert b" 200 " in head
    assert list(house.door.familiar._ways)
    assert [note.host for note in house.notes.notes if note.visits] == [OPEN]


@pytest.mark.door
async def test_a_familiar_host_is_refused_as_soon_as_the_policy_moves(house: House) -> None:
    person = await house.rule(Policy(), trusts_ca=False)
    await tunnel(house.device_port, house.lab.ca_path, BLOCKED)
    await house.change(person, BLOCKING)
    line = await Line.open(house.device_port)
    await line.send(f"CONNECT {BLOCKED}:443 HTTP/1.1\r\nHost: {BLOCKED}:443\r\n\r\n".encode())
    assert b" 403 " in await line.head()


@pytest.mark.door
async def test_a_policy_that_moves_between_connect_and_hello_holds_for_the_hello(
    house: House,
) -> None:
    person = await house.rule(Policy(), trusts_ca=False)
    await tunnel(house.device_port, house.lab.ca_path, BLOCKED)
    line, tls = await Line.open(house.device_port), HandMade(house.lab.ca_path, BLOCKED)
    await line.connect(BLOCKED)
    await house.change(person, BLOCKING)
    await line.send(tls.hello())
    assert await line.rest() == b""
    assert house.stopped()[-1].host == BLOCKED


@pytest.mark.door
async def test_a_familiar_connect_does_not_hide_another_name_in_the_hello(house: House) -> None:
    await house.rule(BLOCKING, trusts_ca=False)
    await tunnel(house.device_port, house.lab.ca_path, OPEN)
    line, tls = await Line.open(house.device_port), HandMade(house.lab.ca_path, BLOCKED)
    await line.connect(OPEN)
    await line.send(tls.hello())
    assert await line.rest() == b""
    assert house.stopped()[-1].host == BLOCKED


@pytest.mark.door
async def test_a_hello_sent_together_with_connect_is_not_taken_for_words(house: House) -> None:
    await house.rule(Policy())
    for _ in range(2):
        line, tls = await Line.open(house.device_port), HandMade(house.lab.ca_path, OPEN)
        # However it ends: only the first empty line ends the head.
        whole = f"CONNECT {OPEN}:443 HTTP/1.1\r\n\r\n".encode() + tls.hello()
        await line.send(whole)
        assert b" 200 " in await line.head()
        await tls.finish(line)
        assert b" 200 " in await tls.exchange(
            line, f"GET / HTTP/1.1\r\nHost: {OPEN}\r\n\r\n".encode()
        )
    assert not house.door.familiar._ways


@pytest.mark.door
async def test_a_familiar_site_is_opened_as_soon_as_the_device_trusts_us(house: House) -> None:
    await house.rule(Policy(privacy="pages"), trusts_ca=False)
    line = await tunnel(house.device_port, house.lab.ca_path, OPEN)
    assert "Hải Đăng" not in line.issuer()
    assert list(house.door.familiar._ways)
    phone = house.door.current.standing.index.by_port[house.device_port]
    house.door.sight(phone.id, "127.0.0.1", trusts=True)
    line = await tunnel(house.device_port, house.ca, OPEN)
    assert "Hải Đăng" in line.issuer()
