"""What went past us: attempts by day, and time on the network with its uncertainty."""

from datetime import UTC, date, datetime, timedelta
from uuid import uuid4
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from rules.radar import (
    SAID,
    Coverage,
    Look,
    Stopped,
    Tried,
    Way,
    coverage,
    say,
    slot_of,
    tried,
    way_of,
)
from rules.verdict import Reason

HANOI = ZoneInfo("Asia/Ho_Chi_Minh")
NIGHT = datetime(2026, 11, 23, 16, 59, tzinfo=UTC)
"""A minute before midnight in Hà Nội."""
ALL = (1 << 12) - 1
PHONE = uuid4()


@pytest.mark.parametrize(
    ("reason", "category", "way"),
    [
        (Reason.CATEGORY, "proxy", Way.SERVICE),
        (Reason.NOT_TLS, "", Way.TUNNEL),
        (Reason.PORT, "games", Way.TUNNEL),
        (Reason.UNNAMED, "", Way.TUNNEL),
        (Reason.NAMES_DISAGREE, "", Way.DISGUISE),
        (Reason.PRIVATE_ADDRESS, "", Way.HOME),
        (Reason.CATEGORY, "games", None),
        (Reason.HOURS, "", None),
    ],
)
def test_ways_around_are_told_from_ordinary_stops(reason, category, way):
    assert way_of(reason, category) is way


def test_every_way_has_a_name():
    assert set(SAID) == set(Way)


def test_attempts_are_counted_by_local_day_the_latest_first():
    stopped = [
        Stopped(NIGHT, Reason.NOT_TLS, "", 2),
        Stopped(NIGHT, Reason.PORT, "", 1),
        Stopped(NIGHT + timedelta(minutes=1), Reason.CATEGORY, "proxy", 4),
        Stopped(NIGHT, Reason.CATEGORY, "games", 9),
        Stopped(NIGHT, Reason.PORT, "", 0),
    ]
    assert tried(stopped, HANOI) == (
        Tried(date(2026, 11, 24), Way.SERVICE, 4),
        Tried(date(2026, 11, 23), Way.TUNNEL, 3),
    )


def look(here: int, through: int, borrowed: int = 0) -> Look:
    return Look(PHONE, NIGHT, here, through, borrowed)


def test_hours_on_the_network_without_us_are_counted():
    looks = [look(ALL, ALL), look(ALL, 0), look(0b111, 0), look(0, ALL), look(ALL, 1, borrowed=1)]
    assert coverage(looks) == Coverage(looked=39, seen=13, unseen_hours=1, borrowed=1)


def test_less_than_an_hour_on_the_network_is_not_known():
    assert Coverage(11, 11, 0, 0).between is None
    assert Coverage(0, 0, 0, 0).between is None
    assert "not known" in say(Coverage(0, 0, 0, 0), "Phone").message


def test_the_longer_we_look_the_surer_the_figure():
    # Wilson's interval for 18 of 24 hours, by hand: 0.551 to 0.880; rounded outwards.
    assert Coverage(24 * 12, 18 * 12, 0, 0).between == (55, 89)
    low, high = Coverage(168 * 12, 126 * 12, 0, 0).between
    assert (low, high) == (67, 81)


@given(st.integers(12, 5000).flatmap(lambda n: st.tuples(st.just(n), st.integers(0, n))))
def test_the_figure_holds_what_was_seen_and_stays_within_bounds(counts):
    looked, seen = counts
    low, high = Coverage(looked, seen, 0, 0).between
    assert 0 <= low <= 100 * seen / looked <= high <= 100


def test_every_five_minutes_of_an_hour_have_a_bit_of_their_own():
    hour = NIGHT.replace(minute=0)
    bits = {slot_of(hour + timedelta(minutes=minute)) for minute in range(60)}
    assert bits == {(hour, 1 << slot) for slot in range(12)}
