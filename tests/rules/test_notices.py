"""What is told when: it follows from the moment alone, and each matter has one key."""

from dataclasses import replace
from datetime import timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from rules.left import closing
from rules.notices import Kind, due, of_age, to_child, to_parent
from rules.policy import Allowance, Policy
from rules.presets import nd147
from rules.spent import Spent
from rules.verdict import Layer
from tests.rules.kit import MONDAY_NOON, book, daily, family, granted, hours, local
from words.speech import Speech

GAMES = "category:games"
ND147 = nd147(Policy())


def said(notice, language="en", now=MONDAY_NOON):
    speech = Speech(language, "Asia/Ho_Chi_Minh", lambda _, name: name.title())
    return speech.sentence(to_child(notice), now)


def points(rules, spent, now=MONDAY_NOON):
    return [(each.kind, each.scope, each.minutes) for each in due(rules, now, spent)]


@pytest.mark.parametrize(
    ("used", "point"),
    [(0, None), (44, None), (45, 15), (54, 15), (55, 5), (58, 5), (59, 1), (60, 1), (70, 1)],
)
def test_the_nearest_point_that_is_reached_is_due(used, point):
    found = points(family(allowances=(daily(GAMES, 60),)), {GAMES: used})
    assert found == ([(Kind.LEFT, GAMES, point)] if point else [])


@given(st.lists(st.integers(0, 70), min_size=1).map(sorted))
def test_however_the_minutes_pass_no_point_is_told_twice_nor_one_that_was_overtaken(steps):
    rules, told, order = family(allowances=(daily(GAMES, 60),)), set(), []
    for used in steps:
        for notice in due(rules, MONDAY_NOON, {GAMES: used}):
            if notice.key not in told:
                told.add(notice.key)
                order.append(notice.minutes)
    assert order == sorted(set(order), reverse=True)
    lowest = [point for point in (15, 5, 1) if 60 - steps[-1] <= point]
    assert order[-1:] == lowest[-1:]


def test_few_minutes_a_day_are_not_announced_in_the_morning():
    rules = family(allowances=(daily(GAMES, 3),))
    assert points(rules, {GAMES: 0}) == []
    assert points(rules, {GAMES: 2}) == [(Kind.LEFT, GAMES, 1)]


def test_more_minutes_come_to_an_end_once_more_and_are_told_once_more():
    rules = family(allowances=(daily(GAMES, 60),))
    (before,) = due(rules, MONDAY_NOON, {GAMES: 55})
    assert due(rules, MONDAY_NOON, Spent({GAMES: 55}, added={GAMES: 30})) == []
    (after,) = due(rules, MONDAY_NOON, Spent({GAMES: 85}, added={GAMES: 30}))
    assert (before.minutes, before.key != after.key) == (after.minutes, True)


def test_another_day_is_another_matter_and_a_week_lasts_seven():
    rules = family(allowances=(daily(GAMES, 60), Allowance(week=100)))
    spent = Spent({GAMES: 55}, {"everything": 95})
    keys = [
        {each.scope: each.key for each in due(rules, MONDAY_NOON + timedelta(days=back), spent)}
        for back in (0, 1, 7)
    ]
    assert len({key[GAMES] for key in keys}) == 3
    assert keys[0]["everything"] == keys[1]["everything"] != keys[2]["everything"]


def test_the_decree_tells_the_child_after_every_half_hour_of_play():
    rules = family(**dict(ND147))
    assert points(rules, {GAMES: 29}) == []
    (notice,) = due(rules, MONDAY_NOON, {GAMES: 31})
    assert (notice.kind, notice.minutes) == (Kind.PLAYED, 30)
    assert said(notice) == (
        "30 minutes of Games today. More than 3 h a day is not good for you: take a break."
    )
    rounds = {due(rules, MONDAY_NOON, {GAMES: used})[0].key for used in range(30, 121)}
    assert len(rounds) == 4


def test_an_adult_chooses_when_to_warn_or_not_at_all():
    chosen = Allowance(scope=GAMES, minutes=(60,) * 7, warn=(30,))
    assert points(family(allowances=(chosen,)), {GAMES: 30}) == [(Kind.LEFT, GAMES, 30)]
    silent = chosen.model_copy(update={"warn": ()})
    assert points(family(allowances=(silent,)), {GAMES: 59}) == []


def test_bedtime_is_announced_before_it_comes_and_not_within():
    rules = family(hours=(hours("21:00", "06:00"), hours("22:00", "05:00", "late")))
    assert closing(rules, local(20)) == ("bedtime", local(21))
    assert due(rules, local(20, 44), {}) == []
    moments = {45: 15, 54: 15, 55: 5, 58: 5, 59: 1}
    found = {minute: points(rules, {}, local(20, minute)) for minute in moments}
    assert found == {minute: [(Kind.HOURS, "bedtime", point)] for minute, point in moments.items()}
    assert due(rules, local(21), {}) == []
    (notice,) = due(rules, local(20, 50), {})
    assert (notice.scope, notice.left) == ("bedtime", 10)
    assert said(notice) == "“bedtime” begins at 21:00 today."


def test_who_is_of_age_is_told_nothing_of_limits():
    rules = family(allowances=(daily(GAMES, 60),))
    grown = replace(rules, ends=MONDAY_NOON.timestamp())
    assert due(rules, MONDAY_NOON, {GAMES: 55})
    assert due(grown, MONDAY_NOON, {GAMES: 55}) == []


def test_extra_time_is_told_before_its_end_and_when_it_is_over():
    rules = family([granted("service:roblox", minutes=30)])
    told = [
        (minute, notice.minutes, notice.left)
        for minute in range(-1, 34)
        for notice in due(rules, MONDAY_NOON + timedelta(minutes=minute), {})
    ]
    assert told == [
        *[(minute, 5, 30 - minute) for minute in range(25, 29)],
        (29, 1, 1),
        (30, 0, 0),
        (31, 0, 0),
    ]
    short = family([granted("service:roblox", minutes=5)])
    assert due(short, MONDAY_NOON, {}) == [], "who is given five minutes knows how long they are"


def test_one_grant_is_told_once_however_many_layers_it_lifts():
    both = book((Layer.FAMILY, Policy()), (Layer.CHILD, Policy()), grants=[granted(minutes=30)])
    [notice] = due(both, MONDAY_NOON + timedelta(minutes=26), {})
    assert said(notice) == "The extra time for the internet ends in 4 minutes."


@pytest.mark.parametrize("language", ["vi", "en"])
def test_every_notice_has_words_for_child_and_adult(language):
    given = dict(ND147) | {"hours": (hours("12:10", "13:00"),)}
    extra = (granted("site:a.vn", minutes=3, after=0), granted("service:roblox", minutes=4))
    over = [granted("category:video", minutes=20, after=-20)]
    rules = family((*extra, *over), **given)
    notices = due(rules, MONDAY_NOON, {GAMES: 178, "everything": 3})
    notices += [of_age(2008, "Asia/Ho_Chi_Minh", MONDAY_NOON)]
    assert {each.kind for each in notices} == set(Kind)
    speech = Speech(language, "Asia/Ho_Chi_Minh", lambda _, name: name.title())
    for notice in notices:
        for sentence in (to_child(notice), to_parent(notice, "An")):
            text = speech.sentence(sentence, MONDAY_NOON)
            assert "{" not in text
            assert language == "en" or text != sentence.message.format_map(sentence.values)
