"""Weekly hours against a walk over every minute, where clocks change and where they do not."""

from datetime import UTC, datetime, timedelta
from functools import cache
from zoneinfo import ZoneInfo

import pytest

from rules.hours import DAY, WallClock, clock_of, compile_hours, day_end, next_turn
from rules.policy import Hours, HoursEffect, Window
from tests.rules.kit import HANOI, hours

WEEKS = [
    pytest.param("Europe/Berlin", (2026, 3, 28), id="Berlin loses an hour"),
    pytest.param("Europe/Berlin", (2026, 10, 24), id="Berlin gains an hour"),
    pytest.param("America/New_York", (2026, 3, 7), id="New York loses an hour"),
    pytest.param("America/New_York", (2026, 10, 31), id="New York gains an hour"),
    pytest.param("Asia/Beirut", (2026, 3, 28), id="Beirut has no midnight"),
    pytest.param(HANOI, (2026, 11, 21), id="Hà Nội keeps its clocks"),
]

WINDOWS = [
    pytest.param([Window(start="21:00", end="06:30")], id="every night"),
    pytest.param([Window(start="02:15", end="02:45")], id="within the changed hour"),
    pytest.param([Window(days=(6,), start="22:00", end="02:30")], id="Sunday into Monday"),
    pytest.param([Window(days=(5,), start="00:00", end="24:00")], id="a whole Saturday"),
    pytest.param([Window(start="07:00", end="07:00")], id="always"),
    pytest.param(
        [Window(start="01:00", end="03:00"), Window(days=(6, 0), start="02:30", end="12:00")],
        id="overlapping",
    ),
]


def covers(window: Window, wall: datetime) -> bool:
    """Say in the plainest way whether a window covers a moment of the wall clock."""
    now = f"{wall:%H:%M}"
    today, yesterday = wall.weekday(), (wall.weekday() - 1) % 7
    if window.end > window.start:
        return today in window.days and window.start <= now < window.end
    return (today in window.days and now >= window.start) or (
        yesterday in window.days and now < window.end
    )


@cache
def walk(zone: str, first_day: tuple[int, int, int], length: int = 11) -> list[datetime]:
    begin = datetime(*first_day, tzinfo=UTC)
    place = ZoneInfo(zone)
    return [(begin + timedelta(minutes=minute)).astimezone(place) for minute in range(length * DAY)]


@pytest.mark.parametrize("effect", HoursEffect)
@pytest.mark.parametrize("windows", WINDOWS)
@pytest.mark.parametrize(("zone", "first_day"), WEEKS)
def test_hours_open_and_close_in_the_minutes_a_walk_finds(zone, first_day, windows, effect):
    rule = compile_hours(Hours(name="x", effect=effect, windows=tuple(windows)))
    clock, walls = clock_of(zone), walk(zone, first_day)
    inside = [any(covers(window, wall) for window in windows) for wall in walls]
    closed = [state == (effect is HoursEffect.CLOSED) for state in inside]
    first = int(walls[0].timestamp()) // 60
    assert [rule.closed(clock.at(first + i).minute) for i in range(len(walls))] == closed
    turns = [i for i in range(1, len(walls)) if closed[i] != closed[i - 1]]
    for i in range(0, 3 * DAY, 5):
        expected = next((first + turn for turn in turns if turn > i), None)
        assert next_turn(clock, clock.at(first + i), rule) == expected


@pytest.mark.parametrize(("zone", "first_day"), WEEKS)
def test_a_day_ends_in_the_minute_a_walk_finds(zone, first_day):
    clock, walls = clock_of(zone), walk(zone, first_day, 5)
    first = int(walls[0].timestamp()) // 60
    ends = [i for i in range(1, len(walls)) if walls[i].date() != walls[i - 1].date()]
    for i in range(0, 3 * DAY, 7):
        expected = first + next(end for end in ends if end > i)
        assert day_end(clock, clock.at(first + i)) == expected


def test_a_window_across_midnight_belongs_to_the_day_it_begins():
    rule = compile_hours(hours("21:00", "06:30", days=[4]))
    assert rule.closed(4 * DAY + 22 * 60)
    assert rule.closed(5 * DAY + 6 * 60)
    assert not rule.closed(4 * DAY + 6 * 60)
    assert not rule.closed(5 * DAY + 22 * 60)


def test_a_repeated_hour_is_judged_alike_both_times():
    rule = compile_hours(hours("02:00", "03:00"))
    clock = WallClock("Europe/Berlin")
    twice = [datetime(2026, 10, 25, hour, 30, tzinfo=UTC) for hour in (0, 1)]
    minutes = [clock.at(int(moment.timestamp()) // 60).minute for moment in twice]
    assert minutes[0] == minutes[1]
    assert rule.closed(minutes[0])


def test_a_skipped_hour_never_closes_anything():
    rule = compile_hours(hours("02:00", "03:00"))
    clock = WallClock("Europe/Berlin")
    begin = int(datetime(2026, 3, 29, tzinfo=UTC).timestamp()) // 60
    assert not any(rule.closed(clock.at(begin + minute).minute) for minute in range(20 * 60))


def test_a_clock_may_be_read_backwards():
    clock = WallClock("Europe/Berlin")
    summer = int(datetime(2026, 7, 1, tzinfo=UTC).timestamp()) // 60
    winter = int(datetime(2026, 1, 1, tzinfo=UTC).timestamp()) // 60
    before = clock.at(winter).minute
    clock.at(summer)
    assert clock.at(winter).minute == before


def test_hours_that_never_turn_have_no_next_turn():
    rule = compile_hours(hours("00:00", "24:00"))
    clock = clock_of(HANOI)
    assert rule.closed(0)
    assert next_turn(clock, clock.at(0), rule) is None
