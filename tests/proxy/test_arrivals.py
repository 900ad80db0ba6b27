"""What was let in is told to the meter at once, and comes to the same as one by one."""

from dataclasses import replace
from datetime import datetime, timedelta
from pathlib import Path
from uuid import UUID, uuid4

from hypothesis import given
from hypothesis import strategies as st

from proxy.arrivals import Arrivals
from proxy.judge import Asked, Judged
from proxy.lease import Lease
from rules.verdict import Action, Reason, Verdict
from rules.visit import Known
from tests.proxy.house import NOON
from tests.proxy.test_meter import Home

GAME = Known(categories=("games",), services=("roblox",))
PASSES = Verdict(Action.PASS, Reason.DEFAULT)
PHONE = uuid4()


class Book:
    """A pen and a meter that remember what they were told."""

    def __init__(self) -> None:
        self.visits: list[datetime] = []
        self.connections: list[tuple[datetime, int]] = []
        self.arrivals = Arrivals(self, self)  # type: ignore[arg-type] # only these two are called

    def visit(self, _device: object, _judged: object, now: datetime, *, opened: bool) -> None:
        assert not opened
        self.visits.append(now)

    def connected(
        self, _device: object, _known: object, now: datetime, *, host: str, times: int = 1
    ) -> None:
        assert host
        self.connections.append((now, times))


def lease(judged: Judged, since: datetime, device_id: UUID = PHONE) -> Lease:
    return Lease(device_id, judged, (judged.host,), Asked(443), since, cut=lambda: None)


def test_the_connections_of_a_page_are_one_visit_and_told_at_once() -> None:
    book, judged = Book(), Judged("roblox.com", GAME, PASSES)
    for number in range(6):
        book.arrivals.let_in(lease(judged, NOON + timedelta(milliseconds=number)))
    assert book.connections == [(NOON, 1)]
    book.arrivals.settle()
    book.arrivals.settle()
    assert book.connections == [(NOON, 1), (NOON + timedelta(milliseconds=5), 5)]
    assert book.visits == [NOON]


def test_what_comes_in_the_next_minute_is_counted_there() -> None:
    book, judged = Book(), Judged("roblox.com", GAME, PASSES)
    last, first = NOON + timedelta(seconds=59.9), NOON + timedelta(seconds=60)
    for since in (last, last, first):
        book.arrivals.let_in(lease(judged, since))
    assert book.connections == [(last, 1), (last, 1), (first, 1)]


def test_another_device_with_the_same_verdict_is_told_by_itself() -> None:
    book, judged = Book(), Judged("roblox.com", GAME, PASSES)
    for each in (lease(judged, NOON), lease(judged, NOON, uuid4()), lease(judged, NOON)):
        book.arrivals.let_in(each)
    book.arrivals.settle()
    assert sum(times for _, times in book.connections) == 3


@given(st.lists(st.integers(0, 9_000), min_size=1, max_size=40))
def test_visits_and_connections_are_as_many_as_one_by_one(gaps: list[int]) -> None:
    book, judged = Book(), Judged("roblox.com", GAME, PASSES)
    since, last, expected = NOON, None, []
    for gap in gaps:
        since += timedelta(milliseconds=gap)
        if gap >= 1000:
            # Each second has its own verdicts, see `proxy.judge.Memory`, and its own tick.
            judged = replace(judged)
            book.arrivals.settle()
        if last is None or since - last >= timedelta(seconds=2):
            expected.append(since)
        last = since
        book.arrivals.let_in(lease(judged, since))
    book.arrivals.settle()
    assert sum(times for _, times in book.connections) == len(gaps)
    assert book.visits == expected


def test_minutes_come_out_the_same_as_when_each_is_told_by_itself(tmp_path: Path) -> None:
    alone, together = Home(tmp_path), Home(tmp_path)
    for minute in range(4):
        now = NOON + timedelta(minutes=minute)
        for _ in range(8):
            alone.meter.connected(alone.phone.id, GAME, now, host="roblox.com")
        together.meter.connected(together.phone.id, GAME, now, host="roblox.com", times=8)
    assert together.spent() == alone.spent() != {}
