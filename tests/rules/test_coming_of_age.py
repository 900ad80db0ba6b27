"""Control and recording end by themselves, with notice."""

from datetime import UTC, datetime, timedelta
from uuid import uuid4

import pytest

from rules.coming_of_age import NOTICE_DAYS, ends, is_of_age, stage
from rules.compile import compile_child
from rules.family import ChildRules
from rules.notices import of_age, to_child, to_parent
from rules.policy import Pause, Policy
from rules.verdict import Layer, Reason
from rules.visit import Visit
from tests.rules.kit import HANOI, judge
from words.speech import Speech

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
def test_a_stage_is_reached_on_its_day_and_stays_until_the_next(days):
    at = END - timedelta(days=days)
    assert stage(2008, HANOI, at - SECOND) != days
    assert stage(2008, HANOI, at) == days
    assert stage(2008, HANOI, at + timedelta(hours=20)) == days


def test_the_end_is_a_stage_of_its_own_and_there_is_none_long_before():
    assert stage(2008, HANOI, END - timedelta(days=91)) is None
    assert stage(2008, HANOI, END - timedelta(days=5)) == 7
    assert stage(2008, HANOI, END) == stage(2008, HANOI, END + timedelta(days=500)) == 0


def test_child_and_adult_are_told_the_same_end_each_in_their_words():
    speech, at = Speech("en", HANOI), END - timedelta(days=6)
    notice = of_age(2008, HANOI, at)
    assert (notice.minutes, notice.left, notice.until) == (7, 6, END)
    assert "From Friday 00:00 on you count" in speech.sentence(to_child(notice), at)
    assert "An counts as grown up from" in speech.sentence(to_parent(notice, "An"), at)
    ended = of_age(2008, HANOI, END)
    assert speech.sentence(to_parent(ended, "An")).startswith("An is grown up")
    assert of_age(None, HANOI, at) is None
