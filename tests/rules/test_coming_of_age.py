"""Control and recording end by themselves, with notice."""

from datetime import UTC, datetime, timedelta
from uuid import uuid4

import pytest

from rules.coming_of_age import NOTICE_DAYS, due, ends, is_of_age
from rules.compile import compile_child
from rules.family import ChildRules
from rules.policy import Pause, Policy
from rules.verdict import Layer, Reason
from rules.visit import Visit
from tests.rules.kit import HANOI, judge

END = datetime(2027, 1, 1, tzinfo=UTC) - timedelta(hours=7)
SECOND = timedelta(seconds=1)


def grown(birth_year: int | None):
    layers = ((Layer.FAMILY, Policy(pause=Pause(by="Mẹ"))),)
    return compile_child(
        ChildRules(
            id=uuid4(),
            name="An",
            group_id=uuid4(),
            zone=HANOI,
            birth_year=birth_year,
            layers=layers,
        )
    )


def test_it_ends_with_the_year_of_the_eighteenth_birthday_by_the_clock_of_the_family():
    assert ends(2008, HANOI) == END
    assert ends(2008, "America/New_York") == datetime(2027, 1, 1, 5, tzinfo=UTC)
    assert not is_of_age(2008, HANOI, END - SECOND)
    assert is_of_age(2008, HANOI, END)


def test_every_rule_ends_in_that_moment_and_the_verdict_knows_it_before():
    before = judge(grown(2008), Visit("a.vn"), END - SECOND)
    assert (before.reason, before.until) == (Reason.PAUSED, END)
    assert judge(grown(2008), Visit("a.vn"), END).reason is Reason.OF_AGE
    assert judge(grown(2009), Visit("a.vn"), END).blocks
    assert judge(grown(None), Visit("a.vn"), END).blocks


@pytest.mark.parametrize("days", NOTICE_DAYS)
def test_notice_is_given_on_the_day_it_is_due(days):
    at = END - timedelta(days=days)
    assert due(2008, HANOI, at - SECOND, at) == days
    assert due(2008, HANOI, at, at + timedelta(hours=20)) is None


def test_after_a_long_silence_only_the_nearest_notice_is_given():
    assert due(2008, HANOI, END - timedelta(days=400), END - timedelta(days=5)) == 7
    assert due(2008, HANOI, END - timedelta(days=5), END + timedelta(days=50)) == 0
    assert due(2008, HANOI, END + SECOND, END + timedelta(days=50)) is None
