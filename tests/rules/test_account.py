"""The whole chain of a verdict, as a child, a parent and an engineer read it."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from rules.account import account
from rules.policy import Allowance, Applies, Policy, UrlRule
from rules.spent import Spent
from rules.verdict import Layer
from rules.visit import Known
from tests.rules.kit import MONDAY_NOON, book, cases, daily, family, games, granted, hours
from tests.rules.test_properties import MANY
from words.speech import Speech


def told(rules, visit=None, spent=None, language="en", device="Phone") -> tuple[str, str]:
    found = account(rules, visit or games(), MONDAY_NOON, spent or {}, child="An", device=device)
    names = {"games": "Games", "roblox": "Roblox"}
    speech = Speech(language, "Asia/Ho_Chi_Minh", lambda _, name: names.get(name, name))
    return tuple(speech.sentence(each, MONDAY_NOON) for each in (found.child, found.parent))


RULES = {
    "hours": (hours("21:00", "06:30"),),
    "allowances": (daily("category:games", 60), daily("everything", 120)),
}


def test_an_open_visit_is_told_with_its_layers_its_minutes_and_the_next_hours():
    school = (Layer.SCHOOL, Policy())
    asleep = (Layer.CITY, Policy(applies=Applies(networks=("school",))))
    rules = book(asleep, school, (Layer.FAMILY, Policy(**RULES)))
    child, parent = told(rules, spent={"category:games": 20, "everything": 50})
    assert child == (
        "This is open for you. Today 20 of 60 minutes of Games are used."
        " “bedtime” begins at 21:00 today."
    )
    assert parent == (
        "An on “Phone”, play.vn: Open: no rule says otherwise. This may change at 12:40 today."
        " These hold now: the school’s rules, the family’s rules."
        " Today 20 of 60 minutes of Games are used. “bedtime” begins at 21:00 today."
    )


def test_a_spent_allowance_is_told_once():
    child, parent = told(family(**RULES), spent={"category:games": 60})
    assert child == "You have used 60 of 60 minutes of Games today."
    assert parent.count("60") == 2
    assert "until 21:00 today" in parent, "when bedtime takes over"


def test_a_spent_week_is_told_as_a_week():
    rules = family(allowances=(Allowance(scope="everything", week=300),))
    child, parent = told(rules, spent=Spent(week={"everything": 310}))
    assert child == "You have used 310 of your 300 minutes online this week."
    assert "this week’s 300 minutes of the internet" in parent


def test_a_grant_and_a_rule_about_addresses_are_told():
    assert "by a grant for Games" in told(family(**RULES, grants=[granted("category:games")]))[1]
    rule = UrlRule(name="shorts", scope="category:games", path="/shorts")
    child, parent = told(family(urls=(rule,)), games()._replace(path="/shorts"))
    assert child == "This page is closed for you: shorts."
    assert parent.startswith("An on “Phone”, play.vn: Stopped: the rule for addresses “shorts”")


def test_a_helpline_is_told_without_minutes_and_hours():
    helpline = games()
    helpline = helpline._replace(known=Known(("games",), never_block=True))
    assert told(family(**RULES), helpline)[0] == "Help is always open, day and night."


def test_it_is_told_in_vietnamese():
    child, parent = told(family(**RULES), spent={"category:games": 20}, language="vi", device="")
    assert "Hôm nay đã dùng 20 trong 60 phút dành cho Games." in child
    assert parent.startswith("An, play.vn: ")
    assert "Đang có hiệu lực: quy định của gia đình." in parent


@pytest.mark.parametrize("language", ["vi", "en"])
@MANY
@given(case=cases, device=st.sampled_from(("", "Máy của An")))
def test_whatever_the_rules_everything_is_told(case, device, language):
    rules = case.book()
    found = account(rules, case.visit, case.now, case.spent, child="An", device=device)
    assert found.verdict == found.steps[-1].verdict == case.judge(rules)
    speech = Speech(language, case.zone)
    for sentence in (found.child, found.parent):
        text = speech.sentence(sentence, case.now)
        assert "{" not in text
        assert "Sentence(" not in text
