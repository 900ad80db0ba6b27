"""Minutes a day and a week, carried over, for each service; which limit is named."""

from datetime import timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from rules.carrying import carried
from rules.counting import scopes_of_minute
from rules.decide import decide
from rules.left import limits
from rules.policy import Allowance, Policy
from rules.presets import PRESETS, nd147
from rules.spent import Spent
from rules.verdict import Layer, Reason
from rules.visit import Known, Visit
from tests.rules.kit import (
    MONDAY_NOON,
    book,
    cases,
    daily,
    family,
    games,
    hours,
    judge,
    local,
)
from tests.rules.test_properties import MANY

GAMES = "category:games"
ROBLOX = games(services=("roblox",))
SUNDAY_END = local(0, day=30)


def weekly(week: int, scope=GAMES, **more) -> Allowance:
    return Allowance(scope=scope, week=week, **more)


def verdict_of(rules, visit=None, at=MONDAY_NOON, **spent):
    return decide(rules, visit or games(), at, Spent(**spent))


def test_a_week_is_used_up_until_sunday_ends():
    rules = family(allowances=(weekly(300),))
    verdict = verdict_of(rules, week={GAMES: 300})
    assert (verdict.used, verdict.limit, verdict.week) == (300, 300, True)
    assert verdict.until == SUNDAY_END
    open_ = verdict_of(rules, week={GAMES: 290})
    assert (open_.blocks, open_.until) == (False, MONDAY_NOON + timedelta(minutes=10))


def test_a_week_without_its_minutes_is_at_least_today():
    assert judge(family(allowances=(weekly(30),)), games(), category_games=30).blocks


def test_an_allowance_for_the_week_alone_does_not_limit_the_day():
    assert not judge(family(allowances=(weekly(2000),)), games(), category_games=1440).blocks


def test_of_a_spent_day_and_a_spent_week_the_week_is_named():
    rules = family(allowances=(weekly(300, minutes=(60,) * 7),))
    verdict = verdict_of(rules, today={GAMES: 60}, week={GAMES: 300})
    assert (verdict.limit, verdict.until) == (300, SUNDAY_END)


def test_minutes_are_carried_up_to_what_the_adult_wants():
    rules = family(allowances=(Allowance(scope=GAMES, minutes=(60,) * 7, carry=30),))
    assert not verdict_of(rules, today={GAMES: 89}, carried={GAMES: 50}).blocks
    verdict = verdict_of(rules, today={GAMES: 90}, carried={GAMES: 50})
    assert (verdict.used, verdict.limit) == (90, 90)
    without = family(allowances=(daily(GAMES, 60),))
    assert verdict_of(without, today={GAMES: 60}, carried={GAMES: 50}).blocks


@pytest.mark.parametrize(
    ("days", "most", "left"),
    [
        ([], 30, 0),
        ([(60, 60)], 30, 0),
        ([(60, 40)], 30, 20),
        ([(60, 0)], 30, 30),
        ([(60, 40), (60, 70)], 30, 10),
        ([(60, 40), (60, 200)], 30, 0),
        ([(60, 0), (60, 0)], 0, 0),
    ],
)
def test_what_is_left_of_a_day_goes_to_the_next(days, most, left):
    assert carried(days, most) == left


@given(st.lists(st.tuples(st.integers(0, 200), st.integers(0, 300))), st.integers(0, 100))
def test_what_is_carried_is_never_more_than_the_adult_wants(days, most):
    assert 0 <= carried(days, most) <= most


def test_minutes_the_family_added_lift_no_wider_layer():
    limit = Policy(allowances=(daily(GAMES, 60),))
    spent = {"today": {GAMES: 70}, "added": {GAMES: 15}}
    assert not verdict_of(book((Layer.FAMILY, limit)), **spent).blocks
    assert verdict_of(book((Layer.SCHOOL, limit)), **spent).blocks


@MANY
@given(cases, st.integers(0, 90))
def test_more_minutes_used_open_nothing(case, more):
    spent = case.spent if isinstance(case.spent, Spent) else Spent(case.spent)
    used = Spent(
        {scope: minutes + more for scope, minutes in spent.today.items()},
        {scope: minutes + more for scope, minutes in spent.week.items()},
        spent.carried,
        spent.added,
    )
    if decide(case.book(), case.visit, case.now, spent).blocks:
        assert decide(case.book(), case.visit, case.now, used).blocks


def test_each_service_of_a_category_has_its_own_minutes():
    rules = family(allowances=(Allowance(scope=GAMES, minutes=(60,) * 7, per_service=True),))
    verdict = judge(rules, ROBLOX, service_roblox=60)
    assert (verdict.rule, verdict.used, verdict.limit) == ("service:roblox", 60, 60)
    assert not judge(rules, games(services=("minecraft",)), service_roblox=60).blocks
    assert judge(rules, games(), other_games=60).rule == "other:games"


def test_only_a_category_has_services_with_minutes_each():
    with pytest.raises(ValueError, match="Only a category"):
        Allowance(scope="service:roblox", per_service=True)


ND147 = nd147()


def test_the_decree_gives_each_game_an_hour_and_all_games_three():
    rules = family(**dict(ND147))
    assert judge(rules, ROBLOX, service_roblox=60, category_games=60).limit == 60
    other = games(services=("minecraft",))
    assert not judge(rules, other, service_roblox=60, category_games=179).blocks
    verdict = judge(rules, other, service_roblox=60, category_games=180)
    assert (verdict.rule, verdict.limit) == (GAMES, 180)


def test_the_decree_never_loosens_what_the_family_set():
    teen = PRESETS["teen"]
    both = nd147(teen)
    own = {a.scope: a.minutes for a in teen.allowances}
    assert {a.scope: a.minutes for a in both.allowances if not a.per_service} == own
    assert nd147(both) == both
    strict = nd147(Policy(allowances=(daily(GAMES, 20),)))
    assert [a.minutes[0] for a in strict.allowances] == [60, 20]


def test_of_several_limits_the_tightest_comes_first():
    rules = family(
        allowances=(daily("everything", 120), daily(GAMES, 60), weekly(500, "service:x"))
    )
    found = limits(rules, MONDAY_NOON, {"everything": 70, GAMES: 30})
    assert [(each.scope, each.left) for each in found[:2]] == [(GAMES, 30), ("everything", 50)]


def test_the_strictest_layer_speaks_for_a_limit():
    rules = book(
        (Layer.SCHOOL, Policy(allowances=(daily(GAMES, 40),))),
        (Layer.FAMILY, Policy(allowances=(daily(GAMES, 60),))),
    )
    (only,) = limits(rules, MONDAY_NOON, {})
    assert (only.layer, only.limit) == (Layer.SCHOOL, 40)


def test_services_with_minutes_each_are_listed_once_they_were_used():
    rules = family(**dict(ND147))
    found = limits(rules, MONDAY_NOON, {"service:roblox": 10, GAMES: 10}, {"roblox": "games"})
    assert [(each.scope, each.limit) for each in found] == [("service:roblox", 60), (GAMES, 180)]


def test_a_minute_counts_for_what_some_limit_names():
    rules = family(
        lists={"fun": ("a.vn",)},
        allowances=(daily("list:fun", 9), daily("site:a.vn", 9), *ND147.allowances),
    )
    known = Known(("games",))
    assert set(scopes_of_minute(rules, "x.a.vn", known)) == {
        *(GAMES, "everything", "other:games", "list:family/fun", "site:a.vn")
    }
    named = Known(("games",), ("roblox",))
    assert "other:games" not in scopes_of_minute(rules, "b.vn", named)


def test_a_site_nobody_limited_is_not_counted_by_name():
    rules = family(block=("a.vn",), hours=(hours("11:00", "12:00", scope="site:b.vn"),))
    assert scopes_of_minute(rules, "a.vn", Known()) == ["everything"]
    assert scopes_of_minute(rules, "b.vn", Known(("learning",))) == ["category:learning"]


def test_every_allowance_is_spent_by_the_minutes_that_are_counted():
    known = Known(("games", "video"), ("roblox",))
    visit = Visit("a.vn", known)
    for scope in ("everything", GAMES, "service:roblox", "site:a.vn", "list:fun"):
        rules = family(lists={"fun": ("a.vn",)}, allowances=(daily(scope, 5),))
        spent = dict.fromkeys(scopes_of_minute(rules, visit.host, known), 5)
        assert verdict_of(rules, visit, today=spent).reason is Reason.ALLOWANCE
