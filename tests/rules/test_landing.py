"""What was running may end by itself: for as long as was agreed, where only its time ended."""

from datetime import timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from rules.decide import decide
from rules.diff import describe
from rules.landing import ENDED, SENDING, covers, ended, finishing, may_send_on, slowed, timeless
from rules.policy import Choice, Pause, Policy
from rules.scope import EVERYTHING
from rules.verdict import Action, Layer, Reason, Verdict
from rules.visit import Known, Visit
from tests.rules.kit import (
    MONDAY_NOON,
    book,
    cases,
    daily,
    hours,
)
from tests.rules.test_properties import MANY

BEDTIME = Policy(hours=(hours("21:00", "06:00"),), let_finish=10, slow_lane=5)
VIDEO = Known(("video",), ("youtube",))
WATCHED = Visit("rr1.googlevideo.com", VIDEO)
NINE = MONDAY_NOON + timedelta(hours=9)


def after(rules, minutes, visit=WATCHED, flowed=NINE):
    """Ask what becomes of a visit after nine that flowed until then."""
    now = NINE + timedelta(minutes=minutes)
    verdict = decide(rules, visit, now, {})
    beside = ended(timeless(rules), visit, verdict, now, {})
    return beside and finishing(beside, verdict, flowed, rules.let_finish, now)


def test_a_video_goes_on_for_the_agreed_minutes():
    rules = book((Layer.FAMILY, BEDTIME))
    goes_on = after(rules, 9)
    assert (goes_on.action, goes_on.reason) == (Action.PASS, Reason.FINISHING)
    assert (goes_on.layer, goes_on.rule) == (Layer.FAMILY, "bedtime")
    assert goes_on.until == NINE + timedelta(minutes=10)
    assert after(rules, 10) is None


def test_where_nobody_agreed_nothing_goes_on():
    assert after(book((Layer.FAMILY, BEDTIME.model_copy(update={"let_finish": 0}))), 0) is None


def test_of_all_layers_whose_times_end_the_strictest_speaks():
    school = Policy(hours=(hours("20:00", "23:00", "study"),), let_finish=3)
    assert book((Layer.SCHOOL, school), (Layer.FAMILY, BEDTIME)).let_finish == 3
    # A layer that ends nothing has no say in it.
    assert book((Layer.CITY, Policy()), (Layer.FAMILY, BEDTIME)).let_finish == 10


@pytest.mark.parametrize(
    "more",
    [
        {"pause": Pause(by="Mẹ")},
        {"block": ("googlevideo.com",)},
        {"categories": {"video": Choice.BLOCK}},
    ],
)
def test_nothing_goes_on_across_a_pause_or_any_other_rule(more):
    # Also where a wider layer's hours answer first.
    school = Policy(hours=(hours("20:00", "23:00", "study"),), let_finish=10)
    own = BEDTIME.model_copy(update=more)
    rules = book((Layer.SCHOOL, school), (Layer.FAMILY, own))
    assert decide(rules, WATCHED, NINE, {}).reason is Reason.HOURS
    assert after(rules, 0) is None


def test_used_up_minutes_end_softly_too():
    rules = book((Layer.FAMILY, Policy(allowances=(daily("category:video", 30),), let_finish=5)))
    spent = {"category:video": 30}
    verdict = decide(rules, WATCHED, NINE, spent)
    beside = ended(timeless(rules), WATCHED, verdict, NINE, spent)
    assert finishing(beside, verdict, NINE, 5, NINE).reason is Reason.FINISHING


@MANY
@given(cases, st.integers(-60, 3600))
def test_whatever_the_rules_nothing_goes_on_longer_than_was_agreed_or_past_another_rule(case, ago):
    rules, flowed = case.book(), case.now - timedelta(seconds=ago)
    verdict, always = case.judge(rules), timeless(rules)
    beside = ended(always, case.visit, verdict, case.now, case.spent)
    if not verdict.blocks or verdict.reason not in ENDED:
        assert beside is None
        return
    assert (beside is None) == case.judge(always).blocks
    if beside is None:
        return
    goes_on = finishing(beside, verdict, flowed, rules.let_finish, case.now)
    agreed = flowed + timedelta(minutes=rules.let_finish)
    assert (goes_on is not None) == (flowed <= case.now < agreed)
    assert goes_on is None or case.now < goes_on.until <= agreed


@given(st.integers(-10, 1000))
def test_what_is_being_sent_has_two_minutes(seconds):
    now = NINE + timedelta(seconds=seconds)
    assert may_send_on(NINE, now) == (0 <= seconds < SENDING.total_seconds())


def test_the_slow_lane_begins_so_many_minutes_before_the_end():
    rules = book((Layer.FAMILY, BEDTIME))
    assert slowed(rules, NINE - timedelta(minutes=6), {}) == frozenset()
    assert slowed(rules, NINE - timedelta(minutes=5), {}) == {EVERYTHING}
    assert slowed(rules, NINE, {}) == frozenset()
    games = book((Layer.FAMILY, Policy(allowances=(daily("category:games", 30),), slow_lane=5)))
    assert slowed(games, NINE, {"category:games": 24}) == frozenset()
    assert slowed(games, NINE, {"category:games": 25}) == {"category:games"}
    assert slowed(games, NINE, {"category:games": 30}) == frozenset()


def test_slow_is_only_what_ends():
    games = book((Layer.FAMILY, Policy(allowances=(daily("category:games", 30),))))
    near = frozenset({"category:games"})
    assert covers(games, near, "roblox.com", Known(("games",)))
    assert not covers(games, near, "school.vn", Known(("learning",)))
    assert covers(games, {EVERYTHING}, "school.vn", Known())
    assert not covers(games, {EVERYTHING}, "111.vn", Known(never_block=True))


def test_both_stand_in_the_history():
    told = [each.message for each in describe(Policy(), BEDTIME.model_copy(update={"hours": ()}))]
    assert told == [
        "Minutes for a running video to end: {old} → {new}",
        "Slow minutes before an end: {old} → {new}",
    ]


def test_a_moment_before_it_flowed_proves_nothing():
    assert (
        finishing(
            Verdict(Action.PASS, Reason.DEFAULT),
            Verdict(Action.BLOCK, Reason.HOURS),
            NINE,
            5,
            NINE - timedelta(1),
        )
        is None
    )
