"""What was held back is known to all doors, but never what it was."""

import json
from datetime import date
from uuid import uuid4

import pytest

from proxy.held import HeldBack, Request, is_word, word_in
from rules.verdict import Reason
from tests.proxy.house import NOON, Clock

DEVICE, CHILD = uuid4(), uuid4()
SENT = Request("POST", "/join?a=1", ((b"Host", b"a.example"),), b"tel=0912345678")


def tell(one: HeldBack, other: HeldBack) -> str:
    """Bring the news of one door to another, as they go over the wire."""
    said = json.dumps(one.news.take())
    other.hear(json.loads(said))
    return said


def test_another_door_knows_of_it_and_not_what_it_was() -> None:
    clock = Clock()
    here, there = HeldBack(clock), HeldBack(clock)
    held = here.keep(DEVICE, "a.example", Reason.PRIVATE, "phone", SENT)
    assert "0912345678" not in tell(here, there)
    known = there.find(DEVICE, held.token)
    assert (known.host, known.about, known.rule) == ("a.example", Reason.PRIVATE, "phone")
    assert known.request is None
    assert there.find(uuid4(), held.token) is None
    clock.move(minutes=2)
    assert there.newest(DEVICE) is None


def test_what_a_child_says_to_one_door_holds_at_the_other_once() -> None:
    clock = Clock()
    here, there = HeldBack(clock), HeldBack(clock)
    held = here.keep(DEVICE, "a.example", Reason.PRIVATE, "phone")
    tell(here, there)
    there.let(there.find(DEVICE, held.token))
    tell(there, here)
    assert here.newest(DEVICE) is None
    assert not here.may(DEVICE, "b.example", Reason.PRIVATE)
    assert here.may(DEVICE, "a.example", Reason.PRIVATE)
    tell(here, there)
    assert not there.may(DEVICE, "a.example", Reason.PRIVATE)


def test_times_of_all_the_same_are_counted_by_all_doors_and_by_day() -> None:
    here, there = HeldBack(Clock()), HeldBack(Clock())
    here.spend(CHILD, NOON.date())
    tell(here, there)
    assert there.anyway_left(CHILD, NOON.date(), 2) == 1
    assert there.anyway_left(CHILD, date(2026, 11, 24), 2) == 2
    assert there.news.take() == []


def test_the_oldest_goes_first_when_memory_is_full() -> None:
    here = HeldBack(Clock())
    large = Request("POST", "/", (), b"x" * 2_000_000)
    tokens = [here.keep(DEVICE, "a.example", Reason.PRIVATE, "", large).token for _ in range(12)]
    assert here.find(DEVICE, tokens[0]) is None
    assert here.find(DEVICE, tokens[-1]) is not None


@pytest.mark.parametrize(
    "news", [[["let", 1]], [["let", "a", "b", "c", "d"]], [["anyway", "x", "y"]], [[]]]
)
def test_news_that_makes_no_sense_is_refused(news: list[list[object]]) -> None:
    with pytest.raises((ValueError, TypeError)):
        HeldBack(Clock()).hear(news)


def test_the_word_of_our_form_is_told_from_a_site_s_body() -> None:
    assert word_in(b"haidang-send=abc") == "abc"
    assert not is_word(b"tel=0912&haidang-send=abc")
    assert not is_word(b"haidang-send=" + b"a" * 100)
