"""What changed between two policies, as a parent reads it."""

from datetime import date, timedelta

import pytest
from hypothesis import HealthCheck, given, settings

from rules.diff import describe
from rules.policy import (
    Allowance,
    Applies,
    DateException,
    Floor,
    Pause,
    Policy,
    Span,
    UrlRule,
    Window,
)
from rules.times import Like
from tests.rules.kit import MONDAY_NOON, daily, hours, policies
from words.speech import Speech


def told(old: dict[str, object], new: dict[str, object], language="en") -> list[str]:
    speech = Speech(language, "Asia/Ho_Chi_Minh")
    return [speech.sentence(sentence) for sentence in describe(Policy(**old), Policy(**new))]


NIGHT = hours("21:00", "06:30")
LATER = hours("21:30", "06:30")
GAMES = Allowance(scope="category:games", minutes=(60,) * 7)
LESSONS = Window(days=(0, 1), start="07:00", end="11:30")
LONGER = Window(days=(0, 1), start="07:00", end="12:00")
TERM = ((date(2026, 9, 5), date(2027, 5, 31)),)
A_WEEK = "5–11 February 2027"
TET = DateException(name="Tết", first=date(2027, 2, 5), last=date(2027, 2, 11), like=Like.HOLIDAY)


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
        (
            {},
            {"unsafe_search": "allow"},
            ["Search engines without a safe mode: blocked → allowed"],
        ),
        ({}, {"unnamed": "block"}, ["Connections that name no site: allowed → blocked"]),
        ({}, {"read_pages": True}, ["Reading pages of unknown sites: off → on"]),
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
        (
            {"allowances": [daily("category:games", 60)]},
            {"allowances": [GAMES.model_copy(update={"week": 300, "carry": 20})]},
            [
                "Minutes of games a week: not set → 300",
                "Minutes of games carried over: 0 → 20",
            ],
        ),
        (
            {},
            {"allowances": [GAMES.model_copy(update={"per_service": True})]},
            ["Minutes of each of games, every day: not set → 60"],
        ),
        (
            {"hours": [NIGHT]},
            {"hours": [NIGHT.model_copy(update={"exam": (Span(start="20:00", end="06:00"),)})]},
            ["Hours “bedtime” on days of exams: not set → 20:00–06:00"],
        ),
        ({}, {"exceptions": [TET]}, [f"Tết was put in the calendar: {A_WEEK}, like a holiday"]),
        (
            {"exceptions": [TET]},
            {},
            [f"Tết was taken out of the calendar: {A_WEEK}, like a holiday"],
        ),
        (
            {"lists": {"fun": ["a.vn"]}},
            {"lists": {"fun": ["b.vn"]}},
            ["b.vn was put on the list “fun”", "a.vn was taken off the list “fun”"],
        ),
        (
            {},
            {"urls": [UrlRule(scope="service:youtube", path="/shorts")]},
            ["The rule “/shorts” for addresses of youtube was added"],
        ),
        (
            {"floors": [Floor(scope="category:games", minutes=180)]},
            {"floors": [Floor(scope="category:games", minutes=120)]},
            ["Minutes of games that others may still grant: 180 → 120"],
        ),
        (
            {},
            {"applies": Applies(networks=("school",))},
            ["These rules hold in the network “school” now"],
        ),
        (
            {"applies": Applies(windows=(LESSONS,), dates=TERM)},
            {"applies": Applies(windows=(LONGER,))},
            [
                "These rules hold on Monday, Tuesday: 07:00–11:30 → 07:00–12:00",
                "These rules hold no longer from 5 September 2026 to 31 May 2027",
            ],
        ),
        (
            {"allowances": [GAMES]},
            {"allowances": [GAMES.model_copy(update={"warn": (10,), "every": 30})]},
            [
                "Minutes before the end of games that are told: 15, 5, 1 → 10",
                "Told after every so many minutes of games: not set → 30",
            ],
        ),
        (
            {},
            {"exceptions": [TET.model_copy(update={"last": None, "yearly": True})]},
            ["Tết was put in the calendar: 5 February, every year, like a holiday"],
        ),
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
    fields += ("exceptions", "urls", "applies", "allowances", "floors")
    if any(getattr(old, field) != getattr(new, field) for field in fields):
        assert describe(old, new)
