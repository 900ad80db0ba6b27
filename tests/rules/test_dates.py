"""Days that are different: holidays, exams, "Friday is a holiday"; leap days and changed clocks."""

from datetime import UTC, date, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from rules.calendar import Calendar, day_number
from rules.dated import DatedHours
from rules.hours import DAY, clock_of, compile_hours, next_turn
from rules.policy import DateException, HoursEffect, Span
from rules.times import Like
from rules.verdict import Reason
from tests.rules.kit import (
    HANOI,
    ZONES,
    daily,
    exceptions,
    family,
    games,
    hours,
    judge,
    local,
    moments,
    weekly_hours,
)
from tests.rules.test_properties import MANY

FRIDAY = date(2026, 11, 27)
NIGHTS = (
    hours("21:00", "06:00", days=(0, 1, 2, 3, 6)).windows[0],
    hours("23:00", "07:00", days=(4, 5)).windows[0],
)
BEDTIME = hours("21:00", "06:00").model_copy(update={"windows": NIGHTS})


def different(like=None, first=FRIDAY, **more) -> DateException:
    return DateException(name="x", first=first, like=like, **more)


def closes_at(rules, day: int, after=12) -> datetime:
    verdict = judge(rules, games(), local(after, day=day))
    assert not verdict.blocks
    return verdict.until


def test_thursday_like_friday_has_fridays_bedtime_and_ends_as_fridays_night():
    rules = family(hours=(BEDTIME,), exceptions=(different(Like.FRIDAY, date(2026, 11, 26)),))
    assert closes_at(rules, 26) == local(23, day=26)
    assert judge(rules, games(), local(6, 30, day=27)).until == local(7, day=27)


def test_a_holiday_has_saturdays_windows_unless_the_hours_have_their_own():
    monday = different(Like.HOLIDAY, date(2026, 11, 23))
    assert closes_at(family(hours=(BEDTIME,), exceptions=(monday,)), 23) == local(23)
    own = BEDTIME.model_copy(update={"holiday": (Span(start="22:00", end="06:30"),)})
    assert closes_at(family(hours=(own,), exceptions=(monday,)), 23) == local(22)


def test_an_exam_day_is_an_ordinary_day_unless_the_hours_have_their_own():
    exam = different(Like.EXAM)
    assert closes_at(family(hours=(BEDTIME,), exceptions=(exam,)), 27) == local(23, day=27)
    own = BEDTIME.model_copy(update={"exam": (Span(start="20:30", end="05:30"),)})
    assert closes_at(family(hours=(own,), exceptions=(exam,)), 27) == local(20, 30, day=27)


def test_the_night_before_an_exception_stays_as_it_was():
    rules = family(hours=(BEDTIME,), exceptions=(different(Like.OFF),))
    assert judge(rules, games(), local(5, day=27)).reason is Reason.HOURS
    assert not judge(rules, games(), local(23, 30, day=27)).blocks


def test_off_means_that_hours_close_nothing_whichever_way_they_are_written():
    only = hours("18:00", "20:00", "free", "category:games", effect="only")
    rules = family(hours=(only,), exceptions=(different(Like.OFF),))
    assert judge(rules, games(), local(10, day=26)).blocks
    assert not judge(rules, games(), local(10, day=27)).blocks


def test_an_exception_may_have_windows_of_its_own_across_midnight():
    party = different(windows=(Span(start="23:30", end="09:00"),))
    rules = family(hours=(BEDTIME,), exceptions=(party,))
    assert closes_at(rules, 27) == local(23, 30, day=27)
    assert judge(rules, games(), local(8, day=28)).until == local(9, day=28)


def test_an_exception_may_concern_some_hours_only():
    study = hours("14:00", "16:00", "study")
    rules = family(hours=(BEDTIME, study), exceptions=(different(Like.OFF, hours=("study",)),))
    assert not judge(rules, games(), local(15, day=27)).blocks
    assert judge(rules, games(), local(23, 30, day=27)).blocks


def test_of_two_exceptions_for_a_day_the_last_one_holds():
    rules = family(hours=(BEDTIME,), exceptions=(different(Like.OFF), different(Like.MONDAY)))
    assert closes_at(rules, 27) == local(21, day=27)


def test_a_holiday_has_saturdays_minutes():
    play = daily("category:games", 30, 30, 30, 30, 30, 90, 90)
    rules = family(allowances=(play,), exceptions=(different(Like.HOLIDAY),))
    assert not judge(rules, games(), local(10, day=27), category_games=60).blocks
    assert judge(rules, games(), local(10, day=26), category_games=60).blocks


def test_an_exam_week_takes_no_minutes_away_and_an_exception_for_hours_neither():
    play = daily("category:games", 30, 30, 30, 30, 30, 90, 90)
    for exception in (different(Like.EXAM), different(Like.HOLIDAY, hours=("bedtime",))):
        rules = family(allowances=(play,), exceptions=(exception,))
        assert judge(rules, games(), local(10, day=27), category_games=30).blocks


@pytest.mark.parametrize(
    ("exception", "days"),
    [
        (
            different(Like.OFF, date(2024, 2, 29), yearly=True),
            [date(2024, 2, 29), date(2028, 2, 29)],
        ),
        (
            different(Like.OFF, date(2025, 12, 31), last=date(2026, 1, 1), yearly=True),
            [date(2026, 1, 1), date(2026, 12, 31), date(2027, 1, 1)],
        ),
        (different(Like.OFF, date(2028, 2, 28), last=date(2028, 3, 1)), [date(2028, 2, 29)]),
    ],
)
def test_leap_days_and_turns_of_the_year_are_found(exception, days):
    calendar = Calendar((exception,))
    assert all(calendar.on(day_number(day)) for day in days)


@pytest.mark.parametrize("year", [2025, 2026, 2027, 2100])
def test_a_yearly_leap_day_is_on_no_other_day(year):
    calendar = Calendar((different(Like.OFF, date(2024, 2, 29), yearly=True),))
    found = [day for day in range(366) if calendar.on(day_number(date(year, 1, 1)) + day)]
    assert found == []


@pytest.mark.parametrize(
    ("problem", "given"),
    [
        ("not both", {"like": Like.OFF, "windows": ()}),
        ("not both", {}),
        ("before the first", {"like": Like.OFF, "last": date(2026, 1, 1)}),
        ("less than a year", {"like": Like.OFF, "yearly": True, "last": date(2027, 11, 27)}),
    ],
)
def test_an_exception_that_makes_no_sense_is_refused(problem, given):
    with pytest.raises(ValueError, match=problem):
        DateException(name="x", first=FRIDAY, **given)


@MANY
@given(weekly_hours, st.sampled_from(ZONES), moments)
def test_without_exceptions_dated_hours_are_weekly_hours(rule, zone, now):
    wall = clock_of(zone).at(int(now.timestamp() // 60))
    dated, weekly = DatedHours(rule, Calendar()), compile_hours(rule)
    assert dated.shut(wall) == weekly.shut(wall)
    left = weekly.rest(wall)
    if left is not None and left < 13 * DAY:
        assert dated.rest(wall) == left


def covers(spans, minute: int) -> tuple[bool, bool]:
    """Whether spans that begin today, or began yesterday, cover a minute of today."""
    today, late = False, False
    for span in spans:
        begin, end = (int(text[:2]) * 60 + int(text[3:]) for text in (span.start, span.end))
        over = end <= begin
        today |= begin <= minute < (DAY if over else end)
        late |= over and minute < end
    return today, late


def spans_like(rule, like, usual):
    match like:
        case Like.OFF:
            return None
        case Like.HOLIDAY if rule.holiday is not None:
            return rule.holiday
        case Like.EXAM:
            return usual if rule.exam is None else rule.exam
    weekday = 5 if like is Like.HOLIDAY else list(Like).index(like)
    return [window for window in rule.windows if weekday in window.days]


def spans_on(rule, exceptions_, day: date):
    """Say in the plainest way which spans begin on a day; None where the hours are off."""
    usual = [w for w in rule.windows if day.weekday() in w.days]
    for each in reversed(exceptions_):
        years = (0,) if not each.yearly else (-1, 0, 1)
        firsts = [each.first.replace(year=each.first.year + more) for more in years]
        length = each.end - each.first
        if not any(first <= day <= first + length for first in firsts):
            continue
        if each.like is None:
            return each.windows
        return spans_like(rule, each.like, usual)
    return usual


@MANY
@given(weekly_hours, st.lists(exceptions, min_size=1, max_size=3), st.sampled_from(ZONES), moments)
def test_dated_hours_are_closed_as_a_plain_reading_says(rule, different_days, zone, now):
    dated, clock = DatedHours(rule, Calendar(tuple(different_days))), clock_of(zone)
    for step in range(0, 2 * DAY, 97):
        moment = now + timedelta(minutes=step)
        wall = moment.astimezone(ZoneInfo(zone))
        closed = rule.effect is HoursEffect.CLOSED
        today = spans_on(rule, different_days, wall.date())
        before = spans_on(rule, different_days, wall.date() - timedelta(days=1))
        minute = wall.hour * 60 + wall.minute
        # A day off is a day inside for hours that open, and one without windows for the others.
        inside = not closed if today is None else covers(today, minute)[0]
        inside |= bool(before) and covers(before, minute)[1]
        shut = dated.shut(clock.at(int(moment.timestamp() // 60)))
        assert shut == (inside is closed), (moment, zone)


@pytest.mark.parametrize("zone", ["Europe/Berlin", "America/New_York"])
@pytest.mark.parametrize("month", [3, 10, 11])
def test_dated_hours_turn_in_the_minute_a_walk_finds_where_clocks_change(zone, month):
    rule = hours("01:30", "24:00", days=(5,))
    begin = datetime(2026, month, 1, tzinfo=UTC)
    sunday = date(2026, month, 1) + timedelta(days=(6 - date(2026, month, 1).weekday()) % 7)
    off = [different(windows=rule.windows, first=sunday + timedelta(weeks=w)) for w in range(5)]
    dated, clock = DatedHours(rule, Calendar(tuple(off))), clock_of(zone)
    first = int(begin.timestamp()) // 60
    states = [dated.shut(clock.at(first + i)) for i in range(30 * DAY)]
    turns = [i for i in range(1, 30 * DAY) if states[i] != states[i - 1]]
    for i in range(0, 25 * DAY, 389):
        expected = first + next(turn for turn in turns if turn > i)
        assert next_turn(clock, clock.at(first + i), dated) == expected


def test_a_clock_may_be_asked_about_days_in_any_order():
    dated = DatedHours(BEDTIME, Calendar((different(Like.OFF),)))
    clock = clock_of(HANOI)
    asked = [int(local(22, day=day).timestamp()) // 60 for day in (27, 26, 27, 25)]
    assert [dated.shut(clock.at(stamp)) for stamp in asked] == [False, True, False, True]
