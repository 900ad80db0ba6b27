"""The week told in sentences, in both languages."""

from datetime import UTC, datetime

import pytest

from reports.sentences import REASONS, reason_label, scope_label, story
from reports.summary import Record
from rules.policy import Hours, Policy, Window
from rules.verdict import Reason
from tests.reports.make import bitmaps, blocked, summary
from words.extract import missing
from words.speech import Speech

NAMES = {"roblox": "Roblox", "games": "Games", "video": "Video"}
ZONE = "Asia/Ho_Chi_Minh"


def name_of(_kind: str, identifier: str) -> str:
    return NAMES.get(identifier, identifier)


ENGLISH = Speech("en", ZONE, name_of)
VIETNAMESE = Speech("vi", ZONE, name_of)
PLAYED = Record(
    bitmaps=bitmaps(
        (16, "service:roblox", "14:00", "19:00"), (17, "category:video", "18:00", "20:20")
    )
)


def test_the_week_says_how_long_and_on_what():
    told = story(summary(PLAYED), ENGLISH)

    assert told == [
        "Minh spent 7 h 20 min online.",
        "Most of it went to Roblox: 5 h.",
        "Nothing had to be stopped.",
    ]


def test_the_week_is_told_in_vietnamese():
    told = story(summary(PLAYED), VIETNAMESE)

    assert told[0] == "Minh đã dùng mạng 7 giờ 20 phút."
    assert told[1] == "Phần lớn thời gian dành cho Roblox: 5 giờ."


@pytest.mark.parametrize(
    ("until", "said"),
    [
        ("22:10", "50 minutes less than the week before"),
        ("20:25", "55 minutes more than the week before"),
        ("21:15", "about as much as the week before"),
    ],
)
def test_the_week_is_compared_with_the_week_before(until: str, said: str):
    before = Record(bitmaps=bitmaps((9, "category:games", "14:00", until)))

    assert said in story(summary(PLAYED, before), ENGLISH)[0]


def test_a_running_week_is_compared_with_the_same_time_of_the_last_one():
    before = Record(bitmaps=bitmaps((9, "category:games", "14:00", "15:00")))
    now = datetime(2026, 11, 18, 12, tzinfo=UTC)

    assert story(summary(PLAYED, before, now=now), ENGLISH)[0] == (
        "Minh has spent 7 h 20 min online so far this week, "
        "6 h 20 min more than by this time last week."
    )


def test_what_was_stopped_most_is_named_without_blame():
    rows = [
        blocked("a.example", Reason.HOURS, minutes=3),
        blocked("b.example", Reason.CATEGORY, minutes=1),
    ]

    assert story(summary(Record(rows=rows)), ENGLISH)[-1] == (
        "Something was stopped 4 times; the most common reason: outside the agreed hours."
    )


def test_use_in_closed_hours_is_told():
    bedtime = Hours(name="bedtime", windows=(Window(start="18:30", end="19:00"),))

    assert story(summary(PLAYED, policies=(Policy(hours=(bedtime,)),)), ENGLISH)[-1].startswith(
        "1 h fell"
    )


def test_an_empty_week_is_one_friendly_sentence():
    assert story(summary(), ENGLISH) == ["Nothing was recorded for Minh in this week."]


def test_every_reason_has_a_label_in_both_languages():
    assert set(REASONS) == set(Reason)
    for reason in Reason:
        assert reason_label(reason, ENGLISH) != reason_label(reason, VIETNAMESE)


def test_scopes_are_named_for_a_reader():
    said = [
        scope_label(scope, VIETNAMESE, name_of)
        for scope in ("everything", "category:games", "service:roblox", "site:a.vn", "site:")
    ]

    assert said == ["Mọi thứ", "Games", "Roblox", "a.vn", "Một trang"]


def test_every_sentence_of_the_letter_is_translated():
    assert [found.key for found in missing("vi") if found.room == "reports"] == []
