"""Policies to begin with: what each age may do, judged on an ordinary school week."""

from datetime import timedelta

import pytest

from rules.policy import Privacy, YouTube
from rules.presets import PRESETS, preset_for
from rules.scope import category
from rules.verdict import Layer, Reason
from rules.visit import Known, Visit
from tests.rules.kit import book, judge, local

STARTER = """
adult gambling violence drugs weapons hate selfharm dating piracy malware phishing proxy ads
tracking games social chat video music forum ai shopping news learning search mail cloud sport
finance health government kids anime blog downloads remote system
"""


def of(age: int):
    return book((Layer.FAMILY, preset_for(age)[1]))


def about(*categories: str) -> Visit:
    return Visit("x.vn", Known(categories))


@pytest.mark.parametrize(
    ("ages", "name"),
    [
        (range(7), "little"),
        (range(7, 12), "child"),
        (range(12, 16), "teen"),
        (range(16, 18), "youth"),
        ([18, 30], "youth"),
    ],
)
def test_ages_have_their_presets(ages, name):
    assert {preset_for(age)[0] for age in ages} == {name}


@pytest.mark.parametrize("policy", PRESETS.values(), ids=PRESETS)
def test_presets_speak_only_of_categories_that_exist(policy):
    scoped = {rule.scope for rule in (*policy.hours, *policy.allowances)} - {"everything"}
    assert set(policy.categories) | {scope.partition(":")[2] for scope in scoped} <= set(
        STARTER.split()
    )
    assert not scoped & {category(name) for name in policy.categories}, "limited yet blocked"


@pytest.mark.parametrize("age", [4, 9, 13, 17])
@pytest.mark.parametrize("danger", ["adult", "gambling", "malware", "phishing", "proxy", "drugs"])
def test_no_age_meets_dangers(age, danger):
    assert judge(of(age), about(danger), local(10)).reason is Reason.CATEGORY


@pytest.mark.parametrize("age", [4, 9, 13, 17])
@pytest.mark.parametrize("good", ["learning", "health", "search", "kids", "government"])
def test_every_age_may_learn(age, good):
    assert not judge(of(age), about(good), local(16)).blocks


@pytest.mark.parametrize(
    ("age", "last", "first"),
    [(4, 20, (6, 30)), (9, 21, (6, 0)), (13, 22, (5, 30)), (17, 23, (5, 30))],
)
def test_the_bedtime_of_a_school_night(age, last, first):
    assert not judge(of(age), about("learning"), local(last - 1, 59)).blocks
    assert judge(of(age), about("learning"), local(last)).rule == "bedtime"
    assert judge(of(age), about("learning"), local(5, 29)).rule == "bedtime"
    assert not judge(of(age), about("learning"), local(*first)).blocks


@pytest.mark.parametrize(("age", "last"), [(4, 20), (9, 21), (13, 22), (17, 23)])
def test_bedtime_comes_an_hour_later_on_friday_and_saturday(age, last):
    for friday_or_saturday in (27, 28):
        assert not judge(of(age), about("learning"), local(last, 59, friday_or_saturday)).blocks
        later = local(last, 0, friday_or_saturday) + timedelta(hours=1)
        assert judge(of(age), about("learning"), later).rule == "bedtime"
    assert judge(of(age), about("learning"), local(last, 0, day=29)).rule == "bedtime"


def test_only_the_little_ones_are_kept_to_known_sites():
    unknown = Visit("nowhere.vn")
    assert judge(of(5), unknown, local(10)).reason is Reason.UNKNOWN_SITE
    assert not judge(of(8), unknown, local(10)).blocks


def test_strangers_wait_until_twelve():
    assert judge(of(11), about("social"), local(10)).blocks
    assert not judge(of(12), about("social"), local(10)).blocks


def test_play_has_its_minutes_and_more_at_the_weekend():
    assert judge(of(9), about("games"), local(10), category_games=60).reason is Reason.ALLOWANCE
    saturday = local(10, day=28)
    assert not judge(of(9), about("games"), saturday, category_games=60).blocks
    assert judge(of(9), about("games"), saturday, category_games=90).blocks


def test_less_is_written_down_of_older_children():
    order = list(Privacy)
    levels = [order.index(preset_for(age)[1].privacy) for age in (4, 9, 13, 17)]
    assert levels == sorted(levels, reverse=True)
    assert preset_for(4)[1].privacy is Privacy.SITES
    assert preset_for(17)[1].privacy is Privacy.COUNTS


def test_search_is_safe_for_all_and_youtube_by_age():
    assert all(policy.safe_search for policy in PRESETS.values())
    assert [policy.youtube for policy in PRESETS.values()] == [
        YouTube.STRICT,
        YouTube.STRICT,
        YouTube.MODERATE,
        YouTube.MODERATE,
    ]
