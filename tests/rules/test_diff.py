"""What changed between two policies, as a parent reads it."""

from datetime import timedelta

import pytest
from hypothesis import HealthCheck, given, settings

from rules.diff import describe
from rules.policy import Pause, Policy
from tests.rules.kit import MONDAY_NOON, daily, hours, policies
from words.speech import Speech


def told(old: dict[str, object], new: dict[str, object], language="en") -> list[str]:
    speech = Speech(language, "Asia/Ho_Chi_Minh")
    return [speech.sentence(sentence) for sentence in describe(Policy(**old), Policy(**new))]


NIGHT = hours("21:00", "06:30")
LATER = hours("21:30", "06:30")


@pytest.mark.parametrize(
    ("old", "new", "sentences"),
    [
        ({}, {"categories": {"games": "block"}}, ["games: not set → blocked"]),
        (
            {"services": {"roblox": "allow"}},
            {"services": {"roblox": "block"}},
            ["roblox: allowed → blocked"],
        ),
        (
            {"allow": ["a.vn"]},
            {"block": ["a.vn"]},
            [
                "a.vn was taken off the allow list",
                "a.vn was put on the block list",
            ],
        ),
        (
            {"hours": [NIGHT]},
            {"hours": [LATER]},
            ["Hours “bedtime” for the internet, every day: 21:00–06:30 → 21:30–06:30"],
        ),
        (
            {"hours": [NIGHT]},
            {"hours": [hours("21:00", "06:30", days=[0, 1, 2, 3, 4, 5])]},
            ["Hours “bedtime” for the internet, Sunday: 21:00–06:30 → not set"],
        ),
        (
            {"allowances": [daily("category:games", 60, 60, 60, 60, 60, 60, 60)]},
            {"allowances": [daily("category:games", 60, 60, 60, 60, 60, 90, 90)]},
            ["Minutes of games, Saturday, Sunday: 60 → 90"],
        ),
        (
            {"allowances": [daily("everything", 0)]},
            {},
            ["Minutes of the internet, every day: 0 → not set"],
        ),
        ({}, {"unlisted": "block"}, ["Unknown sites: allowed → blocked"]),
        ({}, {"safe_search": True}, ["Safe search: off → on"]),
        ({}, {"youtube": "strict"}, ["YouTube filter: unfiltered → strict"]),
        ({}, {"privacy": "counts"}, ["What is written down: which sites → counts only"]),
        ({}, {"pause": Pause(by="Mẹ")}, ["Mẹ paused the internet"]),
        (
            {},
            {"pause": Pause(by="Mẹ", until=MONDAY_NOON + timedelta(hours=1))},
            ["Mẹ paused the internet until 13:00"],
        ),
        ({"pause": Pause(by="Mẹ")}, {}, ["The pause was ended"]),
        ({"hours": [NIGHT]}, {"hours": [NIGHT]}, []),
    ],
)
def test_a_change_is_told_in_a_sentence(old, new, sentences):
    assert told(old, new) == sentences


def test_changes_are_told_in_vietnamese():
    old, new = {"hours": [NIGHT]}, {"hours": [LATER]}
    assert told(old, new, "vi") == [
        "Khung giờ “giờ đi ngủ” cho internet, mỗi ngày: 21:00–06:30 → 21:30–06:30"
    ]


@settings(max_examples=60, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(policies, policies)
def test_only_equal_rules_have_nothing_to_tell(old, new):
    assert describe(old, old) == []
    fields = ("categories", "services", "youtube", "privacy", "safe_search", "unlisted", "pause")
    if any(getattr(old, field) != getattr(new, field) for field in fields):
        assert describe(old, new)
