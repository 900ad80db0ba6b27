"""Every verdict can be said to a child and to a parent, in both languages, nothing left open."""

from datetime import timedelta
from itertools import product

import pytest

from rules.explain import for_child, for_parent, name, trace
from rules.policy import Pause, Policy
from rules.sentences import TO_CHILD, TO_PARENT
from rules.verdict import Action, Layer, Reason, Verdict
from rules.visit import Known, Visit
from tests.rules.kit import MONDAY_NOON, book, daily, family, games, granted, hours, judge
from words.speech import Speech

NAMES = {
    "vi": {"games": "Trò chơi", "roblox": "Roblox"},
    "en": {"games": "Games", "roblox": "Roblox"},
}
EVENING = MONDAY_NOON + timedelta(hours=9)


def speech(language) -> Speech:
    names = NAMES[language]
    return Speech(language, "Asia/Ho_Chi_Minh", lambda kind, identifier: names[identifier])


def told(sentence, language="en") -> str:
    return speech(language).sentence(sentence, MONDAY_NOON)


RULES = ("", "everything", "category:games", "service:roblox", "site:a.vn", "a.vn", "bedtime", "x")


@pytest.mark.parametrize("language", ["vi", "en"])
@pytest.mark.parametrize(("reason", "action"), product(Reason, Action))
def test_every_reason_and_action_is_told_with_nothing_left_open(reason, action, language):
    for rule, until in product(RULES, (None, EVENING)):
        verdict = Verdict(action, reason, Layer.SCHOOL, rule, until)
        for sentence in (for_child(verdict), for_parent(verdict)):
            text = told(sentence, language)
            assert text
            assert "{" not in text, text


@pytest.mark.parametrize("reason", Reason)
def test_a_reason_that_stops_has_words_of_its_own(reason):
    goes_on = {
        Reason.DEFAULT,
        Reason.HELPLINE,
        Reason.NETWORK_CHECK,
        Reason.GRANT,
        Reason.ALLOW_LIST,
        Reason.SAFE_SEARCH,
        Reason.NEVER_OPENED,
        Reason.COMPANION,
        Reason.OF_AGE,
        Reason.PINNED,
        Reason.FINISHING,
    }
    key = f"{reason}:open" if reason in goes_on else str(reason)
    if reason is not Reason.DEFAULT:
        assert key in TO_CHILD
    assert key in TO_PARENT


def test_no_sentence_is_told_for_two_reasons():
    for table in (TO_CHILD, TO_PARENT):
        messages = [sentence.message for sentence in table.values()]
        assert len(messages) == len(set(messages))


def test_bedtime_is_told_with_its_end():
    verdict = judge(family(hours=[hours("21:00", "06:30")]), games(), EVENING)
    assert told(for_child(verdict)) == "It’s bedtime until tomorrow 06:30."
    assert told(for_child(verdict), "vi") == "Đang là giờ đi ngủ, đến 06:30 ngày mai nhé."
    assert told(for_parent(verdict)) == (
        "Stopped by the hours “bedtime” until tomorrow 06:30 (the family’s rules)."
    )


def test_an_allowance_is_told_with_its_minutes():
    rules = family(allowances=[daily("category:games", 60)])
    verdict = judge(rules, games(), category_games=61)
    assert told(for_child(verdict)) == "You have used 61 of 60 minutes of Games today."
    assert told(for_child(verdict), "vi") == "Hôm nay bạn đã dùng 61 trên 60 phút cho Trò chơi."


def test_an_allowance_for_everything_and_one_of_nothing_have_words_of_their_own():
    everything = judge(family(allowances=[daily("everything", 60)]), games(), everything=60)
    assert told(for_child(everything)) == "You have used 60 of your 60 minutes online today."
    nothing = judge(family(allowances=[daily("category:games", 0)]), games())
    assert told(for_child(nothing)) == "There is no time for Games today."


def test_a_spent_allowance_from_the_journal_is_told_without_numbers():
    verdict = Verdict(Action.BLOCK, Reason.ALLOWANCE, Layer.FAMILY, "category:games")
    assert told(for_child(verdict)) == "Your minutes of Games are used up for today."
    assert told(for_parent(verdict)) == (
        "Stopped: the day’s minutes of Games were used up (the family’s rules)."
    )


def test_a_pause_names_who_paused():
    verdict = judge(family(pause=Pause(by="Mẹ Lan")), games())
    assert told(for_child(verdict)) == "Mẹ Lan paused the internet."
    nobody = judge(family(pause=Pause(by="")), games())
    assert told(for_child(nobody), "vi") == "Người lớn đã tạm dừng internet."


def test_a_grant_is_told_with_what_and_until_when():
    verdict = judge(family(pause=Pause(by="Mẹ"), grants=[granted("category:games")]), games())
    assert told(for_child(verdict)) == "This is open: you were given Games, until 12:30 today."


def test_a_standing_block_names_no_moment_though_bedtime_will_come():
    rules = family(categories={"games": "block"}, hours=[hours("21:00", "06:30")])
    verdict = judge(rules, games())
    assert verdict.until is not None
    assert "until" not in for_child(verdict).message
    assert told(for_parent(verdict)) == (
        "Stopped: the category “Games” is blocked (the family’s rules)."
    )


def test_hours_named_like_a_key_are_only_a_name():
    for title in ("until", "bedtime:until", "none", "{until}"):
        verdict = Verdict(Action.BLOCK, Reason.HOURS, Layer.FAMILY, title)
        assert told(for_child(verdict)) == f"Your hours “{title}” keep this closed."


@pytest.mark.parametrize(
    ("scope", "shown"),
    [
        ("everything", ("scope", "everything")),
        ("category:games", ("category", "games")),
        ("service:roblox", ("service", "roblox")),
        ("site:a.vn", "a.vn"),
        ("a.vn", "a.vn"),
    ],
)
def test_a_scope_is_shown_by_name(scope, shown):
    assert name(scope) == shown


def test_the_trace_lists_every_check_of_every_layer_in_order():
    rules = book((Layer.SCHOOL, Policy()), (Layer.FAMILY, Policy(pause=Pause(by="Mẹ"))))
    steps = trace(rules, games(), MONDAY_NOON, {})
    of_layer = [
        "freed",
        "grant",
        "page",
        "pause",
        "hours",
        "lesson",
        "urls",
        "sites",
        "services",
        "unsafe",
        "categories",
        "unnamed",
        "unlisted",
        "timed",
        "allowances",
        "default",
    ]
    assert [(step.layer, step.check) for step in steps] == [
        ("house", "helpline"),
        ("house", "network_check"),
        *(("school", check) for check in of_layer),
        *(("family", check) for check in of_layer),
        ("house", "verdict"),
    ]


def test_the_trace_tells_what_each_check_would_have_answered():
    rules = family(pause=Pause(by="Mẹ"), categories={"games": "block"})
    answers = {
        step.check: step.verdict.reason
        for step in trace(rules, games(), MONDAY_NOON, {})
        if step.verdict is not None
    }
    assert answers["pause"] is Reason.PAUSED
    assert answers["categories"] is Reason.CATEGORY
    assert answers["verdict"] is Reason.PAUSED


def test_the_trace_of_a_network_check_tells_so_before_it_asks_any_layer():
    steps = trace(family(), Visit("up.vn", Known(network_check=True)), MONDAY_NOON, {})
    assert steps[1].check == "network_check"
    assert steps[1].verdict == steps[-1].verdict


def test_the_trace_of_a_helpline_begins_and_ends_with_help():
    steps = trace(family(), Visit("help.vn", Known(never_block=True)), MONDAY_NOON, {})
    assert steps[0].verdict == steps[-1].verdict
    assert steps[0].verdict.reason is Reason.HELPLINE
