"""What is told and when: quiet hours across midnight and clock changes, levels, insisting, less."""

from datetime import UTC, datetime, timedelta
from uuid import uuid4

import pytest
from hypothesis import given
from hypothesis import strategies as st

from rules.alerts import Level
from rules.radar import Coverage, Stopped
from rules.telling import (
    AGAIN,
    FOR_ADULTS,
    Kind,
    Matter,
    Quiet,
    Wants,
    again,
    dropped,
    due,
    insisted,
    is_wanted,
)
from rules.verdict import Reason

HANOI, BERLIN = "Asia/Ho_Chi_Minh", "Europe/Berlin"
NIGHT = Quiet(since=21 * 60, until=6 * 60 + 30)
NOON = Quiet(since=12 * 60, until=13 * 60)


def at(text: str) -> datetime:
    return datetime.fromisoformat(text).replace(tzinfo=UTC)


def alert(level: Level) -> Matter:
    return Matter(Kind.ALERT, "alert:1", at("2026-11-23T15:00"), about={"level": level.value})


@pytest.mark.parametrize(
    ("quiet", "zone", "now", "ends"),
    [
        (NIGHT, HANOI, "2026-11-23T13:59", None),
        (NIGHT, HANOI, "2026-11-23T14:00", "2026-11-23T23:30"),
        (NIGHT, HANOI, "2026-11-23T20:00", "2026-11-23T23:30"),
        (NIGHT, HANOI, "2026-11-23T23:29", "2026-11-23T23:30"),
        (NIGHT, HANOI, "2026-11-23T23:30", None),
        (NOON, HANOI, "2026-11-23T05:30", "2026-11-23T06:00"),
        (NOON, HANOI, "2026-11-23T06:00", None),
        # The night in which Berlin's clocks go back, and the one in which they go forward.
        (NIGHT, BERLIN, "2026-10-24T20:00", "2026-10-25T05:30"),
        (NIGHT, BERLIN, "2026-03-28T21:00", "2026-03-29T04:30"),
        (Quiet(since=0, until=0), HANOI, "2026-11-23T15:00", None),
    ],
)
def test_quiet_hours_end_when_the_clock_on_the_wall_says_so(quiet, zone, now, ends) -> None:
    assert quiet.ends(zone, at(now)) == (at(ends) if ends else None)


@given(
    st.integers(0, 1439),
    st.integers(0, 1439),
    st.datetimes(datetime(2026, 1, 1), datetime(2027, 1, 1)),  # noqa: DTZ001 hypothesis adds none
    st.sampled_from([HANOI, BERLIN, "America/Sao_Paulo", "Pacific/Apia"]),
)
def test_quiet_hours_always_end_within_a_day_and_an_hour(since, until, naive, zone) -> None:
    now = naive.replace(tzinfo=UTC)
    ends = Quiet(since=since, until=until).ends(zone, now)
    assert ends is None or now < ends <= now + timedelta(hours=25)


def test_at_night_a_crisis_is_told_at_once_and_the_rest_in_the_morning() -> None:
    now = at("2026-11-23T15:00")
    assert due(alert(Level.URGENT), NIGHT, HANOI, now) == now
    assert due(alert(Level.CONCERN), NIGHT, HANOI, now) == at("2026-11-23T23:30")
    assert due(alert(Level.CONCERN), None, HANOI, now) == now
    assert due(Matter(Kind.TEST, "test:1", now), NIGHT, HANOI, now) == now


@pytest.mark.parametrize("least", Level)
@pytest.mark.parametrize("level", Level)
def test_of_alerts_only_those_from_the_chosen_level_on_are_wanted(least, level) -> None:
    order = [Level.NOTICE, Level.CONCERN, Level.URGENT]
    wants = Wants(alerts_from=least)
    assert is_wanted(wants, alert(level)) == (order.index(level) >= order.index(least))
    assert not is_wanted(Wants(kinds=frozenset({Kind.ASK})), alert(level))


def test_what_nobody_chose_is_not_wanted() -> None:
    nothing = Wants(kinds=frozenset())
    matters = [Matter(kind, "x", at("2026-11-23T15:00")) for kind in FOR_ADULTS]
    assert not any(is_wanted(nothing, matter) for matter in matters)


def test_a_failure_is_tried_again_later_and_later_and_then_no_more() -> None:
    now = at("2026-11-23T15:00")
    waits = [again(tries, now) for tries in range(1, len(AGAIN) + 2)]
    assert waits[-1] is None
    assert waits[:-1] == sorted(waits[:-1])
    assert waits[0] == now + timedelta(minutes=1)


def stopped(minute: int, reason: Reason = Reason.NOT_TLS, times: int = 1) -> Stopped:
    return Stopped(at("2026-11-23T15:00") + timedelta(minutes=minute), reason, "", times)


@pytest.mark.parametrize(
    ("tries", "said"),
    [
        ([], 0),
        ([stopped(0, times=50)], 0),
        ([stopped(minute) for minute in range(4)], 0),
        ([stopped(minute, times=2) for minute in range(5)], 10),
        ([stopped(minute, Reason.HOURS) for minute in range(9)], 0),
    ],
)
def test_insisting_is_trying_in_five_minutes_of_a_day(tries, said) -> None:
    assert insisted(tries) == said


def seen(looked: int, through: int) -> Coverage:
    return Coverage(looked, through, 0, 0)


@pytest.mark.parametrize(
    ("before", "now", "is_told"),
    [
        (seen(720, 700), seen(144, 10), True),
        (seen(720, 700), seen(144, 138), False),
        (seen(720, 700), seen(6, 0), False),
        (seen(6, 6), seen(144, 10), False),
        (seen(720, 100), seen(144, 10), False),
    ],
)
def test_less_is_told_only_where_it_is_sure(before, now, is_told) -> None:
    assert (dropped(before, now) is not None) == is_told


def test_a_matter_ends_when_it_is_no_longer_true() -> None:
    now, child = at("2026-11-23T15:00"), uuid4()
    assert Matter(Kind.TOLD, "x", now, child).expires == now + timedelta(minutes=10)
    assert Matter(Kind.ASK, "x", now, child, until=now).expires == now
    assert Matter(Kind.FEED, "x", now).expires == now + timedelta(days=2)
