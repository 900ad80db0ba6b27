"""Times, lengths and numbers as Vietnamese and English readers expect them."""

from datetime import UTC, date, datetime, timedelta

import pytest

from rules.explain import Sentence
from words.speech import Speech
from words.translations import catalogue_files, translations

HANOI = "Asia/Ho_Chi_Minh"
NOW = datetime(2026, 11, 23, 10, 0, tzinfo=UTC)
"""Monday 17:00 in Hà Nội."""

VI, EN = Speech("vi", HANOI), Speech("en", HANOI)


@pytest.mark.parametrize(
    ("away", "vi", "en"),
    [
        (timedelta(hours=4, minutes=30), "21:30 hôm nay", "21:30 today"),
        (timedelta(hours=13, minutes=30), "06:30 ngày mai", "tomorrow 06:30"),
        (timedelta(days=-1), "17:00 hôm qua", "yesterday 17:00"),
        (timedelta(days=4), "17:00 thứ Sáu", "Friday 17:00"),
        (timedelta(days=6), "17:00 Chủ nhật", "Sunday 17:00"),
        (timedelta(days=7), "17:00 ngày 30 tháng 11", "30 November 17:00"),
        (timedelta(days=-2), "17:00 ngày 21 tháng 11", "21 November 17:00"),
        (timedelta(days=100), "17:00 ngày 3 tháng 3 năm 2027", "3 March 2027 17:00"),
    ],
)
def test_a_moment_is_said_as_seen_from_now(away, vi, en):
    assert VI.when(NOW + away, NOW) == vi
    assert EN.when(NOW + away, NOW) == en


def test_the_day_of_a_moment_is_the_readers_day():
    late = datetime(2026, 11, 23, 16, 59, tzinfo=UTC)
    assert VI.when(late, NOW) == "23:59 hôm nay"
    assert VI.when(late + timedelta(minutes=1), NOW) == "00:00 ngày mai"
    assert Speech("vi", "Europe/Berlin").when(late + timedelta(minutes=1), NOW) == "18:00 hôm nay"


def test_a_day_is_said_with_its_weekday():
    assert VI.day(date(2026, 11, 23)) == "thứ Hai, 23 tháng 11"
    assert EN.day(date(2026, 11, 23)) == "Monday 23 November"
    assert VI.day(date(2026, 11, 29)) == "Chủ nhật, 29 tháng 11"


@pytest.mark.parametrize(
    ("minutes", "vi", "en"),
    [
        (0, "0 phút", "0 minutes"),
        (1, "1 phút", "1 minute"),
        (45, "45 phút", "45 minutes"),
        (60, "1 giờ", "1 h"),
        (125, "2 giờ 5 phút", "2 h 05 min"),
    ],
)
def test_a_length_of_time(minutes, vi, en):
    assert VI.minutes(minutes) == vi
    assert EN.minutes(minutes) == en


def test_numbers_have_the_separators_of_the_language():
    assert VI.number(12345.5) == "12.345,5"
    assert EN.number(12345.5) == "12,345.5"
    assert VI.say("{n} visits", n=1234) == "1.234 visits"


def test_days_of_the_week_are_listed_in_order():
    assert VI.weekdays([6, 0]) == "thứ Hai, Chủ nhật"
    assert VI.weekdays(range(7)) == "mỗi ngày"
    assert EN.weekdays(range(7)) == "every day"


def test_a_value_that_is_missing_leaves_its_place_and_braces_are_only_text():
    assert EN.say("{name} paused {what}", name="{what}") == "{what} paused {what}"
    assert EN.say("{0.__class__} {name!r}", name="x") == "{0.__class__} {name!r}"


def test_an_empty_message_says_nothing():
    assert VI.say("") == ""


def test_an_unknown_message_is_said_in_english():
    assert VI.say("Nobody translated {this}", this="that") == "Nobody translated that"


def test_values_are_shown_as_the_reader_reads_them():
    speech = Speech(
        "vi", HANOI, lambda kind, name: {"category:games": "Trò chơi"}[f"{kind}:{name}"]
    )
    sentence = Sentence(
        "{what} {when} {day} {who} {hours}",
        {
            "what": ("category", "games"),
            "when": NOW,
            "day": NOW.date(),
            "who": ("layer", "family"),
            "hours": ("hours", "Giờ đàn"),
        },
    )
    words = "Trò chơi {} thứ Hai, 23 tháng 11 quy định của gia đình Giờ đàn"
    assert speech.sentence(sentence) == words.format("17:00")
    assert speech.sentence(sentence, NOW) == words.format("17:00 hôm nay")


@pytest.mark.parametrize(
    ("first", "last", "vi", "en"),
    [
        ("2026-12-21", "2026-12-21", "21 tháng 12 năm 2026", "21 December 2026"),
        ("2026-12-21", "2026-12-25", "21–25 tháng 12 năm 2026", "21–25 December 2026"),
        (
            "2026-11-28",
            "2026-12-03",
            "28 tháng 11 – 3 tháng 12 năm 2026",
            "28 November – 3 December 2026",
        ),
        (
            "2026-12-28",
            "2027-01-03",
            "28 tháng 12 năm 2026 – 3 tháng 1 năm 2027",
            "28 December 2026 – 3 January 2027",
        ),
    ],
)
def test_days_from_one_to_another_say_once_what_both_share(first, last, vi, en):
    days = date.fromisoformat(first), date.fromisoformat(last)
    assert (VI.between(*days), EN.between(*days)) == (vi, en)
    assert VI.say("{days}", days=("date", f"{first}/{last}")) == vi


def test_days_of_every_year_say_no_year():
    assert VI.between(date(2026, 12, 24), date(2026, 12, 26), yearly=True) == "24–26 tháng 12"


def test_without_names_an_id_is_shown_as_it_is():
    assert VI.say("{what}", what=("category", "games")) == "games"


def test_the_plural_of_one_is_told_apart_in_english_only():
    assert [EN.count("{n} minute", "{n} minutes", n) for n in (1, 2)] == ["1 minute", "2 minutes"]
    assert [VI.count("{n} minute", "{n} minutes", n) for n in (1, 2)] == ["1 phút", "2 phút"]


def test_catalogues_are_read_once_and_english_needs_none():
    assert translations("vi") is translations("vi")
    assert catalogue_files("vi")
    assert catalogue_files("en") == []
