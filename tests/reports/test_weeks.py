"""Which seven local days a week is, in zones that change their clock and zones that do not."""

from datetime import UTC, date, datetime, timedelta

import pytest

from reports.weeks import Week, last_full_week, midnight, minute_of_day, week_at, week_holding

SAIGON = "Asia/Ho_Chi_Minh"
BERLIN = "Europe/Berlin"


def test_a_week_begins_on_monday():
    week = week_holding(date(2026, 11, 22), SAIGON)

    assert (week.first, week.last) == (date(2026, 11, 16), date(2026, 11, 22))
    assert [day.weekday() for day in week.days] == list(range(7))


def test_a_week_in_ho_chi_minh_city_begins_at_five_in_the_afternoon_utc():
    week = Week(date(2026, 11, 16), SAIGON)

    assert week.since == datetime(2026, 11, 15, 17, tzinfo=UTC)
    assert week.until == datetime(2026, 11, 22, 17, tzinfo=UTC)


@pytest.mark.parametrize(
    ("zone", "first", "hours"),
    [
        (SAIGON, date(2026, 3, 23), 168),
        (BERLIN, date(2026, 3, 16), 168),
        (BERLIN, date(2026, 3, 23), 167),
        (BERLIN, date(2026, 10, 19), 169),
    ],
)
def test_a_week_has_as_many_hours_as_the_clock_gives_it(zone: str, first: date, hours: int):
    week = Week(first, zone)

    assert week.until - week.since == timedelta(hours=hours)


def test_weeks_follow_each_other_without_gap_or_overlap():
    week = Week(date(2026, 3, 23), BERLIN)

    assert week.until == week.moved(1).since
    assert week.since == week.moved(-1).until


def test_a_day_whose_midnight_is_skipped_begins_when_the_clock_jumps():
    assert midnight(date(2026, 4, 24), "Africa/Cairo") == datetime(2026, 4, 23, 22, tzinfo=UTC)


def test_the_week_changes_at_local_midnight_and_not_before():
    sunday_night = datetime(2026, 11, 22, 16, 59, tzinfo=UTC)

    assert week_at(sunday_night, SAIGON).first == date(2026, 11, 16)
    assert week_at(sunday_night + timedelta(minutes=1), SAIGON).first == date(2026, 11, 23)


def test_the_last_full_week_is_never_the_running_one():
    now = datetime(2026, 11, 22, 16, 59, tzinfo=UTC)

    assert last_full_week(now, SAIGON).first == date(2026, 11, 9)
    assert last_full_week(now + timedelta(minutes=1), SAIGON).first == date(2026, 11, 16)


def test_a_week_is_over_with_its_last_minute():
    week = Week(date(2026, 10, 19), BERLIN)

    assert not week.is_over(week.until - timedelta(seconds=1))
    assert week.is_over(week.until)


def test_minutes_of_a_day_are_wall_clock_minutes():
    assert minute_of_day(datetime(2026, 3, 29, 1, 30, tzinfo=UTC), BERLIN) == 3 * 60 + 30
